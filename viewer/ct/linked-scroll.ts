import { nearestSlice } from "../kernels/nearest-slice.ts";
import type { StackViewport } from "./stack-viewport.ts";

/**
 * Scrolls the viewports of a group together, by their place in the patient. Ends with the function it gives back. A viewport
 * that was moved here comes back as a change of its own; what it was moved to is known, so that it moves nobody in turn.
 */
export function linkScroll(viewports: readonly StackViewport[]): () => void {
  const known = new Map(viewports.map((viewport) => [viewport, placeOf(viewport)]));
  const ends = viewports.map((viewport) =>
    viewport.subscribe(() => {
      const before = known.get(viewport);
      const now = placeOf(viewport);
      if (before?.series === now.series && before?.target === now.target) return;
      known.set(viewport, now);
      const frame = now.series?.frames[now.target];
      if (before?.series !== now.series || !frame) return; // a series that was only put there leads nobody
      for (const other of viewports) {
        const stack = other.snapshot.series;
        if (other === viewport || !stack) continue;
        const slice = nearestSlice(frame, stack.frames);
        if (slice === undefined) continue;
        known.set(other, { series: stack, target: slice });
        other.goTo(slice);
      }
    }),
  );
  return () => {
    for (const end of ends) end();
  };
}

function placeOf({ snapshot }: StackViewport) {
  return { series: snapshot.series, target: snapshot.target };
}
