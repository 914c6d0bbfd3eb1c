import type { KeyboardEvent } from "react";
import type { Answer } from "../../core/api/payloads.ts";
import { useText } from "../i18n/use-text.ts";
import { StudyRow } from "./study-row.tsx";
import styles from "./technician.module.css";

interface StudyTableProps {
  readonly rows: readonly Answer<"listStudies">["studies"][number][];
  readonly selected: string | undefined;
  /** Rows of the last filter, while the answer to this one is on its way. */
  readonly dimmed: boolean;
  readonly onOpen: (studyInstanceUid: string, ask: boolean) => void;
  /** Someone points at the rows or has scrolled: they are to stay where they are. */
  readonly onHold: (held: boolean) => void;
}

function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const row = (event.target as HTMLElement).closest("tr");
  const next = event.key === "ArrowDown" ? row?.nextElementSibling : row?.previousElementSibling;
  if (!(next instanceof HTMLElement)) return;
  event.preventDefault();
  next.focus();
}

export function StudyTable({ rows, selected, dimmed, onOpen, onHold }: StudyTableProps) {
  const { text } = useText();
  return (
    <div
      className={`${styles.scroll} ${dimmed ? styles.dimmed : ""}`}
      onPointerEnter={() => onHold(true)}
      onPointerLeave={(event) => onHold(event.currentTarget.scrollTop > 0)}
    >
      <table className={styles.table} onKeyDown={moveFocus}>
        <thead>
          <tr>
            <th className={styles["col-patient"]}>{text("board.patient")}</th>
            <th className={styles["col-age"]}>{text("board.sex-age")}</th>
            <th>{text("board.study")}</th>
            <th className={styles["col-accession"]}>{text("board.accession")}</th>
            <th className={styles["col-time"]}>{text("board.study-time")}</th>
            <th className={styles["col-images"]}>{text("board.images")}</th>
            <th className={styles["col-state"]}>{text("board.state")}</th>
            <th className={styles["col-task"]}>{text("board.task")}</th>
            <th className={styles["col-actions"]}>{text("board.actions")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((study) => (
            <StudyRow
              key={study.studyInstanceUid}
              study={study}
              selected={study.studyInstanceUid === selected}
              onOpen={onOpen}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}
