import { type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { useText } from "../i18n/use-text.ts";
import { Icon } from "./icon.tsx";
import styles from "./shell.module.css";

interface PlainDialogProps {
  readonly title: string;
  /** Left out: it cannot be closed without an answer. */
  readonly onClose?: () => void;
  readonly children: ReactNode;
}

/** A modal of the platform, for desks and the reading room alike: the page behind stays as it is. */
export function PlainDialog({ title, onClose, children }: PlainDialogProps) {
  const { text } = useText();
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  // Before the effects of what is inside, so that a field in it can take the focus from the dialog.
  useLayoutEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    element?.showModal();
    return () => {
      element?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      className={styles.dialog}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose?.();
      }}
      onKeyDown={(event) => {
        // Chromium closes a dialog on the second Esc even when the first was prevented.
        if (event.key !== "Escape") return;
        event.preventDefault();
        onClose?.();
      }}
    >
      <header>
        <h2 id={heading}>{title}</h2>
        {onClose === undefined ? null : (
          <button type="button" className={styles["icon-button"]} aria-label={text("common.close")} onClick={onClose}>
            <Icon name="close" />
          </button>
        )}
      </header>
      {children}
    </dialog>
  );
}
