import { useEffect, useRef } from "react";

/** Keys of the page, in lower case. Not while someone types, nor while a dialog is open, nor with Ctrl, Alt or Meta held. */
export function useEcgKeys(handle: (key: string, event: KeyboardEvent) => boolean): void {
  const current = useRef(handle);
  useEffect(() => {
    current.current = handle;
  });
  useEffect(() => {
    const down = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
      if (isTyping(event.target) || dialogOpen()) return;
      if (current.current(event.key.toLowerCase(), event)) event.preventDefault();
    };
    window.addEventListener("keydown", down);
    return () => window.removeEventListener("keydown", down);
  }, []);
}

/** Dialogs that were closed may stay in the document, hidden. */
function dialogOpen(): boolean {
  return [...document.querySelectorAll("dialog[open], [role=dialog]")].some((dialog) => dialog.checkVisibility());
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
