import { App, Button } from "antd";
import { useEffect, useState } from "react";
import { bytesText } from "../../desk/bytes-text.ts";
import { useText } from "../../i18n/use-text.ts";
import { Icon } from "../../shell/icon.tsx";
import { phaseText } from "./phase-text.ts";
import styles from "./upload.module.css";
import type { Uploader, UploadSnapshot } from "./uploader.ts";

interface UploadProgressProps {
  readonly upload: Uploader;
  readonly snapshot: UploadSnapshot;
  readonly onExport: () => void;
}

/** The whole upload in one bar, with counts, speed and rest time, and what can be done about it. */
export function UploadProgress({ upload, snapshot, onExport }: UploadProgressProps) {
  const { text } = useText();
  const { modal } = App.useApp();
  const { phase, totals, bytesPerSecond, restSeconds } = snapshot;
  const { counts } = totals;
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (phase !== "waiting") return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [phase]);
  const part = (count: number) => `${totals.files === 0 ? 0 : (count / totals.files) * 100}%`;
  const sendingShare = totals.bytes === 0 ? 0 : totals.sentBytes / totals.bytes;
  const cancel = () =>
    modal.confirm({
      title: text("upload.cancel-title"),
      content: text("upload.cancel-why", { count: counts.stored }),
      okText: text("upload.cancel"),
      cancelText: text("common.close"),
      okButtonProps: { danger: true },
      onOk: () => upload.cancel(),
    });
  const refused = counts.refused + counts.cancelled > 0;
  const tone = phase === "idle" ? (refused || counts.lost > 0 ? styles["tone-warn"] : styles["tone-done"]) : "";
  return (
    <section className={styles.progress} aria-label={text("upload.progress")}>
      <div className={styles["progress-head"]}>
        <strong className={tone} role="status">
          {phaseText(snapshot, now, text)}
        </strong>
        <span>{text("upload.files", { done: totals.settled, total: totals.files })}</span>
        <span>{text("upload.bytes", { sent: bytesText(totals.sentBytes), total: bytesText(totals.bytes) })}</span>
        {bytesPerSecond === null ? null : <span>{text("upload.rate", { rate: bytesText(bytesPerSecond) })}</span>}
        {restSeconds === null || totals.open === 0 ? null : (
          <span>
            {restSeconds < 60
              ? text("upload.rest-seconds", { count: restSeconds })
              : text("upload.rest-minutes", { count: Math.round(restSeconds / 60) })}
          </span>
        )}
        <span className={styles["progress-buttons"]}>
          {phase === "running" || phase === "waiting" ? (
            <Button size="small" icon={<Icon name="pause" size={14} />} onClick={() => upload.pause()}>
              {text("upload.pause")}
            </Button>
          ) : null}
          {phase === "paused" ? (
            <Button size="small" type="primary" icon={<Icon name="play" size={14} />} onClick={() => upload.resume()}>
              {text("upload.resume")}
            </Button>
          ) : null}
          {phase === "waiting" ? (
            <Button size="small" onClick={() => upload.retryNow()}>
              {text("upload.retry-now")}
            </Button>
          ) : null}
          {phase === "idle" ? null : (
            <Button size="small" danger onClick={cancel}>
              {text("upload.cancel")}
            </Button>
          )}
          {phase === "idle" && refused ? (
            <Button size="small" onClick={() => upload.again()}>
              {text("upload.again")}
            </Button>
          ) : null}
          <Button size="small" onClick={onExport}>
            {text("upload.csv")}
          </Button>
          {phase === "idle" ? (
            <Button size="small" onClick={() => upload.clear()}>
              {text("upload.clear")}
            </Button>
          ) : null}
        </span>
      </div>
      <div
        className={styles.bar}
        role="progressbar"
        aria-label={text("upload.progress")}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(sendingShare * 100)}
      >
        <span className={styles["bar-stored"]} style={{ width: part(counts.stored) }} />
        <span className={styles["bar-already"]} style={{ width: part(counts.already) }} />
        <span className={styles["bar-refused"]} style={{ width: part(counts.refused) }} />
        <span className={styles["bar-skipped"]} style={{ width: part(counts.skipped + counts.cancelled) }} />
        <span className={styles["bar-sending"]} style={{ width: part(counts.sending) }} />
      </div>
      {counts.lost > 0 && phase === "idle" ? <p className={styles.hint}>{text("upload.interrupted-hint")}</p> : null}
    </section>
  );
}
