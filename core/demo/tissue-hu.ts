import type { SliceCanvas } from "./slice-canvas.ts";
import { TISSUE_HU } from "./tissue.ts";
import { tissueTexture } from "./tissue-texture.ts";

const COARSE_GRAIN_MM = 4.5;
const FINE_GRAIN_MM = 1.3;

/** From labels to HU, with the texture of each tissue. */
export function tissueHu(seed: string): (canvas: SliceCanvas, depthMm: number) => Float32Array {
  const coarse = tissueTexture(`${seed} coarse`, COARSE_GRAIN_MM);
  const fine = tissueTexture(`${seed} fine`, FINE_GRAIN_MM);
  const [mean, coarseHu, fineHu] = [new Float32Array(256), new Float32Array(256), new Float32Array(256)];
  for (const [label, row] of Object.entries(TISSUE_HU)) {
    const [hu, coarseAmount, fineAmount] = row;
    mean[Number(label)] = hu;
    coarseHu[Number(label)] = coarseAmount;
    fineHu[Number(label)] = fineAmount;
  }
  return ({ labels, grid }, depthMm) => {
    const coarsePlane = coarse.plane(depthMm, grid);
    const finePlane = fine.plane(depthMm, grid);
    const hu = new Float32Array(labels.length);
    for (let at = 0; at < labels.length; at++) {
      const label = labels[at] ?? 0;
      hu[at] =
        (mean[label] ?? 0) +
        (coarseHu[label] ?? 0) * (coarsePlane[at] ?? 0) +
        (fineHu[label] ?? 0) * (finePlane[at] ?? 0);
    }
    return hu;
  };
}
