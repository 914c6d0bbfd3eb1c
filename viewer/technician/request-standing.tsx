import { Alert, App, Button, Popconfirm } from "antd";
import type { StudySummary } from "../../core/api/payloads/study-summary.ts";
import type { TaskSummary } from "../../core/api/payloads/task-summary.ts";
import { problemText } from "../api/problem-text.ts";
import { DueTime } from "../desk/due-time.tsx";
import { TaskStateTag } from "../desk/task-state-tag.tsx";
import { UrgencyTag } from "../desk/urgency-tag.tsx";
import type { TextKey } from "../i18n/catalogue.ts";
import { useText } from "../i18n/use-text.ts";
import { minuteText } from "../reading/instant-text.ts";
import { siteName } from "../reading/site-name.ts";
import { useSignedIn } from "../shell/use-session.ts";
import { localRequests } from "./local-requests.ts";
import { requestStage } from "./request-stage.ts";
import styles from "./technician.module.css";
import { useRequestMoves } from "./use-request-moves.ts";

interface Step {
  readonly label: TextKey;
  readonly at: string | null;
  readonly who: string | null;
}

function stepsOf(task: TaskSummary, automatic: string): readonly Step[] {
  return [
    { label: "request.asked", at: task.requestedAt, who: task.requestedBy?.displayName ?? automatic },
    { label: "request.claimed", at: task.claimedAt, who: task.reader?.displayName ?? null },
    { label: "request.submitted", at: task.submittedAt, who: null },
    { label: "request.final", at: task.finalAt, who: task.countersigner?.displayName ?? null },
    { label: "request.delivered", at: task.deliveredAt, who: null },
    { label: "request.acknowledged", at: task.acknowledgedAt, who: null },
  ];
}

interface RequestStandingProps {
  readonly study: StudySummary;
  readonly task: TaskSummary;
  readonly onEdit: () => void;
}

/** A request that was made: what it says, how far it is, and what can still be done about it. */
export function RequestStanding({ study, task, onEdit }: RequestStandingProps) {
  const { text, language } = useText();
  const { account } = useSignedIn();
  const { message } = App.useApp();
  const { withdraw } = useRequestMoves(study.studyInstanceUid);
  const stage = requestStage(study);
  const takeBack = async () => {
    // what was written is at hand when it is asked for again
    const { clinicalHistory, question, urgency } = task;
    const local = localRequests(localStorage, account.id, Date.now);
    local.keep(study.studyInstanceUid, { clinicalHistory, question, urgency });
    try {
      await withdraw.mutateAsync(task.id);
      void message.success(text("request.withdrawn-now"));
    } catch {
      local.forget(study.studyInstanceUid); // said beside the button
    }
  };
  return (
    <div className={styles.standing}>
      <div className={styles["standing-head"]}>
        <TaskStateTag state={task.state} />
        <UrgencyTag urgency={task.urgency} />
        {stage === "reported" ? null : <DueTime task={task} />}
        <span className={styles.dim}>
          {text("request.centre")}　{siteName(task.centre, language)}
        </span>
      </div>
      {task.returnedReason === null ? null : (
        <Alert type="warning" showIcon title={text("request.returned", { reason: task.returnedReason })} />
      )}
      <dl className={styles.facts}>
        <dt>{text("request.history")}</dt>
        <dd className={styles.written}>{task.clinicalHistory || text("request.not-given")}</dd>
        <dt>{text("request.question")}</dt>
        <dd className={styles.written}>{task.question || text("request.not-given")}</dd>
      </dl>
      <ol className={styles.steps}>
        {stepsOf(task, text("request.automatic")).map((step) => (
          <li key={step.label} className={step.at === null ? styles["step-open"] : undefined}>
            <span>{text(step.label)}</span>
            <span>{step.at === null ? "" : minuteText(step.at)}</span>
            <span>{step.at === null ? "" : step.who}</span>
          </li>
        ))}
      </ol>
      {stage === "with-reader" ? <p className={styles.note}>{text("request.locked")}</p> : null}
      {withdraw.error === null ? null : (
        <p className={styles.problem} role="alert">
          {problemText(withdraw.error, text)}
        </p>
      )}
      {stage === "changeable" ? (
        <div className={styles["form-end"]}>
          <Button onClick={onEdit}>{text("request.edit")}</Button>
          <Popconfirm
            title={text("request.withdraw-title")}
            description={text("request.withdraw-why")}
            okText={text("request.withdraw")}
            cancelText={text("common.cancel")}
            okButtonProps={{ danger: true }}
            onConfirm={takeBack}
          >
            <Button danger loading={withdraw.isPending}>
              {text("request.withdraw")}
            </Button>
          </Popconfirm>
        </div>
      ) : null}
    </div>
  );
}
