import { type Ref, useId, useImperativeHandle, useRef } from "react";
import type { StudySummary } from "../../core/api/payloads/study-summary.ts";
import { useText } from "../i18n/use-text.ts";
import { GrowingText } from "./growing-text.tsx";
import type { ReportText } from "./local-drafts.ts";
import { normalTextsFor, withNormalText } from "./normal-texts.ts";
import { useReportInsert, withWords } from "./report-insert.ts";

interface ReportFieldsProps {
  readonly study: StudySummary;
  readonly text: ReportText;
  readonly onChange: (text: ReportText) => void;
  readonly findingsRef?: Ref<HTMLTextAreaElement>;
}

/** Findings and impression, with the phrases for an examination without findings above them. */
export function ReportFields({ study, text: report, onChange, findingsRef }: ReportFieldsProps) {
  const { text } = useText();
  const id = useId();
  const ecg = study.modalities.includes("ECG");
  const findings = useRef<HTMLTextAreaElement>(null);
  const impression = useRef<HTMLTextAreaElement>(null);
  useImperativeHandle(findingsRef, () => findings.current as HTMLTextAreaElement);
  /** Where the cursor was last; nowhere yet: at the end of the findings. */
  const written = useRef<"findings" | "impression">(undefined);
  useReportInsert((words) => {
    const name = written.current ?? "findings";
    const field = name === "findings" ? findings.current : impression.current;
    if (field === null) return;
    const end = report[name].length;
    const [from, to] = written.current === undefined ? [end, end] : [field.selectionStart, field.selectionEnd];
    const { text: next, cursor } = withWords(report[name], words, from, to);
    onChange({ ...report, [name]: next });
    written.current = name;
    requestAnimationFrame(() => field.setSelectionRange(cursor, cursor)); // once the field has the text
  });
  return (
    <>
      <fieldset className="report-phrases" aria-label={text("report.normal")}>
        <span className="report-dim">{text("report.normal")}</span>
        {normalTextsFor(study.modalities, study.bodyParts).map((normal) => (
          <button
            key={normal.id}
            type="button"
            className="report-phrase"
            title={normal.impression}
            onClick={() =>
              onChange({
                findings: withNormalText(report.findings, normal.findings),
                impression: withNormalText(report.impression, normal.impression),
              })
            }
          >
            {text(`report.normal.${normal.id}`)}
          </button>
        ))}
      </fieldset>
      <label className="report-label" htmlFor={`${id}f`}>
        {text(ecg ? "report.findings.ecg" : "report.findings")}
      </label>
      <GrowingText
        id={`${id}f`}
        ref={findings}
        onFocus={() => {
          written.current = "findings";
        }}
        value={report.findings}
        minRows={7}
        placeholder={text("report.findings.hint")}
        onChange={(findings) => onChange({ ...report, findings })}
      />
      <label className="report-label" htmlFor={`${id}i`}>
        {text("report.impression")}
      </label>
      <GrowingText
        id={`${id}i`}
        ref={impression}
        onFocus={() => {
          written.current = "impression";
        }}
        value={report.impression}
        minRows={3}
        placeholder={text("report.impression.hint")}
        onChange={(impression) => onChange({ ...report, impression })}
      />
    </>
  );
}
