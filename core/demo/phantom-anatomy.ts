import type { CtAnatomy } from "./ct-anatomy.ts";
import { pixelCentreMm } from "./slice-canvas.ts";

/**
 * A water phantom for tests of HU, length and area: a cylinder along the table, exact to the HU where a pixel lies
 * whole inside one material. Distances between the middles of the inserts: 120 mm left-right and front-back.
 */
export const CT_PHANTOM = {
  radiusMm: 100,
  hu: 0,
  airHu: -1000,
  inserts: [
    { name: "bone", x: -60, y: 0, radiusMm: 12, hu: 1000 },
    { name: "air", x: 60, y: 0, radiusMm: 12, hu: -1000 },
    { name: "fat", x: 0, y: -60, radiusMm: 12, hu: -100 },
    { name: "soft", x: 0, y: 60, radiusMm: 12, hu: 60 },
  ],
  /** Pins to measure between: their middles make a square of 80 mm. */
  pins: [
    { x: -40, y: -40 },
    { x: 40, y: -40 },
    { x: 40, y: 40 },
    { x: -40, y: 40 },
  ],
  pinRadiusMm: 1.5,
  pinHu: 2000,
} as const;

export function phantomAnatomy(): CtAnatomy {
  const discs = [
    { x: 0, y: 0, radiusMm: CT_PHANTOM.radiusMm, hu: CT_PHANTOM.hu },
    ...CT_PHANTOM.inserts,
    ...CT_PHANTOM.pins.map((pin) => ({ ...pin, radiusMm: CT_PHANTOM.pinRadiusMm, hu: CT_PHANTOM.pinHu })),
  ];
  return {
    fieldOfViewMm: 256,
    coverageMm: 100,
    noiseHu: 0,
    plane(_depthMm, grid) {
      const { size, spacingMm } = grid;
      const hu = new Float32Array(size * size).fill(CT_PHANTOM.airHu);
      for (const disc of discs) {
        for (let row = 0; row < size; row++) {
          const dy = pixelCentreMm(grid, row) - disc.y;
          if (Math.abs(dy) > disc.radiusMm + spacingMm) continue;
          for (let column = 0; column < size; column++) {
            const dx = pixelCentreMm(grid, column) - disc.x;
            // The pixel's share of the disc, as a partial volume.
            const part = Math.min(1, Math.max(0, (disc.radiusMm - Math.hypot(dx, dy)) / spacingMm + 0.5));
            const at = row * size + column;
            if (part > 0) hu[at] = (hu[at] ?? 0) + (disc.hu - (hu[at] ?? 0)) * part;
          }
        }
      }
      return hu;
    },
  };
}
