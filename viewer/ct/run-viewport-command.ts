import type { ScrollCommand, ViewCommand } from "./room-commands.ts";
import type { StackViewport } from "./stack-viewport.ts";

const COMMANDS: Readonly<Record<ViewCommand | ScrollCommand, (viewport: StackViewport) => void>> = {
  invert: (viewport) => viewport.invert(),
  fit: (viewport) => viewport.fit(),
  "one-to-one": (viewport) => viewport.oneToOne(),
  rotate: (viewport) => viewport.rotate(),
  flip: (viewport) => viewport.flipHorizontal(),
  reset: (viewport) => viewport.reset(),
  clear: (viewport) => viewport.clearMarks(),
  "remove-mark": (viewport) => viewport.removeActiveMark(),
  "preset-file": (viewport) => viewport.resetWindow(),
  "next-slice": (viewport) => viewport.goBy(1),
  "previous-slice": (viewport) => viewport.goBy(-1),
  "next-ten": (viewport) => viewport.goBy(10),
  "previous-ten": (viewport) => viewport.goBy(-10),
  "first-slice": (viewport) => viewport.goTo(0),
  "last-slice": (viewport) => viewport.goTo(Number.MAX_SAFE_INTEGER),
};

export function runViewportCommand(viewport: StackViewport, name: string): void {
  const known = Object.entries(COMMANDS).find(([key]) => key === name);
  known?.[1](viewport);
}
