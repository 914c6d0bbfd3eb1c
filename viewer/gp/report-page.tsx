import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { Link, useParams } from "react-router";
import type { Answer } from "../../core/api/payloads.ts";
import { ApiProblem, apiPath, callApi } from "../api/call-api.ts";
import { problemText } from "../api/problem-text.ts";
import { EmptyState } from "../desk/empty-state.tsx";
import { PageTitle } from "../desk/page-title.tsx";
import { PatientHeader } from "../desk/patient-header.tsx";
import { SkeletonList } from "../desk/skeleton-list.tsx";
import { useDeskQuery } from "../desk/use-desk-query.ts";
import { usePageKeys } from "../desk/use-page-keys.ts";
import { useText } from "../i18n/use-text.ts";
import { IdentityNote } from "../patient/identity-note.tsx";
import { minuteText } from "../reading/instant-text.ts";
import { PriorReports } from "./prior-reports.tsx";
import { RejectedNote } from "./rejected-note.tsx";
import { ReportPaper } from "./report-paper.tsx";
import "./report-page.css";

/** One signed report: to be read, looked up in the images, printed, kept, and ticked. */
export function ReportPage() {
  const { text } = useText();
  const { taskId = "" } = useParams();
  const report = useDeskQuery("reports", "getReport", { params: { taskId } }, { keepPrevious: false });
  if (report.data !== undefined) return <Report key={taskId} detail={report.data} />;
  if (report.isPending) return <SkeletonList />;
  const missing = report.error instanceof ApiProblem && report.error.code === "not-found";
  return (
    <EmptyState
      title={text(missing ? "gp.not-found" : "gp.failed")}
      hint={missing ? text("gp.not-found.hint") : problemText(report.error, text)}
    >
      <Link to="/gp">{text("gp.back")}</Link>
    </EmptyState>
  );
}

function Report({ detail }: { readonly detail: Answer<"getReport"> }) {
  const { text } = useText();
  const client = useQueryClient();
  const { task, study, moves, pdfReady } = detail;
  const params = { taskId: task.id };
  const acknowledge = useMutation({
    mutationFn: () => callApi("acknowledgeReport", { params }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["reports"] }),
  });
  const may = moves.includes("acknowledge") && !acknowledge.isPending;
  const images = `/reading/${study.studyInstanceUid}`;
  usePageKeys([
    { key: "a", label: "gp.acknowledge", run: () => may && acknowledge.mutate() },
    { key: "p", label: "gp.print", run: () => window.print() },
  ]);
  const ecg = task.modality === "ECG";
  return (
    <div className="report-page">
      <div className="report-page-head">
        <Link className="back" to="/gp">
          {text("gp.back")}
        </Link>
        <PatientHeader tone="light" patient={study.patient} site={study.site} studyDate={study.studyDate} />
        <div className="report-page-actions">
          {acknowledge.error !== null && (
            <span className="problem" role="alert">
              {problemText(acknowledge.error, text)}
            </span>
          )}
          <Link to={images}>
            <Button tabIndex={-1}>{text(ecg ? "gp.images.ecg" : "gp.images")}</Button>
          </Link>
          {pdfReady ? (
            <Button href={apiPath("getReportPdf", { params })} download>
              {text("gp.pdf")}
            </Button>
          ) : (
            <Button disabled>{text(task.deliveredAt === null ? "gp.pdf.making" : "gp.pdf.gone")}</Button>
          )}
          <Button onClick={() => window.print()}>{text("gp.print")}</Button>
          {moves.includes("acknowledge") ? (
            <Button type="primary" title="A" loading={acknowledge.isPending} onClick={() => acknowledge.mutate()}>
              {text("gp.acknowledge")}
            </Button>
          ) : (
            task.acknowledgedAt !== null && (
              <span className="acknowledged">{text("gp.acknowledged", { time: minuteText(task.acknowledgedAt) })}</span>
            )
          )}
        </div>
      </div>
      <div className="report-page-body">
        <div className="visually-hidden">
          <PageTitle title={text("gp.report")} />
        </div>
        <div className="report-page-sheet">
          <RejectedNote rejected={detail.rejectedSince} />
          <IdentityNote study={study} signedAt={detail.report.signedAt} />
          <ReportPaper detail={detail} />
        </div>
        <PriorReports studyInstanceUid={study.studyInstanceUid} />
      </div>
    </div>
  );
}
