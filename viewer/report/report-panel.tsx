import { useState } from "react";
import type { Session } from "../../core/api/payloads/session-payloads.ts";
import type { Answer } from "../../core/api/payloads.ts";
import { useText } from "../i18n/use-text.ts";
import { siteName } from "../reading/site-name.ts";
import { CancelRequestNote } from "./cancel-request-note.tsx";
import { ClaimTask } from "./claim-task.tsx";
import { CountersignEditor } from "./countersign-editor.tsx";
import { KeptText } from "./kept-text.tsx";
import { type Finished, NextTaskOffer } from "./next-task-offer.tsx";
import "./report-panel.css";
import { ReportEditor } from "./report-editor.tsx";
import { ReportRequest } from "./report-request.tsx";
import { SignedReport } from "./signed-report.tsx";
import { StudyInformation } from "./study-information.tsx";
import { SubmittedReport } from "./submitted-report.tsx";

interface ReportPanelProps {
  readonly study: Answer<"getStudy">;
  /** Null: the study has no task, or it is not read yet. */
  readonly detail: Answer<"getTask"> | null;
  readonly session: Session;
}

/** Beside the image: the report in the form the caller's rights and the task's state give it, and the study's facts. */
export function ReportPanel({ study, detail, session }: ReportPanelProps) {
  const { text } = useText();
  const [shown, setShown] = useState<"report" | "study">(study.study.task === null ? "study" : "report");
  const [finished, setFinished] = useState<Finished | null>(null);
  return (
    <section className="report-panel" aria-label={text("report.title")}>
      <header className="report-tabs" role="tablist">
        <button type="button" role="tab" aria-selected={shown === "report"} onClick={() => setShown("report")}>
          {text("report.title")}
        </button>
        <button type="button" role="tab" aria-selected={shown === "study"} onClick={() => setShown("study")}>
          {text("report.information")} · {text("report.priors.count", { count: study.priors.length })}
        </button>
      </header>
      {/* hidden, not gone: the text being written keeps its place and its undo */}
      <div className="report-pane" role="tabpanel" hidden={shown !== "report"}>
        {finished !== null && detail !== null && !detail.moves.includes("submit") && (
          <NextTaskOffer taskId={detail.task.id} finished={finished} />
        )}
        {detail?.cancelRequest && <CancelRequestNote detail={detail} request={detail.cancelRequest} />}
        {detail === null ? (
          <p className="report-body report-dim">
            {text(study.study.task === null ? "report.no-task" : "common.loading")}
          </p>
        ) : (
          <Report detail={detail} session={session} onFinished={setFinished} />
        )}
      </div>
      <div className="report-pane" role="tabpanel" hidden={shown !== "study"}>
        <StudyInformation detail={study} />
      </div>
    </section>
  );
}

interface ReportProps {
  readonly detail: Answer<"getTask">;
  readonly session: Session;
  readonly onFinished: (finished: Finished | null) => void;
}

function Report({ detail, session, onFinished }: ReportProps) {
  const { text, language } = useText();
  const { task, study, moves } = detail;
  const accountId = session.account.id;
  const [newest] = detail.versions;
  const ecg = study.modalities.includes("ECG");

  if (moves.includes("submit"))
    return (
      <ReportEditor
        key={task.claimedAt}
        detail={detail}
        accountId={accountId}
        onSubmitted={() => onFinished("submitted")}
      />
    );
  if (moves.includes("claim")) return <ClaimTask detail={detail} />;
  if (moves.includes("countersign") && newest !== undefined)
    return (
      <CountersignEditor
        key={newest.version}
        detail={detail}
        preliminary={newest}
        accountId={accountId}
        onCountersigned={() => onFinished("countersigned")}
        onReturned={() => onFinished("returned")}
      />
    );
  const kept = <KeptText key={task.version} taskId={task.id} accountId={accountId} ecg={ecg} />;
  if (newest !== undefined && newest.status !== "preliminary")
    return (
      <>
        {kept}
        <SignedReport
          task={task}
          study={study}
          version={newest}
          pdfReady={detail.pdfReady}
          rejectedSince={detail.rejectedSince}
        />
      </>
    );
  if (newest !== undefined && task.state === "preliminary") {
    const countersigns = session.roles.some((r) => r.role === "countersigner" && r.site?.id === task.centre.id);
    return (
      <SubmittedReport detail={detail} preliminary={newest} own={countersigns && newest.author.id === accountId} />
    );
  }
  const centre = siteName(task.centre, language);
  return (
    <div className="report-body">
      {kept}
      <p className="report-note">
        {task.state === "ordered"
          ? text("report.not-routed", { site: centre })
          : task.state === "claimed" && task.reader !== null
            ? text("report.claimed-by", { name: task.reader.displayName })
            : text("report.in-progress")}
      </p>
      <ReportRequest task={task} />
    </div>
  );
}
