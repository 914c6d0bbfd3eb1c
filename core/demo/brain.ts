import { courseShape, courses } from "./course.ts";
import { depthUnderShell, HEAD_SHELLS } from "./head-shape.ts";
import { bandOutline, ellipseOutline, insetOutline } from "./outline.ts";
import { paint, pixelCentreMm, type SliceCanvas } from "./slice-canvas.ts";
import { TISSUE } from "./tissue.ts";
import type { TissueTexture } from "./tissue-texture.ts";

/** Left-hand organs in pairs: drawn once as they stand and once mirrored. */
const PAIRED = courses(`
  # fissure of Sylvius and the island behind it
  greyMatter 0.05  70,46,-12,11,10,-0.2 78,44,-12,13,15,-0.2 92,44,-12,13,15,-0.2 100,46,-14,12,10,-0.2
  whiteMatter 0.05 72,53,-22,6,6,-0.3 90,53,-22,7,6,-0.3
  spinalFluid 0    72,44,-13,12,1.6,-0.15 80,44,-13,14,2,-0.2 96,42,-16,14,2.2,-0.3
  spinalFluid 0    74,34.5,-8,1.3,11,-0.12 90,34.5,-8,1.5,12,-0.12
  # deep grey matter: caudate head, lentiform, thalamus
  greyMatter 0.04  58,15,-14,3,12,0.3 70,14,-22,5,8,0.3 84,12,-26,5,7,0.3 88,12,-26,2,3
  greyMatter 0.04  66,24,-9,4,9,0.25 74,24,-8,7,15,0.25 86,23,-8,6,13,0.25 91,22,-8,2,5
  greyMatter 0.04  66,10,8,5,8,-0.2 74,11,8,8,13,-0.3 84,10,8,8,12,-0.3 88,8,8,4,6
  # lateral ventricle: body, front horn, back horn
  spinalFluid 0    50,10,0,3,14,0.1 56,11,0,5.5,26,0.12 64,12,2,6,28,0.15 68,12,2,4,22,0.2
  spinalFluid 0    64,9,-26,4,9,0.35 72,8.5,-29,4.4,11,0.4 80,9,-30,3.6,9,0.4 86,9,-31,1.6,5,0.4
  spinalFluid 0    62,21,24,5,8,-0.4 72,25,28,5.2,12,-0.35 82,30,30,3.8,10,-0.3 90,33,22,2,6
  # temporal horn
  spinalFluid 0    94,34,2,1.6,6,0.3 102,34,-4,1.8,5,0.3
`);

const MIDLINE = courses(`
  # third ventricle, midbrain with the cistern behind it, suprasellar cistern, pons
  spinalFluid 0    76,0,-2,1.6,10 86,0,-2,2.2,11 93,0,-6,1.8,5
  spinalFluid 0    84,0,24,14,4 92,0,24,18,4
  spinalFluid 0.2  90,0,-14,9,6 96,0,-12,15,10 104,0,-10,13,8 108,0,-8,6,4
  spinalFluid 0    90,0,10,19,15 112,0,10,20,15
  greyMatter 0.03  88,0,12,15,11 98,0,12,15,11 104,0,10,15.5,12.5 124,0,14,11,10 140,0,18,9,8
`);

const CEREBELLUM = courses(`
  greyMatter 0.02  92,0,46,18,16 100,0,48,40,26 112,0,48,47,29 128,0,46,44,28 140,0,46,34,24
`);
const FOURTH_VENTRICLE = courses(`
  spinalFluid 0  104,0,27,4,3 112,0,29,7,4.5 120,0,30,4,4
`);

/** Bleeding into the left lentiform nucleus, with the swelling round it. [depth, x, y, rx, ry, turn] */
const BLEED = courses(`
  oedema 0.08  54,30,-4,6,9 62,31,-4,17,24,0.2 76,31,-3,21,30,0.2 88,30,-3,17,23,0.2 96,29,-3,6,8
  bleed 0.09   58,30,-4,4,6 64,31,-4,11,16,0.2 76,31,-3,14.5,22,0.2 86,30,-3,10,14,0.2 92,29,-3,3,4
`);

/** Cortex, the furrows in it and the white matter under it, out of the zero lines of a smooth noise. */
function foldCortex(canvas: SliceCanvas, depthMm: number, folds: TissueTexture): void {
  const { grid, labels } = canvas;
  // Furrows stand steeply in the brain: they change more slowly from plane to plane than within one.
  const noise = folds.plane(depthMm * 0.45, grid);
  for (let row = 0; row < grid.size; row++) {
    const y = pixelCentreMm(grid, row);
    for (let column = 0; column < grid.size; column++) {
      const at = row * grid.size + column;
      if (labels[at] !== TISSUE.whiteMatter) continue;
      const x = pixelCentreMm(grid, column);
      const surface = Math.min(
        depthUnderShell(HEAD_SHELLS.brain, depthMm, x, y),
        // The halves meet at the falx: cortex there too, but for the commissures in the middle.
        depthMm < 60 || Math.abs(y) > 38 ? Math.abs(x) - 1.4 : 60,
      );
      const fold = Math.abs(noise[at] ?? 0);
      const reach = Math.max(0, 1 - surface / 21);
      if (fold < 0.2 * reach ** 0.6 && surface < 19) labels[at] = TISSUE.spinalFluid;
      else if (surface < 2.8 || fold < 0.62 * reach ** 0.4) {
        if (surface < 24) labels[at] = TISSUE.greyMatter;
      }
    }
  }
}

