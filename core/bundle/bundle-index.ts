import type { PixelFormat } from "../image/study-model.ts";

/**
 * The reading bundle of a series: one object with every frame, first the beginnings of all codestreams, which give small
 * pictures of the whole series, then the rest of each. A beginning and its rest, one after the other, are the codestream.
 */
export interface BundleIndex {
  readonly version: 1;
  /** The beginnings of all frames are the first so many bytes. */
  readonly previewBytes: number;
  readonly formats: readonly BundleFormat[];
  readonly sopInstanceUids: readonly string[];
  /** In the order in which they lie in the object. */
  readonly frames: readonly BundleFrame[];
}

/** How frames are encoded; most series have one. */
export interface BundleFormat {
  readonly transferSyntaxUid: string;
  readonly format: PixelFormat;
  /** The beginning shows a picture 2^reduction times smaller; null when there is no beginning. */
  readonly reduction: number | null;
}

/** Places in `sopInstanceUids` and `formats`, the frame's number from 1, bytes of beginning and rest. */
export type BundleFrame = readonly [
  instance: number,
  frameNumber: number,
  format: number,
  beginning: number,
  rest: number,
];

export interface ByteSpan {
  readonly start: number;
  readonly end: number;
}

export interface PlacedFrame {
  readonly sopInstanceUid: string;
  readonly frameNumber: number;
  readonly format: BundleFormat;
  readonly beginning: ByteSpan;
  readonly rest: ByteSpan;
}

/** Where each frame lies, in the bundle's order. Throws RangeError for an index that contradicts itself. */
export function placedFrames(index: BundleIndex): readonly PlacedFrame[] {
  let beginningAt = 0;
  let restAt = index.previewBytes;
  const placed = index.frames.map(([instance, frameNumber, format, beginning, rest]): PlacedFrame => {
    const sopInstanceUid = index.sopInstanceUids[instance];
    const known = index.formats[format];
    if (sopInstanceUid === undefined || !known || beginning < 0 || rest < 0) throw new RangeError("bundle index");
    const frame = {
      sopInstanceUid,
      frameNumber,
      format: known,
      beginning: { start: beginningAt, end: beginningAt + beginning },
      rest: { start: restAt, end: restAt + rest },
    };
    beginningAt += beginning;
    restAt += rest;
    return frame;
  });
  if (beginningAt !== index.previewBytes) throw new RangeError("bundle index");
  return placed;
}

/** Index and beginnings in one answer: the length of the index in four bytes, little-endian, the index, the beginnings. */
export const PREVIEW_HEAD_BYTES = 4;

/** Takes such an answer apart. Throws RangeError or SyntaxError for other bytes. */
export function readPreview(bytes: Uint8Array): { readonly index: BundleIndex; readonly beginnings: Uint8Array } {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const start = PREVIEW_HEAD_BYTES + length;
  const index: unknown = JSON.parse(new TextDecoder().decode(bytes.subarray(PREVIEW_HEAD_BYTES, start)));
  if (typeof index !== "object" || index === null || (index as BundleIndex).version !== 1)
    throw new RangeError("bundle version");
  const known = index as BundleIndex;
  const beginnings = bytes.subarray(start);
  if (beginnings.length !== known.previewBytes) throw new RangeError("bundle preview cut short");
  return { index: known, beginnings };
}
