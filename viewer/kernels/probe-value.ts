import type { ImagePoint } from "./distance-mm.ts";
import type { RoiImage } from "./roi-statistics.ts";
import { type PixelStatistics, runningStatistics } from "./running-statistics.ts";

export interface ProbeValue {
  /** The rescaled value of the pixel under the point. */
  readonly value: number;
  /** Of the pixel and its eight neighbours; at the edge of the image, of those there are. */
  readonly around: PixelStatistics;
}

/** Undefined outside the image. */
export function probeValue(image: RoiImage, at: ImagePoint): ProbeValue | undefined {
  const [column, row] = [Math.floor(at.x), Math.floor(at.y)];
  if (!(column >= 0 && row >= 0 && column < image.columns && row < image.rows)) return undefined;
  const rescaled = (x: number, y: number): number =>
    (image.pixels[y * image.columns + x] ?? 0) * image.rescale.slope + image.rescale.intercept;
  const running = runningStatistics();
  for (let y = Math.max(0, row - 1); y <= Math.min(image.rows - 1, row + 1); y++)
    for (let x = Math.max(0, column - 1); x <= Math.min(image.columns - 1, column + 1); x++)
      running.add(rescaled(x, y));
  const around = running.result();
  return around && { value: rescaled(column, row), around };
}
