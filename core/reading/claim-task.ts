import type { Actor } from "../access/actor.ts";
import { makeMove } from "./make-move.ts";
import type { ReadingTransaction } from "./reading-transaction.ts";

/** Takes a task off the list for one reader. Again by the same reader is no error; by another, `task-claimed-by-other`. */
export async function claimTask(tx: ReadingTransaction, actor: Actor, taskId: string): Promise<void> {
  const task = await tx.lockTask(taskId);
  if (task.state === "claimed" && task.readerId === actor.accountId) return;
  await makeMove(tx, actor, task, "claim", { readerId: actor.accountId, claimedAt: tx.now });
}

/** Gives a claimed task back to the list. The reader's draft stays his own, for when he claims it again. */
export async function releaseTask(tx: ReadingTransaction, actor: Actor, taskId: string): Promise<void> {
  const task = await tx.lockTask(taskId);
  await makeMove(tx, actor, task, "release", { readerId: null, claimedAt: null });
}

/** The site takes its request back, as long as nobody reads it. */
export async function withdrawTask(tx: ReadingTransaction, actor: Actor, taskId: string): Promise<void> {
  const task = await tx.lockTask(taskId);
  await makeMove(tx, actor, task, "withdraw");
}
