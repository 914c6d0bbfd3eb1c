import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate } from "react-router";
import { callApi } from "../api/call-api.ts";
import type { ListedTask } from "./sort-tasks.ts";

interface OpenTask {
  readonly open: (listed: ListedTask) => void;
  /** The task that is being claimed now. */
  readonly pending: string | null;
  /** What went wrong, by task: told beside its row. */
  readonly problems: Readonly<Record<string, unknown>>;
}

/** Long enough to read whose it is now. */
const SHOWN_MS = 10_000;

/** Opens a task from the list; one nobody has is claimed by it. */
export function useOpenTask(): OpenTask {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [pending, setPending] = useState<string | null>(null);
  const [problems, setProblems] = useState<Readonly<Record<string, unknown>>>({});
  const open = async ({ task, study }: ListedTask) => {
    if (pending !== null) return;
    if (task.state === "ready") {
      setPending(task.id);
      try {
        client.setQueryData(["tasks", "one", task.id], await callApi("claimTask", { params: { taskId: task.id } }));
      } catch (problem) {
        setProblems((before) => ({ ...before, [task.id]: problem }));
        setTimeout(() => setProblems(({ [task.id]: _, ...rest }) => rest), SHOWN_MS);
        return;
      } finally {
        setPending(null);
        void client.invalidateQueries({ queryKey: ["tasks", "list"] });
      }
    }
    // the page need not wait for the hub to know which room it opens
    await navigate(`/reading/${study.studyInstanceUid}`, { state: { modalities: study.modalities } });
  };
  return { open: (listed) => void open(listed), pending, problems };
}
