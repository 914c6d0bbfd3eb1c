import { type ListedTask, sortTasks } from "./sort-tasks.ts";

/** The reader's list also holds what he has submitted: that is not his to do. */
const STATE = { countersign: "preliminary", mine: "claimed", open: "ready" } as const;

/** What comes after `current`: a countersigner's next signature, a reader's own begun work, then the list. */
export function nextTask(
  current: string,
  lists: {
    readonly countersign: readonly ListedTask[];
    readonly mine: readonly ListedTask[];
    readonly open: readonly ListedTask[];
  },
  finished: "submitted" | "countersigned" | "returned",
): { readonly listed: ListedTask; readonly view: "countersign" | "mine" | "open" } | null {
  const order = finished === "submitted" ? (["mine", "open"] as const) : (["countersign", "mine", "open"] as const);
  for (const view of order) {
    const listed = sortTasks(lists[view], view).find(({ task }) => task.id !== current && task.state === STATE[view]);
    if (listed !== undefined) return { listed, view };
  }
  return null;
}
