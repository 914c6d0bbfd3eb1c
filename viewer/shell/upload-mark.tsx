import { Link } from "react-router";
import { useText } from "../i18n/use-text.ts";
import { useStore } from "./create-store.ts";
import styles from "./shell.module.css";
import { uploadSummary } from "./upload-summary.ts";

const LABELS = {
  running: "shell.upload-running",
  paused: "shell.upload-paused",
  waiting: "shell.upload-waiting",
  "signed-out": "shell.upload-waiting",
} as const;

/** The upload under way, as a line and a count; leads back to it. */
export function UploadMark() {
  const { text } = useText();
  const summary = useStore(uploadSummary);
  if (summary === null) return null;
  const { phase, done, total } = summary;
  return (
    <Link to="/technician/upload" className={styles["upload-mark"]}>
      <span>{text(LABELS[phase], { done, total })}</span>
      <span className={styles["upload-bar"]}>
        <span style={{ width: `${total === 0 ? 0 : (done / total) * 100}%` }} />
      </span>
    </Link>
  );
}
