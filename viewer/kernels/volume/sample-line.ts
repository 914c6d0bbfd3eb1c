import { dot, type PatientVector } from "../../../core/image/patient-vector.ts";
import type { Volume } from "./volume.ts";
import { sliceBelow } from "./voxel-place.ts";

/** A point relative to the volume's origin, or a way through it: indices of column and row, mm along the normal. */
export interface VoxelStep {
  readonly i: number;
  readonly j: number;
  readonly place: number;
}

/** `count` points `start + n · step`. */
export interface VoxelLine {
  readonly start: VoxelStep;
  readonly step: VoxelStep;
  readonly count: number;
}

/** A way in mm through the patient as one through the voxels. */
export function voxelStep({ columnGradient, rowGradient, normal }: Volume, way: PatientVector): VoxelStep {
  return { i: dot(way, columnGradient), j: dot(way, rowGradient), place: dot(way, normal) };
}

/** The samples `from` … `to - 1`. */
export interface SampleRange {
  readonly from: number;
  readonly to: number;
}

/** Short of the last slice by less than anything to be seen, so that rounding never leads beyond it (mm). */
const HAIR_MM = 1e-9;

/**
 * Trilinear samples along a line, written into `target`; those outside the volume are left as they are, the answer says
 * which are inside. The volume ends at the outer edges of its voxels: the outermost half voxel reads as the voxel's own
 * value.
 */
export function sampleLine(volume: Volume, voxels: Int16Array, line: VoxelLine, target: Float32Array): SampleRange {
  const { columns, rows, places } = volume;
  const last = places[places.length - 1] ?? 0;
  const inside = rangeWithin(line, {
    low: -0.5,
    iEnd: columns - 0.5,
    jEnd: rows - 0.5,
    placeLow: -halfGap(places, 0),
    placeEnd: last + halfGap(places, places.length - 2),
  });
  // where all eight neighbours exist the loop needs no look at bounds
  const inner = rangeWithin(line, { low: 0, iEnd: columns - 1, jEnd: rows - 1, placeLow: 0, placeEnd: last - HAIR_MM });
  const isThrough = inner.from < inner.to;
  const from = isThrough ? inner.from : inside.to;
  const to = isThrough ? inner.to : inside.to;
  sampleBorder(volume, voxels, line, { from: inside.from, to: from }, target);
  if (volume.evenGapMm === undefined) sampleUneven(volume, voxels, line, { from, to }, target);
  else sampleEven(volume, volume.evenGapMm, voxels, line, { from, to }, target);
  sampleBorder(volume, voxels, line, { from: to, to: inside.to }, target);
  return inside;
}

function sampleEven(
  { columns, rows }: Volume,
  gapMm: number,
  voxels: Int16Array,
  { start, step }: VoxelLine,
  { from, to }: SampleRange,
  target: Float32Array,
): void {
  const area = columns * rows;
  const { i: iStart, j: jStart } = start;
  const { i: iStep, j: jStep } = step;
  const kStart = start.place / gapMm;
  const kStep = step.place / gapMm;
  for (let n = from; n < to; n++) {
    const i = iStart + n * iStep;
    const j = jStart + n * jStep;
    const k = kStart + n * kStep;
    const i0 = i | 0;
    const j0 = j | 0;
    const k0 = k | 0;
    const u = i - i0;
    const v = j - j0;
    const at = (i0 + Math.imul(j0, columns) + Math.imul(k0, area)) | 0;
    const above = (at + area) | 0;
    const a = voxels[at] ?? 0;
    const b = voxels[at + columns] ?? 0;
    const c = voxels[above] ?? 0;
    const d = voxels[above + columns] ?? 0;
    const a1 = a + u * ((voxels[at + 1] ?? 0) - a);
    const b1 = b + u * ((voxels[at + columns + 1] ?? 0) - b);
    const c1 = c + u * ((voxels[above + 1] ?? 0) - c);
    const d1 = d + u * ((voxels[above + columns + 1] ?? 0) - d);
    const low = a1 + v * (b1 - a1);
    target[n] = low + (k - k0) * (c1 + v * (d1 - c1) - low);
  }
}