function foldCerebellum(canvas: SliceCanvas, depthMm: number, folds: TissueTexture): void {
  const { grid, labels } = canvas;
  const noise = folds.plane(depthMm * 0.8, grid);
  for (const lobe of CEREBELLUM) {
    const shape = courseShape(lobe, depthMm);
    if (!shape) continue;
    paint(canvas, ellipseOutline({ ...shape, rx: shape.rx + 2.4, ry: shape.ry + 2.4 }), TISSUE.spinalFluid);
    paint(canvas, ellipseOutline(shape), TISSUE.greyMatter);
    for (let row = 0; row < grid.size; row++) {
      const dy = (pixelCentreMm(grid, row) - shape.y) / shape.ry;
      if (Math.abs(dy) > 1) continue;
      for (let column = 0; column < grid.size; column++) {
        const at = row * grid.size + column;
        if (labels[at] !== TISSUE.greyMatter) continue;
        const dx = pixelCentreMm(grid, column) / shape.rx;
        const radius = Math.hypot(dx, dy);
        if (radius > 1) continue;
        const bend = noise[at] ?? 0;
        const leaf = Math.sin(dy * 34 + dx * dx * 9 + bend * 1.1);
        if (radius > 0.66 && leaf > 0.9) labels[at] = TISSUE.spinalFluid;
        else if (radius < 0.6 + 0.14 * bend && Math.abs(dx) > 0.13 + 0.05 * bend) labels[at] = TISSUE.whiteMatter;
      }
    }
  }
}

/** Everything inside the skull. A bleed pushes the middle to the right (towards -x). */
export function paintBrain(canvas: SliceCanvas, depthMm: number, folds: TissueTexture, hasBleed: boolean): void {
  foldCortex(canvas, depthMm, folds);
  const brainTissue = [TISSUE.whiteMatter, TISSUE.greyMatter, TISSUE.spinalFluid];
  const shift = hasBleed ? -3.2 * Math.exp(-(((depthMm - 76) / 16) ** 2)) : 0;
  for (const organ of PAIRED) {
    const shape = courseShape(organ, depthMm);
    if (!shape) continue;
    for (const side of [-1, 1] as const) {
      // The ventricle on the side of the bleed is pressed together.
      const isPressed = side === 1 && hasBleed && organ.tissue === TISSUE.spinalFluid && shape.x < 28;
      const squeeze = isPressed ? 1 + shift * 0.16 : 1;
      const outline = ellipseOutline({
        ...shape,
        x: side * shape.x + shift * (shape.x < 28 ? 1 : 0),
        rx: shape.rx * squeeze,
        turn: side * (shape.turn ?? 0),
      });
      paint(canvas, outline, organ.tissue, brainTissue);
    }
  }
  for (const organ of MIDLINE) {
    const shape = courseShape(organ, depthMm);
    if (shape) paint(canvas, ellipseOutline({ ...shape, x: shape.x + shift }), organ.tissue, brainTissue);
  }
  if (depthMm > 92) foldCerebellum(canvas, depthMm, folds);
  for (const organ of FOURTH_VENTRICLE) {
    const shape = courseShape(organ, depthMm);
    if (shape) paint(canvas, ellipseOutline(shape), organ.tissue);
  }
  if (hasBleed) {
    for (const part of BLEED) {
      const shape = courseShape(part, depthMm);
      if (shape) paint(canvas, ellipseOutline(shape), part.tissue, [...brainTissue, TISSUE.oedema]);
    }
  }
  paintFalx(canvas, depthMm, shift);
  paintOrdinaryLime(canvas, depthMm, shift);
}

function paintFalx(canvas: SliceCanvas, depthMm: number, shift: number): void {
  const over = [TISSUE.whiteMatter, TISSUE.greyMatter, TISSUE.spinalFluid];
  const sheet = (y0: number, y1: number): void => {
    const far = Math.abs(y0) > Math.abs(y1) ? y1 : y0;
    const [a, b] = [Math.min(y0, y1), Math.max(y0, y1)];
    const fluid = bandOutline([0, a], [far === b ? shift * 0.5 : 0, b], 4.4);
    paint(canvas, fluid, TISSUE.spinalFluid, over);
    paint(canvas, insetOutline(fluid, 1.4), TISSUE.falx, over);
  };
  if (depthMm < 52) sheet(-90, 90);
  else if (depthMm < 96) {
    sheet(-90, -42);
    if (depthMm < 90) sheet(40, 90);
  }
}

/** Pineal gland and choroid plexus are calcified in most adults. */
function paintOrdinaryLime(canvas: SliceCanvas, depthMm: number, shift: number): void {
  if (Math.abs(depthMm - 82) < 2.5) {
    paint(canvas, ellipseOutline({ x: shift * 0.6, y: 20, rx: 2.2, ry: 2.6 }), TISSUE.calcification);
  }
  if (Math.abs(depthMm - 72) < 4) {
    for (const side of [-1, 1]) {
      paint(canvas, ellipseOutline({ x: side * 25, y: 29, rx: 1.3, ry: 2.6, turn: -side * 0.4 }), TISSUE.calcification);
    }
  }
}
