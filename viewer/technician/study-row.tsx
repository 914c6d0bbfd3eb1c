import { memo } from "react";
import { Link } from "react-router";
import type { Answer } from "../../core/api/payloads.ts";
import { ageText } from "../desk/age-text.ts";
import { RelativeTime } from "../desk/relative-time.tsx";
import { sexText } from "../desk/sex-text.ts";
import { useText } from "../i18n/use-text.ts";
import { dicomDateTimeText } from "../reading/instant-text.ts";
import { Icon } from "../shell/icon.tsx";
import { MissingMark } from "./missing-mark.tsx";
import { requestStage } from "./request-stage.ts";
import { TaskCell } from "./task-cell.tsx";
import styles from "./technician.module.css";

interface StudyRowProps {
  readonly study: Answer<"listStudies">["studies"][number];
  readonly selected: boolean;
  readonly onOpen: (studyInstanceUid: string, ask: boolean) => void;
}

/** One study on the board: a click or Enter opens it, the action of its stage stands at the end. */
export const StudyRow = memo(function StudyRow({ study, selected, onOpen }: StudyRowProps) {
  const { text } = useText();
  const { patient, studyInstanceUid: uid } = study;
  const stage = requestStage(study);
  return (
    <tr
      tabIndex={0}
      aria-selected={selected}
      className={selected ? styles.selected : undefined}
      onClick={() => onOpen(uid, false)}
      onKeyDown={(event) => {
        if (event.key === "Enter" && event.target === event.currentTarget) onOpen(uid, false);
      }}
    >
      <td>
        <span className={styles.name} title={patient.nameLatin}>
          {patient.name || text("patient.no-name")}
        </span>
        <span className={styles.id} title={patient.patientId}>
          {patient.patientId}
        </span>
      </td>
      <td>
        {sexText(patient.sex, text)} {ageText(patient, study.studyDate, text)}
      </td>
      <td>
        <span className={styles.modality}>{study.modalities.join("/")}</span>
        <span title={study.description}>
          {study.description || <span className={styles.dim}>{text("board.no-description")}</span>}
        </span>
        {study.identityConflict ? (
          <span className={styles.conflict} title={text("study.conflict-hint")}>
            <Icon name="warning" size={14} />
            {text("board.conflict")}
          </span>
        ) : null}
      </td>
      <td title={study.accessionNumber}>{study.accessionNumber}</td>
      <td>{dicomDateTimeText(study.studyDate, study.studyTime)}</td>
      <td className={styles.number}>
        {study.seriesCount} / {study.instanceCount}
      </td>
      <td>
        {study.state === "receiving" ? (
          <span className={styles.receiving}>{text("board.receiving")}</span>
        ) : study.reported !== null && study.reported.missing > 0 ? (
          <MissingMark reported={study.reported} />
        ) : (
          <span className={styles.dim}>
            <RelativeTime at={study.lastReceivedAt} />
          </span>
        )}
      </td>
      <td>
        <TaskCell study={study} />
      </td>
      {/* a click on an action is not one on the row */}
      <td
        className={styles.actions}
        onClick={(event) => event.stopPropagation()}
        onKeyDown={(event) => {
          if (event.key === "Enter") event.stopPropagation();
        }}
      >
        {stage === "askable" ? (
          <button type="button" className={styles.link} onClick={() => onOpen(uid, true)}>
            {text("board.ask")}
          </button>
        ) : null}
        {stage === "changeable" ? (
          <button type="button" className={styles.link} onClick={() => onOpen(uid, true)}>
            {text("board.change")}
          </button>
        ) : null}
        {stage === "reported" ? (
          <Link className={styles.link} to={`/reading/${uid}`}>
            {text("board.see-report")}
          </Link>
        ) : null}
        {stage === "receiving" || stage === "with-reader" ? (
          <button type="button" className={styles.link} onClick={() => onOpen(uid, false)}>
            {text("board.details")}
          </button>
        ) : null}
      </td>
    </tr>
  );
});
