import type { ImagePoint } from "./distance-mm.ts";
import type { RoiImage } from "./roi-statistics.ts";
import { type PixelStatistics, runningStatistics } from "./running-statistics.ts";

/**
 * An ellipse at any angle: its centre and the ends of two half diameters, each of which is parallel to the tangent at the end
 * of the other. It stays one when pixels that are not square become millimetres, which axes at right angles do not.
 */
export type TurnedEllipse = readonly [centre: ImagePoint, first: ImagePoint, second: ImagePoint];

export interface EllipseSize {
  readonly lengthMm: number;
  readonly widthMm: number;
  readonly areaMm2: number;
}

/** Of points in millimetres: the two axes as diameters, the longer first. */
export function ellipseSize(ellipse: TurnedEllipse): EllipseSize {
  const { px, py, qx, qy, determinant } = halfDiameters(ellipse);
  // The half axes are the singular values of [p q]: (a ± b)² = |p|² + |q|² ± 2 |p × q|, written as squares, which loses nothing
  // where the ellipse is nearly a circle.
  const one = Math.hypot(px + qy, py - qx);
  const other = Math.hypot(px - qy, py + qx);
  return { lengthMm: one + other, widthMm: Math.abs(one - other), areaMm2: Math.PI * Math.abs(determinant) };
}

/** Statistics of the rescaled values of the pixels whose centre is inside; undefined when there is none. */
export function ellipseStatistics(image: RoiImage, ellipse: TurnedEllipse): PixelStatistics | undefined {
  const { px, py, qx, qy, determinant } = halfDiameters(ellipse);
  if (determinant === 0) return undefined;
  const [centre] = ellipse;
  const { slope, intercept } = image.rescale;
  const running = runningStatistics();
  const [halfWidth, halfHeight] = [Math.hypot(px, qx), Math.hypot(py, qy)];
  const firstRow = Math.max(0, Math.ceil(centre.y - halfHeight - 0.5));
  const lastRow = Math.min(image.rows - 1, Math.floor(centre.y + halfHeight - 0.5));
  const firstColumn = Math.max(0, Math.ceil(centre.x - halfWidth - 0.5));
  const lastColumn = Math.min(image.columns - 1, Math.floor(centre.x + halfWidth - 0.5));
  for (let y = firstRow; y <= lastRow; y++) {
    const dy = y + 0.5 - centre.y;
    for (let x = firstColumn; x <= lastColumn; x++) {
      const dx = x + 0.5 - centre.x;
      // how much of each half diameter leads there
      const u = (dx * qy - dy * qx) / determinant;
      const v = (px * dy - py * dx) / determinant;
      if (u * u + v * v <= 1) running.add((image.pixels[y * image.columns + x] ?? 0) * slope + intercept);
    }
  }
  return running.result();
}

function halfDiameters([centre, first, second]: TurnedEllipse) {
  const [px, py] = [first.x - centre.x, first.y - centre.y];
  const [qx, qy] = [second.x - centre.x, second.y - centre.y];
  return { px, py, qx, qy, determinant: px * qy - py * qx };
}
