import type { StudySummary } from "../../core/api/payloads/study-summary.ts";
import { useText } from "../i18n/use-text.ts";
import { secondText } from "../reading/instant-text.ts";
import { DiffText } from "./diff-text.tsx";
import type { ReportText } from "./local-drafts.ts";
import type { ReportDraft } from "./use-report-draft.ts";

interface DraftConflictProps {
  readonly study: StudySummary;
  readonly conflict: NonNullable<ReportDraft["conflict"]>;
  readonly onChoose: (text: ReportText) => void;
}

/** Two windows wrote: both texts, what differs marked, and one choice. */
export function DraftConflict({ study, conflict, onChoose }: DraftConflictProps) {
  const { text } = useText();
  const { local, hub } = conflict;
  const fields = [
    ["findings", text(study.modalities.includes("ECG") ? "report.findings.ecg" : "report.findings")],
    ["impression", text("report.impression")],
  ] as const;
  return (
    <section className="report-conflict" role="alert">
      <h3>{text("report.conflict.title")}</h3>
      <p className="report-dim">{text("report.conflict.hint")}</p>
      <article>
        <header>
          <h4>
            {text("report.conflict.local", {
              time: secondText(conflict.editedAt, Date.now()),
            })}
          </h4>
          <button type="button" className="report-button" onClick={() => onChoose(local)}>
            {text("report.conflict.take-local")}
          </button>
        </header>
        {fields.map(([field, label]) => (
          <div key={field}>
            <h5>{label}</h5>
            <DiffText before={hub[field]} after={local[field]} />
          </div>
        ))}
      </article>
      <article>
        <header>
          <h4>{text("report.conflict.hub")}</h4>
          <button
            type="button"
            className="report-button"
            onClick={() => onChoose({ findings: hub.findings, impression: hub.impression })}
          >
            {text("report.conflict.take-hub")}
          </button>
        </header>
        {fields.map(([field, label]) => (
          <div key={field}>
            <h5>{label}</h5>
            <p className="report-text">{hub[field] || text("report.not-written")}</p>
          </div>
        ))}
      </article>
    </section>
  );
}
