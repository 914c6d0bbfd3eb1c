import { z } from "zod";
import { AccountRef, byStudy, byTask, Instant, Page, Text, Urgency } from "./payload-parts.ts";
import { RejectedSince } from "./rejected-since.ts";
import { ReportVersion, WrittenReport } from "./report-version.ts";
import { StudySummary } from "./study-summary.ts";
import { TaskSummary } from "./task-summary.ts";

const ReportDraft = z.object({
  revision: z.number(),
  findings: z.string(),
  impression: z.string(),
  savedAt: Instant,
});

/** Somebody asks whoever reads it to give it up; with whom to talk that over, where it was said. */
const CancelRequest = z.object({
  reason: z.string(),
  contactName: z.string(),
  contactUri: z.string(),
  askedBy: AccountRef,
  askedAt: Instant,
});

const TaskDetail = z.object({
  task: TaskSummary,
  study: StudySummary,
  /** The caller's own text, when there is some. */
  draft: ReportDraft.nullable(),
  /** Newest first. A site sees only final and amended ones. */
  versions: z.array(ReportVersion),
  /** Which moves the caller may make now. */
  moves: z.array(z.string()),
  pdfReady: z.boolean(),
  /** The newest, while the task is being read. */
  cancelRequest: CancelRequest.nullable(),
  rejectedSince: RejectedSince,
});

const DraftToSave = WrittenReport.extend({
  /** The revision this text grew out of; 0 for the first. */ basedOn: z.number().int().min(0),
});

const ReadingRequest = z.object({ clinicalHistory: Text(4000), question: Text(2000), urgency: Urgency });

export const READING_TASK_PAYLOADS = {
  requestReading: { params: byStudy, body: ReadingRequest, answer: TaskSummary },
  listTasks: {
    query: z.object({
      /** open: to claim · mine: claimed by the caller · countersign: waiting for a second doctor · done */
      view: z.enum(["open", "mine", "countersign", "done"]).default("open"),
      q: Text(64).optional(),
      modality: Text(16).optional(),
      urgency: Urgency.optional(),
      ...Page,
    }),
    answer: z.object({
      tasks: z.array(z.object({ task: TaskSummary, study: StudySummary, priorCount: z.number() })),
      total: z.number(),
      counts: z.record(z.string(), z.number()),
    }),
  },
  getTask: { params: byTask, answer: TaskDetail },
  claimTask: { params: byTask, answer: TaskDetail },
  releaseTask: { params: byTask, answer: TaskSummary },
  withdrawTask: { params: byTask, answer: TaskSummary },
  changeRequest: { params: byTask, body: ReadingRequest, answer: TaskSummary },
  saveDraft: { params: byTask, body: DraftToSave, answer: ReportDraft },
  submitReport: { params: byTask, body: WrittenReport, answer: TaskDetail },
  recallReport: { params: byTask, answer: TaskDetail },
  returnReport: { params: byTask, body: z.object({ reason: Text(1000).min(1) }), answer: TaskSummary },
  countersignReport: { params: byTask, body: WrittenReport, answer: TaskDetail },
} as const;
