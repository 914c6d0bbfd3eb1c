import type { ReportVersion } from "../../core/api/payloads/report-version.ts";
import type { StudySummary } from "../../core/api/payloads/study-summary.ts";
import type { TaskSummary } from "../../core/api/payloads/task-summary.ts";
import type { Answer } from "../../core/api/payloads.ts";
import { apiPath } from "../api/call-api.ts";
import { useText } from "../i18n/use-text.ts";
import { minuteText } from "../reading/instant-text.ts";
import { ReportRequest } from "./report-request.tsx";
import { ReportSignatures } from "./report-signatures.tsx";
import { ReportWords } from "./report-words.tsx";

interface SignedReportProps {
  readonly task: TaskSummary;
  readonly study: StudySummary;
  readonly version: ReportVersion;
  readonly pdfReady: boolean;
  readonly rejectedSince: Answer<"getTask">["rejectedSince"];
}

/** The final report beside its images: nobody writes here any more. */
export function SignedReport({ task, study, version, pdfReady, rejectedSince }: SignedReportProps) {
  const { text } = useText();
  return (
    <>
      <div className="report-body">
        {rejectedSince !== null && (
          <p className="report-note" role="note">
            {text("gp.rejected-since", {
              time: minuteText(rejectedSince.at),
              reason: text(`reject.reason.${rejectedSince.reason}`),
            })}
          </p>
        )}
        {study.identityChange !== null && (
          <p className="report-note" role="note">
            {text(
              version.signedAt !== null && version.signedAt < study.identityChange.at
                ? "identity.corrected.after-signing"
                : "identity.corrected",
              { time: minuteText(study.identityChange.at), by: study.identityChange.by },
            )}
          </p>
        )}
        <ReportRequest task={task} />
        <ReportWords version={version} ecg={study.modalities.includes("ECG")} />
        <ReportSignatures version={version} />
      </div>
      <footer className="report-footer">
        <div className="report-actions">
          {pdfReady ? (
            <a
              className="report-button"
              href={apiPath("getReportPdf", { params: { taskId: task.id } })}
              target="_blank"
              rel="noreferrer"
            >
              {text("report.pdf")}
            </a>
          ) : (
            <span className="report-making" role="status">
              {text(task.deliveredAt === null ? "report.pdf.making" : "gp.pdf.gone")}
            </span>
          )}
        </div>
      </footer>
    </>
  );
}
