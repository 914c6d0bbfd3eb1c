import { paintBrain } from "./brain.ts";
import { courseShape, courses } from "./course.ts";
import type { CtAnatomy } from "./ct-anatomy.ts";
import { HEAD_SHELLS, shellOutline } from "./head-shape.ts";
import { bandOutline, ellipseOutline, insetOutline, type Point, superellipseOutline } from "./outline.ts";
import { paint, type SliceCanvas, sliceCanvas } from "./slice-canvas.ts";
import { TISSUE } from "./tissue.ts";
import { tissueHu } from "./tissue-hu.ts";
import { tissueTexture } from "./tissue-texture.ts";

const SIDES = [-1, 1] as const;
const ABOVE_CROWN_MM = -4;

/** Air in the bone and the eye sockets, left-hand; drawn on both sides. */
const BASE_PAIRED = courses(`
  corticalBone 0  98,32,-62,23,24 106,32,-64,25,26 128,31,-62,24,25 140,31,-60,22,20
  fat 0           100,32,-62,16,17 106,32,-64,20,22 122,32,-64,20,22 136,32,-62,14,14
  eyeBall 0       104,33,-76,8,8 112,33,-77,12,12 120,33,-76,9,9 124,33,-75,3,3
  lens 0          109,33,-86,4,1.6 115,33,-86,4,1.6
  muscle 0        106,24,-60,1.8,14,-0.4 118,24,-60,1.8,14,-0.4
  muscle 0        106,44,-60,1.8,14,0.35 118,44,-60,1.8,14,0.35
  cord 0          108,30,-54,1.9,13,-0.35 114,30,-54,1.9,13,-0.35
  gas 0.2         104,6,-60,4,16 112,6,-58,5,20 136,6,-56,6,20
  gas 0.2         108,8,-28,4,4 114,8,-27,7,8 126,8,-26,6,7
  gas 0.1         90,9,-83,6,2.4 100,10,-83,9,3.6 106,8,-83,5,3
`);

function paintShells(canvas: SliceCanvas, depthMm: number): void {
  const layers = [
    [HEAD_SHELLS.skin, TISSUE.skin],
    [HEAD_SHELLS.scalpFat, TISSUE.fat],
    [HEAD_SHELLS.skull, TISSUE.corticalBone],
    [HEAD_SHELLS.outerTable, TISSUE.diploe],
    [HEAD_SHELLS.innerTable, TISSUE.corticalBone],
    [HEAD_SHELLS.inside, TISSUE.spinalFluid],
    [HEAD_SHELLS.brain, TISSUE.whiteMatter],
  ] as const;
  for (const [shell, tissue] of layers) {
    const outline = shellOutline(shell, depthMm);
    if (outline) paint(canvas, outline, tissue);
  }
}

/** Chewing muscles on the temples, outside the bone. */
function paintTemples(canvas: SliceCanvas, depthMm: number): void {
  const thickness = Math.max(0, Math.min(1, (depthMm - 62) / 40)) * 6;
  if (thickness < 1) return;
  for (const side of SIDES) {
    const muscle = ellipseOutline({
      x: side * (69 + thickness * 0.25),
      y: -24,
      rx: thickness,
      ry: 30,
      turn: -side * 0.22,
    });
    const cover = insetOutline(muscle, -2.2);
    paint(canvas, insetOutline(cover, -2), TISSUE.skin, [TISSUE.air]);
    paint(canvas, cover, TISSUE.fat, [TISSUE.air, TISSUE.skin]);
    paint(canvas, muscle, TISSUE.muscle, [TISSUE.air, TISSUE.skin, TISSUE.fat]);
  }
}

/** Lids, cheeks and nose before the bone. */
function paintFace(canvas: SliceCanvas, depthMm: number): void {
  const size = Math.min(1, (depthMm - 94) / 14);
  const parts = [
    { x: 0, y: -64, rx: 54 * size, ry: 31 + 4 * size },
    ...(depthMm > 108 ? [{ x: 0, y: -98, rx: 9, ry: 4 + (depthMm - 108) * 0.5 }] : []),
  ];
  for (const part of parts) paint(canvas, ellipseOutline(part), TISSUE.skin, [TISSUE.air]);
  for (const part of parts) {
    paint(canvas, insetOutline(ellipseOutline(part), 2), TISSUE.fat, [TISSUE.air, TISSUE.skin]);
  }
}

