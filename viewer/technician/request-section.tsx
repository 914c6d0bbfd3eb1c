import { useEffect, useState } from "react";
import type { StudySummary } from "../../core/api/payloads/study-summary.ts";
import { useText } from "../i18n/use-text.ts";
import { RequestForm } from "./request-form.tsx";
import { requestStage } from "./request-stage.ts";
import { RequestStanding } from "./request-standing.tsx";
import styles from "./technician.module.css";

interface RequestSectionProps {
  readonly study: StudySummary;
  /** The person came here to ask, or to change. */
  readonly asking: boolean;
}

/** The request of a study: its form while it can be written, else how it stands. */
export function RequestSection({ study, asking }: RequestSectionProps) {
  const { text } = useText();
  const [editing, setEditing] = useState(asking);
  useEffect(() => setEditing(asking), [asking]);
  const stage = requestStage(study);
  const task = study.task?.state === "withdrawn" ? null : study.task;
  const writing = task === null || (stage === "changeable" && editing);
  return (
    <section>
      <h3>{text("request.title")}</h3>
      {study.task?.state === "withdrawn" ? <p className={styles.note}>{text("request.withdrawn")}</p> : null}
      {task === null && study.state === "complete" && study.instanceCount === 0 ? (
        <p className={styles.note}>{text("request.nothing")}</p>
      ) : writing ? (
        <RequestForm
          key={`${study.studyInstanceUid} ${task?.id ?? ""}`}
          study={study}
          focused={asking || editing}
          onDone={() => setEditing(false)}
          onCancel={task === null ? undefined : () => setEditing(false)}
        />
      ) : (
        <RequestStanding study={study} task={task} onEdit={() => setEditing(true)} />
      )}
    </section>
  );
}
