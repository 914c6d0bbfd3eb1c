import { z } from "zod";
import { byStudy, DicomDate, Instant, nothing, SiteRef, Text, Uid } from "./payload-parts.ts";

const RetentionKind = z.enum(["out-patient", "in-patient"]);

const Hold = z.object({
  study: z.object({ studyInstanceUid: Uid, patientName: z.string(), patientId: z.string(), description: z.string() }),
  site: SiteRef,
  studyDate: DicomDate,
  modalities: z.array(z.string()),
  reason: z.string(),
  setAt: Instant,
  setBy: z.string(),
});

const RetentionClass = z.object({
  site: SiteRef,
  /** "*": every other one */
  modality: z.string(),
  kind: RetentionKind,
  years: z.number(),
});

const DueDeletion = z.object({
  id: z.string(),
  cause: z.enum(["class", "note"]),
  study: z.object({ studyInstanceUid: Uid, patientName: z.string(), patientId: z.string(), description: z.string() }),
  site: SiteRef,
  studyDate: DicomDate,
  modalities: z.array(z.string()),
  keptUntil: Instant,
  instances: z.number(),
  bytes: z.number(),
  listedAt: Instant,
  confirmedAt: Instant.nullable(),
});

export const RETENTION_PAYLOADS = {
  getRetention: {
    answer: z.object({
      classes: z.array(RetentionClass),
      holds: z.array(Hold),
      due: z.array(DueDeletion),
      /** Of all that is due; `due` gives the first of them. */
      dueTotal: z.number(),
      sweeping: z.object({ blobs: z.number() }),
      tiers: z.object({
        isColdThere: z.boolean(),
        hot: z.object({ instances: z.number(), bytes: z.number() }),
        cold: z.object({ instances: z.number(), bytes: z.number() }),
        sites: z.array(z.object({ site: SiteRef, coldAfterDays: z.number().nullable() })),
      }),
    }),
  },
  saveRetentionClass: {
    params: z.object({ siteId: Text(32), modality: z.string().regex(/^([A-Z]{2,8}|\*)$/) }),
    body: z
      .object({ kind: RetentionKind, years: z.number().int().min(15).max(200) })
      .refine(({ kind, years }) => kind === "out-patient" || years >= 30, { path: ["years"] }),
    answer: nothing,
  },
  deleteRetentionClass: { params: z.object({ siteId: Text(32), modality: Text(8) }), answer: nothing },
  changeColdTier: {
    params: z.object({ siteId: Text(32) }),
    body: z.object({ coldAfterDays: z.number().int().min(1).max(36_500).nullable() }),
    answer: nothing,
  },
  setHold: { params: byStudy, body: z.object({ reason: z.string().trim().min(1).max(1000) }), answer: nothing },
  liftHold: { params: byStudy, body: z.object({ reason: z.string().trim().min(1).max(1000) }), answer: nothing },
  confirmDeletions: {
    body: z.object({ deletionIds: z.array(z.uuid()).min(1).max(500) }),
    answer: z.object({ confirmed: z.number() }),
  },
} as const;
