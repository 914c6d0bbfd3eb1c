import type { StudySummary } from "../../core/api/payloads/study-summary.ts";
import { DueTime } from "../desk/due-time.tsx";
import { RelativeTime } from "../desk/relative-time.tsx";
import { TaskStateTag } from "../desk/task-state-tag.tsx";
import { UrgencyTag } from "../desk/urgency-tag.tsx";
import { useText } from "../i18n/use-text.ts";
import { requestStage } from "./request-stage.ts";
import styles from "./technician.module.css";

/** Where the reading stands, and until when, or since when it is done. */
export function TaskCell({ study }: { readonly study: StudySummary }) {
  const { text } = useText();
  const { task } = study;
  const stage = requestStage(study);
  if (task === null)
    return <span className={styles.dim}>{text(stage === "receiving" ? "board.not-yet" : "board.not-asked")}</span>;
  const done = task.acknowledgedAt ?? task.deliveredAt ?? task.finalAt;
  return (
    <span className={styles.task}>
      <TaskStateTag state={task.state} />
      <UrgencyTag urgency={task.urgency} />
      {stage === "changeable" || stage === "with-reader" ? <DueTime task={task} /> : null}
      {stage === "reported" && done !== null ? (
        <span className={styles.dim}>
          <RelativeTime at={done} />
        </span>
      ) : null}
    </span>
  );
}
