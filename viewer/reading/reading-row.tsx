import { memo } from "react";
import { problemText } from "../api/problem-text.ts";
import { TaskStateTag } from "../desk/task-state-tag.tsx";
import { UrgencyTag } from "../desk/urgency-tag.tsx";
import { useText } from "../i18n/use-text.ts";
import type { HeldRow } from "./hold-rows.ts";
import { minuteText } from "./instant-text.ts";
import { PatientLine } from "./patient-line.tsx";
import { siteName } from "./site-name.ts";
import type { ListedTask, ListView } from "./sort-tasks.ts";
import { spanText } from "./span-text.ts";
import { TaskClock } from "./task-clock.tsx";

interface ReadingRowProps {
  readonly row: HeldRow<ListedTask>;
  readonly view: ListView;
  readonly now: number;
  readonly selected: boolean;
  readonly pending: boolean;
  readonly problem: unknown;
  readonly onSelect: (taskId: string) => void;
  readonly onOpen: (listed: ListedTask) => void;
}

const MINUTE_MS = 60_000;

/** One task in 32 px: how urgent, how long still, who, where, what and why. */
export const ReadingRow = memo(function ReadingRow(props: ReadingRowProps) {
  const { text, language } = useText();
  const { row, view, now } = props;
  const { task, study, priorCount } = row.item;
  const why = [task.question, task.clinicalHistory].filter((part) => part !== "").join("；");
  const person = task.countersigner ?? task.reader;
  const site = siteName(task.site, language);
  const problem = props.problem === undefined ? null : problemText(props.problem, text);
  return (
    <tr
      data-task={task.id}
      aria-selected={props.selected}
      className={row.gone ? "gone" : ""}
      onClick={() => props.onSelect(task.id)}
      onDoubleClick={() => !row.gone && props.onOpen(row.item)}
    >
      <td>
        {task.urgency === "urgent" ? (
          <UrgencyTag urgency="urgent" />
        ) : (
          <span className="dim">{text("urgency.routine")}</span>
        )}
      </td>
      <td>
        <TaskClock task={task} now={now} />
      </td>
      <td className="dim">
        {view === "done" && task.finalAt !== null ? (
          minuteText(task.finalAt).slice(5)
        ) : (
          <span title={minuteText(task.requestedAt)}>
            {spanText(Math.max(0, Math.floor((now - Date.parse(task.requestedAt)) / MINUTE_MS)), text)}
          </span>
        )}
      </td>
      <td className="cut">
        {study.identityConflict && (
          <strong className="returned" title={text("reading.identity-conflict")}>
            {text("reading.identity-conflict.mark")}{" "}
          </strong>
        )}
        <PatientLine patient={study.patient} studyDate={study.studyDate} />
      </td>
      <td className="cut" title={site}>
        {site}
      </td>
      <td className="cut" title={study.description}>
        <span className="modality">{task.modality}</span> {study.description}
      </td>
      <td className="cut" title={why}>
        {task.returnedReason !== null && (
          <strong className="returned" title={task.returnedReason}>
            {text("reading.returned.reason", { reason: task.returnedReason })}{" "}
          </strong>
        )}
        {why}
      </td>
      <td className="number">{study.instanceCount}</td>
      <td className="number">{priorCount === 0 ? <span className="dim">0</span> : priorCount}</td>
      {/* What went wrong is said whole, over the state as well, which is no longer true then. */}
      {problem === null && (
        <td className="cut">
          <TaskStateTag state={task.state} />
          {person !== null && (
            <span className="dim person" title={person.displayName}>
              {person.displayName}
            </span>
          )}
        </td>
      )}
      <td className="action" colSpan={problem === null ? 1 : 2}>
        {problem !== null ? (
          <span className="problem" role="alert" title={problem}>
            {problem}
          </span>
        ) : row.gone ? (
          <span className="dim">{text("reading.gone")}</span>
        ) : (
          <button
            type="button"
            className="row-button"
            disabled={props.pending}
            onClick={(event) => {
              event.stopPropagation();
              props.onOpen(row.item);
            }}
          >
            {text(view === "mine" && task.state === "preliminary" ? "reading.action.done" : `reading.action.${view}`)}
          </button>
        )}
      </td>
    </tr>
  );
});
