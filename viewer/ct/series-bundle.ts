import { type BundleFormat, type ByteSpan, placedFrames, readPreview } from "../../core/bundle/bundle-index.ts";
import type { Frame } from "../../core/image/study-model.ts";

/** A frame in the reading bundle of its series. */
export interface BundledFrame {
  /** Its place among the frames of the bundle, from 0. */
  readonly place: number;
  readonly format: BundleFormat;
  readonly beginning: Uint8Array;
  readonly rest: ByteSpan;
}

/** The reading bundle of a series as far as it is here: where each frame lies, and the beginnings of all. */
export interface SeriesBundle {
  readonly seriesInstanceUid: string;
  /** Of the object in which the rests lie: those of another are no ends of these beginnings. */
  readonly etag: string;
  readonly frames: ReadonlyMap<string, BundledFrame>;
}

/** Throws RangeError or SyntaxError for bytes that are no preview. */
export function readSeriesBundle(seriesInstanceUid: string, etag: string, bytes: Uint8Array): SeriesBundle {
  const { index, beginnings } = readPreview(bytes);
  const frames = placedFrames(index).map(
    ({ sopInstanceUid, frameNumber, format, beginning, rest }, place): [string, BundledFrame] => [
      `${sopInstanceUid}/${frameNumber}`,
      { place, format, beginning: beginnings.subarray(beginning.start, beginning.end), rest },
    ],
  );
  return { seriesInstanceUid, etag, frames: new Map(frames) };
}

/** Where the frame lies in the bundle; undefined when it is not in it as the header describes it. */
export function bundledFrame(bundle: SeriesBundle, frame: Frame): BundledFrame | undefined {
  const found = bundle.frames.get(`${frame.sopInstanceUid}/${frame.frameNumber}`);
  const { rows, columns } = found?.format.format ?? {};
  return rows === frame.format.rows && columns === frame.format.columns ? found : undefined;
}
