import { seededRandom } from "./seeded-random.ts";
import type { SliceGrid } from "./slice-canvas.ts";

/** A square of noise that repeats at its edges; mean 0, standard deviation 1. The side is a power of two. */
export interface NoiseTile {
  readonly side: number;
  readonly values: Float32Array;
}

/** One pass of a box filter along rows of a tile that repeats, written transposed: two calls filter both directions. */
function boxPass(from: Float32Array, to: Float32Array, side: number, reach: number): void {
  const scale = 1 / (2 * reach + 1);
  const wrap = side - 1;
  for (let row = 0; row < side; row++) {
    const base = row * side;
    let sum = 0;
    for (let k = -reach; k <= reach; k++) sum += from[base + (k & wrap)] ?? 0;
    for (let column = 0; column < side; column++) {
      to[column * side + row] = sum * scale;
      sum += (from[base + ((column + reach + 1) & wrap)] ?? 0) - (from[base + ((column - reach) & wrap)] ?? 0);
    }
  }
}

function smoothed(values: Float32Array, side: number, reach: number, passes: number): Float32Array {
  let current = values.slice();
  let other = new Float32Array(values.length);
  for (let pass = 0; pass < passes * 2; pass++) {
    boxPass(current, other, side, reach);
    [current, other] = [other, current];
  }
  return current;
}

function normalised(values: Float32Array): Float32Array {
  let sum = 0;
  let squares = 0;
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / values.length;
  const deviation = Math.sqrt(squares / values.length - mean * mean) || 1;
  return values.map((value) => (value - mean) / deviation);
}

/** White noise with everything finer than about `fineReach` pixels and coarser than `coarseReach` taken out (0: leave). */
export function noiseTile(seed: string, side: number, fineReach: number, coarseReach: number): NoiseTile {
  const random = seededRandom("noise-tile", seed);
  const white = new Float32Array(side * side);
  for (let i = 0; i < white.length; i++) white[i] = random.normal();
  const band = fineReach > 0 ? smoothed(white, side, fineReach, 2) : white;
  if (coarseReach > 0) {
    const slow = smoothed(white, side, coarseReach, 2);
    for (let i = 0; i < band.length; i++) band[i] = (band[i] ?? 0) - 0.85 * (slow[i] ?? 0);
  }
  return { side, values: normalised(band) };
}

/** Texture of tissue in three dimensions, made of a tile that is entered elsewhere for each few mm of depth. */
export interface TissueTexture {
  /** The texture of the plane, one value a pixel: mean 0, standard deviation about 1. */
  plane(depthMm: number, grid: SliceGrid): Float32Array;
}

/** Smooth between the points of the tile where these lie further apart than a pixel. */
export function tissueTexture(seed: string, grainMm: number): TissueTexture {
  const side = 256;
  const { values } = noiseTile(`texture ${seed}`, side, 2, 0);
  // Twice a box of 5 leaves grains of about 5 tile points.
  const tilePointMm = grainMm / 5;
  const wrap = side - 1;
  const entry = (layer: number): number => Math.imul(layer + 1000, 0x9e3779b1) >>> 8;

  /** One layer over the grid, entered at its own place. */
  function layerPlane({ size, spacingMm }: SliceGrid, layer: number): Float32Array {
    const plane = new Float32Array(size * size);
    const step = spacingMm / tilePointMm;
    const [shiftX, shiftY] = [entry(layer) >> 8, entry(layer)];
    const left = Int32Array.from({ length: size }, (_, column) => (Math.floor(column * step) + shiftX) & wrap);
    const part = Float32Array.from({ length: size }, (_, column) => column * step - Math.floor(column * step));
    for (let row = 0; row < size; row++) {
      const y = Math.floor(row * step);
      const ty = row * step - y;
      const upper = ((y + shiftY) & wrap) * side;
      const lower = ((y + 1 + shiftY) & wrap) * side;
      const base = row * size;
      for (let column = 0; column < size; column++) {
        const x = left[column] ?? 0;
        if (step >= 1) {
          plane[base + column] = values[upper + x] ?? 0;
          continue;
        }
        const tx = part[column] ?? 0;
        const next = (x + 1) & wrap;
        const above = (values[upper + x] ?? 0) * (1 - tx) + (values[upper + next] ?? 0) * tx;
        const below = (values[lower + x] ?? 0) * (1 - tx) + (values[lower + next] ?? 0) * tx;
        plane[base + column] = above * (1 - ty) + below * ty;
      }
    }
    return plane;
  }

  // Slices are asked for from the top down, so the two layers about a plane mostly serve the next one too.
  let kept: { readonly grid: SliceGrid; readonly layer: number; readonly plane: Float32Array }[] = [];
  function layerOf(grid: SliceGrid, layer: number): Float32Array {
    const found = kept.find((each) => each.layer === layer && each.grid === grid);
    if (found) return found.plane;
    const plane = layerPlane(grid, layer);
    kept = [...kept.slice(-1), { grid, layer, plane }];
    return plane;
  }

  return {
    plane(depthMm, grid) {
      const layer = Math.floor(depthMm / grainMm);
      const part = depthMm / grainMm - layer;
      const length = Math.hypot(part, 1 - part);
      const [near, far] = [layerOf(grid, layer), layerOf(grid, layer + 1)];
      const [nearPart, farPart] = [(1 - part) / length, part / length];
      const plane = new Float32Array(near.length);
      for (let at = 0; at < plane.length; at++) plane[at] = (near[at] ?? 0) * nearPart + (far[at] ?? 0) * farPart;
      return plane;
    },
  };
}
