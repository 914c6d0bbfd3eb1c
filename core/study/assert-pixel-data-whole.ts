import type { Part10Header } from "../dicom/read-part10.ts";
import { DomainError } from "../errors.ts";
import type { BlobStore } from "../ports.ts";

type ReadableBlobs = Pick<BlobStore, "open" | "read">;

const ITEM = 0xfffee000;
const SEQUENCE_DELIMITER = 0xfffee0dd;
const ITEM_HEAD_BYTES = 8;
/** Heads of small items are read many at a time: a file may have a million of them. */
const WINDOW_BYTES = 64 * 1024;

/**
 * Is all of the pixel data there that the header announces? A native element has its length; an encapsulated one is a row
 * of items up to a delimiter (PS3.5 §A.4), walked by their heads alone. Throws `dicom-truncated`, or `dicom-unreadable`
 * for what is no row of items.
 */
export async function assertPixelDataWhole(
  blobs: ReadableBlobs,
  key: string,
  byteLength: number,
  header: Part10Header,
): Promise<void> {
  const { pixelDataOffset, pixelDataLength } = header;
  if (pixelDataOffset === null) return;
  if (pixelDataLength !== null) {
    if (pixelDataOffset + pixelDataLength > byteLength) throw new DomainError("dicom-truncated");
    return;
  }
  if (await endsWithDelimiter(blobs, key, pixelDataOffset, byteLength)) return;
  let windowStart = pixelDataOffset;
  let window: Buffer = Buffer.alloc(0);
  let at = pixelDataOffset;
  while (at + ITEM_HEAD_BYTES <= byteLength) {
    if (at + ITEM_HEAD_BYTES > windowStart + window.length) {
      windowStart = at;
      window = await blobs.read(key, { start: at, end: Math.min(byteLength, at + WINDOW_BYTES) });
      if (window.length < ITEM_HEAD_BYTES) break;
    }
    const tag = tagAt(window, at - windowStart);
    if (tag === SEQUENCE_DELIMITER) return;
    if (tag !== ITEM) throw new DomainError("dicom-unreadable");
    at += ITEM_HEAD_BYTES + window.readUInt32LE(at - windowStart + 4);
  }
  throw new DomainError("dicom-truncated");
}

async function endsWithDelimiter(
  blobs: ReadableBlobs,
  key: string,
  from: number,
  byteLength: number,
): Promise<boolean> {
  const tail = await blobs.read(key, { start: Math.max(from, byteLength - ITEM_HEAD_BYTES), end: byteLength });
  return tail.length === ITEM_HEAD_BYTES && tagAt(tail, 0) === SEQUENCE_DELIMITER && tail.readUInt32LE(4) === 0;
}

function tagAt(bytes: Buffer, at: number): number {
  return bytes.readUInt16LE(at) * 0x10000 + bytes.readUInt16LE(at + 2);
}
