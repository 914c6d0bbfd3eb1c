import { Link } from "react-router";
import type { Answer } from "../../core/api/payloads.ts";
import { useText } from "../i18n/use-text.ts";
import { dicomDateTimeText } from "../reading/instant-text.ts";
import { siteName } from "../reading/site-name.ts";
import styles from "./technician.module.css";

export function PriorList({ priors }: { readonly priors: Answer<"getStudy">["priors"] }) {
  const { text, language } = useText();
  return (
    <section>
      <h3>{text("study.priors", { count: priors.length })}</h3>
      {priors.length === 0 ? <p className={styles.note}>{text("study.priors-none")}</p> : null}
      <ul className={styles.lines}>
        {priors.map((prior) => (
          <li key={prior.studyInstanceUid}>
            <Link className={styles.prior} to={`/reading/${prior.studyInstanceUid}`}>
              <span>{dicomDateTimeText(prior.studyDate)}</span>
              <span className={styles.modality}>{prior.modalities.join("/")}</span>
              <span className={styles["line-text"]}>{prior.description || text("board.no-description")}</span>
              <span className={styles.dim}>{siteName(prior.site, language)}</span>
              {prior.reportTaskId === null ? null : (
                <span className={styles.reported}>{text("study.prior-reported")}</span>
              )}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
