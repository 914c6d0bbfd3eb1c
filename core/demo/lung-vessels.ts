import { HILA, lungTree, type Tube } from "./lung-tree.ts";
import { pixelAtMm, pixelCentreMm, type SliceGrid } from "./slice-canvas.ts";

interface LungVessels {
  /** Draws what crosses the plane into the HU of it, where `isLung`. */
  draw(hu: Float32Array, isLung: Uint8Array, depthMm: number, grid: SliceGrid): void;
}

/** Tubes are kept by depth, so that a plane looks only at those near it. */
const BIN_MM = 5;
const VESSEL_HU = 38;
const BRONCHUS_FROM_MM = 1.7;

/** The airway that runs beside a larger artery: as wide, with a thin wall. */
function accompanyingBronchus(tube: Tube): Tube | undefined {
  if (tube.r1 < BRONCHUS_FROM_MM) return undefined;
  const shift = tube.r1 * 1.9 + 0.5;
  const side = Math.sign(tube.x0);
  const scale = tube.r1 > 3 ? 0.95 : 0.85;
  return {
    x0: tube.x0 - side * shift * 0.7,
    x1: tube.x1 - side * shift * 0.7,
    y0: tube.y0 + shift * 0.7,
    y1: tube.y1 + shift * 0.7,
    z0: tube.z0,
    z1: tube.z1,
    r0: tube.r0 * scale,
    r1: tube.r1 * scale,
  };
}

function drawTube(
  hu: Float32Array,
  isLung: Uint8Array,
  depthMm: number,
  grid: SliceGrid,
  tube: Tube,
  blend: (value: number, distance: number, radius: number) => number,
): void {
  const { size, spacingMm } = grid;
  const reach = Math.max(tube.r0, tube.r1) + spacingMm;
  // Only the stretch of the axis that is within reach of the plane.
  const dz = tube.z1 - tube.z0;
  const [dx, dy] = [tube.x1 - tube.x0, tube.y1 - tube.y0];
  const part = (z: number): number => (Math.abs(dz) < 1e-6 ? 0 : Math.min(1, Math.max(0, (z - tube.z0) / dz)));
  const [ta, tb] = Math.abs(dz) < reach ? [0, 1] : [part(depthMm - reach), part(depthMm + reach)];
  const [xa, xb] = [tube.x0 + dx * ta, tube.x0 + dx * tb];
  const [ya, yb] = [tube.y0 + dy * ta, tube.y0 + dy * tb];
  const c0 = Math.max(0, Math.floor(pixelAtMm(grid, Math.min(xa, xb) - reach)));
  const c1 = Math.min(size - 1, Math.ceil(pixelAtMm(grid, Math.max(xa, xb) + reach)));
  const row0 = Math.max(0, Math.floor(pixelAtMm(grid, Math.min(ya, yb) - reach)));
  const row1 = Math.min(size - 1, Math.ceil(pixelAtMm(grid, Math.max(ya, yb) + reach)));
  const length2 = dx * dx + dy * dy + dz * dz || 1;
  const pz = depthMm - tube.z0;
  for (let row = row0; row <= row1; row++) {
    const py = pixelCentreMm(grid, row) - tube.y0;
    for (let column = c0; column <= c1; column++) {
      const at = row * size + column;
      if (!isLung[at]) continue;
      const px = pixelCentreMm(grid, column) - tube.x0;
      const t = Math.min(1, Math.max(0, (px * dx + py * dy + pz * dz) / length2));
      const [ex, ey, ez] = [px - t * dx, py - t * dy, pz - t * dz];
      const distance = Math.sqrt(ex * ex + ey * ey + ez * ez);
      hu[at] = blend(hu[at] ?? 0, distance, tube.r0 + (tube.r1 - tube.r0) * t);
    }
  }
}

/** Part of a pixel that lies inside, from its distance to the border. */
function cover(inside: number, pixelMm: number): number {
  return Math.min(1, Math.max(0, inside / pixelMm + 0.5));
}

export function lungVessels(seed: string): LungVessels {
  const vessels = HILA.flatMap((hilum) => lungTree(seed, hilum));
  const bronchi = vessels.flatMap((tube) => accompanyingBronchus(tube) ?? []);
  const inBins = (tubes: readonly Tube[]): Map<number, Tube[]> => {
    const bins = new Map<number, Tube[]>();
    for (const tube of tubes) {
      const r = Math.max(tube.r0, tube.r1) + 1;
      const last = Math.floor((Math.max(tube.z0, tube.z1) + r) / BIN_MM);
      for (let bin = Math.floor((Math.min(tube.z0, tube.z1) - r) / BIN_MM); bin <= last; bin++) {
        const tubesOfBin = bins.get(bin);
        if (tubesOfBin) tubesOfBin.push(tube);
        else bins.set(bin, [tube]);
      }
    }
    return bins;
  };
  const vesselBins = inBins(vessels);
  const bronchusBins = inBins(bronchi);
  return {
    draw(hu, isLung, depthMm, grid) {
      const bin = Math.floor(depthMm / BIN_MM);
      const pixel = grid.spacingMm;
      for (const tube of bronchusBins.get(bin) ?? []) {
        drawTube(hu, isLung, depthMm, grid, tube, (value, distance, radius) => {
          const wall = 0.35 + radius * 0.16;
          const outer = cover(radius + wall - distance, pixel);
          const lumen = cover(radius - distance, pixel);
          const withWall = Math.max(value, value + (-60 - value) * outer);
          return withWall + (-990 - withWall) * lumen;
        });
      }
      for (const tube of vesselBins.get(bin) ?? []) {
        drawTube(hu, isLung, depthMm, grid, tube, (value, distance, radius) =>
          Math.max(value, value + (VESSEL_HU - value) * cover(radius - distance, pixel)),
        );
      }
    },
  };
}
