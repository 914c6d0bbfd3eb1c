import type { ImageSeries } from "../../core/image/study-model.ts";
import type { ReadingMark } from "../../core/reading/reading-mark.ts";
import { fillText } from "../../core/texts/text-table.ts";
import { catalogue } from "../i18n/catalogue.ts";
import type { Text } from "../i18n/use-text.ts";
import { MARK_KINDS, type MeasuredImage } from "./mark-kinds.ts";

/** Where a mark stands in the study. */
export interface FindingPlace {
  readonly series: ImageSeries;
  /** Index in the series. */
  readonly slice: number;
}

export function placeOfMark(all: readonly ImageSeries[], mark: ReadingMark): FindingPlace | undefined {
  const key = `${mark.sopInstanceUid}/${mark.frameNumber}`;
  for (const series of all) {
    const slice = series.frames.findIndex((frame) => frame.key === key);
    if (slice >= 0) return { series, slice };
  }
  return undefined;
}

/** What it measures, in one line; empty while the pixels are not here. */
export function findingValue(mark: ReadingMark, image: MeasuredImage, text: Text): string {
  const [start, end = start] = mark.points.map(([x, y]) => ({ x, y }));
  return start && end ? MARK_KINDS[mark.kind].lines(image, start, end, text).join(text("ct.finding-comma")) : "";
}

export function placeText({ series, slice }: FindingPlace, text: Text): string {
  return series.seriesNumber === undefined
    ? text("ct.finding-slice", { slice: slice + 1 })
    : text("ct.finding-place", { series: series.seriesNumber, slice: slice + 1 });
}

/** Reports are written in Chinese, whatever language the page is in. */
const chinese: Text = (key, values) => fillText(catalogue[key][0], values ?? {});

/** The finding as it goes into the report. */
export function findingWords(mark: ReadingMark, image: MeasuredImage, place: FindingPlace): string {
  return chinese("ct.finding-words", {
    kind: chinese(`ct.finding-${mark.kind}`),
    value: findingValue(mark, image, chinese),
    place: placeText(place, chinese),
  });
}
