import { useEffect } from "react";
import { useText } from "../i18n/use-text.ts";
import styles from "./desk.module.css";

interface PageTitleProps {
  readonly title: string;
  /** How many there are, and of what. */
  readonly note?: string | undefined;
}

/** The head of a desk page, and the name of its tab: never with a patient in it, for it stands in the history. */
export function PageTitle({ title, note }: PageTitleProps) {
  const { text } = useText();
  useEffect(() => {
    document.title = `${title} · ${text("common.hub")}`;
  }, [title, text]);
  return (
    <header className={styles.title}>
      <h1>{title}</h1>
      {note === undefined ? null : <span>{note}</span>}
    </header>
  );
}
