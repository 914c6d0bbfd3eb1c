import type { PatientSummary } from "../../core/api/payloads.ts";
import type { Text } from "../i18n/use-text.ts";
import { patientAge } from "../reading/patient-age.ts";

/** The age as the device wrote it, else reckoned from birth to study; empty when neither is known. */
export function ageText(patient: Pick<PatientSummary, "age" | "birthDate">, studyDate: string, text: Text): string {
  const age = patientAge(patient.age, patient.birthDate, studyDate);
  return age === null ? "" : text(`patient.age-${age.unit}`, { value: age.value });
}
