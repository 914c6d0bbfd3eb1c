import type { ReactNode } from "react";
import type { Answer } from "../../core/api/payloads.ts";
import { ageText } from "../desk/age-text.ts";
import { sexText } from "../desk/sex-text.ts";
import { useText } from "../i18n/use-text.ts";
import { dicomDateTimeText, minuteText } from "../reading/instant-text.ts";
import { siteName } from "../reading/site-name.ts";
import "./report-paper.css";

/** A report as it is handed over: five parts on one sheet, on the screen as in print. */
export function ReportPaper({ detail }: { readonly detail: Answer<"getReport"> }) {
  const { text, language } = useText();
  const { task, study, report } = detail;
  const { patient } = study;
  const centre = siteName(task.centre, language);
  const ecg = task.modality === "ECG";
  return (
    <article className="report-paper">
      <header>
        <p>{centre}</p>
        <h1>{ecg ? text("gp.paper.title.ECG") : text("gp.paper.title", { modality: task.modality })}</h1>
        {report.status === "amended" && <strong>{text("gp.amended")}</strong>}
      </header>
      <Facts
        label={text("gp.part.general")}
        rows={[
          [text("gp.name"), <b key="name">{patient.name || text("patient.no-name")}</b>],
          [text("gp.sex"), sexText(patient.sex, text)],
          [text("gp.age"), ageText(patient, study.studyDate, text)],
          [text("gp.patient-id"), patient.patientId],
          [text("gp.birth-date"), dicomDateTimeText(patient.birthDate)],
          [text("gp.accession"), study.accessionNumber],
          [text("gp.origin"), siteName(task.site, language)],
          [
            text("gp.requested"),
            task.requestedBy === null
              ? minuteText(task.requestedAt)
              : text("gp.requested.value", {
                  time: minuteText(task.requestedAt),
                  name: task.requestedBy.displayName,
                }),
          ],
        ]}
      />
      <Facts
        label={text("gp.part.examination")}
        rows={[
          [text("gp.examination"), <b key="exam">{study.description || task.modality}</b>],
          [text("gp.examined"), dicomDateTimeText(study.studyDate, study.studyTime)],
          [text("gp.history"), task.clinicalHistory],
          [text("gp.question"), task.question],
        ]}
      />
      <section>
        <h2>{text(ecg ? "report.findings.ecg" : "report.findings")}</h2>
        <p className="words">{report.findings}</p>
      </section>
      <section className="impression">
        <h2>{text("report.impression")}</h2>
        <p className="words">{report.impression}</p>
      </section>
      <footer>
        <dl aria-label={text("gp.part.signatures")}>
          <div>
            <dt>{text("report.author")}</dt>
            <dd>
              <b>{report.author.displayName}</b> <time dateTime={report.writtenAt}>{minuteText(report.writtenAt)}</time>
            </dd>
          </div>
          {report.countersigner !== null && report.signedAt !== null && (
            <div>
              <dt>{text("report.countersigner")}</dt>
              <dd>
                <b>{report.countersigner.displayName}</b>{" "}
                <time dateTime={report.signedAt}>{minuteText(report.signedAt)}</time>
              </dd>
            </div>
          )}
        </dl>
        <p>{text("gp.paper.note", { centre })}</p>
      </footer>
    </article>
  );
}

interface FactsProps {
  readonly label: string;
  readonly rows: readonly (readonly [label: string, value: ReactNode])[];
}

/** Short facts in three columns; what was not given is not printed, for an empty line tells nothing. */
function Facts({ label, rows }: FactsProps) {
  return (
    <section className="facts" aria-label={label}>
      <dl>
        {rows
          .filter(([, value]) => value !== "")
          .map(([name, value]) => (
            <div key={name} data-long={typeof value === "string" && value.length > 24}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
    </section>
  );
}
