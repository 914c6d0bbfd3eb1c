import type { Actor } from "../access/actor.ts";
import { makeMove } from "./make-move.ts";
import type { ReadingTransaction, TaskRecord } from "./reading-transaction.ts";

/** Takes a task off the list for one reader. Again by the same reader is no error; by another, `task-claimed-by-other`. */
export async function claimTask(tx: ReadingTransaction, actor: Actor, taskId: string): Promise<void> {
  await claimLocked(tx, actor, await tx.lockTask(taskId), null);
}

/** As `claimTask`, of a locked task; the Transaction UID of UPS-RS, if any, is kept with the claim. */
export async function claimLocked(
  tx: ReadingTransaction,
  actor: Actor,
  task: TaskRecord,
  claimTransactionUid: string | null,
): Promise<void> {
  if (task.state === "claimed" && task.readerId === actor.accountId) return;
  await makeMove(tx, actor, task, "claim", { readerId: actor.accountId, claimedAt: tx.now, claimTransactionUid });
}

/** Gives a claimed task back to the list. The reader's draft stays his own, for when he claims it again. */
export async function releaseTask(tx: ReadingTransaction, actor: Actor, taskId: string): Promise<void> {
  await releaseLocked(tx, actor, await tx.lockTask(taskId));
}

export async function releaseLocked(tx: ReadingTransaction, actor: Actor, task: TaskRecord): Promise<void> {
  await makeMove(tx, actor, task, "release", { readerId: null, claimedAt: null, claimTransactionUid: null });
  await tx.replaceWorkitem(task);
}

/** The site takes its request back, as long as nobody reads it. */
export async function withdrawTask(tx: ReadingTransaction, actor: Actor, taskId: string): Promise<void> {
  await withdrawLocked(tx, actor, await tx.lockTask(taskId));
}

export async function withdrawLocked(tx: ReadingTransaction, actor: Actor, task: TaskRecord): Promise<void> {
  await makeMove(tx, actor, task, "withdraw");
}
