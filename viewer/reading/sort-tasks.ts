import type { Answer } from "../../core/api/payloads.ts";

export type ListedTask = Answer<"listTasks">["tasks"][number];
export type ListView = "open" | "mine" | "countersign" | "done";

/** Urgent first, then what is due first; finished ones newest first. The id decides, so that order never flickers. */
export function sortTasks(tasks: readonly ListedTask[], view: ListView): readonly ListedTask[] {
  const urgent = (row: ListedTask) => (row.task.urgency === "urgent" ? 0 : 1);
  const byId = (a: ListedTask, b: ListedTask) => (a.task.id < b.task.id ? -1 : 1);
  return tasks.toSorted((a, b) =>
    view === "done"
      ? instant(b.task.finalAt) - instant(a.task.finalAt) || byId(a, b)
      : urgent(a) - urgent(b) || instant(a.task.dueAt) - instant(b.task.dueAt) || byId(a, b),
  );
}

function instant(iso: string | null): number {
  return iso === null ? 0 : Date.parse(iso);
}
