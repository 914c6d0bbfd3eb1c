import { type Actor, assertMay } from "../access/actor.ts";
import { DomainError } from "../errors.ts";
import { makeMove } from "../reading/make-move.ts";
import type { ReadingTransaction, VersionRecord, WrittenText } from "../reading/reading-transaction.ts";
import { taskRelations } from "../reading/task-moves.ts";
import { assertWritten } from "./report-content.ts";

/** The reader hands the report to a second doctor: a preliminary version, which no one changes any more. */
export async function submitReport(
  tx: ReadingTransaction,
  actor: Actor,
  taskId: string,
  text: WrittenText,
): Promise<void> {
  const task = await tx.lockTask(taskId);
  await makeMove(tx, actor, task, "submit", { submittedAt: tx.now, returnedReason: null });
  assertWritten(text);
  await addVersion(tx, taskId, {
    ...text,
    status: "preliminary",
    authorId: actor.accountId,
    authorName: actor.displayName,
    writtenAt: tx.now,
    countersignerId: null,
    countersignerName: null,
    signedAt: null,
  });
  // The draft goes on as it was handed in, for when the report is taken or sent back.
  const draft = await tx.draftOf(taskId, actor.accountId);
  await tx.writeDraft(taskId, actor.accountId, { ...text, revision: (draft?.revision ?? 0) + 1, savedAt: tx.now });
}

/** The reader takes the report back before the second doctor has signed; his draft is as he handed it in. */
export async function recallReport(tx: ReadingTransaction, actor: Actor, taskId: string): Promise<void> {
  const task = await tx.lockTask(taskId);
  await makeMove(tx, actor, task, "recall", { submittedAt: null });
}

/** The second doctor sends it back with a reason; the reader finds his text as his draft, and a notice. */
export async function returnReport(
  tx: ReadingTransaction,
  actor: Actor,
  taskId: string,
  reason: string,
): Promise<void> {
  const task = await tx.lockTask(taskId);
  await makeMove(tx, actor, task, "return", { submittedAt: null, returnedReason: reason });
  if (!task.readerId) throw new DomainError("task-move-impossible", { move: "return", state: task.state });
  await tx.notify({
    siteId: task.centreSiteId,
    role: "reader",
    accountId: task.readerId,
    kind: "report-returned",
    taskId,
  });
  await tx.announce({ topic: "notice", siteIds: [task.centreSiteId], taskId });
}

/** 审核: the second signature makes the report final, with the text as the second doctor leaves it. */
export async function countersignReport(
  tx: ReadingTransaction,
  actor: Actor,
  taskId: string,
  text: WrittenText,
): Promise<void> {
  const task = await tx.lockTask(taskId);
  await makeMove(tx, actor, task, "countersign", { countersignerId: actor.accountId, finalAt: tx.now });
  assertWritten(text);
  const preliminary = await tx.newestVersion(taskId);
  if (!preliminary) throw new DomainError("task-move-impossible", { move: "countersign", state: task.state });
  await addVersion(tx, taskId, {
    ...text,
    status: "final",
    authorId: preliminary.authorId,
    authorName: preliminary.authorName,
    writtenAt: preliminary.writtenAt,
    countersignerId: actor.accountId,
    countersignerName: actor.displayName,
    signedAt: tx.now,
  });
  for (const role of ["gp", "technician"] as const)
    await tx.notify({ siteId: task.siteId, role, kind: "report-final", taskId });
  await tx.enqueue("deliver-report", { taskId });
  await tx.announce({ topic: "notice", siteIds: [task.siteId], taskId });
  await tx.announce({
    topic: "report",
    siteIds: [task.siteId, task.centreSiteId],
    studyInstanceUid: task.studyInstanceUid,
    taskId,
  });
}

/** The GP ticks the report read. */
export async function acknowledgeReport(tx: ReadingTransaction, actor: Actor, taskId: string): Promise<void> {
  const task = await tx.lockTask(taskId);
  assertMay(actor, "report.acknowledge", taskRelations(task));
  if (task.state === "acknowledged") return;
  await makeMove(tx, actor, task, "acknowledge", { acknowledgedAt: tx.now, acknowledgedBy: actor.accountId });
  await tx.announce({ topic: "report", siteIds: [task.siteId], studyInstanceUid: task.studyInstanceUid, taskId });
}

/** The PDF is in the study: the report counts as delivered. A GP who was quicker has acknowledged it already. */
export async function deliverReport(tx: ReadingTransaction, taskId: string, pdfSopInstanceUid: string): Promise<void> {
  const task = await tx.lockTask(taskId);
  if (task.state === "final") await makeMove(tx, null, task, "deliver", { deliveredAt: tx.now, pdfSopInstanceUid });
  else await tx.writeTask(task, task.state, { deliveredAt: tx.now, pdfSopInstanceUid });
  await tx.removeDrafts(taskId);
  await tx.announce({
    topic: "report",
    siteIds: [task.siteId, task.centreSiteId],
    studyInstanceUid: task.studyInstanceUid,
    taskId,
  });
}

async function addVersion(
  tx: ReadingTransaction,
  taskId: string,
  version: Omit<VersionRecord, "version">,
): Promise<void> {
  const newest = await tx.newestVersion(taskId);
  await tx.addVersion(taskId, { ...version, version: (newest?.version ?? 0) + 1 });
}
