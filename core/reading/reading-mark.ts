import type { MarkName } from "./mark-names.ts";

/** A mark as its reader's page wrote it. The page makes the id, and counts the revision up with each change. */
export interface ReadingMark {
  readonly id: string;
  readonly sopInstanceUid: string;
  readonly frameNumber: number;
  readonly kind: MarkName;
  /** Image pixels; (0, 0) is the outer corner of the first one. */
  readonly points: readonly (readonly [x: number, y: number])[];
  readonly label: string;
  /** Of the finding, as the reader counts. */
  readonly number: number;
  readonly deleted: boolean;
  readonly revision: number;
}

/** An instance that may be marked in a task: of its study, or of another one of the same person. */
export interface MarkableInstance {
  readonly studyId: string;
  readonly studyInstanceUid: string;
  readonly frames: number;
}

/** The marks of a task, in the transaction that it is locked in. */
export interface MarkShelf {
  /** Of these instances those that may be seen, by SOP Instance UID. */
  markable(taskId: string, sopInstanceUids: readonly string[]): Promise<ReadonlyMap<string, MarkableInstance>>;
  /** The account's own with these ids, deleted ones too. */
  find(taskId: string, accountId: string, ids: readonly string[]): Promise<readonly ReadingMark[]>;
  /** How many the account ever made in the task. */
  count(taskId: string, accountId: string): Promise<number>;
  /** Each of another id, with the study that its image is of. */
  write(
    taskId: string,
    accountId: string,
    marks: readonly { readonly studyId: string; readonly mark: ReadingMark }[],
  ): Promise<void>;
  /** Writes into the audit that the account marks the task's images; the same again within ten minutes is one line. */
  note(actorName: string, studyId: string, taskId: string): Promise<void>;
}

export function sameMark(a: ReadingMark, b: ReadingMark): boolean {
  return (
    a.sopInstanceUid === b.sopInstanceUid &&
    a.frameNumber === b.frameNumber &&
    a.kind === b.kind &&
    a.label === b.label &&
    a.number === b.number &&
    a.deleted === b.deleted &&
    samePoints(a.points, b.points)
  );
}

export function samePoints(a: ReadingMark["points"], b: ReadingMark["points"]): boolean {
  return a.length === b.length && a.every(([x, y], index) => x === b[index]?.[0] && y === b[index]?.[1]);
}
