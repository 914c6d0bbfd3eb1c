import { nativeFormat, nativeFrameBytes } from "../../decode/native-frame.ts";
import { changeByteOrder, turnValue } from "../../dicom/change-byte-order.ts";
import { changeMetaSyntax } from "../../dicom/change-meta-syntax.ts";
import { changeVrEncoding } from "../../dicom/change-vr-encoding.ts";
import { editElements } from "../../dicom/edit-elements.ts";
import { HEADER_LIMIT_BYTES, type Part10Header, readPart10 } from "../../dicom/read-part10.ts";
import { isNative } from "../../dicom/transfer-syntaxes.ts";
import {
  DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
  EXPLICIT_VR_BIG_ENDIAN,
  EXPLICIT_VR_LITTLE_ENDIAN,
  IMPLICIT_VR_LITTLE_ENDIAN,
} from "../../dicom/uid.ts";
import { DomainError } from "../../errors.ts";
import type { IdentityOverlay } from "../../patient/identity-overlay.ts";
import type { BlobStore, ByteRange } from "../../ports.ts";
import type { StoredInstance } from "../postgres/stored-instances.ts";
import { canTranscode } from "./can-transcode.ts";
import { encapsulated, nativeValue } from "./encapsulate-frames.ts";
import { overlaidHead } from "./overlaid-head.ts";
import { type PixelDescription, pixelDescription } from "./pixel-description.ts";
import { pixelEdits } from "./pixel-edits.ts";
import { openRange } from "./stored-data-set.ts";
import { type FrameTranscoding, transcodedFrames } from "./transcoded-frames.ts";

export interface TranscodeParts extends FrameTranscoding {
  readonly blobs: BlobStore;
}

export interface AskedInstance {
  readonly instance: StoredInstance;
  /** Of its study, where the patient is another than the bytes say. */
  readonly overlay: IdentityOverlay | null;
}

/** How a data set in another encoding is made Explicit VR Little Endian. */
const CHANGES: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  [IMPLICIT_VR_LITTLE_ENDIAN]: (bytes) => changeVrEncoding(bytes, "implicit"),
  [EXPLICIT_VR_BIG_ENDIAN]: changeByteOrder,
};

/** A Part 10 file on its way out. */
export interface OutgoingFile {
  /** Null when that is seen only at the end. */
  readonly byteLength: number | null;
  readonly bytes: AsyncIterable<Buffer>;
}

/** The parts of a stored file around its pixels, Explicit VR Little Endian. */
interface Surroundings {
  readonly meta: Buffer;
  readonly header: Part10Header;
  /** Its last element is pixel data, of which the value is not there. */
  readonly hasPixelData: boolean;
  /** What follows the pixel data. */
  readonly tail: Buffer;
  /** Where the stored pixel data is: in the file, or in memory when the data set was deflated. */
  readonly pixels: ByteRange | Buffer;
}

/**
 * A stored instance as a Part 10 file in another transfer syntax: Explicit VR Little Endian, or a lossless one. What stands
 * around the pixels is changed in memory, within the bound of a header; frames come one by one. Rejects with `not-acceptable`
 * or `frame-unreadable` before anything is given; the iteration throws when a later frame cannot be read.
 */
export async function openTranscoded(parts: TranscodeParts, asked: AskedInstance, to: string): Promise<OutgoingFile> {
  const { instance } = asked;
  const from = instance.transferSyntaxUid;
  if (!canTranscode(from, to)) throw new DomainError("not-acceptable", { reason: "encoding" });
  const around = await readSurroundings(parts, asked);
  const meta = changeMetaSyntax(around.meta, to);
  const { tail } = around;
  const { dataSet, dataSetOffset: start, cut } = around.header;
  // what could not be read of a damaged header would be lost
  if (cut) throw new DomainError("not-acceptable", { reason: "header" });
  if (!around.hasPixelData) return inMemory([meta, editElements(dataSet, start, new Map()), tail]);
  if (to === EXPLICIT_VR_LITTLE_ENDIAN && isNative(from)) {
    const head = editElements(dataSet, start, new Map());
    if (Buffer.isBuffer(around.pixels)) return inMemory([meta, head, around.pixels, tail]);
    const { start: first, end } = around.pixels;
    const byteLength = meta.length + head.length + end - first + tail.length;
    const vr = dataSet.elements.x7fe00010?.vr;
    const isTurned = from === EXPLICIT_VR_BIG_ENDIAN && vr !== "OB";
    if (isTurned && vr !== "OW") throw new DomainError("not-acceptable", { reason: "encoding" });
    const stored = rangeOf(parts.blobs, instance, around.pixels);
    return { byteLength, bytes: inOrder([[Buffer.concat([meta, head])], isTurned ? turned(stored) : stored, [tail]]) };
  }
  // floating-point pixels have no codestreams
  if (!dataSet.elements.x7fe00010) throw new DomainError("not-acceptable", { reason: "encoding" });
  const described = pixelDescription(dataSet);
  if (isNative(from)) assertThere(described, around.pixels);
  const { numberOfFrames } = described;
  const pixelBytes = to === EXPLICIT_VR_LITTLE_ENDIAN ? nativeFrameBytes(described.format) * numberOfFrames : null;
  // the length of a value has 32 bits (PS3.5 §7.1), and all of them set is no length
  if (pixelBytes !== null && pixelBytes > 0xffff_fffd) throw new DomainError("not-acceptable", { reason: "length" });
  const edits = pixelEdits({ dataSet, format: nativeFormat(described.format, from), from, to, pixelBytes });
  const head = editElements(dataSet, start, edits);
  const numbers = numbersTo(numberOfFrames);
  const frames = await transcodedFrames(parts, { instance, format: described.format, numbers }, to);
  const value = pixelBytes === null ? encapsulated(frames) : nativeValue(frames, pixelBytes);
  const byteLength =
    pixelBytes === null ? null : meta.length + head.length + pixelBytes + (pixelBytes % 2) + tail.length;
  return { byteLength, bytes: inOrder([[Buffer.concat([meta, head])], value, [tail]]) };
}

