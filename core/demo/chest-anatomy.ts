import { isInLung, lungOutline, mediastinumOutline } from "./chest-shape.ts";
import { paintSkeleton } from "./chest-skeleton.ts";
import { paintSoftWall, paintTable } from "./chest-wall.ts";
import type { CtAnatomy } from "./ct-anatomy.ts";
import type { DemoPatient } from "./demo-people.ts";
import { lungVessels } from "./lung-vessels.ts";
import { paintMediastinum } from "./mediastinum.ts";
import { paint, pixelCentreMm, type SliceGrid, sliceCanvas } from "./slice-canvas.ts";
import { paintThoracicSpine } from "./thoracic-spine.ts";
import { TISSUE } from "./tissue.ts";
import { tissueHu } from "./tissue-hu.ts";
import { paintUpperAbdomen } from "./upper-abdomen.ts";

/** The finding: a solid nodule of 9 mm in the right upper lobe. Middle in mm: x, y, depth; HU. */
export const DEMO_NODULE = { x: -96, y: 14, depthMm: 92, radiusMm: 4.5, hu: 32 } as const;
const GRANULOMA = { x: 84, y: 44, depthMm: 196, radiusMm: 2, hu: 420 } as const;

/** Not from the apex itself: a scan begins a little above it. */
const ABOVE_APEX_MM = 12;

function drawBall(
  hu: Float32Array,
  grid: SliceGrid,
  depthMm: number,
  ball: { x: number; y: number; depthMm: number; radiusMm: number; hu: number },
): void {
  const { size, spacingMm } = grid;
  const dz = depthMm - ball.depthMm;
  if (Math.abs(dz) > ball.radiusMm + 1) return;
  for (let row = 0; row < size; row++) {
    const dy = pixelCentreMm(grid, row) - ball.y;
    if (Math.abs(dy) > ball.radiusMm + 3) continue;
    for (let column = 0; column < size; column++) {
      const dx = pixelCentreMm(grid, column) - ball.x;
      if (Math.abs(dx) > ball.radiusMm + 3) continue;
      const angle = Math.atan2(dy, dx);
      const lobed = ball.radiusMm * (1 + 0.07 * Math.sin(3 * angle + 0.6) + 0.04 * Math.sin(7 * angle + dz));
      const part = Math.min(1, Math.max(0, (lobed - Math.sqrt(dx * dx + dy * dy + dz * dz)) / spacingMm + 0.5));
      const at = row * size + column;
      hu[at] = Math.max(hu[at] ?? 0, (hu[at] ?? 0) + (ball.hu - (hu[at] ?? 0)) * part);
    }
  }
}

/** Denser lung at the back, where it lies low, and the oblique fissures as faint lines. */
function shadeLung(hu: Float32Array, isLung: Uint8Array, depthMm: number, grid: SliceGrid): void {
  const { size, spacingMm } = grid;
  for (let row = 0; row < size; row++) {
    const y = pixelCentreMm(grid, row);
    const gravity = 38 * Math.max(0, (y + 30) / 110) ** 2;
    for (let column = 0; column < size; column++) {
      const at = row * size + column;
      if (!isLung[at]) continue;
      const x = pixelCentreMm(grid, column);
      const lateral = Math.abs(x) / 100;
      const fissureY =
        (x < 0 ? 168 : 160) - depthMm + 16 * lateral * lateral - 60 * (lateral - 0.55) * (x < 0 ? 0.22 : 0.12);
      const distance = Math.abs(y - fissureY * 0.92);
      const fissure = distance < 1.3 ? 130 * Math.max(0, 1 - distance / (0.5 + spacingMm)) : 0;
      hu[at] = (hu[at] ?? 0) + gravity + fissure;
    }
  }
}

export function chestAnatomy(seed: string, sex: DemoPatient["sex"]): CtAnatomy {
  const vessels = lungVessels(seed);
  const toHu = tissueHu(`${seed} chest`);
  return {
    fieldOfViewMm: 360,
    coverageMm: 300,
    noiseHu: 34,
    plane(depthMm, grid) {
      const level = depthMm - ABOVE_APEX_MM;
      const canvas = sliceCanvas(grid);
      paintTable(canvas);
      paintSoftWall(canvas, level, sex);
      for (const side of [-1, 1] as const) {
        const lung = lungOutline(level, side);
        if (lung) paint(canvas, lung, TISSUE.lung);
      }
      paint(canvas, mediastinumOutline(level), TISSUE.mediastinalFat, [TISSUE.lung, TISSUE.muscle]);
      paintUpperAbdomen(canvas, level);
      paintMediastinum(canvas, level);
      paintThoracicSpine(canvas, level);
      paintSkeleton(canvas, level);
      const hu = toHu(canvas, depthMm);
      const isLung = canvas.labels.map((label) => (label === TISSUE.lung ? 1 : 0));
      shadeLung(hu, isLung, level, grid);
      vessels.draw(hu, isLung, level, grid);
      for (const ball of [DEMO_NODULE, GRANULOMA]) {
        if (isInLung(ball.x, ball.y, ball.depthMm, 2)) drawBall(hu, grid, level, ball);
      }
      return hu;
    },
  };
}
