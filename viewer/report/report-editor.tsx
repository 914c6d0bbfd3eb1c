import { useEffect, useRef, useState } from "react";
import type { Answer } from "../../core/api/payloads.ts";
import { callApi } from "../api/call-api.ts";
import { useText } from "../i18n/use-text.ts";
import { secondText } from "../reading/instant-text.ts";
import { ConfirmDialog } from "./confirm-dialog.tsx";
import { DraftConflict } from "./draft-conflict.tsx";
import { ReportFields } from "./report-fields.tsx";
import { ReportRequest } from "./report-request.tsx";
import { SaveStateLine } from "./save-state-line.tsx";
import { useReportDraft } from "./use-report-draft.ts";
import { useReportKeys } from "./use-report-keys.ts";
import { useTaskMove } from "./use-task-move.ts";

interface ReportEditorProps {
  readonly detail: Answer<"getTask">;
  readonly accountId: string;
  readonly onSubmitted: () => void;
}

/** The report of a task the caller has claimed. */
export function ReportEditor({ detail, accountId, onSubmitted }: ReportEditorProps) {
  const { text } = useText();
  const { task, study } = detail;
  const params = { taskId: task.id };
  const draft = useReportDraft(detail, accountId);
  const [asking, setAsking] = useState<"submit" | "release" | null>(null);
  const findings = useRef<HTMLTextAreaElement>(null);
  const whole = draft.text.findings.trim() !== "" && draft.text.impression.trim() !== "";
  const ready = whole && draft.conflict === null;

  const submit = useTaskMove(task.id, async () => {
    await draft.settle();
    const answer = await callApi("submitReport", { params, body: draft.text });
    draft.done();
    onSubmitted();
    return answer;
  });
  const release = useTaskMove(task.id, async () => {
    draft.flush();
    await draft.settle();
    await callApi("releaseTask", { params });
    return null;
  });
  useReportKeys({
    onSave: draft.flush,
    onSend: () => (ready ? setAsking("submit") : findings.current?.focus()),
  });
  const { flush } = draft;
  useEffect(() => {
    if (submit.isError) flush(); // the text that was held back for the submission is saved as a draft
  }, [submit.isError, flush]);

  return (
    <>
      <div className="report-body">
        {task.returnedReason !== null && (
          <p className="report-warning">{text("report.returned", { reason: task.returnedReason })}</p>
        )}
        <ReportRequest task={task} />
        {draft.restoredAt !== null && (
          <p className="report-note">
            {text("report.save.restored", { time: secondText(draft.restoredAt, Date.now()) })}
          </p>
        )}
        {draft.conflict === null ? (
          <ReportFields study={study} text={draft.text} onChange={draft.change} findingsRef={findings} />
        ) : (
          <DraftConflict study={study} conflict={draft.conflict} onChoose={draft.choose} />
        )}
      </div>
      <footer className="report-footer">
        <SaveStateLine save={draft.save} localRefused={draft.localRefused} />
        <div className="report-actions">
          {detail.moves.includes("release") && (
            <button type="button" className="report-button" onClick={() => setAsking("release")}>
              {text("report.release")}
            </button>
          )}
          <button
            type="button"
            className="report-button primary"
            disabled={!ready}
            title={whole ? "Ctrl+Enter" : text("report.submit.empty")}
            onClick={() => setAsking("submit")}
          >
            {text("report.submit")}
          </button>
        </div>
        <p className="report-keys">{text("report.keys", { action: text("report.submit") })}</p>
      </footer>
      {asking === "submit" && (
        <ConfirmDialog
          title={text("report.submit.confirm.title")}
          confirm={text("report.submit")}
          pending={submit.isPending}
          problem={submit.error}
          onConfirm={() => submit.mutate(undefined)}
          onCancel={() => setAsking(null)}
        >
          <p>{text("report.submit.confirm.body")}</p>
        </ConfirmDialog>
      )}
      {asking === "release" && (
        <ConfirmDialog
          title={text("report.release.confirm.title")}
          confirm={text("report.release")}
          pending={release.isPending}
          problem={release.error}
          onConfirm={() => release.mutate(undefined)}
          onCancel={() => setAsking(null)}
        >
          <p>{text("report.release.confirm.body")}</p>
        </ConfirmDialog>
      )}
    </>
  );
}
