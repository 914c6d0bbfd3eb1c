import type { TaskSummary } from "../../core/api/payloads/task-summary.ts";
import { useText } from "../i18n/use-text.ts";
import { minuteText } from "../reading/instant-text.ts";
import { siteName } from "../reading/site-name.ts";

/** Why the examination was made: the reader has it in sight while writing. */
export function ReportRequest({ task }: { readonly task: TaskSummary }) {
  const { text, language } = useText();
  const time = minuteText(task.requestedAt);
  const site = siteName(task.site, language);
  return (
    <section className="report-request">
      <dl>
        <dt>{text("report.history")}</dt>
        <dd>{task.clinicalHistory || <span className="report-dim">{text("report.request.none")}</span>}</dd>
        <dt>{text("report.question")}</dt>
        <dd>{task.question || <span className="report-dim">{text("report.request.none")}</span>}</dd>
      </dl>
      <p className="report-dim">
        {task.requestedBy === null
          ? text("report.requested-auto", { site, time })
          : text("report.requested-by", { name: task.requestedBy.displayName, site, time })}
      </p>
    </section>
  );
}
