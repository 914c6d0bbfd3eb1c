import { useEffect } from "react";
import { useText } from "../i18n/use-text.ts";
import styles from "./shell.module.css";

interface MessagePageProps {
  readonly title: string;
  readonly why: string;
  readonly onRetry?: () => void;
  readonly onReload?: () => void;
  readonly home?: boolean;
}

/** A page that only says something, and what one can do about it. */
export function MessagePage({ title, why, onRetry, onReload, home = false }: MessagePageProps) {
  const { text } = useText();
  useEffect(() => {
    document.title = `${title} · ${text("common.hub")}`;
  }, [title, text]);
  return (
    <main id="content" className={styles.message} role="alert">
      <h1>{title}</h1>
      <p>{why}</p>
      <div>
        {onRetry === undefined ? null : (
          <button type="button" className={styles.primary} onClick={onRetry}>
            {text("common.retry")}
          </button>
        )}
        {onReload === undefined ? null : (
          <button type="button" className={styles.primary} onClick={onReload}>
            {text("page.reload")}
          </button>
        )}
        {home ? (
          <a className={styles.secondary} href="/">
            {text("shell.home")}
          </a>
        ) : null}
      </div>
    </main>
  );
}
