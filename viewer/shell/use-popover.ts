import { type RefObject, useEffect, useRef, useState } from "react";

interface Popover<E extends HTMLElement> {
  readonly open: boolean;
  readonly setOpen: (open: boolean) => void;
  /** Around the button and what it opens. */
  readonly frame: RefObject<E | null>;
}

/** Something that opens under its button and closes by Esc, by a click elsewhere, or when the focus leaves it. */
export function usePopover<E extends HTMLElement>(): Popover<E> {
  const [open, setOpen] = useState(false);
  const frame = useRef<E>(null);
  useEffect(() => {
    if (!open) return;
    const outside = (event: Event) => {
      if (event.target instanceof Node && !frame.current?.contains(event.target)) setOpen(false);
    };
    const leave = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      setOpen(false);
      frame.current?.querySelector("button")?.focus();
    };
    document.addEventListener("pointerdown", outside);
    document.addEventListener("focusin", outside);
    document.addEventListener("keydown", leave);
    return () => {
      document.removeEventListener("pointerdown", outside);
      document.removeEventListener("focusin", outside);
      document.removeEventListener("keydown", leave);
    };
  }, [open]);
  return { open, setOpen, frame };
}
