import type { Actor } from "../access/actor.ts";
import { DomainError } from "../errors.ts";
import type { LiveChange } from "../jobs/live-change.ts";
import type { ReadingTransaction, TaskChanges, TaskRecord } from "./reading-transaction.ts";
import { moveTask, type TaskMove, type TaskState } from "./task-moves.ts";
import { workitemEvents } from "./workitem-events.ts";

/**
 * One move of one task: the table is asked with the row locked, then task, audit line and the word to open pages are
 * written in the same transaction. `actor` null is the hub itself.
 */
export async function makeMove(
  tx: ReadingTransaction,
  actor: Actor | null,
  task: TaskRecord,
  move: TaskMove,
  changes: TaskChanges = {},
): Promise<TaskState> {
  const state = allowedMove(task, move, actor);
  await tx.writeTask(task, state, changes);
  await tx.audit({
    actor: actor?.username ?? "hub",
    ...(actor ? { accountId: actor.accountId } : {}),
    action: `task.${move}`,
    outcome: "done",
    studyId: task.studyId,
    taskId: task.id,
    detail: { from: task.state, to: state },
  });
  await tx.announce(taskChanged(task));
  for (const event of workitemEvents(task, move, state)) await tx.announce(event);
  return state;
}

export function taskChanged(task: TaskRecord): LiveChange {
  return {
    topic: "task",
    siteIds: [task.siteId, task.centreSiteId],
    studyInstanceUid: task.studyInstanceUid,
    taskId: task.id,
  };
}

/** As `moveTask`; the one who comes second to a claim is told who was first. */
function allowedMove(task: TaskRecord, move: TaskMove, actor: Actor | null): TaskState {
  try {
    return moveTask(task, move, actor);
  } catch (error) {
    if (error instanceof DomainError && error.code === "task-claimed-by-other")
      throw new DomainError("task-claimed-by-other", { reader: task.readerName ?? "" });
    throw error;
  }
}
