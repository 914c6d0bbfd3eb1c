import { z } from "zod";
import { NamedPatient } from "./patient-summary.ts";
import { DicomDate, Page, SiteRef, Text, Uid } from "./payload-parts.ts";
import { StudySummary } from "./study-summary.ts";

export const PatientKey = z.string().regex(/^\d{1,18}$/);

const PatientIdentity = NamedPatient.extend({
  patientKey: PatientKey,
  /** The centre whose patient she is. */
  site: SiteRef,
  alphabetic: z.string(),
  ideographic: z.string(),
  phonetic: z.string(),
  studyCount: z.number(),
  lastStudyDate: DicomDate,
  /** The same person elsewhere. */
  linked: z.array(z.object({ patientKey: PatientKey, site: SiteRef, patientId: z.string(), name: z.string() })),
});

export const StudyLine = z.object({
  studyInstanceUid: Uid,
  siteId: z.string(),
  studyDate: DicomDate,
  description: z.string(),
  modalities: z.array(z.string()).readonly(),
  isReported: z.boolean(),
});

export const PATIENT_PAYLOADS = {
  listPatients: {
    query: z.object({ q: Text(64).default(""), siteId: Text(32).optional(), limit: Page.limit }),
    answer: z.object({ patients: z.array(PatientIdentity), hasMore: z.boolean() }),
  },
  getPatient: {
    params: z.object({ patientKey: PatientKey }),
    answer: z.object({ patient: PatientIdentity, studies: z.array(StudyLine) }),
  },
  listIdentityConflicts: {
    query: z.object({ ...Page }),
    answer: z.object({
      conflicts: z.array(
        z.object({
          study: StudySummary,
          patientKey: PatientKey,
          /** Whose study it is now: what its own header says may be what contradicts. */
          filedUnder: NamedPatient,
          /** Null: the hub did not note it yet when it came. */
          conflictWith: NamedPatient.nullable(),
          /** The patient who has that ID. */
          otherKey: PatientKey.nullable(),
        }),
      ),
      total: z.number(),
    }),
  },
} as const;
