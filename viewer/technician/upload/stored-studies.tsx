import { Link } from "react-router";
import { ageText } from "../../desk/age-text.ts";
import { sexText } from "../../desk/sex-text.ts";
import { useDeskQuery } from "../../desk/use-desk-query.ts";
import { useText } from "../../i18n/use-text.ts";
import { dicomDateTimeText } from "../../reading/instant-text.ts";
import { requestStage } from "../request-stage.ts";
import { TaskCell } from "../task-cell.tsx";
import styles from "./upload.module.css";
import type { UploadItem } from "./upload-item.ts";

/** How many of the files that are at the hub now belong to which study. */
function countByStudy(items: readonly UploadItem[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { state, header } of items)
    if (header !== null && (state === "stored" || state === "already"))
      counts.set(header.studyInstanceUid, (counts.get(header.studyInstanceUid) ?? 0) + 1);
  return counts;
}

const SHOWN = 12;

function StoredStudy({ studyInstanceUid, count }: { readonly studyInstanceUid: string; readonly count: number }) {
  const { text } = useText();
  const { data } = useDeskQuery("studies", "getStudy", { params: { studyInstanceUid } });
  const study = data?.study;
  const askable = study !== undefined && requestStage(study) === "askable";
  return (
    <li className={styles.study}>
      <span className={styles["study-name"]}>
        {study === undefined ? text("upload.study-pending") : study.patient.name || text("patient.no-name")}
      </span>
      {study === undefined ? null : (
        <span className={styles["study-facts"]}>
          {[
            sexText(study.patient.sex, text),
            ageText(study.patient, study.studyDate, text),
            study.patient.patientId,
            study.modalities.join("/"),
            study.description,
            dicomDateTimeText(study.studyDate, study.studyTime),
          ]
            .filter((part) => part !== "")
            .join(" · ")}
        </span>
      )}
      <span className={styles["study-count"]}>{text("upload.study-files", { count })}</span>
      {study === undefined ? null : <TaskCell study={study} />}
      <Link
        className={styles["study-link"]}
        to={`/technician?study=${encodeURIComponent(studyInstanceUid)}${askable ? "&ask=1" : ""}`}
      >
        {text(askable ? "board.ask" : "upload.study-open")}
      </Link>
    </li>
  );
}

/** What came of the files: the studies, each with its next step. */
export function StoredStudies({ items }: { readonly items: readonly UploadItem[] }) {
  const { text } = useText();
  const studies = [...countByStudy(items)];
  if (studies.length === 0) return null;
  return (
    <section className={styles.studies}>
      <h2>{text("upload.studies")}</h2>
      <ul>
        {studies.slice(0, SHOWN).map(([uid, count]) => (
          <StoredStudy key={uid} studyInstanceUid={uid} count={count} />
        ))}
      </ul>
      {studies.length > SHOWN ? (
        <Link className={styles["study-link"]} to="/technician">
          {text("board.count", { count: studies.length })}
        </Link>
      ) : null}
    </section>
  );
}
