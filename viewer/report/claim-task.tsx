import type { Answer } from "../../core/api/payloads.ts";
import { callApi } from "../api/call-api.ts";
import { problemText } from "../api/problem-text.ts";
import { useText } from "../i18n/use-text.ts";
import { ReportRequest } from "./report-request.tsx";
import { useTaskMove } from "./use-task-move.ts";

/** A task nobody has yet, opened by someone who may read it. */
export function ClaimTask({ detail }: { readonly detail: Answer<"getTask"> }) {
  const { text } = useText();
  const params = { taskId: detail.task.id };
  const claim = useTaskMove(detail.task.id, () => callApi("claimTask", { params }));
  return (
    <>
      <div className="report-body">
        <p className="report-note">{text("report.unclaimed")}</p>
        <ReportRequest task={detail.task} />
      </div>
      <footer className="report-footer">
        {claim.error !== null && (
          <p className="report-warning" role="alert">
            {problemText(claim.error, text)}
          </p>
        )}
        <div className="report-actions">
          <button
            type="button"
            className="report-button primary"
            disabled={claim.isPending}
            onClick={() => claim.mutate(undefined)}
          >
            {text("report.claim")}
          </button>
        </div>
      </footer>
    </>
  );
}
