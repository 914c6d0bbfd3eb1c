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

/** The one that fits a box given by two opposite corners, as it is dragged. */
export function ellipseInBox(a: ImagePoint, b: ImagePoint): TurnedEllipse {
  const centre = { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
  return [centre, { x: Math.max(a.x, b.x), y: centre.y }, { x: centre.x, y: Math.max(a.y, b.y) }];
}

/** Points along it, from the end of the first half diameter round to the same again: what is drawn. */
export function ellipseOutline(ellipse: TurnedEllipse, steps: number): readonly ImagePoint[] {
  return Array.from({ length: steps + 1 }, (_, step) => pointAt(ellipse, ((step % steps) / steps) * 2 * Math.PI));
}

/** The ends of the longer axis, then of the shorter: an ELLIPSE as SR and GSPS write it (PS3.3 C.18.6.1.2, C.10.5.1.2). */
export function ellipseAxisEnds(ellipse: TurnedEllipse): readonly [ImagePoint, ImagePoint, ImagePoint, ImagePoint] {
  const { px, py, qx, qy } = halfDiameters(ellipse);
  // |p cos t + q sin t|² is largest at tan 2t = 2 p·q / (|p|² - |q|²)
  const turn = Math.atan2(2 * (px * qx + py * qy), px * px + py * py - qx * qx - qy * qy) / 2;
  const end = (quarters: number): ImagePoint => pointAt(ellipse, turn + (quarters * Math.PI) / 2);
  return [end(0), end(2), end(1), end(3)];
}

function pointAt(ellipse: TurnedEllipse, angle: number): ImagePoint {
  const { px, py, qx, qy } = halfDiameters(ellipse);
  const [centre] = ellipse;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return { x: centre.x + px * cos + qx * sin, y: centre.y + py * cos + qy * sin };
}

function halfDiameters([centre, first, second]: TurnedEllipse) {
  const [px, py] = [first.x - centre.x, first.y - centre.y];
  const [qx, qy] = [second.x - centre.x, second.y - centre.y];
  return { px, py, qx, qy, determinant: px * qy - py * qx };
}
