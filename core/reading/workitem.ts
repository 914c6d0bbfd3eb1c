import type { TaskState } from "./task-moves.ts";

/** The states of a Unified Procedure Step (PS3.4 §CC.1.1). */
export const WORKITEM_STATES = ["SCHEDULED", "IN PROGRESS", "COMPLETED", "CANCELED"] as const;
export type WorkitemState = (typeof WORKITEM_STATES)[number];

/**
 * Which workitem of a reading task: 0 for the first, one more with each claim that was given back. A workitem never goes from
 * IN PROGRESS back to SCHEDULED, a task on the reading list does: so the workitem that was given back ends as CANCELED, and
 * the task goes on as a new one that replaces it.
 */
export interface WorkitemPlace {
  readonly taskId: string;
  readonly number: number;
}

const STATE_OF: Readonly<Record<TaskState, WorkitemState>> = {
  ordered: "SCHEDULED",
  ready: "SCHEDULED",
  claimed: "IN PROGRESS",
  preliminary: "IN PROGRESS",
  final: "COMPLETED",
  delivered: "COMPLETED",
  acknowledged: "COMPLETED",
  withdrawn: "CANCELED",
};

export function workitemState(state: TaskState): WorkitemState {
  return STATE_OF[state];
}

/** The task's own UUID under 2.25 (PS3.5 §B.2), and below it the number of a later workitem of the same task. */
export function workitemUid({ taskId, number }: WorkitemPlace): string {
  const first = `2.25.${BigInt(`0x${taskId.replaceAll("-", "")}`)}`;
  return number === 0 ? first : `${first}.${number}`;
}

/** Null: not made by `workitemUid`. */
export function workitemPlace(uid: string): WorkitemPlace | null {
  const [, digits, number = "0"] = /^2\.25\.(0|[1-9]\d{0,38})(?:\.([1-9]\d{0,8}))?$/.exec(uid) ?? [];
  if (digits === undefined) return null;
  const hex = BigInt(digits).toString(16).padStart(32, "0");
  if (hex.length > 32) return null;
  const taskId = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  return { taskId, number: Number(number) };
}
