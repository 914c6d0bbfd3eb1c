import type { Role } from "../access/policy.ts";
import type { AuditLine } from "../audit/audit-line.ts";
import type { JobName, JobPayload } from "../jobs/job-contracts.ts";
import type { LiveChange } from "../jobs/live-change.ts";
import type { WorkitemEvent } from "../jobs/workitem-event.ts";
import type { Urgency } from "../order/due-time.ts";
import type { CancelRequest } from "./cancel-request.ts";
import type { MarkShelf } from "./reading-mark.ts";
import type { TaskStanding } from "./task-moves.ts";

/** A reading task as the use cases see it. Instants are ms since the epoch. */
export interface TaskRecord extends TaskStanding {
  readonly id: string;
  readonly version: number;
  readonly studyId: string;
  readonly studyInstanceUid: string;
  readonly modality: string;
  readonly urgency: Urgency;
  readonly readerName: string | null;
  readonly timeZone: string;
  readonly requestedAt: number;
  /** Which workitem of the task is the living one (workitem.ts). */
  readonly workitemNumber: number;
  /** The lock of the one who claimed it through UPS-RS; null when it was claimed on a page. */
  readonly claimTransactionUid: string | null;
}

export interface StudyRecord {
  readonly id: string;
  readonly studyInstanceUid: string;
  readonly siteId: string;
  readonly state: "receiving" | "complete";
  readonly modalities: readonly string[];
  readonly timeZone: string;
  /** Its originals were deleted: retention was over. */
  readonly isDeleted: boolean;
  /** Nothing of it may be seen: all of it was rejected. */
  readonly isEmpty: boolean;
}

/** What a move may change beside the state; absent means left as it is. */
export interface TaskChanges {
  readonly clinicalHistory?: string;
  readonly question?: string;
  readonly urgency?: Urgency;
  readonly dueAt?: number;
  readonly onListAt?: number;
  readonly readerId?: string | null;
  readonly claimedAt?: number | null;
  readonly claimTransactionUid?: string | null;
  readonly countersignerId?: string | null;
  readonly submittedAt?: number | null;
  readonly returnedReason?: string | null;
  readonly finalAt?: number;
  readonly deliveredAt?: number;
  readonly acknowledgedAt?: number;
  readonly acknowledgedBy?: string;
  readonly pdfSopInstanceUid?: string;
}

export interface NewTask {
  readonly studyId: string;
  readonly siteId: string;
  readonly centreSiteId: string;
  readonly modality: string;
  readonly urgency: Urgency;
  readonly clinicalHistory: string;
  readonly question: string;
  readonly requestedBy: string | null;
  readonly requestedAt: number;
  readonly dueAt: number;
  /** Given by the client that asked through UPS-RS; absent, it is derived from the task's id. */
  readonly workitemUid?: string;
}

export interface WrittenText {
  readonly findings: string;
  readonly impression: string;
}

export interface DraftRecord extends WrittenText {
  readonly revision: number;
  readonly savedAt: number;
}

export interface VersionRecord extends WrittenText {
  readonly version: number;
  readonly status: "preliminary" | "final" | "amended";
  readonly authorId: string;
  readonly authorName: string;
  readonly writtenAt: number;
  readonly countersignerId: string | null;
  readonly countersignerName: string | null;
  readonly signedAt: number | null;
}

/**
 * One transaction over tasks, reports, audit and outbox: all of a move is in it, or nothing. Under the row-level security
 * of the actor it was opened for, so `lock…` throws `not-found` for what the actor may not see.
 */
export interface ReadingTransaction {
  readonly now: number;
  readonly marks: MarkShelf;
  lockTask(taskId: string): Promise<TaskRecord>;
  lockStudy(studyInstanceUid: string): Promise<StudyRecord>;
  openTaskOf(studyId: string): Promise<string | null>;
  centreFor(siteId: string, modality: string): Promise<string | null>;
  addTask(task: NewTask): Promise<string>;
  /** Writes state and changes and counts the version up. */
  writeTask(task: TaskRecord, state: TaskRecord["state"], changes: TaskChanges): Promise<void>;
  /** Ends the living workitem of a task that was given back, and counts on to its successor. */
  replaceWorkitem(task: TaskRecord): Promise<void>;
  /** The lock under which that earlier workitem of the task was held; null when there was none. */
  lockOfReplaced(taskId: string, workitemNumber: number): Promise<string | null>;
  askForCancellation(taskId: string, workitemNumber: number, accountId: string, asked: CancelRequest): Promise<void>;
  draftOf(taskId: string, accountId: string): Promise<DraftRecord | null>;
  writeDraft(taskId: string, accountId: string, draft: DraftRecord): Promise<void>;
  /** Everybody's: only the hub itself may. */
  removeDrafts(taskId: string): Promise<void>;
  newestVersion(taskId: string): Promise<VersionRecord | null>;
  addVersion(taskId: string, version: VersionRecord): Promise<void>;
  notify(notice: {
    readonly siteId: string;
    readonly role: Role;
    readonly accountId?: string;
    readonly kind: NoticeKind;
    readonly taskId: string;
  }): Promise<void>;
  audit(line: AuditLine): Promise<void>;
  enqueue<Name extends JobName>(name: Name, payload: JobPayload<Name>, runAt?: number): Promise<void>;
  announce(change: LiveChange | WorkitemEvent): Promise<void>;
  /** What other archives have to do with the study now that a centre reads it: what they get, and what is fetched from them. */
  enqueueOutward(studyId: string): Promise<void>;
}

export const NOTICE_KINDS = [
  "report-final",
  "report-returned",
  "report-images-rejected",
  "task-new-images",
  "task-images-rejected",
] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];
