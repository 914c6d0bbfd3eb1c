import type { PatientSummary } from "../../core/api/payloads/patient-summary.ts";
import { ageText } from "../desk/age-text.ts";
import { sexText } from "../desk/sex-text.ts";
import { useText } from "../i18n/use-text.ts";
import "./patient-line.css";

interface PatientLineProps {
  readonly patient: PatientSummary;
  readonly studyDate: string;
}

/** "张三 男 77 岁": a patient in one row of a list. */
export function PatientLine({ patient, studyDate }: PatientLineProps) {
  const { text } = useText();
  const age = ageText(patient, studyDate, text);
  return (
    <span className="patient-line" title={`${patient.name} ${patient.nameLatin} ${patient.patientId} ${age}`}>
      <b>{patient.name || text("patient.no-name")}</b>{" "}
      <span>
        {patient.sex === "" ? "" : sexText(patient.sex, text)} {age}
      </span>
    </span>
  );
}
