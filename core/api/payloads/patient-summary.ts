import { z } from "zod";
import { DicomDate } from "./payload-parts.ts";

export const PatientSummary = z.object({
  issuer: z.string(),
  patientId: z.string(),
  /** What to show: the Han name when there is one, else the latin one with spaces. */
  name: z.string(),
  nameLatin: z.string(),
  birthDate: DicomDate,
  sex: z.string(),
  /** As the device wrote it ("077Y"), or empty. */
  age: z.string(),
});
export type PatientSummary = z.infer<typeof PatientSummary>;

/** As a header names her. */
export const NamedPatient = z.object({
  patientId: z.string(),
  name: z.string(),
  nameLatin: z.string(),
  birthDate: DicomDate,
  sex: z.string(),
});
