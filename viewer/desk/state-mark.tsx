import type { ReactNode } from "react";
import styles from "./desk.module.css";

export type StateTone = "quiet" | "active" | "done" | "gone" | "late" | "bad";

interface StateMarkProps {
  readonly tone: StateTone;
  readonly children: ReactNode;
}

/** A state in a word, with a mark of its kind: never by colour alone. */
export function StateMark({ tone, children }: StateMarkProps) {
  return <span className={`${styles.state} ${styles[`state-${tone}`]}`}>{children}</span>;
}
