import type { Frame, Rescale } from "../../../core/image/study-model.ts";
import type { VolumeRefusal } from "./volume-refusal.ts";

/** The number of a pixel that lies outside the volume; no voxel has it. */
export const OUTSIDE = -32768;
const LOWEST = -32767;
const HIGHEST = 32767;

/** How stored values become voxels, slice by slice, and how a voxel reads. */
export interface VoxelValues {
  /** By slice: voxel = stored × slope + offset, held within 16 bits. */
  readonly fromStored: readonly { readonly slope: number; readonly offset: number }[];
  /** What a voxel reads as: slope 1, intercept 0 and `HU` for all usual CT. */
  readonly rescale: Rescale;
}

/**
 * HU (or another unit) wherever the rescale is in whole numbers and the result fits; otherwise the stored value, with the
 * one rescale that all slices must then share. HU beyond ±32767 exist only as padding and are held at the end; of 65536
 * unsigned values the topmost is given up, so that OUTSIDE stays free.
 */
export function voxelValues(frames: readonly Frame[]): VoxelValues | VolumeRefusal {
  const tooWide = indicesWhere(frames, ({ format }) => format.bitsAllocated > 16 || format.bitsStored > 16);
  if (tooWide.length > 0) return { reason: "values-too-wide", frames: tooWide };
  const rescale = frames[0]?.rescale ?? { slope: 1, intercept: 0, unit: "" };
  const otherUnit = indicesWhere(frames, (frame) => frame.rescale.unit !== rescale.unit);
  if (otherUnit.length > 0) return { reason: "different-values", frames: otherUnit };
  if (frames.every((frame) => isWhole(frame.rescale) && (rescale.unit === "HU" || fits(frame))))
    return {
      fromStored: frames.map((frame) => ({ slope: frame.rescale.slope, offset: frame.rescale.intercept })),
      rescale: { slope: 1, intercept: 0, unit: rescale.unit },
    };
  const otherRescale = indicesWhere(
    frames,
    (frame) => frame.rescale.slope !== rescale.slope || frame.rescale.intercept !== rescale.intercept,
  );
  if (otherRescale.length > 0) return { reason: "different-values", frames: otherRescale };
  const offset = frames.some(({ format }) => format.pixelRepresentation === 0 && format.bitsStored === 16) ? LOWEST : 0;
  return {
    fromStored: frames.map(() => ({ slope: 1, offset })),
    rescale: { ...rescale, intercept: rescale.intercept - offset * rescale.slope },
  };
}

/** Puts a decoded frame's stored values into the voxels of its slice. Throws a RangeError on a frame of another size. */
export function writeSlice(
  values: VoxelValues,
  voxels: Int16Array,
  slice: number,
  stored: ArrayLike<number>,
  area: number,
): void {
  const map = values.fromStored[slice];
  if (!map || stored.length !== area || (slice + 1) * area > voxels.length)
    throw new RangeError(`slice ${slice} of ${values.fromStored.length}: ${stored.length} values for ${area}`);
  const { slope, offset } = map;
  const start = slice * area;
  for (let index = 0; index < area; index++) {
    voxels[start + index] = Math.max(LOWEST, Math.min((stored[index] ?? 0) * slope + offset, HIGHEST));
  }
}

function isWhole({ slope, intercept }: Rescale): boolean {
  return Number.isInteger(slope) && Number.isInteger(intercept);
}

function fits({ format, rescale }: Frame): boolean {
  const signed = format.pixelRepresentation === 1;
  const low = signed ? -(2 ** (format.bitsStored - 1)) : 0;
  const high = 2 ** (signed ? format.bitsStored - 1 : format.bitsStored) - 1;
  const ends = [low * rescale.slope + rescale.intercept, high * rescale.slope + rescale.intercept];
  return Math.min(...ends) >= LOWEST && Math.max(...ends) <= HIGHEST;
}

function indicesWhere(frames: readonly Frame[], is: (frame: Frame) => boolean): readonly number[] {
  return frames.flatMap((frame, index) => (is(frame) ? [index] : []));
}
