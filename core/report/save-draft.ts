import { type Actor, assertMay } from "../access/actor.ts";
import { DomainError } from "../errors.ts";
import type { DraftRecord, ReadingTransaction, TaskRecord, WrittenText } from "../reading/reading-transaction.ts";
import { taskRelations } from "../reading/task-moves.ts";

/**
 * Keeps what a doctor has typed so far. `basedOn` is the revision it grew out of: when another window saved meanwhile,
 * `draft-outdated` and both texts stay. The same text again is no error, so a lost answer can be sent again.
 */
export async function saveDraft(
  tx: ReadingTransaction,
  actor: Actor,
  taskId: string,
  text: WrittenText,
  basedOn: number,
): Promise<DraftRecord> {
  const task = await tx.lockTask(taskId);
  assertMayWrite(task, actor);
  const stored = await tx.draftOf(taskId, actor.accountId);
  if (stored && stored.findings === text.findings && stored.impression === text.impression) return stored;
  if ((stored?.revision ?? 0) !== basedOn) throw new DomainError("draft-outdated", { revision: stored?.revision ?? 0 });
  const draft = { ...text, revision: basedOn + 1, savedAt: tx.now };
  await tx.writeDraft(taskId, actor.accountId, draft);
  return draft;
}

/** The reader while he holds the claim; a countersigner, not the reader, while the report waits for a second doctor. */
function assertMayWrite(task: TaskRecord, actor: Actor): void {
  if (task.state === "claimed") {
    assertMay(actor, "task.read", taskRelations(task));
    if (task.readerId !== actor.accountId) throw new DomainError("task-claim-lost");
  } else if (task.state === "preliminary") {
    assertMay(actor, "task.countersign", taskRelations(task));
    if (task.readerId === actor.accountId) throw new DomainError("countersign-own-report");
  } else throw new DomainError("task-claim-lost");
}
