import { diaphragmDome, domeScale } from "./chest-shape.ts";
import { courseShape, courses } from "./course.ts";
import { bandOutline, ellipseOutline, insetOutline } from "./outline.ts";
import { paint, type SliceCanvas } from "./slice-canvas.ts";
import { TISSUE } from "./tissue.ts";

const ORGANS = courses(`
  # left lobe of the liver, then what of the right lobe lies before the spine
  liver 0.05   236,-10,-52,12,8,0.1 250,0,-50,42,20,0.16 275,2,-50,56,26,0.2 330,0,-48,52,30,0.2
  liver 0.05   238,-46,-14,8,10 252,-42,-16,26,34,0.1 275,-40,-18,36,46,0.1 330,-40,-20,36,44,0.1
  spleen 0.06  226,78,34,10,10,0.5 240,84,38,24,34,0.5 270,92,40,25,42,0.45 320,96,40,20,36,0.4
  stomachWall 0.04     222,56,-20,16,16 232,56,-22,34,32,0.3 262,54,-24,38,36,0.3 330,46,-26,40,34,0.2
  stomachContent 0.04  224,56,-20,12,12 232,56,-22,30,28,0.3 262,54,-24,34,32,0.3 330,46,-26,36,30,0.2
  kidney 0     292,52,52,8,8 302,50,52,22,18,0.6 330,48,50,26,22,0.6
  blood 0      228,-24,2,11,10 262,-23,8,13,10 330,-20,14,11,9   # lower cava
`);

/** Which tissue an organ may cover; every other one only fat. */
const OVER: Readonly<Partial<Record<number, readonly number[]>>> = {
  [TISSUE.stomachContent]: [TISSUE.stomachWall],
  [TISSUE.blood]: [TISSUE.liver, TISSUE.mediastinalFat],
};

/** Veins of the liver: from, to. */
const LIVER_VEINS = [
  [-24, 0, -70, -30],
  [-24, 0, -52, 30],
  [-26, -4, -34, -44],
  [-62, -26, -92, -30],
  [-52, 28, -84, 48],
] as const;

/** What pushes up under the two domes of the diaphragm; the lungs lie round it. Left, fat with organs in it. */
export function paintUpperAbdomen(canvas: SliceCanvas, depthMm: number): void {
  for (const side of [-1, 1] as const) {
    const scale = domeScale(depthMm, side);
    if (scale <= 0) continue;
    const { x, y, rx, ry } = diaphragmDome(side);
    const dome = ellipseOutline({ x, y, rx: rx * scale, ry: ry * scale, wobble: 0.03, variant: side });
    paint(canvas, dome, side === -1 ? TISSUE.liver : TISSUE.diaphragm, [TISSUE.lung]);
    if (side === 1 && scale > 0.15) {
      paint(canvas, insetOutline(dome, 2.2), TISSUE.mediastinalFat, [TISSUE.diaphragm]);
    }
  }
  for (const organ of ORGANS) {
    const shape = courseShape(organ, depthMm);
    if (shape) paint(canvas, ellipseOutline(shape), organ.tissue, OVER[organ.tissue] ?? [TISSUE.mediastinalFat]);
  }
  if (depthMm < 228) return;
  // Gas stands above the fluid in the stomach, with a level: the patient lies on the back.
  paint(canvas, bandOutline([20, -52], [90, -52], 34), TISSUE.gas, [TISSUE.stomachContent]);
  for (const [x0, y0, x1, y1] of LIVER_VEINS) {
    const wave = Math.abs(((depthMm + x1 * 0.3) % 34) - 17) / 17;
    if (wave > 0.45) paint(canvas, bandOutline([x0, y0], [x1, y1], 7 * wave - 2), TISSUE.liverVessel, [TISSUE.liver]);
  }
  for (const side of [-1, 1]) {
    paint(canvas, bandOutline([side * 6, 30], [side * 18, 16], 6), TISSUE.muscle, [TISSUE.mediastinalFat]);
  }
}
