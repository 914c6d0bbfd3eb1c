import { type Actor, assertMay } from "../access/actor.ts";
import { DomainError } from "../errors.ts";
import type { CancelRequest } from "./cancel-request.ts";
import { claimLocked, releaseLocked, withdrawLocked } from "./claim-task.ts";
import { taskChanged } from "./make-move.ts";
import type { ReadingTransaction, TaskRecord } from "./reading-transaction.ts";
import { taskRelations } from "./task-moves.ts";
import { type WorkitemPlace, type WorkitemState, workitemState } from "./workitem.ts";
import { workitemEvent } from "./workitem-events.ts";

/** `already`: it was in that state before, which is a success with a warning (PS3.4 table CC.1.1-2, B304H and B306H). */
export type StateChange = "changed" | "already";

/**
 * The performer's half of PS3.4 table CC.1.1-2, by the moves of the hub:
 * IN PROGRESS claims the task. CANCELED gives the claim back: this workitem ends, and the task is offered again as the one that
 * replaces it, as nobody but its site decides that it need not be read. COMPLETED says what the hub knows: a workitem is
 * completed by the second signature under its report, so before that it is refused, and after it is done already.
 * Throws `transaction-uid-wrong`, `task-claimed-by-other`, `task-move-impossible`, `report-not-signed`, `not-allowed`.
 */
export async function changeWorkitemState(
  tx: ReadingTransaction,
  actor: Actor,
  place: WorkitemPlace,
  wanted: Exclude<WorkitemState, "SCHEDULED">,
  transactionUid: string,
): Promise<StateChange> {
  const task = await tx.lockTask(place.taskId);
  assertMay(actor, "task.read", taskRelations(task));
  const state = stateOf(task, place);
  if (wanted === "IN PROGRESS") {
    if (state === "CANCELED" || state === "COMPLETED") throw impossible("claim", state);
    return claim(tx, actor, task, transactionUid);
  }
  const lock = await lockOf(tx, task, place);
  if (state === "SCHEDULED") throw impossible(wanted, state);
  if (lock !== transactionUid) throw new DomainError("transaction-uid-wrong");
  if (state === wanted) return "already";
  if (state !== "IN PROGRESS") throw impossible(wanted, state);
  if (task.readerId !== actor.accountId) throw new DomainError("not-allowed", { action: "task.read" });
  if (wanted === "COMPLETED") throw new DomainError("report-not-signed");
  await releaseLocked(tx, actor, task);
  return "changed";
}

/**
 * The site's half (PS3.4 §CC.2.2): what nobody reads yet is withdrawn; of what is being read the reader is told, and goes on or
 * gives it back. Throws `task-move-impossible` for what is completed.
 */
export async function requestCancellation(
  tx: ReadingTransaction,
  actor: Actor,
  place: WorkitemPlace,
  asked: CancelRequest,
): Promise<StateChange> {
  const task = await tx.lockTask(place.taskId);
  assertMay(actor, "task.withdraw", taskRelations(task));
  const state = stateOf(task, place);
  if (state === "CANCELED") return "already";
  if (state === "COMPLETED") throw impossible("withdraw", state);
  await tx.askForCancellation(task.id, place.number, actor.accountId, asked);
  await tx.announce(workitemEvent(task, "cancel-requested", state));
  if (state === "SCHEDULED") await withdrawLocked(tx, actor, task);
  else {
    await tx.audit({
      actor: actor.username,
      accountId: actor.accountId,
      action: "task.request-cancellation",
      outcome: "done",
      studyId: task.studyId,
      taskId: task.id,
    });
    // the page of whoever reads it
    await tx.announce(taskChanged(task));
  }
  return "changed";
}

/** The task, locked, while its workitem may be changed; throws `workitem-ended` when it is CANCELED or COMPLETED. */
export async function lockLivingWorkitem(tx: ReadingTransaction, place: WorkitemPlace): Promise<TaskRecord> {
  const task = await tx.lockTask(place.taskId);
  const state = stateOf(task, place);
  if (state === "CANCELED" || state === "COMPLETED") throw new DomainError("workitem-ended", { state });
  return task;
}

/**
 * The same claim again, as when its answer was lost, is no error; a claim made on the hub's page takes up the lock that the
 * reader's other program gives. Another lock is another claim, and comes second.
 */
async function claim(
  tx: ReadingTransaction,
  actor: Actor,
  task: TaskRecord,
  transactionUid: string,
): Promise<StateChange> {
  if (task.state === "claimed" && task.readerId === actor.accountId) {
    if (task.claimTransactionUid === transactionUid) return "already";
    if (task.claimTransactionUid !== null)
      throw new DomainError("task-claimed-by-other", { reader: task.readerName ?? "" });
    await tx.writeTask(task, task.state, { claimTransactionUid: transactionUid });
    return "changed";
  }
  await claimLocked(tx, actor, task, transactionUid);
  return "changed";
}

function stateOf(task: TaskRecord, { number }: WorkitemPlace): WorkitemState {
  if (number > task.workitemNumber) throw new DomainError("not-found");
  return number < task.workitemNumber ? "CANCELED" : workitemState(task.state);
}

function lockOf(tx: ReadingTransaction, task: TaskRecord, { number }: WorkitemPlace): Promise<string | null> {
  return number === task.workitemNumber
    ? Promise.resolve(task.claimTransactionUid)
    : tx.lockOfReplaced(task.id, number);
}

function impossible(move: string, state: WorkitemState): DomainError {
  return new DomainError("task-move-impossible", { move, state });
}
