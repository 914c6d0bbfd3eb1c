import type { TaskSummary } from "../../core/api/payloads.ts";
import { useText } from "../i18n/use-text.ts";
import styles from "./desk.module.css";

const TONE = {
  ordered: "quiet",
  ready: "quiet",
  claimed: "active",
  preliminary: "active",
  final: "done",
  delivered: "done",
  acknowledged: "done",
  withdrawn: "gone",
} as const satisfies Readonly<Record<TaskSummary["state"], string>>;

/** Where a task stands: a word, with a mark of its stage. */
export function TaskStateTag({ state }: { readonly state: TaskSummary["state"] }) {
  const { text } = useText();
  return <span className={`${styles.state} ${styles[`state-${TONE[state]}`]}`}>{text(`task-state.${state}`)}</span>;
}
