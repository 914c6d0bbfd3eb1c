import { App, Button, Popconfirm } from "antd";
import { useState } from "react";
import type { Answer } from "../../core/api/payloads.ts";
import { problemText } from "../api/problem-text.ts";
import { useText } from "../i18n/use-text.ts";
import { minuteText } from "../reading/instant-text.ts";
import { RejectDialog } from "./reject-dialog.tsx";
import styles from "./technician.module.css";
import { useRejection } from "./use-rejection.ts";

type Detail = Answer<"getStudy">;
const OPEN_TASK: ReadonlySet<string> = new Set(["ordered", "ready", "claimed", "preliminary"]);

/** What was rejected of the study, by whom, and the way to reject and to take it back. */
export function RejectSection({ detail }: { readonly detail: Detail }) {
  const { text } = useText();
  const { message } = App.useApp();
  const { study, rejections } = detail;
  const { undo } = useRejection(study.studyInstanceUid);
  const [isOpen, setOpen] = useState(false);
  const hasOpenTask = study.task !== null && OPEN_TASK.has(study.task.state);
  const isStanding = rejections.some((each) => each.undoneAt === null && each.instanceCount > 0);
  const takeBack = async (rejectionId: string) => {
    try {
      await undo.mutateAsync(rejectionId);
      void message.success(text("reject.undone-now"));
    } catch {
      // said below the list
    }
  };
  return (
    <section>
      <h3>{text("reject.title")}</h3>
      {isStanding && study.instanceCount > 0 && hasOpenTask ? (
        <p className={styles.note}>{text("reject.some-task")}</p>
      ) : null}
      {rejections.length === 0 ? <p className={styles.note}>{text("reject.why")}</p> : null}
      <ul className={`${styles.lines} ${styles["reject-lines"]}`}>
        {rejections.map((each) => (
          <li key={each.id}>
            <span className={styles["line-text"]}>{text(`reject.reason.${each.reason}`)}</span>
            <span className={styles.dim}>
              {each.instanceCount === 0 ? text("reject.gone") : text("reject.count", { count: each.instanceCount })}
            </span>
            <span className={styles.dim}>{each.rejectedBy}</span>
            <span className={styles.dim}>{minuteText(each.rejectedAt)}</span>
            {each.undoneAt === null ? null : <span className={styles.dim}>{text("reject.undone")}</span>}
            {each.mayUndo ? (
              <Popconfirm
                title={text("reject.undo-title")}
                okText={text("reject.undo")}
                cancelText={text("common.cancel")}
                onConfirm={() => takeBack(each.id)}
              >
                <Button size="small" loading={undo.isPending && undo.variables === each.id}>
                  {text("reject.undo")}
                </Button>
              </Popconfirm>
            ) : null}
          </li>
        ))}
      </ul>
      {undo.error === null ? null : (
        <p className={styles.problem} role="alert">
          {problemText(undo.error, text)}
        </p>
      )}
      {detail.series.length === 0 ? null : (
        <div className={styles["form-end"]}>
          <Button danger onClick={() => setOpen(true)}>
            {text("reject.open")}
          </Button>
        </div>
      )}
      {isOpen ? <RejectDialog detail={detail} onClose={() => setOpen(false)} /> : null}
    </section>
  );
}
