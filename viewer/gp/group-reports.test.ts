import { expect, it } from "vitest";
import { groupReports, type ListedReport } from "./group-reports.ts";

const row = (id: string, acknowledgedAt: string | null) => ({
  item: { task: { id, acknowledgedAt } } as ListedReport,
  gone: false,
});
const READ = "2026-11-22T06:00:00Z";

it("puts what is unread first and keeps the hub's order inside", () => {
  const groups = groupReports([row("a", READ), row("b", null), row("c", READ), row("d", null)]);
  expect(groups.map((group) => [group.name, group.rows.map(({ item }) => item.task.id)])).toEqual([
    ["unread", ["b", "d"]],
    ["read", ["a", "c"]],
  ]);
});

it("leaves out a group that is empty", () => {
  expect(groupReports([row("a", READ)]).map((group) => group.name)).toEqual(["read"]);
  expect(groupReports([])).toEqual([]);
});
