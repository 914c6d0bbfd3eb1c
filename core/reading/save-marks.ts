import type { Actor } from "../access/actor.ts";
import { DomainError } from "../errors.ts";
import { assertMayWrite } from "./assert-may-write.ts";
import { type ReadingMark, sameMark } from "./reading-mark.ts";
import type { ReadingTransaction } from "./reading-transaction.ts";

/** Of one account in one task, those that were deleted with them. */
export const MOST_MARKS = 1000;

export interface SavedMarks {
  readonly saved: readonly string[];
  readonly outdated: readonly ReadingMark[];
  readonly gone: readonly string[];
}

/**
 * Keeps what a doctor has drawn so far, while he may write the report. Of two windows the higher revision stands, and of
 * the same one the first; the other is told. The same mark again is no error. One on an image that is not shown, or not of
 * the task's patient, is not kept. Throws `too-many-marks`, and what `saveDraft` throws.
 */
export async function saveMarks(
  tx: ReadingTransaction,
  actor: Actor,
  taskId: string,
  marks: readonly ReadingMark[],
): Promise<SavedMarks> {
  const task = await tx.lockTask(taskId);
  assertMayWrite(task, actor);
  const ids = marks.map(({ id }) => id);
  const instances = await tx.marks.markable(taskId, [...new Set(marks.map((mark) => mark.sopInstanceUid))]);
  const stored = new Map((await tx.marks.find(taskId, actor.accountId, ids)).map((mark) => [mark.id, mark]));
  let count = await tx.marks.count(taskId, actor.accountId);
  const saved = new Set<string>();
  const outdated = new Set<string>();
  const gone: string[] = [];
  const changed = new Map<string, { readonly studyId: string; readonly mark: ReadingMark }>();
  const touched = new Set<string>();
  for (const mark of marks) {
    const instance = instances.get(mark.sopInstanceUid);
    const before = stored.get(mark.id);
    if (!instance || mark.frameNumber > instance.frames) gone.push(mark.id);
    else if (before && before.revision >= mark.revision)
      (before.revision === mark.revision && sameMark(before, mark) ? saved : outdated).add(mark.id);
    else {
      if (!before) count += 1;
      if (count > MOST_MARKS) throw new DomainError("too-many-marks", { most: MOST_MARKS });
      changed.set(mark.id, { studyId: instance.studyId, mark });
      stored.set(mark.id, mark);
      saved.add(mark.id);
      touched.add(instance.studyInstanceUid);
    }
  }
  if (changed.size > 0) {
    await tx.marks.write(taskId, actor.accountId, [...changed.values()]);
    await tx.marks.note(actor.username, task.studyId, taskId);
  }
  for (const studyInstanceUid of touched)
    await tx.announce({ topic: "mark", siteIds: [task.centreSiteId], studyInstanceUid, taskId });
  return { saved: [...saved], outdated: [...outdated].flatMap((id) => stored.get(id) ?? []), gone };
}
