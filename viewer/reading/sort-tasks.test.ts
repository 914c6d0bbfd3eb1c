import { expect, it } from "vitest";
import { type ListedTask, sortTasks } from "./sort-tasks.ts";

function listed(id: string, task: Partial<ListedTask["task"]> = {}): ListedTask {
  return { task: { id, urgency: "routine", dueAt: "2026-11-23T04:00:00Z", finalAt: null, ...task } } as ListedTask;
}
const ids = (rows: readonly ListedTask[]) => rows.map((row) => row.task.id);

it("puts urgent first, then what is due first", () => {
  const rows = [
    listed("late", { dueAt: "2026-11-22T04:00:00Z" }),
    listed("urgent", { urgency: "urgent", dueAt: "2026-11-24T04:00:00Z" }),
    listed("b"),
    listed("a"),
  ];
  expect(ids(sortTasks(rows, "open"))).toEqual(["urgent", "late", "a", "b"]);
});

it("puts the newest signature first among the finished", () => {
  const rows = [
    listed("old", { finalAt: "2026-11-20T04:00:00Z", urgency: "urgent" }),
    listed("new", { finalAt: "2026-11-21T04:00:00Z" }),
  ];
  expect(ids(sortTasks(rows, "done"))).toEqual(["new", "old"]);
});
