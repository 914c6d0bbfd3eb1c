import { z } from "zod";
import { REFUSAL_REASONS } from "../../deidentify/refusal-reasons.ts";
import { AccountRef, Instant, Page, Uid } from "./payload-parts.ts";

const DeidentifyOptions = z.object({
  modifiedDates: z.boolean(),
  cleanDescriptors: z.boolean(),
  patientCharacteristics: z.boolean(),
  safePrivate: z.boolean(),
});

const ExportSummary = z.object({
  id: z.uuid(),
  purpose: z.string(),
  options: DeidentifyOptions,
  pseudonymPrefix: z.string(),
  /** Null: by the command on the machine itself. */
  requestedBy: AccountRef.nullable(),
  requestedAt: Instant,
  finishedAt: Instant.nullable(),
  state: z.enum(["waiting", "running", "done", "failed"]),
  /** An error code when it failed. */
  failure: z.string().nullable(),
  studyCount: z.number(),
  /** Instances. */
  total: z.number(),
  exported: z.number(),
  refused: z.number(),
  /** Of the file; null when there is none. */
  bytes: z.number().nullable(),
});

const byExport = z.object({ exportId: z.uuid() });

export const EXPORT_PAYLOADS = {
  createExport: {
    body: z.object({
      studyInstanceUids: z.array(Uid).min(1).max(500),
      purpose: z.string().trim().min(1).max(500),
      options: DeidentifyOptions,
      /** Patients are called by it with a number behind: EXP-0001. */
      pseudonymPrefix: z.string().regex(/^[A-Z0-9-]{1,16}$/),
    }),
    answer: ExportSummary,
  },
  listExports: {
    query: z.object({ ...Page }),
    answer: z.object({ exports: z.array(ExportSummary), total: z.number() }),
  },
  getExport: {
    params: byExport,
    answer: ExportSummary.extend({
      /** The first thousand. */
      refusals: z.array(
        z.object({
          studyInstanceUid: Uid,
          seriesDescription: z.string(),
          modality: z.string(),
          sopInstanceUid: Uid,
          reason: z.enum(REFUSAL_REASONS),
        }),
      ),
    }),
  },
  getExportFile: { params: byExport, answer: null },
  retryExport: { params: byExport, answer: ExportSummary },
} as const;
