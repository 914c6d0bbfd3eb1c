import type { ReactNode } from "react";
import type { PatientSummary } from "../../core/api/payloads/patient-summary.ts";
import type { SiteRef } from "../../core/api/payloads/payload-parts.ts";
import { useText } from "../i18n/use-text.ts";
import { dicomDateTimeText } from "../reading/instant-text.ts";
import { siteName } from "../reading/site-name.ts";
import { ageText } from "./age-text.ts";
import styles from "./patient-header.module.css";
import { sexText } from "./sex-text.ts";

interface PatientHeaderProps {
  readonly patient: PatientSummary;
  /** Where the study was made. */
  readonly site: SiteRef;
  /** DICOM DA, to reckon the age at; empty when not known. */
  readonly studyDate: string;
  readonly tone: "light" | "dark";
  /** What the page adds at the end: a clock, a mark. */
  readonly children?: ReactNode;
}

/** Who the patient is: the same on each page, so that two windows can be compared at a glance. */
export function PatientHeader({ patient, site, studyDate, tone, children }: PatientHeaderProps) {
  const { text, language } = useText();
  const age = ageText(patient, studyDate, text);
  return (
    <section className={`${styles.header} ${styles[tone]}`} aria-label={text("patient.header")}>
      <strong className={styles.name} title={patient.nameLatin}>
        {patient.name || text("patient.no-name")}
      </strong>
      <span>{sexText(patient.sex, text)}</span>
      <span title={patient.birthDate ? `${text("patient.born")} ${dicomDateTimeText(patient.birthDate)}` : undefined}>
        {age || text("patient.age-unknown")}
      </span>
      <span className={styles.id} title={`${text("patient.id")} · ${patient.issuer}`}>
        {patient.patientId}
      </span>
      <span className={styles.site}>{siteName(site, language)}</span>
      {children}
    </section>
  );
}
