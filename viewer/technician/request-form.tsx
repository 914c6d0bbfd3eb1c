import { App, Button, Input, Radio } from "antd";
import type { TextAreaRef } from "antd/es/input/TextArea";
import { useEffect, useId, useRef } from "react";
import type { StudySummary } from "../../core/api/payloads/study-summary.ts";
import { dueAt, URGENCIES } from "../../core/order/due-time.ts";
import { ApiProblem } from "../api/call-api.ts";
import { problemText } from "../api/problem-text.ts";
import { useNow } from "../desk/use-now.ts";
import { useText } from "../i18n/use-text.ts";
import { minuteText } from "../reading/instant-text.ts";
import { historyPhrases, withPhrase } from "./history-phrases.ts";
import { requestStage } from "./request-stage.ts";
import styles from "./technician.module.css";
import { useRequestDraft } from "./use-request-draft.ts";
import { useRequestMoves } from "./use-request-moves.ts";

interface RequestFormProps {
  readonly study: StudySummary;
  /** The person came to fill it in: the cursor is put there. */
  readonly focused: boolean;
  readonly onDone: () => void;
  /** Leaves a change aside; not given when the form is all there is. */
  readonly onCancel?: (() => void) | undefined;
}

/** History, question and urgency: asks for a reading, or changes what was asked while nobody has claimed it. */
export function RequestForm({ study, focused, onDone, onCancel }: RequestFormProps) {
  const { text, language } = useText();
  const { message } = App.useApp();
  const now = useNow();
  const id = useId();
  const stage = requestStage(study);
  const task = stage === "changeable" ? study.task : null;
  const { request, kept, change, discard, forget } = useRequestDraft(study.studyInstanceUid, {
    clinicalHistory: task?.clinicalHistory ?? "",
    question: task?.question ?? "",
    urgency: task?.urgency ?? "routine",
  });
  const moves = useRequestMoves(study.studyInstanceUid);
  const refusal = moves.ask.error ?? moves.change.error;
  // the sign-in dialog has said so, and is gone once it is mended
  const problem = refusal instanceof ApiProblem && refusal.code === "not-signed-in" ? null : refusal;
  const pending = moves.ask.isPending || moves.change.isPending;
  const history = useRef<TextAreaRef>(null);
  useEffect(() => {
    if (focused) history.current?.focus({ cursor: "end" });
  }, [focused]);
  const promise = (urgency: (typeof URGENCIES)[number]) =>
    minuteText(
      dueAt({
        urgency,
        modality: study.modalities.includes("ECG") ? "ECG" : (study.modalities[0] ?? ""),
        at: task === null ? now : Date.parse(task.requestedAt),
        timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      }),
    );
  const submit = async () => {
    if (pending || stage === "receiving") return;
    try {
      if (task === null) await moves.ask.mutateAsync(request);
      else await moves.change.mutateAsync({ taskId: task.id, body: request });
    } catch {
      return; // said below, beside the button
    }
    forget();
    void message.success(text(task === null ? "request.done" : "request.changed"));
    onDone();
  };
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
      onKeyDown={(event) => {
        if (event.key === "Enter" && event.ctrlKey) void submit();
      }}
    >
      <label htmlFor={`${id}-history`}>{text("request.history")}</label>
      <Input.TextArea
        ref={history}
        id={`${id}-history`}
        autoSize={{ minRows: 3, maxRows: 10 }}
        maxLength={4000}
        placeholder={text("request.history-hint")}
        value={request.clinicalHistory}
        onChange={(event) => change({ clinicalHistory: event.target.value })}
      />
      <div className={styles.phrases}>
        <span>{text("request.phrases")}</span>
        {historyPhrases(study.modalities).map((phrase) => (
          <button
            key={phrase}
            type="button"
            onClick={() => change({ clinicalHistory: withPhrase(request.clinicalHistory, text(phrase), language) })}
          >
            {text(phrase)}
          </button>
        ))}
      </div>
      <label htmlFor={`${id}-question`}>{text("request.question")}</label>
      <Input.TextArea
        id={`${id}-question`}
        autoSize={{ minRows: 2, maxRows: 6 }}
        maxLength={2000}
        placeholder={text("request.question-hint")}
        value={request.question}
        onChange={(event) => change({ question: event.target.value })}
      />
      <fieldset className={styles.urgency}>
        <legend>{text("request.urgency")}</legend>
        <Radio.Group value={request.urgency} onChange={(event) => change({ urgency: event.target.value })}>
          {URGENCIES.map((urgency) => (
            <Radio key={urgency} value={urgency}>
              {text(`urgency.${urgency}`)}
              <span className={styles.promise}>{text("request.promise", { time: promise(urgency) })}</span>
            </Radio>
          ))}
        </Radio.Group>
      </fieldset>
      {stage === "receiving" ? <p className={styles.note}>{text("request.wait")}</p> : null}
      {problem === null ? null : (
        <p className={styles.problem} role="alert">
          {problemText(problem, text)}
        </p>
      )}
      <div className={styles["form-end"]}>
        <Button type="primary" htmlType="submit" loading={pending} disabled={stage === "receiving"}>
          {text(task === null ? "request.submit" : "request.save")}
        </Button>
        {onCancel === undefined ? null : (
          <Button
            onClick={() => {
              discard();
              onCancel();
            }}
          >
            {text("common.cancel")}
          </Button>
        )}
        {kept === "restored" || kept === "kept" ? (
          <span className={styles.kept}>
            {text(kept === "restored" ? "request.kept-from" : "request.kept")}
            <button type="button" className={styles.link} onClick={discard}>
              {text("request.discard")}
            </button>
          </span>
        ) : null}
      </div>
    </form>
  );
}
