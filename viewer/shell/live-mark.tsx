import { useLiveState } from "../api/live.ts";
import { useText } from "../i18n/use-text.ts";
import styles from "./shell.module.css";

/** Silent while the page is live; says so when it is not. */
export function LiveMark() {
  const { text } = useText();
  const lost = useLiveState() === "lost";
  return (
    <span role="status">
      {lost ? (
        <span className={styles["live-lost"]} title={text("live.lost-hint")}>
          {text("live.lost")}
        </span>
      ) : null}
    </span>
  );
}
