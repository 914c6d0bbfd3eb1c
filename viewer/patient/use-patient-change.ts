import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { BodyGiven } from "../../core/api/payloads.ts";
import { callApi } from "../api/call-api.ts";

export type PatientChangeRequest = BodyGiven<"previewPatientChange">;

/** What the change would do; asked anew each time it is another one, never kept. */
export function useChangePreview(change: PatientChangeRequest | null) {
  return useQuery({
    queryKey: ["patient-preview", change],
    queryFn: ({ signal }) => callApi("previewPatientChange", { body: change as PatientChangeRequest }, { signal }),
    enabled: change !== null,
    gcTime: 0,
    staleTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
  });
}

/** Doing and undoing: afterwards everything that shows a patient is read again. */
export function usePatientChanges(onDone?: () => void) {
  const client = useQueryClient();
  const onSettled = () =>
    Promise.all(
      ["studies", "tasks", "reports", "district"].map((topic) => client.invalidateQueries({ queryKey: [topic] })),
    );
  const make = useMutation({
    mutationFn: (body: BodyGiven<"makePatientChange">) => callApi("makePatientChange", { body }),
    onSuccess: () => onDone?.(),
    onSettled,
  });
  const undo = useMutation({
    mutationFn: (changeId: string) => callApi("undoPatientChange", { params: { changeId } }),
    onSettled,
  });
  return { make, undo };
}
