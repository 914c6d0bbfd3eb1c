import type { SampleRange } from "./sample-line.ts";
import { OUTSIDE } from "./voxel-values.ts";

/** `mip` keeps the brightest of the slab, `minip` the darkest. */
export type SlabMode = "average" | "mip" | "minip";

/** One row of an image while the layers of its slab are combined. */
export interface SlabRow {
  readonly mode: SlabMode;
  readonly values: Float32Array;
  /** By how many more layers than its left neighbour a pixel was inside the volume. */
  readonly layerSteps: Int16Array;
}

const EMPTY: Readonly<Record<SlabMode, number>> = {
  average: 0,
  mip: Number.NEGATIVE_INFINITY,
  minip: Number.POSITIVE_INFINITY,
};

export function slabRow(mode: SlabMode, columns: number): SlabRow {
  return { mode, values: new Float32Array(columns), layerSteps: new Int16Array(columns + 1) };
}

export function clearRow({ mode, values, layerSteps }: SlabRow): void {
  values.fill(EMPTY[mode]);
  layerSteps.fill(0);
}

export function addLayer(
  { mode, values, layerSteps }: SlabRow,
  sampled: Float32Array,
  { from, to }: SampleRange,
): void {
  layerSteps[from] = (layerSteps[from] ?? 0) + 1;
  layerSteps[to] = (layerSteps[to] ?? 0) - 1;
  if (mode === "average") for (let x = from; x < to; x++) values[x] = (values[x] ?? 0) + (sampled[x] ?? 0);
  else if (mode === "mip") {
    for (let x = from; x < to; x++) {
      const value = sampled[x] ?? 0;
      if (value > (values[x] ?? 0)) values[x] = value;
    }
  } else {
    for (let x = from; x < to; x++) {
      const value = sampled[x] ?? 0;
      if (value < (values[x] ?? 0)) values[x] = value;
    }
  }
}

/** Rounds the row into pixels from `at` on; OUTSIDE where no layer was inside. */
export function writeRow(
  { mode, values, layerSteps }: SlabRow,
  pixels: Int16Array,
  at: number,
): { readonly inside: number; readonly min: number; readonly max: number } {
  const isAverage = mode === "average";
  let count = 0;
  let inside = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let x = 0; x < values.length; x++) {
    count += layerSteps[x] ?? 0;
    if (count === 0) {
      pixels[at + x] = OUTSIDE;
      continue;
    }
    const value = Math.round(isAverage ? (values[x] ?? 0) / count : (values[x] ?? 0));
    pixels[at + x] = value;
    inside++;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { inside, min, max };
}
