import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef } from "react";
import { useText } from "../i18n/use-text.ts";
import { ASIDE_LEAST, ASIDE_MOST } from "./aside-place.ts";

interface AsidePanelProps {
  readonly width: number;
  readonly hidden: boolean;
  readonly onWidth: (width: number) => void;
  readonly children: ReactNode;
  /** Below it, always in sight. */
  readonly findings: ReactNode;
}

/** The panel at the right, resized by its edge. Hidden, it stays mounted, so that a report being written keeps its state. */
export function AsidePanel({ width, hidden, onWidth, children, findings }: AsidePanelProps): ReactNode {
  const { text } = useText();
  const grip = useRef<{ readonly x: number; readonly width: number }>(undefined);
  const onPointerMove = (event: PointerEvent<HTMLHRElement>): void => {
    if (grip.current && event.currentTarget.hasPointerCapture(event.pointerId)) {
      onWidth(grip.current.width + grip.current.x - event.clientX);
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowLeft" ? 20 : event.key === "ArrowRight" ? -20 : 0;
    if (step === 0) return;
    event.preventDefault();
    onWidth(width + step);
  };
  return (
    <aside className="aside" hidden={hidden} style={{ width }} aria-label={text("ct.aside")}>
      <hr
        className="aside-grip"
        tabIndex={0}
        aria-orientation="vertical"
        aria-label={text("ct.aside-width")}
        aria-valuemin={ASIDE_LEAST}
        aria-valuemax={ASIDE_MOST}
        aria-valuenow={width}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          grip.current = { x: event.clientX, width };
        }}
        onPointerMove={onPointerMove}
        onPointerUp={() => {
          grip.current = undefined;
        }}
        onKeyDown={onKeyDown}
      />
      <div className="aside-content">{children}</div>
      {findings}
    </aside>
  );
}
