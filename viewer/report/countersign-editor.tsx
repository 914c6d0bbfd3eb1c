import { useState } from "react";
import type { ReportVersion } from "../../core/api/payloads/report-version.ts";
import type { Answer } from "../../core/api/payloads.ts";
import { callApi } from "../api/call-api.ts";
import { useText } from "../i18n/use-text.ts";
import { secondText } from "../reading/instant-text.ts";
import { siteName } from "../reading/site-name.ts";
import { ConfirmDialog } from "./confirm-dialog.tsx";
import { DiffText } from "./diff-text.tsx";
import { DraftConflict } from "./draft-conflict.tsx";
import { type ReportText, sameText } from "./local-drafts.ts";
import { ReportFields } from "./report-fields.tsx";
import { ReportRequest } from "./report-request.tsx";
import { ReportSignatures } from "./report-signatures.tsx";
import { SaveStateLine } from "./save-state-line.tsx";
import { useReportDraft } from "./use-report-draft.ts";
import { useReportKeys } from "./use-report-keys.ts";
import { useTaskMove } from "./use-task-move.ts";
import { wordDiff } from "./word-diff.ts";

interface CountersignEditorProps {
  readonly detail: Answer<"getTask">;
  readonly preliminary: ReportVersion;
  readonly accountId: string;
  readonly onCountersigned: () => void;
  readonly onReturned: () => void;
}

/** The second pair of eyes: the author's text, to be signed as it is, mended, or sent back. */
export function CountersignEditor(props: CountersignEditorProps) {
  const { detail, preliminary, accountId } = props;
  const { text, language } = useText();
  const { task, study } = detail;
  const params = { taskId: task.id };
  const draft = useReportDraft(detail, accountId);
  const mine = draft.text;
  const author: ReportText = { findings: preliminary.findings, impression: preliminary.impression };
  const [comparing, setComparing] = useState(false);
  const [asking, setAsking] = useState<"countersign" | "return" | null>(null);
  const [reason, setReason] = useState("");
  const changed = !sameText(mine, author);
  const whole = mine.findings.trim() !== "" && mine.impression.trim() !== "";
  const ready = whole && draft.conflict === null;

  const countersign = useTaskMove(task.id, async () => {
    await draft.settle();
    const answer = await callApi("countersignReport", {
      params,
      body: { findings: mine.findings, impression: mine.impression },
    });
    draft.done();
    props.onCountersigned();
    return answer;
  });
  const sendBack = useTaskMove(task.id, async () => {
    await draft.settle();
    await callApi("returnReport", { params, body: { reason: reason.trim() } });
    draft.done();
    props.onReturned();
    return null;
  });
  useReportKeys({ onSave: draft.flush, onSend: () => ready && setAsking("countersign") });
  const findingsLabel = text(study.modalities.includes("ECG") ? "report.findings.ecg" : "report.findings");

  return (
    <>
      <div className="report-body">
        <ReportRequest task={task} />
        <ReportSignatures version={preliminary} />
        {draft.restoredAt !== null && (
          <p className="report-note">
            {text("report.save.restored", { time: secondText(draft.restoredAt, Date.now()) })}
          </p>
        )}
        <div className="report-tabs" role="tablist">
          <button type="button" role="tab" aria-selected={!comparing} onClick={() => setComparing(false)}>
            {text("report.edit")}
          </button>
          <button type="button" role="tab" aria-selected={comparing} onClick={() => setComparing(true)}>
            {text("report.compare")}
          </button>
        </div>
        {draft.conflict !== null ? (
          <DraftConflict study={study} conflict={draft.conflict} onChoose={draft.choose} />
        ) : comparing ? (
          <div role="tabpanel">
            <p className="report-dim">
              {changed ? (
                <>
                  <ins>{text("report.compare.added")}</ins> <del>{text("report.compare.removed")}</del>
                </>
              ) : (
                text("report.compare.same")
              )}
            </p>
            <h3 className="report-label">{findingsLabel}</h3>
            <DiffText before={author.findings} after={mine.findings} />
            <h3 className="report-label">{text("report.impression")}</h3>
            <DiffText before={author.impression} after={mine.impression} />
          </div>
        ) : (
          <div role="tabpanel">
            <ReportFields study={study} text={mine} onChange={draft.change} />
          </div>
        )}
      </div>
      <footer className="report-footer">
        <SaveStateLine save={draft.save} localRefused={draft.localRefused} />
        <div className="report-actions">
          {detail.moves.includes("return") && (
            <button type="button" className="report-button" onClick={() => setAsking("return")}>
              {text("report.return")}
            </button>
          )}
          <button
            type="button"
            className="report-button primary"
            disabled={!ready}
            title={whole ? "Ctrl+Enter" : text("report.submit.empty")}
            onClick={() => setAsking("countersign")}
          >
            {text("report.countersign")}
          </button>
        </div>
        <p className="report-keys">{text("report.keys", { action: text("report.countersign") })}</p>
      </footer>
      {asking === "countersign" && (
        <ConfirmDialog
          title={text("report.countersign.confirm.title")}
          confirm={text("report.countersign")}
          pending={countersign.isPending}
          problem={countersign.error}
          onConfirm={() => countersign.mutate(undefined)}
          onCancel={() => setAsking(null)}
        >
          <p>{text("report.countersign.confirm.body", { site: siteName(task.site, language) })}</p>
          {changed && <p className="report-note">{text("report.countersign.changed", changes(author, mine))}</p>}
        </ConfirmDialog>
      )}
      {asking === "return" && (
        <ConfirmDialog
          title={text("report.return.confirm.title", { name: preliminary.author.displayName })}
          confirm={text("report.return")}
          disabled={reason.trim() === ""}
          pending={sendBack.isPending}
          problem={sendBack.error}
          onConfirm={() => sendBack.mutate(undefined)}
          onCancel={() => setAsking(null)}
        >
          <label className="report-label" htmlFor="return-reason">
            {text("report.return.reason")}
          </label>
          <textarea
            id="return-reason"
            className="report-field"
            rows={4}
            maxLength={1000}
            value={reason}
            placeholder={text("report.return.reason.hint")}
            onChange={(event) => setReason(event.target.value)}
          />
          {changed && <p className="report-note">{text("report.return.note")}</p>}
        </ConfirmDialog>
      )}
    </>
  );
}

/** How many characters the countersigner added and removed. */
function changes(before: ReportText, after: ReportText): { readonly added: number; readonly removed: number } {
  const parts = [...wordDiff(before.findings, after.findings), ...wordDiff(before.impression, after.impression)];
  const count = (kind: string) => parts.reduce((sum, part) => sum + (part.kind === kind ? part.text.length : 0), 0);
  return { added: count("added"), removed: count("removed") };
}
