import { dot } from "../../core/image/patient-vector.ts";
import { areParallel, centreOf, type FramePlane, framePlane, type PlacedFrame } from "./frame-plane.ts";
import { between } from "./patient-distance.ts";

export interface LinkedSlice {
  readonly index: number;
  /** From the place asked for to the slice, along the stack's normal: large where the other stack does not reach so far. */
  readonly offMm: number;
}

/**
 * The slice of another stack nearest to where `source` is, by the centre of its picture. `offsetMm` is added along the other
 * stack's normal: nought in one frame of reference, and what `linkOffsetMm` gave where the reader set two studies side by side.
 * Undefined when the stack has no slice that is parallel and has a place.
 */
export function linkedSlice(source: FramePlane, stack: readonly PlacedFrame[], offsetMm = 0): LinkedSlice | undefined {
  let best: LinkedSlice | undefined;
  for (const { index, alongMm } of distancesTo(source, stack)) {
    const offMm = alongMm - offsetMm;
    if (!best || Math.abs(offMm) < Math.abs(best.offMm)) best = { index, offMm };
  }
  return best;
}

/** The offset with which `linkedSlice` leads from this source to just this slice; undefined when they are not parallel. */
export function linkOffsetMm(source: FramePlane, stack: readonly PlacedFrame[], index: number): number | undefined {
  return distancesTo(source, stack).find((slice) => slice.index === index)?.alongMm;
}

/** How far each parallel slice is from the centre of the source; all along one normal, though some may be turned round. */
function distancesTo(source: FramePlane, stack: readonly PlacedFrame[]) {
  const centre = centreOf(source);
  const parallel = stack.flatMap((frame, index) => {
    const plane = framePlane(frame);
    return plane && areParallel(plane.geometry, source.geometry) ? [{ index, geometry: plane.geometry }] : [];
  });
  const normal = parallel[0]?.geometry.normal;
  if (!normal) return [];
  return parallel.map(({ index, geometry }) => ({ index, alongMm: dot(between(centre, geometry.position), normal) }));
}
