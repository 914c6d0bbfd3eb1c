import { dot } from "./patient-vector.ts";
import type { Frame } from "./study-model.ts";

/** Positions nearer than this along the normal are the same place (mm). */
const SAME_PLACE_MM = 0.01;
/** Normals closer than this are parallel (about 2.5 degrees). */
const PARALLEL = 0.999;

/**
 * The frames of a series in the order they are scrolled. By position along the normal where they are one stack: parallel,
 * every frame with its own place. The stack starts at the end where the scanner's own numbering starts. Otherwise
 * (localizers, several phases in one series, no geometry) by Instance Number, then Frame Number.
 */
export function orderFrames(frames: readonly Frame[]): readonly Frame[] {
  const numbered = frames.toSorted(byNumber);
  const normal = numbered[0]?.geometry?.normal;
  if (!normal) return numbered;
  const placed = numbered.map((frame, rank) => ({
    frame,
    rank,
    parallel: frame.geometry !== undefined && dot(frame.geometry.normal, normal) >= PARALLEL,
    along: frame.geometry ? dot(frame.geometry.position, normal) : 0,
  }));
  if (placed.some(({ parallel }) => !parallel)) return numbered;
  const sorted = placed.toSorted((a, b) => a.along - b.along);
  for (const [index, { along }] of sorted.entries()) {
    const before = sorted[index - 1];
    if (before && along - before.along < SAME_PLACE_MM) return numbered;
  }
  return (numberingRunsBackwards(sorted) ? sorted.toReversed() : sorted).map(({ frame }) => frame);
}

/** The sign of the covariance between place in the stack and place in the numbering. */
function numberingRunsBackwards(sorted: readonly { readonly rank: number }[]): boolean {
  const middle = (sorted.length - 1) / 2;
  return sorted.reduce((sum, { rank }, index) => sum + (index - middle) * (rank - middle), 0) < 0;
}

function byNumber(a: Frame, b: Frame): number {
  return (
    (a.instanceNumber ?? Number.MAX_SAFE_INTEGER) - (b.instanceNumber ?? Number.MAX_SAFE_INTEGER) ||
    a.frameNumber - b.frameNumber ||
    (a.sopInstanceUid < b.sopInstanceUid ? -1 : a.sopInstanceUid > b.sopInstanceUid ? 1 : 0)
  );
}