function sampleUneven(
  { columns, rows, places }: Volume,
  voxels: Int16Array,
  { start, step }: VoxelLine,
  { from, to }: SampleRange,
  target: Float32Array,
): void {
  const area = columns * rows;
  const { i: iStart, j: jStart, place: placeStart } = start;
  const { i: iStep, j: jStep, place: placeStep } = step;
  // along a line the next slice is a neighbour of the last one: searched for once, then walked to
  let slice = sliceBelow(places, placeStart + from * placeStep);
  let low = places[slice] ?? 0;
  let high = places[slice + 1] ?? 0;
  let perMm = 1 / (high - low);
  for (let n = from; n < to; n++) {
    const i = iStart + n * iStep;
    const j = jStart + n * jStep;
    const place = placeStart + n * placeStep;
    if (place < low || place >= high) {
      while (place < (places[slice] ?? 0)) slice--;
      while (place >= (places[slice + 1] ?? Number.POSITIVE_INFINITY)) slice++;
      low = places[slice] ?? 0;
      high = places[slice + 1] ?? 0;
      perMm = 1 / (high - low);
    }
    const i0 = i | 0;
    const j0 = j | 0;
    const u = i - i0;
    const v = j - j0;
    const at = (i0 + Math.imul(j0, columns) + Math.imul(slice, area)) | 0;
    const above = (at + area) | 0;
    const a = voxels[at] ?? 0;
    const b = voxels[at + columns] ?? 0;
    const c = voxels[above] ?? 0;
    const d = voxels[above + columns] ?? 0;
    const a1 = a + u * ((voxels[at + 1] ?? 0) - a);
    const b1 = b + u * ((voxels[at + columns + 1] ?? 0) - b);
    const c1 = c + u * ((voxels[above + 1] ?? 0) - c);
    const d1 = d + u * ((voxels[above + columns + 1] ?? 0) - d);
    const below = a1 + v * (b1 - a1);
    target[n] = below + (place - low) * perMm * (c1 + v * (d1 - c1) - below);
  }
}

/** The same within half a voxel of the volume's faces, where neighbours are missing. */
function sampleBorder(
  { columns, rows, places }: Volume,
  voxels: Int16Array,
  { start, step }: VoxelLine,
  { from, to }: SampleRange,
  target: Float32Array,
): void {
  const area = columns * rows;
  const last = places[places.length - 1] ?? 0;
  for (let n = from; n < to; n++) {
    const i = held(start.i + n * step.i, columns - 1);
    const j = held(start.j + n * step.j, rows - 1);
    const place = held(start.place + n * step.place, last);
    const slice = sliceBelow(places, place);
    const low = places[slice] ?? 0;
    const w = (place - low) / ((places[slice + 1] ?? 1) - low);
    const i0 = i | 0;
    const j0 = j | 0;
    const right = i0 < columns - 1 ? 1 : 0;
    const down = j0 < rows - 1 ? columns : 0;
    let value = 0;
    for (let level = 0; level < 2; level++) {
      const at = i0 + j0 * columns + (slice + level) * area;
      const a = voxels[at] ?? 0;
      const b = voxels[at + down] ?? 0;
      const a1 = a + (i - i0) * ((voxels[at + right] ?? 0) - a);
      const b1 = b + (i - i0) * ((voxels[at + down + right] ?? 0) - b);
      value += (level === 0 ? 1 - w : w) * (a1 + (j - j0) * (b1 - a1));
    }
    target[n] = value;
  }
}

function held(value: number, most: number): number {
  return Math.max(0, Math.min(value, most));
}

function halfGap(places: Float64Array, slice: number): number {
  return ((places[slice + 1] ?? 0) - (places[slice] ?? 0)) / 2;
}

interface Bounds {
  readonly low: number;
  readonly iEnd: number;
  readonly jEnd: number;
  readonly placeLow: number;
  readonly placeEnd: number;
}

/** The samples with `low ≤ i < iEnd`, `low ≤ j < jEnd`, `placeLow ≤ place < placeEnd`. */
function rangeWithin({ start, step, count }: VoxelLine, bounds: Bounds): SampleRange {
  const { low, iEnd, jEnd, placeLow, placeEnd } = bounds;
  const holds = (n: number): boolean => {
    const i = start.i + n * step.i;
    const j = start.j + n * step.j;
    const place = start.place + n * step.place;
    return i >= low && i < iEnd && j >= low && j < jEnd && place >= placeLow && place < placeEnd;
  };
  const [iFirst, iLast] = span(start.i, step.i, low, iEnd);
  const [jFirst, jLast] = span(start.j, step.j, low, jEnd);
  const [placeFirst, placeLast] = span(start.place, step.place, placeLow, placeEnd);
  // rounding may be off by one at either end; between two ends that hold, all do
  let from = Math.max(0, Math.ceil(Math.max(iFirst, jFirst, placeFirst)) - 1);
  let to = Math.min(count, Math.floor(Math.min(iLast, jLast, placeLast)) + 2);
  while (from < to && !holds(from)) from++;
  while (from < to && !holds(to - 1)) to--;
  return from < to ? { from, to } : { from: 0, to: 0 };
}

function span(start: number, step: number, low: number, end: number): readonly [number, number] {
  if (step === 0)
    return start >= low && start < end
      ? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
      : [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const a = (low - start) / step;
  const b = (end - start) / step;
  return a < b ? [a, b] : [b, a];
}
