import { ageOf, dateText } from "../../core/image/dicom-text.ts";
import type { StudyModel } from "../../core/image/study-model.ts";
import type { Text } from "../i18n/use-text.ts";

/** Who it is, as every display must say: name, ID, sex and age, date of birth. */
export function patientLines({ patient, studyDate }: StudyModel, text: Text): readonly string[] {
  const { han, latin } = patient.name;
  const age = ageOf(patient.age, patient.birthDate, studyDate);
  const sex =
    patient.sex === "M" || patient.sex === "F" || patient.sex === "O" ? text(`sex.${patient.sex}`) : text("sex.");
  return [
    [han, latin].filter(Boolean).join("  "),
    patient.patientId && text("ct.patient-id", { id: patient.patientId }),
    [sex, age ? text(`ct.age-${age.unit}`, { count: age.count }) : ""].filter(Boolean).join("  "),
    patient.birthDate && text("ct.born", { date: dateText(patient.birthDate) }),
  ].filter((line) => line !== "");
}
