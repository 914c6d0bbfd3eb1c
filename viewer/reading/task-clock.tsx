import type { TaskSummary } from "../../core/api/payloads/task-summary.ts";
import { useText } from "../i18n/use-text.ts";
import { dueClock } from "./due-clock.ts";
import { minuteText } from "./instant-text.ts";
import { spanText } from "./span-text.ts";
import "./task-clock.css";

interface TaskClockProps {
  readonly task: Pick<TaskSummary, "requestedAt" | "dueAt" | "finalAt">;
  readonly now: number;
}

/** Time left until a report is due, or, once it is signed, whether it was in time. */
export function TaskClock({ task, now }: TaskClockProps) {
  const { text } = useText();
  const signedAt = task.finalAt === null ? null : Date.parse(task.finalAt);
  const { level, minutes } = dueClock(signedAt ?? now, Date.parse(task.requestedAt), Date.parse(task.dueAt));
  const span = spanText(minutes, text);
  return (
    <span
      className="task-clock"
      data-level={signedAt !== null && level !== "late" ? "quiet" : level}
      title={text("time.due-at", { time: minuteText(task.dueAt) })}
    >
      {signedAt === null
        ? text(`reading.clock.${level}`, { span })
        : text(level === "late" ? "reading.clock.was-late" : "reading.clock.on-time", { span })}
    </span>
  );
}
