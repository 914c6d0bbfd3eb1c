import { dot } from "./patient-vector.ts";
import type { Frame } from "./study-model.ts";

/** Distance along the normal from a slice to its neighbour (the next, or at the end the one before), mm. */
export function sliceGapMm(frames: readonly Frame[], index: number): number | undefined {
  const here = frames[index]?.geometry;
  const there = (frames[index + 1] ?? frames[index - 1])?.geometry;
  if (!here || !there || Math.abs(dot(here.normal, there.normal)) < 0.999) return undefined;
  return Math.abs(dot(there.position, here.normal) - here.along);
}
