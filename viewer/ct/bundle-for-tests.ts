import type { ByteSpan } from "../../core/bundle/bundle-index.ts";
import { bundleIndexBuilder } from "../../core/bundle/bundle-index-builder.ts";
import type { ImageSeries } from "../../core/image/study-model.ts";
import { frameForTests } from "./frame-for-tests.ts";
import type { SeriesBundle } from "./series-bundle.ts";

const BEGINNING_BYTES = 2;
const REST_BYTES = 3;

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

/** The answer of a preview: these instances with these beginnings, and four bytes of rest each. */
export function previewForTests(uids: readonly string[], beginnings: readonly Uint8Array[]): Uint8Array {
  const index = bundleIndexBuilder();
  const format = { transferSyntaxUid: "1.2.840.10008.1.2.4.202", format: frameForTests("any").format, reduction: 2 };
  for (const [at, sopInstanceUid] of uids.entries())
    index.add({ sopInstanceUid, frameNumber: 1, format, beginningBytes: beginnings[at]?.length ?? 0, restBytes: 4 });
  const json = new TextEncoder().encode(JSON.stringify(index.index()));
  const head = new Uint8Array(4);
  new DataView(head.buffer).setUint32(0, json.length, true);
  return Uint8Array.from([head, json, ...beginnings].flatMap((part) => [...part]));
}
