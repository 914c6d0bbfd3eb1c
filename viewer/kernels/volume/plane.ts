import { cross, dot, type PatientVector, unit } from "../../../core/image/patient-vector.ts";
import { difference, scaled, sum } from "./patient-arithmetic.ts";
import type { Volume } from "./volume.ts";
import { patientPointOfVoxel } from "./voxel-place.ts";

/** A flat image through the patient, with square pixels. */
export interface Plane {
  /** Middle of the whole image, mm. */
  readonly centre: PatientVector;
  /** Where the screen's right and down point; of length 1 and at right angles. */
  readonly right: PatientVector;
  readonly down: PatientVector;
  readonly columns: number;
  readonly rows: number;
  readonly mmPerPixel: number;
}

export type PlaneDirection = "axial" | "coronal" | "sagittal";

/** As radiologists look: from the feet, from the front, from the left. */
export const PLANE_AXES: Readonly<
  Record<PlaneDirection, { readonly right: PatientVector; readonly down: PatientVector }>
> = {
  axial: { right: [1, 0, 0], down: [0, 1, 0] },
  coronal: { right: [1, 0, 0], down: [0, 0, -1] },
  sagittal: { right: [0, 1, 0], down: [0, 0, -1] },
};

const MOST_PIXELS = 4096;

/** Into the screen. */
export function planeNormal({ right, down }: Pick<Plane, "right" | "down">): PatientVector {
  return cross(right, down);
}

/** Makes the two directions unit vectors at right angles, `right` kept. Throws a RangeError when they are one line, or on sizes that are none. */
export function obliquePlane(plane: Plane): Plane {
  const { columns, rows, mmPerPixel } = plane;
  const isSize = (size: number): boolean => Number.isInteger(size) && size >= 1 && size <= MOST_PIXELS;
  if (!isSize(columns) || !isSize(rows) || !(mmPerPixel > 0))
    throw new RangeError(`a plane of ${columns} × ${rows} pixels of ${mmPerPixel} mm`);
  const right = unit(plane.right);
  const down = unit(difference(plane.down, scaled(right, dot(plane.down, right))));
  if (!(Math.hypot(...planeNormal({ right, down })) > 0.999)) throw new RangeError("a plane needs two directions");
  return { ...plane, right, down };
}

/** From where to where a volume reaches along a direction, to the outer edges of its voxels: mm, as `point · direction`. */
export function reachAlong(volume: Volume, direction: PatientVector): { readonly from: number; readonly to: number } {
  const { columns, rows, slices } = volume;
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (const i of [-0.5, columns - 0.5])
    for (const j of [-0.5, rows - 0.5])
      for (const k of [-0.5, slices - 0.5]) {
        const at = dot(patientPointOfVoxel(volume, [i, j, k]), direction);
        from = Math.min(from, at);
        to = Math.max(to, at);
      }
  return { from, to };
}

/** Middle of what a volume reaches over. */
export function volumeCentre(volume: Volume): PatientVector {
  const { columns, rows, slices } = volume;
  return patientPointOfVoxel(volume, [(columns - 1) / 2, (rows - 1) / 2, (slices - 1) / 2]);
}

/**
 * The plane through a point that shows all the volume has there, and no more of its directions than it reaches. Without
 * `mmPerPixel` a pixel is as fine as the finest of the slices' own. Planes of more than 4096 pixels get coarser ones.
 */
export function planeOver(
  volume: Volume,
  axes: Pick<Plane, "right" | "down">,
  through: PatientVector,
  mmPerPixel: number = finestPixelMm(volume),
): Plane {
  const { right, down } = obliquePlane({ ...axes, centre: through, columns: 1, rows: 1, mmPerPixel });
  const across = reachAlong(volume, right);
  const along = reachAlong(volume, down);
  const widest = Math.max(across.to - across.from, along.to - along.from);
  const mm = Math.max(mmPerPixel, widest / MOST_PIXELS);
  // a whole number of pixels that floating point made a hair more stays that number
  const pixels = (length: number): number => Math.min(MOST_PIXELS, Math.max(1, Math.ceil(length / mm - 1e-6)));
  const shift = (reach: { from: number; to: number }, direction: PatientVector): PatientVector =>
    scaled(direction, (reach.from + reach.to) / 2 - dot(through, direction));
  return {
    centre: sum(through, sum(shift(across, right), shift(along, down))),
    right,
    down,
    columns: pixels(across.to - across.from),
    rows: pixels(along.to - along.from),
    mmPerPixel: mm,
  };
}

export function finestPixelMm(volume: Volume): number {
  return Math.min(Math.hypot(...volume.columnStep), Math.hypot(...volume.rowStep));
}
