import { useState } from "react";
import type { ReportVersion } from "../../core/api/payloads/report-version.ts";
import type { Answer } from "../../core/api/payloads.ts";
import { callApi } from "../api/call-api.ts";
import { useText } from "../i18n/use-text.ts";
import { ConfirmDialog } from "./confirm-dialog.tsx";
import { ReportRequest } from "./report-request.tsx";
import { ReportSignatures } from "./report-signatures.tsx";
import { ReportWords } from "./report-words.tsx";
import { useTaskMove } from "./use-task-move.ts";

interface SubmittedReportProps {
  readonly detail: Answer<"getTask">;
  readonly preliminary: ReportVersion;
  /** The caller wrote it and also countersigns others' reports: says why not this one. */
  readonly own: boolean;
}

/** A report that waits for its second signature, seen by someone who may not give it. */
export function SubmittedReport({ detail, preliminary, own }: SubmittedReportProps) {
  const { text } = useText();
  const { task, study } = detail;
  const [asking, setAsking] = useState(false);
  const recall = useTaskMove(task.id, () => callApi("recallReport", { params: { taskId: task.id } }));
  return (
    <>
      <div className="report-body">
        <p className="report-note">{text(own ? "report.countersign.own" : "report.waiting-countersign")}</p>
        <ReportRequest task={task} />
        <ReportWords version={preliminary} ecg={study.modalities.includes("ECG")} />
        <ReportSignatures version={preliminary} />
      </div>
      {detail.moves.includes("recall") && (
        <footer className="report-footer">
          <div className="report-actions">
            <button type="button" className="report-button" onClick={() => setAsking(true)}>
              {text("report.recall")}
            </button>
          </div>
        </footer>
      )}
      {asking && (
        <ConfirmDialog
          title={text("report.recall.confirm.title")}
          confirm={text("report.recall")}
          pending={recall.isPending}
          problem={recall.error}
          onConfirm={() => recall.mutate(undefined)}
          onCancel={() => setAsking(false)}
        >
          <p>{text("report.recall.confirm.body")}</p>
        </ConfirmDialog>
      )}
    </>
  );
}
