import type { Answer } from "../../core/api/payloads.ts";

export type ListedTask = Answer<"listTasks">["tasks"][number];
export type ListView = "open" | "mine" | "countersign" | "done";

/** A row of the list. `gone`: it left the list under the pointer and stays, without its button, until the pointer does. */
export interface ListRow {
  readonly listed: ListedTask;
  readonly gone: boolean;
}

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

/**
 * The rows to show when news comes in. While someone points at the list, every row stays where it is: known ones get
 * their new content, gone ones stay dimmed, new ones wait (their number is told). Otherwise the list is simply the new one.
 */
export function arrangeRows(
  shown: readonly ListRow[],
  fresh: readonly ListedTask[],
  held: boolean,
): { readonly rows: readonly ListRow[]; readonly waiting: number } {
  if (!held || shown.length === 0) return { rows: fresh.map((listed) => ({ listed, gone: false })), waiting: 0 };
  const freshById = new Map(fresh.map((listed) => [listed.task.id, listed]));
  const rows = shown.map((row) => {
    const listed = freshById.get(row.listed.task.id);
    freshById.delete(row.listed.task.id);
    return listed === undefined ? { listed: row.listed, gone: true } : { listed, gone: false };
  });
  return { rows, waiting: freshById.size };
}
