import type { PixelSpacing } from "../../core/image/study-model.ts";

/** A point on an image in pixels: (0, 0) is the outer corner of the first pixel, (0.5, 0.5) its centre. */
export interface ImagePoint {
  readonly x: number;
  readonly y: number;
}

export function distanceMm(a: ImagePoint, b: ImagePoint, spacing: PixelSpacing): number {
  return Math.hypot((b.x - a.x) * spacing.columnMm, (b.y - a.y) * spacing.rowMm);
}
