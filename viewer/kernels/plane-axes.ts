import { cross, dot, type PatientVector } from "../../core/image/patient-vector.ts";
import type { PixelSpacing } from "../../core/image/study-model.ts";
import type { ImagePoint } from "./distance-mm.ts";

/** The directions of a plane in which is measured: unit vectors, perpendicular to one another. */
export interface PlaneAxes {
  readonly row: PatientVector;
  readonly column: PatientVector;
}

/** The plane of one image by itself, when its points are brought to millimetres by `imageMm`. */
export const IMAGE_AXES: PlaneAxes = { row: [1, 0, 0], column: [0, 1, 0] };

/** Points of an image in millimetres of its own plane, from its outer corner. Angles and areas are true in these only. */
export function imageMm(points: readonly ImagePoint[], spacing: PixelSpacing): readonly PatientVector[] {
  return points.map(({ x, y }): PatientVector => [x * spacing.columnMm, y * spacing.rowMm, 0]);
}

/** Back from millimetres of an image's own plane to its pixels. */
export function imagePixel({ x, y }: ImagePoint, spacing: PixelSpacing): ImagePoint {
  return { x: x / spacing.columnMm, y: y / spacing.rowMm };
}

export function onPlane(points: readonly PatientVector[], { row, column }: PlaneAxes): readonly ImagePoint[] {
  return points.map((point) => ({ x: dot(point, row), y: dot(point, column) }));
}

/** How far apart the points lie across the plane, mm: nought when they are all in one. */
export function spreadAcrossMm(points: readonly PatientVector[], { row, column }: PlaneAxes): number {
  const normal = cross(row, column);
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const point of points) {
    const along = dot(point, normal);
    if (along < least) least = along;
    if (along > most) most = along;
  }
  return points.length === 0 ? 0 : most - least;
}
