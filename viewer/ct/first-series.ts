import type { ImageSeries } from "../../core/image/study-model.ts";

/** What a study opens with: the first series that is more than a localizer, else the first. */
export function firstSeries(series: readonly ImageSeries[]): ImageSeries | undefined {
  return series.find(({ frames }) => frames.length > 2) ?? series[0];
}
