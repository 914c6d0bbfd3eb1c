import { useText } from "../i18n/use-text.ts";
import styles from "./shell.module.css";

/** For the moment before it is known who is signed in: the ground, nothing that would flash. */
export function Opening() {
  const { text } = useText();
  return <div className={styles.opening} role="status" aria-label={text("common.loading")} />;
}
