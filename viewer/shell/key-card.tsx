import { useEffect, useState } from "react";
import { useText } from "../i18n/use-text.ts";
import { allPageKeys, isForField, keyName, type PageKey } from "./page-keys.ts";
import { PlainDialog } from "./plain-dialog.tsx";
import styles from "./shell.module.css";

/** Hears the keys of the page that is shown; `?` opens the card that lists them. */
export function KeyCard() {
  const { text } = useText();
  const [shown, setShown] = useState<readonly PageKey[] | null>(null);
  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isForField(event)) return;
      const name = keyName(event);
      if (name === "?") {
        event.preventDefault();
        setShown(allPageKeys());
        return;
      }
      const run = allPageKeys().find((key) => key.key === name)?.run;
      if (run === undefined) return;
      event.preventDefault();
      run();
    };
    window.addEventListener("keydown", hear);
    return () => window.removeEventListener("keydown", hear);
  }, []);
  if (shown === null) return null;
  return (
    <PlainDialog title={text("key.title")} onClose={() => setShown(null)}>
      <dl className={styles.keys}>
        {[...shown, { key: "?", label: "key.help" } as const].map(({ key, label }) => (
          <div key={key}>
            <dt>
              <kbd>{key === " " ? text("key.space") : key}</kbd>
            </dt>
            <dd>{text(label)}</dd>
          </div>
        ))}
      </dl>
    </PlainDialog>
  );
}
