import type { TaskSummary } from "../../core/api/payloads/task-summary.ts";
import { useText } from "../i18n/use-text.ts";
import { dueClock, spanOf } from "../reading/due-clock.ts";
import { minuteText } from "../reading/instant-text.ts";
import styles from "./desk.module.css";
import { useNow } from "./use-now.ts";

/** The clock of a task that is still to be read: quiet until it is due. */
export function DueTime({ task }: { readonly task: Pick<TaskSummary, "requestedAt" | "dueAt"> }) {
  const { text } = useText();
  const clock = dueClock(useNow(), Date.parse(task.requestedAt), Date.parse(task.dueAt));
  const { days, hours, minutes } = spanOf(clock.minutes);
  const size = days > 0 ? "days" : hours > 0 ? "hours" : "minutes";
  return (
    <time
      className={`${styles.due} ${styles[`due-${clock.level}`]}`}
      dateTime={task.dueAt}
      title={text("time.due-at", { time: minuteText(task.dueAt) })}
    >
      {text(`time.${clock.level === "late" ? "late" : "due"}-${size}`, { days, hours, minutes })}
    </time>
  );
}
