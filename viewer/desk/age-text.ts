import type { PatientSummary } from "../../core/api/payloads/patient-summary.ts";
import type { Text } from "../i18n/use-text.ts";
import { dicomDateTimeText } from "../reading/instant-text.ts";
import { patientAge } from "../reading/patient-age.ts";

/**
 * The age as the device wrote it, else reckoned from birth to study; empty when neither is known. Where they make nobody's
 * age, that it is not known, and the date that says so.
 */
export function ageText(patient: Pick<PatientSummary, "age" | "birthDate">, studyDate: string, text: Text): string {
  const age = patientAge(patient.age, patient.birthDate, studyDate);
  if (age !== null) return text(`patient.age-${age.unit}`, { value: age.value });
  const isSaid = /^\d{8}$/.test(patient.birthDate) && (patient.age !== "" || studyDate !== "");
  return isSaid ? text("patient.age-unknown-born", { date: dicomDateTimeText(patient.birthDate) }) : "";
}
