import { cageScale, LEFT_RIB_COURSE } from "./chest-shape.ts";
import {
  atDepth,
  bandOutline,
  insetOutline,
  type Outline,
  type Point,
  pointAlong,
  superellipseOutline,
} from "./outline.ts";
import { paint, type SliceCanvas } from "./slice-canvas.ts";
import { TISSUE } from "./tissue.ts";

const SIDES = [-1, 1] as const;

/** Depth of rib `rib` (0 the first) at `part` of its course from the spine; undefined past its end. */
function ribDepth(rib: number, part: number): number | undefined {
  const end = rib === 11 ? 0.34 : rib === 10 ? 0.52 : 1;
  if (part > end) return undefined;
  const drop = rib === 0 ? 30 : rib === 1 ? 62 : 112;
  const rise = rib > 4 ? 60 * Math.max(0, part - 0.82) * (rib - 3) : 0;
  return 6 + rib * 25 + drop * part - rise;
}

const RIB_STEPS = 180;
const CARTILAGE_FROM = 0.8;

/** A run of the rib that is in this plane, as the band between two lines beside its course. */
function ribBand(
  course: readonly Point[],
  run: readonly (readonly [part: number, halfWidth: number])[],
  thinner: number,
): Outline {
  const outer: number[] = [];
  const inner: number[] = [];
  for (const [part, halfWidth] of run) {
    const [x, y] = pointAlong(course, part);
    const [ax, ay] = pointAlong(course, part - 0.01);
    const [bx, by] = pointAlong(course, part + 0.01);
    const length = Math.hypot(bx - ax, by - ay) || 1;
    const [nx, ny] = [(by - ay) / length, -(bx - ax) / length];
    const w = Math.max(0, halfWidth - thinner);
    outer.push(x + nx * w, y + ny * w);
    inner.unshift(x - nx * w, y - ny * w);
  }
  return Float64Array.from([...outer, ...inner]);
}

function paintRibs(canvas: SliceCanvas, depthMm: number): void {
  const scale = cageScale(depthMm);
  for (const side of SIDES) {
    const course = LEFT_RIB_COURSE.map(([x, y]) => [side * x * scale, 18 + (y - 18) * scale] as const);
    for (let rib = 0; rib < 12; rib++) {
      let bony: [number, number][] = [];
      let cartilage: [number, number][] = [];
      const flush = (): void => {
        if (bony.length > 1) {
          paint(canvas, ribBand(course, bony, 0), TISSUE.corticalBone);
          paint(canvas, ribBand(course, bony.slice(1, -1), 1.1), TISSUE.cancellousBone);
        }
        if (cartilage.length > 1) paint(canvas, ribBand(course, cartilage, 0), TISSUE.cartilage);
        bony = [];
        cartilage = [];
      };
      for (let step = 0; step <= RIB_STEPS; step++) {
        const part = step / RIB_STEPS;
        const at = ribDepth(rib, part);
        const height = at === undefined ? 0 : 1 - ((depthMm - at) / 6.5) ** 2;
        if (height <= 0) flush();
        else if (part < CARTILAGE_FROM || rib > 9) bony.push([part, 3.9 * height ** 0.35]);
        else cartilage.push([part, 5 * Math.sqrt(height)]);
      }
      flush();
    }
  }
}

function bone(canvas: SliceCanvas, outline: Outline, cortexMm: number): void {
  paint(canvas, outline, TISSUE.corticalBone);
  paint(canvas, insetOutline(outline, cortexMm), TISSUE.cancellousBone);
}

/** Ribs, breastbone, collar bones and shoulder blades. */
export function paintSkeleton(canvas: SliceCanvas, depthMm: number): void {
  paintRibs(canvas, depthMm);
  const scale = cageScale(depthMm);
  const sternum = atDepth(depthMm, [
    [38, 24, 7],
    [60, 27, 7.5],
    [84, 15, 6],
    [120, 16, 5.5],
    [175, 19, 5.5],
    [196, 12, 4],
    [215, 5, 2.5],
  ]);
  if (sternum) {
    const [halfWidth = 0, halfDepth = 0] = sternum;
    bone(canvas, superellipseOutline(0, 18 + (-96 - 18) * scale, halfWidth, halfDepth, 2.6), 1.2);
  }
  for (const side of SIDES) {
    if (depthMm > 6 && depthMm < 48) {
      const t = (48 - depthMm) / 42;
      const [x, y] = [26 + 96 * t, -86 + 34 * t];
      bone(
        canvas,
        bandOutline([side * (x - 14), y - 5], [side * (x + 14), y + 5], 11 * Math.min(1, 3 * (1 - t) + 0.4)),
        1.8,
      );
    }
    const blade = atDepth(depthMm, [
      [0, 96, 62, 142, 28, 7],
      [30, 88, 82, 146, 32, 6],
      [70, 84, 97, 143, 50, 4],
      [120, 92, 101, 132, 72, 4],
      [152, 104, 97, 120, 85, 4],
    ]);
    if (blade) {
      const [x0 = 0, y0 = 0, x1 = 0, y1 = 0, width = 0] = blade;
      const bow: readonly Point[] = [
        [side * x0, y0],
        [side * ((x0 + x1) / 2 + 3), (y0 + y1) / 2 + 4],
        [side * x1, y1],
      ];
      const run = Array.from({ length: 25 }, (_, i) => [i / 24, width * (0.45 + 0.9 * (i / 24) ** 4)] as const);
      paint(canvas, ribBand(bow, run, -7), TISSUE.muscle, [TISSUE.fat]);
      paint(canvas, ribBand(bow, run, 0), TISSUE.corticalBone);
      paint(canvas, ribBand(bow, run, 1.3), TISSUE.cancellousBone);
      if (depthMm < 66) {
        const [sx, sy] = [(x0 + x1) / 2, (y0 + y1) / 2];
        bone(canvas, bandOutline([side * sx, sy + 6], [side * (sx + 22), sy + 24], 6), 1.4);
      }
    }
  }
}
