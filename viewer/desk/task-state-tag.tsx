import type { TaskSummary } from "../../core/api/payloads/task-summary.ts";
import { useText } from "../i18n/use-text.ts";
import { StateMark, type StateTone } from "./state-mark.tsx";

const TONE = {
  ordered: "quiet",
  ready: "quiet",
  claimed: "active",
  preliminary: "active",
  final: "done",
  delivered: "done",
  acknowledged: "done",
  withdrawn: "gone",
} as const satisfies Readonly<Record<TaskSummary["state"], StateTone>>;

/** Where a task stands: a word, with a mark of its stage. */
export function TaskStateTag({ state }: { readonly state: TaskSummary["state"] }) {
  const { text } = useText();
  return <StateMark tone={TONE[state]}>{text(`task-state.${state}`)}</StateMark>;
}
