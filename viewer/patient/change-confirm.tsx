import { Alert, Button, Form, Input, Skeleton } from "antd";
import { useState } from "react";
import { problemText } from "../api/problem-text.ts";
import { useText } from "../i18n/use-text.ts";
import { ChangeDifference } from "./change-difference.tsx";
import { type PatientChangeRequest, useChangePreview, usePatientChanges } from "./use-patient-change.ts";

interface ChangeConfirmProps {
  /** Null: it is not said yet what is wanted. */
  readonly change: PatientChangeRequest | null;
  readonly onClose: () => void;
}

/** The difference, why, and the button: nothing is done that was not shown here. */
export function ChangeConfirm({ change, onClose }: ChangeConfirmProps) {
  const { text } = useText();
  const [reason, setReason] = useState("");
  const preview = useChangePreview(change);
  const { make } = usePatientChanges(onClose);
  const shown = change === null ? undefined : preview.data;
  const problem = change === null ? null : (make.error ?? preview.error);
  const doIt = () => {
    if (change === null || shown === undefined) return;
    make.mutate({ change, reason, token: shown.token }, { onError: () => void preview.refetch() });
  };
  return (
    <section className="identity-confirm">
      <h3>{text("identity.difference")}</h3>
      {change === null && <p className="identity-dim">{text("identity.difference.empty")}</p>}
      {change !== null && preview.isPending && <Skeleton active title={false} paragraph={{ rows: 3 }} />}
      {shown !== undefined && <ChangeDifference difference={shown.difference} />}
      {problem !== null && <Alert type="error" showIcon title={problemText(problem, text)} />}
      <Form layout="vertical" requiredMark={false} onFinish={doIt}>
        <Form.Item label={text("identity.reason")} htmlFor="identity-reason">
          <Input
            id="identity-reason"
            value={reason}
            maxLength={500}
            placeholder={text("identity.reason.hint")}
            onChange={(event) => setReason(event.target.value)}
          />
        </Form.Item>
        <div className="identity-actions">
          <span className="identity-dim">{text("identity.originals")}</span>
          <Button onClick={onClose}>{text("common.cancel")}</Button>
          <Button
            type="primary"
            htmlType="submit"
            loading={make.isPending}
            disabled={shown === undefined || reason.trim() === ""}
          >
            {text(`identity.do.${change?.kind ?? "correct"}`)}
          </Button>
        </div>
      </Form>
    </section>
  );
}