/** A header may claim any number of frames: it is held against the bytes before anyone counts so far. */
function assertThere({ format, numberOfFrames }: PixelDescription, pixels: ByteRange | Buffer): void {
  const bytes = Buffer.isBuffer(pixels) ? pixels.length : pixels.end - pixels.start;
  if (numberOfFrames * format.rows * format.columns * format.bitsAllocated > bytes * 8)
    throw new DomainError("dicom-truncated");
}

async function readSurroundings(
  { blobs, frames }: TranscodeParts,
  { instance, overlay }: AskedInstance,
): Promise<Surroundings> {
  const { blobKey, byteLength, pixelDataOffset, transferSyntaxUid } = instance;
  const range = bounded({ start: 0, end: pixelDataOffset ?? byteLength });
  const head = overlay ? (await overlaidHead(blobs, instance, overlay)).head : await blobs.read(blobKey, range);
  const header = readPart10(head, range.end === byteLength);
  const { dataSetOffset } = header;
  const meta = head.subarray(0, dataSetOffset);
  if (transferSyntaxUid === DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN) return inflatedSurroundings(meta, header);
  const change = CHANGES[transferSyntaxUid];
  const explicit = (bytes: Buffer) => change?.(bytes) ?? bytes;
  const none = { start: 0, end: 0 };
  if (pixelDataOffset === null) {
    const whole = change ? reread(meta, explicit(head.subarray(dataSetOffset)), true) : header;
    return { meta, header: whole, hasPixelData: false, tail: Buffer.alloc(0), pixels: none };
  }
  const pixelsEnd = await frames.pixelDataEnd(instance);
  const tail =
    pixelsEnd < byteLength ? await blobs.read(blobKey, bounded({ start: pixelsEnd, end: byteLength })) : null;
  return {
    meta,
    header: change ? reread(meta, explicit(head.subarray(dataSetOffset)), false) : header,
    hasPixelData: true,
    tail: tail ? explicit(tail) : Buffer.alloc(0),
    pixels: { start: pixelDataOffset, end: pixelsEnd },
  };
}

/** A data set that was unfolded on reading is in memory as a whole. */
function inflatedSurroundings(meta: Buffer, header: Part10Header): Surroundings {
  const { byteArray, elements } = header.dataSet;
  const bytes = Buffer.from(byteArray.buffer, byteArray.byteOffset, byteArray.byteLength);
  const element = elements.x7fe00010;
  const none = Buffer.alloc(0);
  if (!element) return { meta, header, hasPixelData: false, tail: none, pixels: none };
  const pixelsEnd = element.dataOffset + element.length;
  return {
    meta,
    header: reread(meta, bytes.subarray(meta.length, element.dataOffset), false),
    hasPixelData: true,
    tail: bytes.subarray(pixelsEnd),
    pixels: bytes.subarray(element.dataOffset, pixelsEnd),
  };
}

function reread(meta: Buffer, explicit: Buffer, isWhole: boolean): Part10Header {
  return readPart10(Buffer.concat([changeMetaSyntax(meta, EXPLICIT_VR_LITTLE_ENDIAN), explicit]), isWhole);
}

function bounded(range: ByteRange): ByteRange {
  if (range.end - range.start > HEADER_LIMIT_BYTES) throw new DomainError("not-acceptable", { reason: "header" });
  return range;
}

function inMemory(pieces: readonly Buffer[]): OutgoingFile {
  return { byteLength: pieces.reduce((sum, piece) => sum + piece.length, 0), bytes: inOrder([pieces]) };
}

async function* inOrder(parts: readonly (Iterable<Buffer> | AsyncIterable<Buffer>)[]): AsyncGenerator<Buffer> {
  for (const part of parts) yield* part;
}

/** Opened when it is its turn, so that nothing is open when no one comes for it. */
async function* rangeOf(blobs: BlobStore, { blobKey }: StoredInstance, range: ByteRange): AsyncGenerator<Buffer> {
  yield* await openRange(blobs, blobKey, range);
}

/** The words of a stream turned round; a chunk may end within one. */
async function* turned(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let begun = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = begun.length > 0 ? Buffer.concat([begun, chunk]) : chunk;
    const whole = bytes.length - (bytes.length % 2);
    begun = Buffer.from(bytes.subarray(whole));
    yield turnValue(bytes.subarray(0, whole), "OW");
  }
  yield begun;
}

/** 1 to `last`, made as they are asked for: a header may claim any number. */
function numbersTo(last: number): Iterable<number> {
  return {
    *[Symbol.iterator]() {
      for (let number = 1; number <= last; number++) yield number;
    },
  };
}
