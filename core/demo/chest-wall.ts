import { cageScale, skinOutline, wallOutline } from "./chest-shape.ts";
import type { DemoPatient } from "./demo-people.ts";
import { atDepth, ellipseOutline, insetOutline, type Outline, smoothOutline, superellipseOutline } from "./outline.ts";
import { paint, type SliceCanvas } from "./slice-canvas.ts";
import { TISSUE } from "./tissue.ts";

const SIDES = [-1, 1] as const;

export function paintTable(canvas: SliceCanvas): void {
  const shell = superellipseOutline(0, 152, 205, 30, 2.6);
  paint(canvas, shell, TISSUE.tableShell);
  paint(canvas, insetOutline(shell, 1.6), TISSUE.tableFoam);
  const top = superellipseOutline(0, 98, 250, 40, 2.4);
  paint(canvas, top, TISSUE.air, [TISSUE.tableShell, TISSUE.tableFoam]);
  const rim = superellipseOutline(0, 98, 250, 42, 2.4);
  paint(canvas, rim, TISSUE.tableShell, [TISSUE.tableFoam]);
  paint(canvas, superellipseOutline(0, 122, 150, 15, 3), TISSUE.mattress, [TISSUE.air]);
}

/** Skin outlines of the breasts, empty where there are none. */
function breastOutlines(depthMm: number): readonly Outline[] {
  const size = atDepth(depthMm, [
    [66, 0.3],
    [96, 0.85],
    [138, 1],
    [170, 0.85],
    [200, 0.3],
  ])?.[0];
  if (size === undefined) return [];
  return SIDES.map((side) =>
    ellipseOutline({ x: side * 92, y: -84, rx: 58 * size, ry: 42 * size, turn: side * 0.42, wobble: 0.03 }),
  );
}

function paintGlands(canvas: SliceCanvas, depthMm: number): void {
  const size = 1 - Math.abs(depthMm - 138) / 48;
  if (size <= 0) return;
  for (const side of SIDES) {
    for (let strand = 0; strand < 8; strand++) {
      const angle = strand * 0.8 + depthMm * 0.03;
      const x = side * (102 + 17 * Math.cos(angle));
      const y = -103 + 8 * Math.sin(angle * 1.3);
      const [rx, ry, turn] = [13 * size, 1.9 * size, side * 0.6 + 0.5 * Math.sin(angle)];
      paint(canvas, ellipseOutline({ x, y, rx, ry, turn, wobble: 0.3, variant: strand }), TISSUE.gland, [TISSUE.fat]);
    }
  }
}

/** Skin, fat, the muscles of the shoulder girdle and the back, and the wall that carries the ribs. */
export function paintSoftWall(canvas: SliceCanvas, depthMm: number, sex: DemoPatient["sex"]): void {
  const surfaces = [...(sex === "F" ? breastOutlines(depthMm) : []), skinOutline(depthMm)];
  for (const skin of surfaces) paint(canvas, skin, TISSUE.skin);
  for (const skin of surfaces) paint(canvas, insetOutline(skin, 2), TISSUE.fat);
  if (sex === "F") paintGlands(canvas, depthMm);
  const muscles: Outline[] = [];
  const shoulder = Math.max(0, 1 - Math.max(depthMm, 0) / 75);
  for (const side of SIDES) {
    if (shoulder > 0.05) {
      muscles.push(
        ellipseOutline({
          x: side * (100 + 16 * shoulder),
          y: 44,
          rx: 52 * shoulder + 8,
          ry: 36 * shoulder + 4,
          turn: side * 0.3,
          wobble: 0.1,
        }),
        ellipseOutline({
          x: side * 112,
          y: -26,
          rx: 44 * shoulder,
          ry: 26 * shoulder,
          turn: -side * 0.7,
          wobble: 0.1,
          variant: 3,
        }),
      );
    }
    const pectoral = atDepth(depthMm, [
      [10, 6],
      [40, 13],
      [90, 15],
      [130, 10],
      [165, 2],
    ])?.[0];
    if (pectoral !== undefined) {
      const scale = cageScale(depthMm);
      muscles.push(
        smoothOutline([
          [side * 18, -96 * scale + 2],
          [side * 62, -99 * scale - 1],
          [side * 116 * scale, -66 * scale - 2],
          [side * (128 * scale + 4), -44 * scale],
          [side * (116 * scale + 8), -66 * scale - pectoral],
          [side * 64, -102 * scale - pectoral * 0.9],
          [side * 22, -98 * scale - pectoral * 0.5],
        ]),
      );
    }
    const latissimus = atDepth(depthMm, [
      [30, 14],
      [90, 13],
      [200, 7],
      [330, 7],
    ])?.[0];
    if (latissimus !== undefined) {
      muscles.push(
        smoothOutline([
          [side * 140, 22],
          [side * 138, 52],
          [side * 114, 88],
          [side * 84, 101],
          [side * (90 + latissimus * 0.3), 103 + latissimus * 0.2],
          [side * (118 + latissimus * 0.6), 91 + latissimus * 0.3],
          [side * (141 + latissimus * 0.7), 54],
        ]),
      );
    }
    muscles.push(
      ellipseOutline({ x: side * 27, y: 94, rx: 22, ry: 13, turn: side * 0.12, wobble: 0.05, variant: 1 }),
      ellipseOutline({
        x: side * 44,
        y: 103 - shoulder * 8,
        rx: 40 + shoulder * 30,
        ry: 3.5 + shoulder * 9,
        turn: -side * 0.12,
      }),
    );
  }
  const wall = wallOutline(depthMm);
  for (const muscle of muscles) paint(canvas, muscle, TISSUE.muscle, [TISSUE.fat]);
  paint(canvas, insetOutline(wall, -1.8), TISSUE.fat, [TISSUE.muscle]);
  paint(canvas, wall, TISSUE.muscle);
  for (const side of SIDES) {
    paint(
      canvas,
      ellipseOutline({ x: side * 26, y: 93, rx: 21, ry: 13, turn: side * 0.12, wobble: 0.05, variant: 1 }),
      TISSUE.muscle,
    );
  }
}
