import { z } from "zod";
import { CHANGE_KINDS, IDENTITY_FIELDS } from "../../patient/change-kinds.ts";
import { PatientKey, StudyLine } from "./patient-payloads.ts";
import { NamedPatient } from "./patient-summary.ts";
import { Day, Instant, Page, SiteRef, Text, Uid } from "./payload-parts.ts";

/** A component group of PN: no backslash, no equals sign, no control characters (PS3.5 §6.2). */
const NameGroup = z
  .string()
  .trim()
  .max(64)
  .regex(/^[^\p{Cc}\\=]*$/u);

const CorrectedFields = z.object({
  name: z.object({ ideographic: NameGroup, alphabetic: NameGroup, phonetic: NameGroup }).optional(),
  patientId: z
    .string()
    .trim()
    .min(1)
    .max(64)
    .regex(/^[^\p{Cc}\\]*$/u)
    .optional(),
  birthDate: z.union([z.literal(""), Day]).optional(),
  sex: z.enum(["", "M", "F", "O"]).optional(),
});

const PatientChangeRequest = z.union([
  z.strictObject({ kind: z.literal("merge"), patientKey: PatientKey, intoKey: PatientKey }),
  z.strictObject({ kind: z.literal("link"), patientKey: PatientKey, withKey: PatientKey }),
  z.strictObject({ kind: z.literal("move"), studyInstanceUid: Uid, toKey: PatientKey }),
  z.strictObject({ kind: z.literal("correct"), patientKey: PatientKey, fields: CorrectedFields }),
  z.strictObject({ kind: z.literal("correct"), studyInstanceUid: Uid, fields: CorrectedFields }),
]);

const IdentityDifference = z.object({
  fields: z
    .array(z.object({ field: z.enum(IDENTITY_FIELDS), before: z.string(), after: z.string(), studies: z.number() }))
    .readonly(),
  studyCount: z.number(),
  studies: z.array(StudyLine).readonly(),
  signedReports: z.number(),
  openTasks: z.number(),
  priorsGiven: z.number(),
  priorsTaken: z.number(),
  conflictsSettled: z.number(),
  sentAgain: z.number().optional(),
  sentAgainTo: z.array(z.string()).readonly().optional(),
});

const PatientChange = z.object({
  id: z.string(),
  kind: z.enum(CHANGE_KINDS),
  /** False: it is of one study. */
  ofPatient: z.boolean(),
  site: SiteRef,
  patient: NamedPatient,
  other: NamedPatient.extend({ site: SiteRef }).nullable(),
  reason: z.string(),
  at: Instant,
  by: z.string(),
  undoneAt: Instant.nullable(),
  undoneBy: z.string().nullable(),
  difference: IdentityDifference,
});

export const PATIENT_CHANGE_PAYLOADS = {
  previewPatientChange: {
    body: PatientChangeRequest,
    /** With the token just this difference can be asked for. */
    answer: z.object({ difference: IdentityDifference, token: z.string() }),
  },
  makePatientChange: {
    body: z.object({ change: PatientChangeRequest, reason: z.string().trim().min(1).max(500), token: Text(64) }),
    answer: PatientChange,
  },
  listPatientChanges: {
    query: z.object({ studyInstanceUid: Uid.optional(), ...Page }),
    answer: z.object({ changes: z.array(PatientChange), total: z.number() }),
  },
  undoPatientChange: { params: z.object({ changeId: z.string().regex(/^\d{1,18}$/) }), answer: PatientChange },
} as const;
