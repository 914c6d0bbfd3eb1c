import { dot, type PatientVector } from "../../core/image/patient-vector.ts";
import type { ImagePoint } from "./distance-mm.ts";
import { areParallel, type FramePlane, imagePoint, patientPoint } from "./frame-plane.ts";
import { between, movedBy } from "./patient-distance.ts";

/**
 * Where one slice cuts another, in the pixels of `on`: as long as the slice itself reaches, and no further than the picture.
 * Undefined for slices that are parallel (2.5 degrees) or do not meet.
 */
export function referenceLine(slice: FramePlane, on: FramePlane): readonly [ImagePoint, ImagePoint] | undefined {
  if (areParallel(slice.geometry, on.geometry)) return undefined;
  const { columns, rows } = slice;
  const corners = [
    { x: 0, y: 0 },
    { x: columns, y: 0 },
    { x: columns, y: rows },
    { x: 0, y: rows },
  ].map((corner) => patientPoint(slice, corner));
  const ends: PatientVector[] = [];
  for (const [index, corner] of corners.entries()) {
    const next = corners[(index + 1) % corners.length] ?? corner;
    const [from, to] = [heightOver(on, corner), heightOver(on, next)];
    // a corner in the plane itself belongs to the side that begins there
    if (from === 0) ends.push(corner);
    else if (from * to < 0) ends.push(movedBy(corner, between(corner, next), from / (from - to)));
  }
  const [a, b] = ends;
  return a && b && clipped(imagePoint(on, a), imagePoint(on, b), on.columns, on.rows);
}

function heightOver({ geometry }: FramePlane, point: PatientVector): number {
  return dot(between(geometry.position, point), geometry.normal);
}

/** Liang and Barsky: what of a segment is inside the picture. */
function clipped(
  a: ImagePoint,
  b: ImagePoint,
  columns: number,
  rows: number,
): readonly [ImagePoint, ImagePoint] | undefined {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  let [from, to] = [0, 1];
  for (const [step, room] of [
    [-dx, a.x],
    [dx, columns - a.x],
    [-dy, a.y],
    [dy, rows - a.y],
  ] as const) {
    if (step === 0 && room < 0) return undefined;
    if (step < 0) from = Math.max(from, room / step);
    if (step > 0) to = Math.min(to, room / step);
  }
  if (from >= to) return undefined;
  const at = (t: number): ImagePoint => ({ x: a.x + t * dx, y: a.y + t * dy });
  return [at(from), at(to)];
}
