import { useText } from "../i18n/use-text.ts";
import styles from "./desk.module.css";

/** Rows that are on their way, in the place where they will be. */
export function SkeletonList({ rows = 8 }: { readonly rows?: number }) {
  const { text } = useText();
  return (
    <div className={styles.skeleton} role="status" aria-label={text("common.loading")}>
      {Array.from({ length: rows }, (_, index) => index + 1).map((row) => (
        <div key={row}>
          <span style={{ width: `${8 + ((row * 3) % 5)}%` }} />
          <span style={{ width: "6%" }} />
          <span style={{ width: `${24 + ((row * 7) % 12)}%` }} />
          <span style={{ width: "10%" }} />
          <span style={{ width: "12%" }} />
        </div>
      ))}
    </div>
  );
}
