import { atDepth, type Outline, type Point, smoothOutline } from "./outline.ts";

/**
 * The large forms of an invented chest, in mm, depth from the apex of the lungs downwards. Proportions of an adult of
 * middle size; the details are freehand. Lists are the left half; the right half is its mirror.
 */
const LEFT_LUNG: readonly Point[] = [
  [3, -80],
  [35, -84],
  [74, -72],
  [106, -42],
  [122, -2],
  [119, 38],
  [97, 70],
  [66, 85],
  [42, 80],
  [27, 58],
  [19, 37],
  [3, 27],
];
const APEX: Point = [46, 28];

const LEFT_WALL: readonly Point[] = [
  [0, -97],
  [40, -99],
  [83, -82],
  [116, -48],
  [133, -2],
  [131, 44],
  [109, 82],
  [72, 99],
  [30, 99],
  [0, 94],
];
const LEFT_SKIN: readonly Point[] = [
  [0, -110],
  [48, -117],
  [98, -105],
  [140, -66],
  [162, -4],
  [160, 46],
  [136, 88],
  [92, 111],
  [36, 115],
  [0, 110],
];

/** Where a rib runs, from the spine round to the breastbone. */
export const LEFT_RIB_COURSE: readonly Point[] = [
  [19, 60],
  [44, 86],
  [70, 91],
  [103, 75],
  [125, 41],
  [129, -2],
  [112, -46],
  [79, -78],
  [40, -92],
  [22, -94],
];

/** Half widths of the mediastinum, right then left, at five places from front to back. */
const MEDIASTINUM_ROWS_Y = [-84, -52, -20, 10, 34] as const;
const MEDIASTINUM: readonly (readonly number[])[] = [
  [-20, 34, 34, 40, 40, 44, 44, 38, 38, 34, 34],
  [0, 32, 32, 38, 38, 41, 40, 34, 34, 32, 32],
  [40, 20, 20, 31, 31, 35, 36, 25, 26, 24, 25],
  [95, 5, 6, 22, 28, 30, 40, 22, 42, 18, 34],
  [135, 4, 4, 28, 35, 42, 46, 34, 36, 18, 36],
  [180, 5, 8, 34, 44, 46, 66, 36, 54, 16, 36],
  [225, 8, 14, 36, 56, 44, 74, 34, 56, 16, 34],
  [258, 14, 26, 36, 58, 40, 66, 32, 44, 16, 32],
  [320, 16, 24, 32, 34, 36, 34, 30, 30, 16, 30],
];

/** 0 at the apex, 1 from 80 mm on: lungs end in domes. */
function apexScale(depthMm: number): number {
  const rest = Math.max(0, 1 - Math.max(depthMm, 0) / 80);
  return Math.sqrt(1 - rest * rest);
}

/** The rib cage narrows less than the lungs do. */
export function cageScale(depthMm: number): number {
  return 0.56 + 0.44 * apexScale(depthMm);
}

export function lungOutline(depthMm: number, side: 1 | -1): Outline | undefined {
  const scale = apexScale(depthMm);
  if (scale < 0.02) return undefined;
  return smoothOutline(
    LEFT_LUNG.map(([x, y]) => [side * (APEX[0] + (x - APEX[0]) * scale), APEX[1] + (y - APEX[1]) * scale]),
  );
}

function bothHalves(left: readonly Point[], change: (point: Point) => Point): Outline {
  const half = left.map(change);
  const right = half.slice(1, -1).map(([x, y]) => [-x, y] as const);
  return smoothOutline([...half, ...right.reverse()]);
}

export function wallOutline(depthMm: number): Outline {
  const scale = cageScale(depthMm);
  return bothHalves(LEFT_WALL, ([x, y]) => [x * scale, 16 + (y - 16) * scale]);
}

/** Skin. Arms are up, so at the top the shoulders are in the plane: wide and flat. */
export function skinOutline(depthMm: number): Outline {
  const shoulder = Math.max(0, 1 - Math.max(depthMm, 0) / 70);
  return bothHalves(LEFT_SKIN, ([x, y]) => [x * (1 + 0.09 * shoulder), y * (1 - 0.16 * shoulder) + 6 * shoulder]);
}

export function mediastinumOutline(depthMm: number): Outline {
  const widths = atDepth(Math.min(Math.max(depthMm, -20), 320), MEDIASTINUM) ?? [];
  const right = MEDIASTINUM_ROWS_Y.map((y, i) => [-(widths[i * 2] ?? 0), y] as const);
  const left = MEDIASTINUM_ROWS_Y.map((y, i) => [widths[i * 2 + 1] ?? 0, y] as const);
  return smoothOutline([...right, [0, 46], ...left.reverse(), [0, -90]]);
}

/** The dome of the diaphragm: its top, and how it falls away from there to the sides. Right, then left. */
export function diaphragmDome(side: 1 | -1): {
  x: number;
  y: number;
  top: number;
  rx: number;
  ry: number;
  fall: number;
} {
  return side === -1
    ? { x: -64, y: -8, top: 202, rx: 80, ry: 92, fall: 78 }
    : { x: 66, y: -6, top: 214, rx: 78, ry: 90, fall: 74 };
}

/** How much larger than (rx, ry) the dome is at this depth; 0 above it. */
export function domeScale(depthMm: number, side: 1 | -1): number {
  const { top, fall } = diaphragmDome(side);
  return depthMm <= top ? 0 : Math.sqrt((depthMm - top) / fall);
}

/** Whether a point is well inside the air of a lung: `margin` mm from its borders, roughly. For growing vessels. */
export function isInLung(x: number, y: number, depthMm: number, margin: number): boolean {
  const side = x < 0 ? -1 : 1;
  const scale = apexScale(depthMm - margin);
  if (scale < 0.1) return false;
  // Back to the form at full width, then the form as two ellipses that together nearly fill it.
  const fx = APEX[0] + (Math.abs(x) - APEX[0]) / scale;
  const fy = APEX[1] + (y - APEX[1]) / scale;
  const m = margin / scale;
  const front = ((fx - 52) / (68 - m)) ** 2 + ((fy + 16) / (64 - m)) ** 2 < 1;
  const back = ((fx - 68) / (50 - m)) ** 2 + ((fy - 30) / (52 - m)) ** 2 < 1;
  if (!front && !back) return false;
  const row = Math.min(Math.max(y, -84), 33.9);
  const index = MEDIASTINUM_ROWS_Y.findIndex((_, i) => row < (MEDIASTINUM_ROWS_Y[i + 1] ?? 100));
  const widths = atDepth(depthMm, MEDIASTINUM) ?? [];
  const edge = (i: number): number => widths[i * 2 + (side === 1 ? 1 : 0)] ?? 0;
  const [y0, y1] = [MEDIASTINUM_ROWS_Y[index] ?? 0, MEDIASTINUM_ROWS_Y[index + 1] ?? 0];
  const t = (row - y0) / (y1 - y0);
  if (Math.abs(x) < edge(index) * (1 - t) + edge(index + 1) * t + margin) return false;
  const dome = diaphragmDome(side);
  const d2 = ((x - dome.x) / dome.rx) ** 2 + ((y - dome.y) / dome.ry) ** 2;
  return depthMm < dome.top + dome.fall * d2 - margin;
}
