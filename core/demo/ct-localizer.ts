import type { CtAnatomy } from "./ct-anatomy.ts";
import { STORED_HU_OFFSET } from "./ct-reconstruction.ts";
import { seededRandom } from "./seeded-random.ts";

interface CtLocalizer {
  readonly pixels: Uint16Array;
  readonly rows: number;
  readonly columns: number;
  readonly spacingMm: number;
}

const NOISE = 9;

/** The projection from the front that scanners make first: what the rays lose on their way, summed over the planes. */
export function ctLocalizer(anatomy: CtAnatomy, columns: number, seed: string): CtLocalizer {
  const spacingMm = Math.round((anatomy.fieldOfViewMm / columns) * 1000) / 1000;
  const rows = Math.round(anatomy.coverageMm / spacingMm);
  // Planes at half the resolution are enough for a sum of them.
  const size = Math.max(16, columns >> 1);
  const grid = { size, spacingMm: anatomy.fieldOfViewMm / size };
  const planes = Math.ceil(rows / 2);
  const sums: Float32Array[] = [];
  for (let plane = 0; plane < planes; plane++) {
    const hu = anatomy.plane(((plane + 0.5) * anatomy.coverageMm) / planes, grid);
    const sum = new Float32Array(size);
    for (let at = 0; at < hu.length; at++) {
      // Attenuation against water, in mm of water on the way.
      sum[at % size] = (sum[at % size] ?? 0) + Math.max(0, 1 + (hu[at] ?? 0) / 1000) * grid.spacingMm;
    }
    sums.push(sum);
  }
  const random = seededRandom("localizer", seed);
  const pixels = new Uint16Array(rows * columns);
  const waterMm = (row: number, column: number): number =>
    sums[Math.min(planes - 1, Math.max(0, row))]?.[Math.min(size - 1, Math.max(0, column))] ?? 0;
  for (let row = 0; row < rows; row++) {
    const y = (row + 0.5) * (planes / rows) - 0.5;
    const [y0, ty] = [Math.floor(y), y - Math.floor(y)];
    for (let column = 0; column < columns; column++) {
      const x = (column + 0.5) * (size / columns) - 0.5;
      const [x0, tx] = [Math.floor(x), x - Math.floor(x)];
      const upper = waterMm(y0, x0) * (1 - tx) + waterMm(y0, x0 + 1) * tx;
      const lower = waterMm(y0 + 1, x0) * (1 - tx) + waterMm(y0 + 1, x0 + 1) * tx;
      // 150 mm of water to 0: the grey of a scout, in the scale of the slices.
      const grey = (upper * (1 - ty) + lower * ty) * 6.5 - 975 + NOISE * random.normal();
      pixels[row * columns + column] = Math.min(4095, Math.max(0, Math.round(grey + STORED_HU_OFFSET)));
    }
  }
  return { pixels, rows, columns, spacingMm };
}
