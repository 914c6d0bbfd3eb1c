import { dot } from "../../core/image/patient-vector.ts";
import { areParallel, centreOf, type FramePlane, framePlane, type PlacedFrame } from "./frame-plane.ts";
import { between } from "./patient-distance.ts";

export interface LinkedSlice {
  readonly index: number;
  /** From the place asked for to the slice, along the slice's normal: large where the other stack does not reach so far. */
  readonly offMm: number;
}

/**
 * The slice of another stack nearest to where `source` is, by the centre of its picture. `offsetMm` is added along the other
 * stack's normal: nought in one frame of reference, and what `linkOffsetMm` gave where the reader set two studies side by side.
 * Undefined when the stack has no slice that is parallel and has a place.
 */
export function linkedSlice(source: FramePlane, stack: readonly PlacedFrame[], offsetMm = 0): LinkedSlice | undefined {
  const centre = centreOf(source);
  let best: LinkedSlice | undefined;
  // A series may hold slices that are turned the other way; the offset is meant along the first one's normal.
  const sense = firstNormal(stack);
  for (const [index, frame] of stack.entries()) {
    const plane = framePlane(frame);
    if (!plane || !sense || !areParallel(plane.geometry, source.geometry)) continue;
    const { normal, position } = plane.geometry;
    const way = dot(normal, sense) < 0 ? -1 : 1;
    const offMm = dot(between(centre, position), normal) - way * offsetMm;
    if (!best || Math.abs(offMm) < Math.abs(best.offMm)) best = { index, offMm };
  }
  return best;
}

/** The offset with which `linkedSlice` leads from this source to just this slice; undefined when they are not parallel. */
export function linkOffsetMm(source: FramePlane, stack: readonly PlacedFrame[], index: number): number | undefined {
  const frame = stack[index];
  const plane = frame && framePlane(frame);
  const sense = firstNormal(stack);
  if (!plane || !sense || !areParallel(plane.geometry, source.geometry)) return undefined;
  const way = dot(plane.geometry.normal, sense) < 0 ? -1 : 1;
  return way * dot(between(centreOf(source), plane.geometry.position), plane.geometry.normal);
}

function firstNormal(stack: readonly PlacedFrame[]) {
  return stack.find((frame) => frame.geometry)?.geometry?.normal;
}
