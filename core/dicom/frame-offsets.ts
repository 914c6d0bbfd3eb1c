import { DomainError } from "../errors.ts";
import type { ByteRange } from "../ports.ts";

/** What a header says about the frames of native (not encapsulated) pixel data. */
export interface NativeLayout {
  readonly rows: number;
  readonly columns: number;
  readonly samplesPerPixel: number;
  readonly bitsAllocated: number;
  readonly numberOfFrames: number;
  /** YBR_FULL_422 and its kin: two pixels share their colour, so two bytes a pixel (PS3.3 C.7.6.3.1.2). */
  readonly isSubsampled: boolean;
}

/** One item of encapsulated pixel data: where its value begins and how long it is. */
export interface Fragment {
  readonly start: number;
  readonly length: number;
}

/** A frame of encapsulated pixel data is its fragments one after the other (PS3.5 §A.4). */
export type FrameFragments = readonly Fragment[];

/**
 * Bytes of one native frame; frames of one bit a pixel are packed without padding between them (PS3.5 §8.1.1), so that
 * such a frame may begin within a byte: `bits` says where. Throws `dicom-unreadable` when the header makes no sense.
 */
export function nativeFrameBits(layout: NativeLayout): number {
  const { rows, columns, samplesPerPixel, bitsAllocated, isSubsampled } = layout;
  const samples = rows * columns * (isSubsampled ? 2 : samplesPerPixel);
  const bits = samples * bitsAllocated;
  if (!Number.isSafeInteger(bits) || bits <= 0) throw new DomainError("dicom-unreadable");
  return bits;
}

/**
 * Where native frame `frameNumber` (from 1) lies in the file: the bytes, and the bit of the first byte at which it begins
 * (0 but for one-bit frames). `pixelData` is the range of the pixel data's value. Throws `not-found` for a frame that is
 * not there, `dicom-truncated` when its bytes are not.
 */
export function nativeFrameRange(
  layout: NativeLayout,
  pixelData: ByteRange,
  frameNumber: number,
): ByteRange & { readonly firstBit: number } {
  if (frameNumber < 1 || frameNumber > layout.numberOfFrames) throw new DomainError("not-found");
  const bits = nativeFrameBits(layout);
  const from = bits * (frameNumber - 1);
  const start = pixelData.start + Math.floor(from / 8);
  const end = pixelData.start + Math.ceil((from + bits) / 8);
  if (end > pixelData.end) throw new DomainError("dicom-truncated");
  return { start, end, firstBit: from % 8 };
}

/** The bits from `firstBit` on, moved to begin at bit 0 of the first byte, as a frame of its own would lie. */
export function alignedBits(bytes: Uint8Array, firstBit: number, bits: number): Uint8Array {
  const aligned = new Uint8Array(Math.ceil(bits / 8));
  for (let at = 0; at < aligned.length; at++) {
    const low = (bytes[at] ?? 0) >> firstBit;
    const high = firstBit === 0 ? 0 : (bytes[at + 1] ?? 0) << (8 - firstBit);
    aligned[at] = (low | high) & 0xff;
  }
  const unused = aligned.length * 8 - bits;
  if (unused > 0) aligned[aligned.length - 1] = (aligned.at(-1) as number) & (0xff >> unused);
  return aligned;
}

export interface EncapsulatedLayout {
  readonly numberOfFrames: number;
  /** The items after the offset table, in order. */
  readonly fragments: readonly Fragment[];
  /**
   * Offsets of the frames' first items from the first byte of the first item after the table: the Basic Offset Table, or
   * the Extended one (PS3.3 C.7.6.3.1.8). Empty when there is none.
   */
  readonly offsets: readonly number[];
  /** Does a fragment begin an image of its own? Only asked where no table helps; looks at its first bytes. */
  readonly beginsImage?: (fragment: Fragment, index: number) => boolean;
}

const ITEM_HEAD_BYTES = 8;

/**
 * Which fragments make up each frame. By the offset table when it fits the items; else one item a frame when there are
 * as many; all of them when there is one frame; else by where images begin in the bytes. Throws `dicom-unreadable` when
 * none of these gives as many frames as the header says.
 */
export function framesOfFragments(layout: EncapsulatedLayout): readonly FrameFragments[] {
  const { numberOfFrames, fragments, offsets, beginsImage } = layout;
  if (fragments.length === 0 || numberOfFrames < 1) throw new DomainError("dicom-unreadable");
  const starts = startsByOffsets(fragments, offsets, numberOfFrames);
  if (starts) return slices(fragments, starts);
  if (fragments.length === numberOfFrames) return fragments.map((fragment) => [fragment]);
  if (numberOfFrames === 1) return [fragments];
  if (beginsImage) {
    const found = fragments.flatMap((fragment, i) => (i === 0 || beginsImage(fragment, i) ? [i] : []));
    if (found.length === numberOfFrames) return slices(fragments, found);
  }
  throw new DomainError("dicom-unreadable");
}

/** Indexes of the frames' first items; undefined when the table does not fit the items. */
function startsByOffsets(
  fragments: readonly Fragment[],
  offsets: readonly number[],
  numberOfFrames: number,
): number[] | undefined {
  if (offsets.length !== numberOfFrames) return undefined;
  const base = (fragments[0] as Fragment).start - ITEM_HEAD_BYTES;
  const indexAt = new Map(fragments.map((fragment, i) => [fragment.start - ITEM_HEAD_BYTES - base, i]));
  const starts: number[] = [];
  for (const offset of offsets) {
    const index = indexAt.get(offset);
    if (index === undefined || index <= (starts.at(-1) ?? -1)) return undefined;
    starts.push(index);
  }
  return starts[0] === 0 ? starts : undefined;
}

function slices(fragments: readonly Fragment[], starts: readonly number[]): FrameFragments[] {
  return starts.map((start, i) => fragments.slice(start, starts[i + 1] ?? fragments.length));
}

/** SOI of JPEG and JPEG-LS, SOC of JPEG 2000 and HTJ2K: with these an image begins (PS3.5 §8.2). */
export function beginsCodestream(head: Uint8Array): boolean {
  return head[0] === 0xff && (head[1] === 0xd8 || head[1] === 0x4f);
}
