import type { Answer } from "../../core/api/payloads.ts";
import { bytesText } from "../desk/bytes-text.ts";
import { RelativeTime } from "../desk/relative-time.tsx";
import { useText } from "../i18n/use-text.ts";
import { dicomDateTimeText } from "../reading/instant-text.ts";
import styles from "./technician.module.css";

export function StudyFacts({ detail: { study, reported } }: { readonly detail: Answer<"getStudy"> }) {
  const { text } = useText();
  const images = text("study.images-value", {
    series: study.seriesCount,
    instances: study.instanceCount,
    size: bytesText(study.bytes),
  });
  return (
    <dl className={styles.facts}>
      <dt>{text("study.description")}</dt>
      <dd>
        {[study.modalities.join("/"), study.description, study.bodyParts.join(", ")]
          .filter((part) => part !== "")
          .join(" · ")}
      </dd>
      <dt>{text("study.time")}</dt>
      <dd>{dicomDateTimeText(study.studyDate, study.studyTime) || "—"}</dd>
      <dt>{text("study.accession")}</dt>
      <dd>{study.accessionNumber || "—"}</dd>
      <dt>{text("study.images")}</dt>
      <dd>
        {images}
        {study.state === "receiving" ? <span className={styles.receiving}>{text("study.receiving-note")}</span> : null}
      </dd>
      {reported === null ? null : (
        <>
          <dt>{text("reported.fact")}</dt>
          <dd>
            {text(reported.missing === 0 ? "reported.all" : "reported.some", {
              made: reported.made,
              here: reported.made - reported.missing,
            })}
          </dd>
        </>
      )}
      <dt>{text("study.received")}</dt>
      <dd>
        <RelativeTime at={study.lastReceivedAt} />
      </dd>
      <dt>{text("study.uid")}</dt>
      <dd className={styles.uid}>{study.studyInstanceUid}</dd>
    </dl>
  );
}
