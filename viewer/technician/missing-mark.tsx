import { useText } from "../i18n/use-text.ts";
import { Icon } from "../shell/icon.tsx";
import styles from "./technician.module.css";

/** How much of what the scanner says it made has not come; hovering tells of how many. */
export function MissingMark({ reported }: { readonly reported: { readonly made: number; readonly missing: number } }) {
  const { text } = useText();
  const { made, missing } = reported;
  return (
    <span className={styles.missing} title={text("reported.title", { made, here: made - missing })}>
      <Icon name="warning" size={14} />
      {text("reported.missing", { count: missing })}
    </span>
  );
}
