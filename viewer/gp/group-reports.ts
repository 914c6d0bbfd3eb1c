import type { Answer } from "../../core/api/payloads.ts";
import type { HeldRow } from "../reading/hold-rows.ts";

export type ListedReport = Answer<"listReports">["reports"][number];

export interface ReportGroup {
  readonly name: "unread" | "read";
  readonly rows: readonly HeldRow<ListedReport>[];
}

/** What still has to be read stands first; within a group the order of the hub (newest signature first) stays. */
export function groupReports(rows: readonly HeldRow<ListedReport>[]): readonly ReportGroup[] {
  const unread = rows.filter(({ item }) => item.task.acknowledgedAt === null);
  const read = rows.filter(({ item }) => item.task.acknowledgedAt !== null);
  return [
    { name: "unread" as const, rows: unread },
    { name: "read" as const, rows: read },
  ].filter((group) => group.rows.length > 0);
}
