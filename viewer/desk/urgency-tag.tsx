import type { TaskSummary } from "../../core/api/payloads/task-summary.ts";
import { useText } from "../i18n/use-text.ts";
import styles from "./desk.module.css";

/** Only what is urgent is marked: the routine is the rule. */
export function UrgencyTag({ urgency }: { readonly urgency: TaskSummary["urgency"] }) {
  const { text } = useText();
  return urgency === "urgent" ? <span className={styles.urgent}>{text("urgency.urgent")}</span> : null;
}
