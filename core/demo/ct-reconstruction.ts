import type { CtAnatomy } from "./ct-anatomy.ts";
import { seededRandom } from "./seeded-random.ts";
import { pixelCentreMm, type SliceGrid } from "./slice-canvas.ts";
import { type NoiseTile, noiseTile } from "./tissue-texture.ts";

/** What a reconstruction kernel does to edges and noise. */
export interface CtKernel {
  readonly name: string;
  /** Half width of the blur in mm (standard deviation). */
  readonly blurMm: number;
  /** How much of what the blur took is given back: sharp kernels overshoot at edges. */
  readonly sharpen: number;
  /** Noise against that of the sharp thin slice. */
  readonly noise: number;
  /** Grain of the noise in pixels of 512: finer than `fine` and coarser than `coarse` is left out. */
  readonly fine: number;
  readonly coarse: number;
}

/** Lowest and highest HU that 12 bits with an intercept of -1024 hold. */
export const STORED_HU_OFFSET = 1024;
const STORED_MAX = 4095;
const LARGEST_TILE = 1024;

function blurred(values: Float32Array, size: number, sigmaPixels: number): Float32Array {
  const reach = Math.max(1, Math.ceil(sigmaPixels * 2.5));
  const weights = Float32Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-((i - reach) ** 2) / (2 * sigmaPixels ** 2)),
  );
  const total = weights.reduce((a, b) => a + b, 0);
  for (let i = 0; i < weights.length; i++) weights[i] = (weights[i] ?? 0) / total;
  const across = new Float32Array(values.length);
  const result = new Float32Array(values.length);
  for (let row = 0; row < size; row++) {
    const base = row * size;
    for (let column = 0; column < size; column++) {
      let sum = 0;
      for (let k = -reach; k <= reach; k++) {
        const at = Math.min(size - 1, Math.max(0, column + k));
        sum += (weights[k + reach] ?? 0) * (values[base + at] ?? 0);
      }
      across[base + column] = sum;
    }
  }
  for (let row = 0; row < size; row++) {
    for (let k = -reach; k <= reach; k++) {
      const base = Math.min(size - 1, Math.max(0, row + k)) * size;
      const weight = weights[k + reach] ?? 0;
      for (let column = 0; column < size; column++) {
        const at = row * size + column;
        result[at] = (result[at] ?? 0) + weight * (across[base + column] ?? 0);
      }
    }
  }
  return result;
}

/** Noise is greatest where the rays go through most: in the middle; least in the air around. */
function noiseStrength(grid: SliceGrid): Float32Array {
  const strength = new Float32Array(grid.size * grid.size);
  for (let row = 0; row < grid.size; row++) {
    const y = pixelCentreMm(grid, row) / 120;
    for (let column = 0; column < grid.size; column++) {
      const x = pixelCentreMm(grid, column) / 170;
      strength[row * grid.size + column] = 0.3 + 0.7 * Math.exp(-1.1 * (x * x + y * y));
    }
  }
  return strength;
}

const MAX_PLANES_A_SLICE = 3;
const PLANE_EVERY_MM = 1.7;

interface CtReconstruction {
  /** Stored values (HU + 1024, 12 bits) of the slice whose middle is `depthMm` below the top; `index` chooses its noise. */
  slice(depthMm: number, thicknessMm: number, index: number): Uint16Array;
}

export function ctReconstruction(
  anatomy: CtAnatomy,
  grid: SliceGrid,
  kernel: CtKernel,
  seed: string,
): CtReconstruction {
  const strength = noiseStrength(grid);
  let tile: NoiseTile | undefined;
  // Twice the slice, so that two slices seldom show the same corner of it.
  const side = Math.min(LARGEST_TILE, 2 ** (1 + Math.ceil(Math.log2(Math.max(32, grid.size)))));
  const isExact = anatomy.noiseHu === 0;

  function mean(depthMm: number, thicknessMm: number): Float32Array {
    const planes = Math.min(MAX_PLANES_A_SLICE, Math.max(1, Math.round(thicknessMm / PLANE_EVERY_MM)));
    const sum = anatomy.plane(depthMm + thicknessMm * (0.5 / planes - 0.5), grid);
    for (let plane = 1; plane < planes; plane++) {
      const next = anatomy.plane(depthMm + thicknessMm * ((plane + 0.5) / planes - 0.5), grid);
      for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + (next[i] ?? 0);
    }
    if (planes > 1) for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) / planes;
    return sum;
  }

  function withKernel(values: Float32Array): Float32Array {
    const soft = blurred(values, grid.size, kernel.blurMm / grid.spacingMm);
    if (kernel.sharpen === 0) return soft;
    for (let i = 0; i < soft.length; i++)
      soft[i] = (soft[i] ?? 0) + kernel.sharpen * ((values[i] ?? 0) - (soft[i] ?? 0));
    return soft;
  }

  return {
    slice(depthMm, thicknessMm, index) {
      const planes = mean(depthMm, thicknessMm);
      const stored = new Uint16Array(planes.length);
      if (isExact) {
        for (let i = 0; i < stored.length; i++) {
          stored[i] = Math.min(STORED_MAX, Math.max(0, Math.round((planes[i] ?? 0) + STORED_HU_OFFSET)));
        }
        return stored;
      }
      tile ??= noiseTile(`${seed} ${kernel.name}`, side, kernel.fine, kernel.coarse);
      const { values } = tile;
      const hu = withKernel(planes);
      const random = seededRandom("slice-noise", seed, kernel.name, index);
      const [ox, oy] = [Math.floor(random.uniform() * side), Math.floor(random.uniform() * side)];
      const deviation = anatomy.noiseHu * kernel.noise;
      for (let row = 0; row < grid.size; row++) {
        const base = ((row + oy) & (side - 1)) * side;
        for (let column = 0; column < grid.size; column++) {
          const i = row * grid.size + column;
          const noise = deviation * (strength[i] ?? 0) * (values[base + ((column + ox) & (side - 1))] ?? 0);
          stored[i] = Math.min(STORED_MAX, Math.max(0, Math.round((hu[i] ?? 0) + noise + STORED_HU_OFFSET)));
        }
      }
      return stored;
    },
  };
}
