import type { ImagePoint } from "./distance-mm.ts";
import { crossingsAt, sidesOf } from "./polygon-area.ts";
import type { RoiImage } from "./roi-statistics.ts";
import { type PixelStatistics, runningStatistics } from "./running-statistics.ts";

/**
 * Statistics of the rescaled values of the pixels whose centre is inside a closed outline by the even-odd rule; a loop inside
 * a loop is a hole. Undefined when no centre is in it.
 */
export function polygonStatistics(image: RoiImage, outline: readonly ImagePoint[]): PixelStatistics | undefined {
  const { slope, intercept } = image.rescale;
  const running = runningStatistics();
  const sides = sidesOf(outline);
  let top = image.rows;
  let bottom = 0;
  for (const { y } of outline) {
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  const firstRow = Math.max(0, Math.ceil(top - 0.5));
  const lastRow = Math.min(image.rows - 1, Math.floor(bottom - 0.5));
  for (let y = firstRow; y <= lastRow; y++) {
    const crossings = crossingsAt(sides, y + 0.5);
    for (let pair = 0; pair + 1 < crossings.length; pair += 2) {
      const firstColumn = Math.max(0, Math.ceil((crossings[pair] ?? 0) - 0.5));
      const endColumn = Math.min(image.columns, Math.ceil((crossings[pair + 1] ?? 0) - 0.5));
      for (let x = firstColumn; x < endColumn; x++)
        running.add((image.pixels[y * image.columns + x] ?? 0) * slope + intercept);
    }
  }
  return running.result();
}
