import { useEffect, useRef } from "react";

interface ReportKeys {
  readonly onSave: () => void;
  readonly onSend: () => void;
}

/** Ctrl+S and Ctrl+Enter anywhere on the page; Esc in the report gives the keyboard back to the image. */
export function useReportKeys(keys: ReportKeys): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => {
      const control = event.ctrlKey || event.metaKey;
      if (control && event.key.toLowerCase() === "s") {
        event.preventDefault();
        latest.current.onSave();
      } else if (control && event.key === "Enter" && document.querySelector("dialog[open]") === null) {
        event.preventDefault();
        latest.current.onSend();
      } else if (
        event.key === "Escape" &&
        event.target instanceof HTMLElement &&
        event.target.closest(".report-panel")
      ) {
        focusImage();
      }
    };
    window.addEventListener("keydown", listener);
    return () => window.removeEventListener("keydown", listener);
  }, []);
}

function focusImage(): void {
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  document.querySelector<HTMLElement>('[data-testid="viewport-0"]')?.focus({ preventScroll: true });
}
