import { Alert } from "antd";
import type { Answer } from "../../core/api/payloads.ts";
import { useText } from "../i18n/use-text.ts";
import styles from "./technician.module.css";

type Detail = Answer<"getStudy">;

/** Which of the instances that the scanner says it made have not come, series by series. Goes away with the last of them. */
export function MissingImages({ detail: { study, reported } }: { readonly detail: Detail }) {
  const { text } = useText();
  if (reported === null || reported.missing === 0) return null;
  const { made, missing, missingOf } = reported;
  const isReceiving = study.state === "receiving";
  return (
    <Alert
      type={isReceiving ? "info" : "warning"}
      showIcon
      title={text("reported.title", { made, here: made - missing })}
      description={
        <>
          <ul className={styles["missing-series"]}>
            {missingOf.map((series) => (
              <li key={series.seriesInstanceUid}>
                <span>
                  {series.number === null
                    ? text("reported.series-unknown")
                    : text("reported.series", { number: series.number })}
                </span>
                <span className={styles["line-text"]}>{series.description}</span>
                <strong>{text("reported.missing", { count: series.missing })}</strong>
              </li>
            ))}
          </ul>
          {text(isReceiving ? "reported.hint-receiving" : "reported.hint")}
        </>
      }
    />
  );
}
