import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Popconfirm } from "antd";
import { Link } from "react-router";
import type { Answer } from "../../../core/api/payloads.ts";
import { callApi } from "../../api/call-api.ts";
import { problemText } from "../../api/problem-text.ts";
import { ageText } from "../../desk/age-text.ts";
import { sexText } from "../../desk/sex-text.ts";
import { StateMark } from "../../desk/state-mark.tsx";
import { UrgencyTag } from "../../desk/urgency-tag.tsx";
import { useText } from "../../i18n/use-text.ts";
import { dicomDateTimeText } from "../../reading/instant-text.ts";
import { MissingMark } from "../missing-mark.tsx";
import styles from "../technician.module.css";

interface OrderRowProps {
  readonly order: Answer<"listOrders">["orders"][number];
  readonly onChange: () => void;
}

const TONE = {
  scheduled: "quiet",
  started: "active",
  arrived: "active",
  performed: "done",
  discontinued: "late",
  cancelled: "gone",
} as const;

/** One order: for when, of whom, what and why, how far it is, and what can still be done about it. */
export function OrderRow({ order, onChange }: OrderRowProps) {
  const { text } = useText();
  const { message } = App.useApp();
  const client = useQueryClient();
  const { patient, performed, study, stage } = order;
  const latin = patient.nameLatin.replaceAll("^", " ");
  const name = patient.name || latin || text("patient.no-name");
  const cancel = useMutation({
    mutationFn: () => callApi("cancelOrder", { params: { orderId: order.id } }),
    onSuccess: () => void message.success(text("order.cancelled-now")),
    onError: (error) => void message.error(problemText(error, text)),
    onSettled: () => client.invalidateQueries({ queryKey: ["orders"] }),
  });
  return (
    <tr>
      <td>{dicomDateTimeText(order.startDate, order.startTime)}</td>
      <td>
        <span className={styles.name} title={latin}>
          {name}
        </span>
        <span className={styles.id} title={patient.patientId}>
          {patient.patientId}
        </span>
      </td>
      <td>
        {sexText(patient.sex, text)} {ageText({ age: "", birthDate: patient.birthDate }, order.startDate, text)}
      </td>
      <td title={[order.description, order.question, order.clinicalHistory].filter((part) => part !== "").join("\n")}>
        <span className={styles.modality}>{order.modality}</span>
        <span className={styles.procedure}>{order.description}</span>
        <UrgencyTag urgency={order.urgency} />
        {order.question === "" ? null : <span className={styles.question}>{order.question}</span>}
      </td>
      <td title={order.accessionNumber}>{order.accessionNumber}</td>
      <td>{order.stationAeTitle || <span className={styles.dim}>{text("order.station.any")}</span>}</td>
      <td>
        <span className={styles.task}>
          <StateMark tone={TONE[stage]}>{text(`order.stage.${stage}`)}</StateMark>
          {performed !== null && performed.missing > 0 ? <MissingMark reported={performed} /> : null}
          {study !== null && (performed === null || performed.missing === 0) ? (
            <span className={styles.dim}>{text("order.study.images", { count: study.instanceCount })}</span>
          ) : null}
        </span>
      </td>
      <td className={styles.actions}>
        <span className={styles.task}>
          {study === null ? null : (
            <Link className={styles.link} to={`/technician?study=${study.studyInstanceUid}`}>
              {text("order.study")}
            </Link>
          )}
          {order.state === "scheduled" ? (
            <>
              <button type="button" className={styles.link} onClick={onChange}>
                {text("order.change")}
              </button>
              <Popconfirm
                placement="topRight"
                title={text("order.cancel.title", { name })}
                okText={text("order.cancel")}
                okButtonProps={{ danger: true }}
                cancelText={text("order.cancel.keep")}
                styles={{ root: { maxWidth: 320 } }}
                onConfirm={() => cancel.mutateAsync().catch(() => {})}
              >
                <button type="button" className={styles.link}>
                  {text("order.cancel.short")}
                </button>
              </Popconfirm>
            </>
          ) : null}
        </span>
      </td>
    </tr>
  );
}
