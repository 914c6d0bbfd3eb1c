import type { Answer } from "../../core/api/payloads.ts";
import { useText } from "../i18n/use-text.ts";
import styles from "./technician.module.css";

export function SeriesList({ series }: { readonly series: Answer<"getStudy">["series"] }) {
  const { text } = useText();
  return (
    <section>
      <h3>{text("study.series", { count: series.length })}</h3>
      <ul className={styles.lines}>
        {series.map((one) => (
          <li key={one.seriesInstanceUid}>
            <span className={styles["series-number"]}>{one.number ?? "–"}</span>
            <span className={styles.modality}>{one.modality}</span>
            <span className={styles["line-text"]}>{one.description || text("study.series-no-description")}</span>
            <span className={styles.dim}>{text("study.series-images", { count: one.instanceCount })}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
