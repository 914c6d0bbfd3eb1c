import { dot, type PatientVector } from "../../../core/image/patient-vector.ts";
import { difference } from "./patient-arithmetic.ts";
import type { Volume } from "./volume.ts";

/** Column, row and slice, fractions between the centres; slices count by their places, not by mm. */
export type VoxelIndex = readonly [column: number, row: number, slice: number];

/** Beyond the first and the last slice the outermost gap goes on. */
export function patientPointOfVoxel(volume: Volume, [i, j, k]: VoxelIndex): PatientVector {
  const { origin, columnStep, rowStep, sliceAxis, places } = volume;
  const below = Math.min(Math.max(Math.floor(k), 0), places.length - 2);
  const low = places[below] ?? 0;
  const place = low + (k - below) * ((places[below + 1] ?? 0) - low);
  const along = (axis: 0 | 1 | 2): number =>
    origin[axis] + i * columnStep[axis] + j * rowStep[axis] + place * sliceAxis[axis];
  return [along(0), along(1), along(2)];
}

export function voxelOfPatientPoint(volume: Volume, point: PatientVector): VoxelIndex {
  const offset = difference(point, volume.origin);
  const { places } = volume;
  const place = dot(offset, volume.normal);
  const below = sliceBelow(places, place);
  const low = places[below] ?? 0;
  const slice = below + (place - low) / ((places[below + 1] ?? 1) - low);
  return [dot(offset, volume.columnGradient), dot(offset, volume.rowGradient), slice];
}

/** The slice at or before a place; of places beyond the ends the outermost that has a next one. */
export function sliceBelow(places: Float64Array, place: number): number {
  let low = 0;
  let high = places.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((places[middle] ?? 0) <= place) low = middle;
    else high = middle - 1;
  }
  return low;
}
