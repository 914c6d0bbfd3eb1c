import type { WorkitemEvent } from "../jobs/workitem-event.ts";
import type { TaskRecord } from "./reading-transaction.ts";
import type { TaskMove, TaskState } from "./task-moves.ts";
import { workitemState } from "./workitem.ts";

type Kind = WorkitemEvent["event"];

/** What a move tells the subscribers beside the state; `route` makes the input ready, which is a State Report, too. */
const TELLS: Readonly<Partial<Record<TaskMove, readonly Kind[]>>> = {
  route: ["state"],
  claim: ["state", "assigned"],
  submit: ["progress"],
  recall: ["progress"],
  return: ["progress"],
  countersign: ["state"],
};

/** The events of PS3.4 §CC.2.4 that a move makes. What is given back is told as CANCELED, then its successor as SCHEDULED. */
export function workitemEvents(task: TaskRecord, move: TaskMove, state: TaskState): readonly WorkitemEvent[] {
  const { id, workitemNumber } = task;
  if (move === "release")
    return [
      workitemEvent({ id, workitemNumber }, "state", "CANCELED"),
      workitemEvent({ id, workitemNumber: workitemNumber + 1 }, "state", "SCHEDULED"),
    ];
  // there is no way from SCHEDULED to CANCELED but through IN PROGRESS (PS3.4 §CC.2.2.3)
  if (move === "withdraw")
    return [workitemEvent(task, "state", "IN PROGRESS"), workitemEvent(task, "state", "CANCELED")];
  return (TELLS[move] ?? []).map((event) => workitemEvent(task, event, workitemState(state)));
}

export function workitemEvent(
  task: Pick<TaskRecord, "id" | "workitemNumber">,
  event: Kind,
  state: WorkitemEvent["state"],
): WorkitemEvent {
  return { topic: "workitem", taskId: task.id, number: task.workitemNumber, event, state };
}
