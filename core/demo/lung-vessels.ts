import { isInLung } from "./chest-shape.ts";
import { seededRandom } from "./seeded-random.ts";
import { pixelAtMm, pixelCentreMm, type SliceGrid } from "./slice-canvas.ts";

/** A straight piece of a vessel or bronchus, in mm. */
interface Tube {
  readonly x0: number;
  readonly y0: number;
  readonly z0: number;
  readonly x1: number;
  readonly y1: number;
  readonly z1: number;
  readonly r0: number;
  readonly r1: number;
}

export interface LungVessels {
  /** Draws what crosses the plane into the HU of it, where `isLung`. */
  draw(hu: Float32Array, isLung: Uint8Array, depthMm: number, grid: SliceGrid): void;
}

interface Node {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly parent: number;
  readonly fromRoot: number;
}

const HILA = [
  { x: -44, y: 0, z: 142 },
  { x: 47, y: 4, z: 146 },
] as const;
const TWIGS_PER_LUNG = 2600;
const TWIG_RADIUS_MM = 0.42;
/** Murray's law has 3; measured lungs are a little below. */
const BRANCHING_EXPONENT = 2.7;
const BIN_MM = 5;
const VESSEL_HU = 38;
const BRONCHUS_FROM_MM = 1.7;

/**
 * A tree that reaches random points of a lung: each point, from the hilum outwards, is joined to the node that makes
 * the shortest way to it while not going much further round from the hilum. Radii then grow from the twigs.
 */
function growTree(seed: string, hilum: (typeof HILA)[number]): Tube[] {
  const random = seededRandom("lung-vessels", seed, hilum.x);
  const targets: { x: number; y: number; z: number; d: number }[] = [];
  const side = Math.sign(hilum.x);
  for (let tries = 0; targets.length < TWIGS_PER_LUNG && tries < 60_000; tries++) {
    const [x, y, z] = [side * random.between(6, 124), random.between(-84, 84), random.between(4, 288)];
    if (isInLung(x, y, z, 4)) targets.push({ x, y, z, d: Math.hypot(x - hilum.x, y - hilum.y, z - hilum.z) });
  }
  targets.sort((a, b) => a.d - b.d);
  const nodes: Node[] = [{ ...hilum, parent: -1, fromRoot: 0 }];
  for (const { x, y, z } of targets) {
    let best = 0;
    let bestCost = Number.POSITIVE_INFINITY;
    for (let index = 0; index < nodes.length; index++) {
      const node = nodes[index];
      if (!node) continue;
      const length = Math.sqrt((node.x - x) ** 2 + (node.y - y) ** 2 + (node.z - z) ** 2);
      const cost = length + 0.42 * node.fromRoot;
      if (cost < bestCost) {
        bestCost = cost;
        best = index;
      }
    }
    const parent = nodes[best];
    if (!parent) continue;
    const length = Math.hypot(parent.x - x, parent.y - y, parent.z - z);
    nodes.push({ x, y, z, parent: best, fromRoot: parent.fromRoot + length });
  }
  const flow = new Float64Array(nodes.length).fill(TWIG_RADIUS_MM ** BRANCHING_EXPONENT);
  for (let index = nodes.length - 1; index > 0; index--) {
    const parent = nodes[index]?.parent ?? 0;
    flow[parent] = (flow[parent] ?? 0) + (flow[index] ?? 0);
  }
  const radius = (index: number): number => Math.min(5.5, (flow[index] ?? 0) ** (1 / BRANCHING_EXPONENT));
  return nodes.slice(1).flatMap((node, offset) => {
    const from = nodes[node.parent];
    if (!from) return [];
    const r1 = radius(offset + 1);
    // A branch leaves a thick stem with its own width, not the stem's.
    const r0 = Math.min(radius(node.parent), r1 * 1.15);
    // Two pieces with a bend, since nothing in a lung is straight.
    const [mx, my, mz] = [
      (from.x + node.x) / 2 + random.normal() * 0.7,
      (from.y + node.y) / 2 + random.normal() * 0.7,
      (from.z + node.z) / 2 + random.normal() * 0.7,
    ];
    const rm = (r0 + r1) / 2;
    return [
      { x0: from.x, y0: from.y, z0: from.z, x1: mx, y1: my, z1: mz, r0, r1: rm },
      { x0: mx, y0: my, z0: mz, x1: node.x, y1: node.y, z1: node.z, r0: rm, r1 },
    ];
  });
}

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
  const vessels = HILA.flatMap((hilum) => growTree(seed, hilum));
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
