import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Answer } from "../../core/api/payloads.ts";

/**
 * A move of a task: the answer is shown at once, every list that could hold the task is read again. `move` gives the
 * task as it is now, or null when the caller sees it no more.
 */
export function useTaskMove<Input>(
  taskId: string,
  move: (input: Input) => Promise<Answer<"getTask"> | null>,
  onMoved?: () => void,
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: move,
    onSuccess: (detail) => {
      if (detail !== null) client.setQueryData(["tasks", "one", taskId], detail);
      onMoved?.();
    },
    onSettled: () => {
      for (const key of ["tasks", "studies", "reports"]) void client.invalidateQueries({ queryKey: [key] });
    },
  });
}
