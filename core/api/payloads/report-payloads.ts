import { z } from "zod";
import { byTask, Page, Text } from "./payload-parts.ts";
import { RejectedSince } from "./rejected-since.ts";
import { ReportVersion } from "./report-version.ts";
import { StudySummary } from "./study-summary.ts";
import { TaskSummary } from "./task-summary.ts";

const ReportSummary = z.object({
  task: TaskSummary,
  study: StudySummary,
  impression: z.string(),
  pdfReady: z.boolean(),
});

const ReportDetail = z.object({
  task: TaskSummary,
  study: StudySummary,
  report: ReportVersion,
  pdfReady: z.boolean(),
  rejectedSince: RejectedSince,
  moves: z.array(z.string()),
});

export const REPORT_PAYLOADS = {
  listReports: {
    query: z.object({
      q: Text(64).optional(),
      unacknowledged: z.stringbool().optional(),
      modality: Text(16).optional(),
      from: z
        .string()
        .regex(/^\d{8}$/)
        .optional(),
      to: z
        .string()
        .regex(/^\d{8}$/)
        .optional(),
      ...Page,
    }),
    answer: z.object({ reports: z.array(ReportSummary), total: z.number(), unacknowledged: z.number() }),
  },
  getReport: { params: byTask, answer: ReportDetail },
  getReportPdf: { params: byTask, answer: null },
  acknowledgeReport: { params: byTask, answer: TaskSummary },
} as const;
