import { z } from "zod";
import { NamedPatient } from "./patient-summary.ts";
import { byStudy, DicomDate, Page, SiteRef, Text, Uid } from "./payload-parts.ts";
import { Rejection } from "./rejection-payloads.ts";
import { StudySummary } from "./study-summary.ts";

const PriorStudy = z.object({
  studyInstanceUid: Uid,
  studyDate: DicomDate,
  description: z.string(),
  modalities: z.array(z.string()),
  site: SiteRef,
  reportTaskId: z.string().nullable(),
});

const HiddenAs = z.enum(["quality", "safety", "worklist", "expired", "note"]);

/** What a device says it made, in instances, and what of it has not come (MPPS). */
const Reported = z.object({ made: z.number(), missing: z.number() });

const MissingOf = z.object({
  seriesInstanceUid: z.string(),
  /** Null when nothing of the series is here. */
  number: z.number().nullable(),
  description: z.string(),
  missing: z.number(),
});

const StudyDetail = z.object({
  study: StudySummary,
  /** The patient it is filed under, and the first that an instance names otherwise while that is not settled. */
  patientKey: z.string(),
  conflictWith: NamedPatient.nullable(),
  series: z.array(
    z.object({
      seriesInstanceUid: Uid,
      modality: z.string(),
      number: z.number().nullable(),
      description: z.string(),
      instanceCount: z.number(),
    }),
  ),
  priors: z.array(PriorStudy),
  /** What was rejected of it, newest first; for who may reject. */
  rejections: z.array(Rejection),
  mayReject: z.boolean(),
  /** What the device says it made of it; null when it says nothing. */
  reported: Reported.extend({ missingOf: z.array(MissingOf) }).nullable(),
});

export const STUDY_PAYLOADS = {
  listStudies: {
    query: z.object({
      q: Text(64).optional(),
      modality: Text(16).optional(),
      /** receiving, unasked (complete, no task), waiting (with a reader), reported */
      stage: z.enum(["receiving", "unasked", "waiting", "reported"]).optional(),
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
    answer: z.object({
      studies: z.array(StudySummary.extend({ reported: Reported.nullable() })),
      total: z.number(),
      counts: z.record(z.string(), z.number()),
    }),
  },
  getStudy: { params: byStudy, answer: StudyDetail },
  listSeriesInstances: {
    params: byStudy.extend({ seriesInstanceUid: Uid }),
    answer: z.object({
      instances: z.array(
        z.object({
          sopInstanceUid: Uid,
          number: z.number().nullable(),
          frames: z.number(),
          hiddenAs: HiddenAs.nullable(),
        }),
      ),
    }),
  },
  findStoredInstances: {
    body: z.object({
      instances: z
        .array(
          z.object({
            sopInstanceUid: Uid,
            /** hex, of the data set without the Part 10 header */ dataSetSha256: z.string().regex(/^[0-9a-f]{64}$/),
          }),
        )
        .max(1000),
    }),
    answer: z.object({ stored: z.array(Uid) }),
  },
} as const;
