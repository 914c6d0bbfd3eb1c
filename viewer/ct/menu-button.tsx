import { type ReactNode, useEffect, useRef, useState } from "react";

export interface MenuItem {
  readonly id: string;
  readonly label: string;
  /** Shown dim at the end of the row: a key, a value. */
  readonly note?: string;
  readonly chosen: boolean;
}

interface MenuButtonProps {
  readonly label: string;
  readonly icon: ReactNode;
  readonly items: readonly MenuItem[];
  readonly onChoose: (id: string) => void;
  /** Below the choices: something to do with them. */
  readonly action?: { readonly label: string; readonly run: () => void };
  readonly testId?: string;
  /** The chosen one, for who looks from outside. */
  readonly current?: string | undefined;
}

/** A tool that opens a short menu below itself. */
export function MenuButton({ label, icon, items, onChoose, action, testId, current }: MenuButtonProps): ReactNode {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return;
    const chosen =
      root.current?.querySelector<HTMLElement>('[aria-checked="true"]') ??
      root.current?.querySelector<HTMLElement>('[role="menuitemradio"]');
    chosen?.focus();
    const outside = (event: PointerEvent): void => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) setOpen(false);
    };
    addEventListener("pointerdown", outside, true);
    return () => removeEventListener("pointerdown", outside, true);
  }, [open]);
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.key === "Escape") setOpen(false);
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (!open || step === 0) return;
    event.preventDefault();
    const rows = [...(root.current?.querySelectorAll<HTMLElement>('[role^="menuitem"]') ?? [])];
    const at = rows.findIndex((row) => row.matches(":focus"));
    rows[(at + step + rows.length) % rows.length]?.focus();
  };
  return (
    <div className="menu" ref={root}>
      <button
        type="button"
        className="tool menu-opener"
        title={label}
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={open}
        data-testid={testId}
        data-current={current}
        onKeyDown={onKeyDown}
        onClick={() => setOpen(!open)}
      >
        {icon}
        <svg className="menu-caret" viewBox="0 0 8 8" aria-hidden="true">
          <path d="m1 2.5 3 3 3-3" />
        </svg>
      </button>
      {open && (
        <div className="menu-list" role="menu" tabIndex={-1} aria-label={label} onKeyDown={onKeyDown}>
          {items.map((item) => (
            <button
              key={item.id}
              type="button"
              role="menuitemradio"
              aria-checked={item.chosen}
              className="menu-row"
              onClick={() => {
                setOpen(false);
                onChoose(item.id);
              }}
            >
              <span>{item.label}</span>
              {item.note !== undefined && <span className="menu-note">{item.note}</span>}
            </button>
          ))}
          {action && (
            <button
              type="button"
              role="menuitem"
              className="menu-row menu-action"
              onClick={() => {
                setOpen(false);
                action.run();
              }}
            >
              {action.label}
            </button>
          )}
        </div>
      )}
    </div>
  );
}
