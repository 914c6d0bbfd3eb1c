import { useMutation, useQueryClient } from "@tanstack/react-query";
import { callApi } from "../api/call-api.ts";
import type { ReadingRequest } from "./local-requests.ts";

/** Asking, changing, withdrawing: each reads the board again, also when it was refused because things had moved on. */
export function useRequestMoves(studyInstanceUid: string) {
  const client = useQueryClient();
  const onSettled = () =>
    Promise.all([
      client.invalidateQueries({ queryKey: ["studies"] }),
      client.invalidateQueries({ queryKey: ["tasks"] }),
    ]);
  const ask = useMutation({
    mutationFn: (body: ReadingRequest) => callApi("requestReading", { params: { studyInstanceUid }, body }),
    onSettled,
  });
  const change = useMutation({
    mutationFn: ({ taskId, body }: { taskId: string; body: ReadingRequest }) =>
      callApi("changeRequest", { params: { taskId }, body }),
    onSettled,
  });
  const withdraw = useMutation({
    mutationFn: (taskId: string) => callApi("withdrawTask", { params: { taskId } }),
    onSettled,
  });
  return { ask, change, withdraw };
}