function paintSkullBase(canvas: SliceCanvas, depthMm: number): void {
  const wing = 1 - Math.abs(depthMm - 106) / 10;
  const petrous = 1 - Math.abs(depthMm - 118) / 14;
  for (const side of SIDES) {
    if (wing > 0) {
      const [from, to]: readonly Point[] = [
        [side * 60, -34],
        [side * 14, -24],
      ];
      if (from && to) paint(canvas, bandOutline(from, to, 7 * wing), TISSUE.corticalBone);
    }
    if (petrous > 0) {
      paint(canvas, bandOutline([side * 58, 26], [side * 20, 2], 20 * Math.sqrt(petrous)), TISSUE.petrousBone);
      for (let cell = 0; cell < 12; cell++) {
        const [x, y] = [
          50 + 5 * (cell % 3) + 3 * Math.sin(cell * 5 + side),
          22 + 5 * Math.floor(cell / 3) + 3 * Math.cos(cell * 7),
        ];
        const radius = (1.2 + 0.7 * Math.sin(cell * 3 + depthMm)) * petrous + 0.5;
        paint(canvas, ellipseOutline({ x: side * x, y, rx: radius * 1.2, ry: radius }), TISSUE.gas);
      }
      paint(canvas, bandOutline([side * 44, 12], [side * 62, 13], 5 * petrous), TISSUE.gas);
    }
  }
  if (depthMm > 96) paintFace(canvas, depthMm);
  if (depthMm > 106) {
    paint(canvas, superellipseOutline(0, -24, 19, 13, 3), TISSUE.corticalBone);
    if (depthMm < 126) paint(canvas, superellipseOutline(0, 0, 8, 9, 3), TISSUE.cancellousBone, [TISSUE.petrousBone]);
  }
  if (depthMm > 98) paint(canvas, superellipseOutline(0, -58, 14, 25, 3), TISSUE.corticalBone);
  for (const part of BASE_PAIRED) {
    const shape = courseShape(part, depthMm);
    if (!shape) continue;
    for (const side of SIDES) {
      const outline = ellipseOutline({ ...shape, x: side * shape.x, turn: side * (shape.turn ?? 0) });
      const isBone = part.tissue === TISSUE.corticalBone;
      paint(
        canvas,
        outline,
        part.tissue,
        isBone ? [TISSUE.whiteMatter, TISSUE.greyMatter, TISSUE.spinalFluid, TISSUE.diploe] : undefined,
      );
    }
  }
}

function paintHeadRest(canvas: SliceCanvas): void {
  const shell = superellipseOutline(0, 62, 112, 66, 2.2);
  paint(canvas, shell, TISSUE.tableShell);
  paint(canvas, insetOutline(shell, 2), TISSUE.tableFoam);
  paint(canvas, superellipseOutline(0, 30, 104, 84, 2.2), TISSUE.air, [TISSUE.tableFoam, TISSUE.tableShell]);
}

export function headAnatomy(seed: string, hasBleed: boolean): CtAnatomy {
  const toHu = tissueHu(`${seed} head`);
  const folds = tissueTexture(`${seed} folds`, 10);
  return {
    fieldOfViewMm: 240,
    coverageMm: 130,
    noiseHu: 11,
    plane(depthMm, grid) {
      const level = depthMm - ABOVE_CROWN_MM;
      const canvas = sliceCanvas(grid);
      paintHeadRest(canvas);
      paintShells(canvas, level);
      paintTemples(canvas, level);
      paintBrain(canvas, level, folds, hasBleed);
      if (level > 90) paintSkullBase(canvas, level);
      return toHu(canvas, depthMm);
    },
  };
}
