import { bandOutline, ellipseOutline, insetOutline, type Outline, type Point, smoothOutline } from "./outline.ts";
import { paint, type SliceCanvas } from "./slice-canvas.ts";
import { TISSUE } from "./tissue.ts";

const LEVEL_MM = 25;
const CENTRE_Y = 46;

function bone(canvas: SliceCanvas, outline: Outline, cortexMm: number): void {
  paint(canvas, outline, TISSUE.corticalBone);
  paint(canvas, insetOutline(outline, cortexMm), TISSUE.cancellousBone);
}

function bodyOutline(halfWidth: number, halfDepth: number): Outline {
  const left: readonly Point[] = [
    [halfWidth * 0.72, -halfDepth * 0.76],
    [halfWidth, -halfDepth * 0.05],
    [halfWidth * 0.82, halfDepth * 0.72],
    [halfWidth * 0.36, halfDepth * 0.84],
  ];
  const right = left.map(([x, y]) => [-x, y] as const).reverse();
  return smoothOutline(
    [[0, -halfDepth] as const, ...left, [0, halfDepth * 0.76] as const, ...right].map(
      ([x, y]) => [x, y + CENTRE_Y] as const,
    ),
  );
}

/** Vertebra, disc or what lies between, by where in its 25 mm the level is. */
export function paintThoracicSpine(canvas: SliceCanvas, depthMm: number): void {
  const phase = (((depthMm + 8) % LEVEL_MM) + LEVEL_MM) % LEVEL_MM;
  const halfWidth = 14.5 + depthMm * 0.018;
  const halfDepth = 12.5 + depthMm * 0.013;
  const canalY = CENTRE_Y + halfDepth + 8;
  const body = bodyOutline(halfWidth, halfDepth);

  paint(canvas, ellipseOutline({ x: 0, y: canalY, rx: 15, ry: 13 }), TISSUE.mediastinalFat);
  if (phase < 4) {
    paint(canvas, body, TISSUE.disc);
  } else {
    const isEndplate = phase < 5.2 || phase > 23.8;
    bone(canvas, body, isEndplate ? 5 : 1.3);
  }
  const isPedicle = phase > 6 && phase < 15;
  const isLamina = phase > 8 && phase < 23;
  const isTransverse = phase > 8.5 && phase < 15.5;
  for (const side of [-1, 1]) {
    if (isPedicle)
      bone(canvas, bandOutline([side * 10.5, CENTRE_Y + halfDepth * 0.6], [side * 13, canalY + 3], 6.5), 1.3);
    if (isTransverse) bone(canvas, bandOutline([side * 13, canalY + 3], [side * 30, canalY + 13], 8.5), 1.2);
    if (isLamina) bone(canvas, bandOutline([side * 13, canalY + 4], [side * 1, canalY + 12.5], 5.5), 1.4);
    else bone(canvas, ellipseOutline({ x: side * 14, y: canalY + 5, rx: 5.5, ry: 4, turn: side * 0.4 }), 1.5);
  }
  const tip = 13 + (phase / LEVEL_MM) * 16;
  bone(canvas, bandOutline([0, canalY + 12], [0, canalY + Math.max(18, tip + 5)], phase > 20 ? 7 : 5), 1.2);
  paint(canvas, ellipseOutline({ x: 0, y: canalY, rx: 8.6, ry: 7.6 }), TISSUE.spinalFluid);
  paint(canvas, ellipseOutline({ x: 0, y: canalY - 0.5, rx: 4.8, ry: 3.6 }), TISSUE.cord);
}
