import type { PixelSpacing, Rescale } from "../../core/image/study-model.ts";
import type { ImagePoint } from "./distance-mm.ts";
import { type PixelStatistics, runningStatistics } from "./running-statistics.ts";

export interface RoiImage {
  readonly rows: number;
  readonly columns: number;
  readonly pixels: ArrayLike<number>;
  readonly rescale: Rescale;
  readonly spacing: PixelSpacing | undefined;
}

export interface RoiStatistics extends PixelStatistics {
  /** Of the shape as drawn, not of the pixels counted; undefined without a pixel spacing. */
  readonly areaMm2: number | undefined;
}

export type RoiShape = "ellipse" | "rectangle";

/** Statistics of the rescaled values inside a shape given by two opposite corners; undefined when no pixel centre is in it. */
export function roiStatistics(
  image: RoiImage,
  shape: RoiShape,
  a: ImagePoint,
  b: ImagePoint,
): RoiStatistics | undefined {
  const left = Math.min(a.x, b.x);
  const top = Math.min(a.y, b.y);
  const width = Math.abs(a.x - b.x);
  const height = Math.abs(a.y - b.y);
  const { slope, intercept } = image.rescale;
  const running = runningStatistics();
  const firstRow = Math.max(0, Math.ceil(top - 0.5));
  const lastRow = Math.min(image.rows - 1, Math.floor(top + height - 0.5));
  const firstColumn = Math.max(0, Math.ceil(left - 0.5));
  const lastColumn = Math.min(image.columns - 1, Math.floor(left + width - 0.5));
  for (let y = firstRow; y <= lastRow; y++) {
    const v = (y + 0.5 - top - height / 2) / (height / 2);
    for (let x = firstColumn; x <= lastColumn; x++) {
      if (shape === "ellipse") {
        const u = (x + 0.5 - left - width / 2) / (width / 2);
        if (u * u + v * v > 1) continue;
      }
      running.add((image.pixels[y * image.columns + x] ?? 0) * slope + intercept);
    }
  }
  const found = running.result();
  if (!found) return undefined;
  const boxMm2 = image.spacing ? width * image.spacing.columnMm * height * image.spacing.rowMm : undefined;
  return {
    ...found,
    areaMm2: boxMm2 === undefined ? undefined : shape === "ellipse" ? (boxMm2 * Math.PI) / 4 : boxMm2,
  };
}
