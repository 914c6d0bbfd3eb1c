import type { Actor } from "../access/actor.ts";
import { DomainError } from "../errors.ts";
import { assertMayWrite } from "../reading/assert-may-write.ts";
import type { DraftRecord, ReadingTransaction, WrittenText } from "../reading/reading-transaction.ts";

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
