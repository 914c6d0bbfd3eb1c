import { dot } from "../../core/image/patient-vector.ts";
import type { Frame } from "../../core/image/study-model.ts";

/** Cosine of the angle up to which two stacks count as parallel. */
const LEAST_COSINE = 0.95;

/**
 * The slice of a stack that lies nearest to a frame, in mm along the stack's normal. Undefined where there is no geometry or
 * the planes cross: there is no one slice then.
 */
export function nearestSlice(frame: Frame, stack: readonly Frame[]): number | undefined {
  const from = frame.geometry;
  const normal = stack[0]?.geometry?.normal;
  if (!from || !normal || Math.abs(dot(from.normal, normal)) < LEAST_COSINE) return undefined;
  const wanted = dot(middleOf(frame), normal);
  let best: number | undefined;
  let least = Number.POSITIVE_INFINITY;
  stack.forEach((each, index) => {
    if (!each.geometry) return;
    const distance = Math.abs(dot(middleOf(each), normal) - wanted);
    if (distance < least) [best, least] = [index, distance];
  });
  return best;
}

/** Of a tilted slice the corner lies elsewhere than its middle: stacks are compared in the middle of the image. */
function middleOf({ geometry, spacing, format }: Frame): readonly [number, number, number] {
  if (!geometry) return [0, 0, 0];
  const across = (spacing?.columnMm ?? 0) * (format.columns / 2);
  const down = (spacing?.rowMm ?? 0) * (format.rows / 2);
  const at = (axis: 0 | 1 | 2): number =>
    geometry.position[axis] + geometry.row[axis] * across + geometry.column[axis] * down;
  return [at(0), at(1), at(2)];
}
