import type { ByteSpan } from "../../core/bundle/bundle-index.ts";
import type { ImageSeries } from "../../core/image/study-model.ts";
import { frameForTests } from "./frame-for-tests.ts";
import type { SeriesBundle } from "./series-bundle.ts";

export const BEGINNING_BYTES = 2;
export const REST_BYTES = 3;

/** A bundle in which every byte of a frame is its place: two at the beginning, three of the rest. */
export function bundleForTests(series: ImageSeries, etag = '"one"'): SeriesBundle {
  const { format } = frameForTests("any");
  const restsAt = series.frames.length * BEGINNING_BYTES;
  return {
    seriesInstanceUid: series.seriesInstanceUid,
    etag,
    frames: new Map(
      series.frames.map(({ sopInstanceUid, frameNumber }, place) => {
        const start = restsAt + place * REST_BYTES;
        return [
          `${sopInstanceUid}/${frameNumber}`,
          {
            place,
            format: { transferSyntaxUid: "1.2.840.10008.1.2.4.202", format, reduction: 2 },
            beginning: new Uint8Array(BEGINNING_BYTES).fill(place),
            rest: { start, end: start + REST_BYTES },
          },
        ];
      }),
    ),
  };
}

/** Places of the frames whose rests the span holds. */
export function placesOf(bundle: SeriesBundle, { start, end }: ByteSpan): readonly number[] {
  return [...bundle.frames.values()]
    .filter(({ rest }) => rest.start >= start && rest.end <= end)
    .map(({ place }) => place);
}
