import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { BodyGiven } from "../../core/api/payloads.ts";
import { callApi } from "../api/call-api.ts";

/** Rejecting and taking it back; either way the board and the study are read again. */
export function useRejection(studyInstanceUid: string) {
  const client = useQueryClient();
  const onSettled = () => client.invalidateQueries({ queryKey: ["studies"] });
  const reject = useMutation({
    mutationFn: (body: BodyGiven<"rejectInstances">) =>
      callApi("rejectInstances", { params: { studyInstanceUid }, body }),
    onSettled,
  });
  const undo = useMutation({
    mutationFn: (rejectionId: string) => callApi("undoRejection", { params: { studyInstanceUid, rejectionId } }),
    onSettled,
  });
  return { reject, undo };
}
