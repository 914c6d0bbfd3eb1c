import type { ReactNode } from "react";
import styles from "./desk.module.css";

interface EmptyStateProps {
  readonly title: string;
  /** What to do now. */
  readonly hint: string;
  readonly children?: ReactNode;
}

export function EmptyState({ title, hint, children }: EmptyStateProps) {
  return (
    <div className={styles.empty}>
      <strong>{title}</strong>
      <p>{hint}</p>
      {children}
    </div>
  );
}
