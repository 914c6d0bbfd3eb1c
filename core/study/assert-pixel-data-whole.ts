import type { Part10Header } from "../dicom/read-part10.ts";
import { DomainError } from "../errors.ts";
import type { BlobStore } from "../ports.ts";

const ITEM = 0xfffee000;
const SEQUENCE_DELIMITER = 0xfffee0dd;

/**
 * Is all of the pixel data there that the header announces? A native element has its length; an encapsulated one is a row
 * of items up to a delimiter (PS3.5 §A.4), walked by their heads alone. Throws `dicom-truncated`.
 */
export async function assertPixelDataWhole(
  blobs: BlobStore,
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
  const tail = await blobs.read(key, { start: Math.max(pixelDataOffset, byteLength - 8), end: byteLength });
  if (tail.length === 8 && tagAt(tail, 0) === SEQUENCE_DELIMITER && tail.readUInt32LE(4) === 0) return;
  let at = pixelDataOffset;
  while (at + 8 <= byteLength) {
    const item = await blobs.read(key, { start: at, end: at + 8 });
    const tag = tagAt(item, 0);
    if (tag === SEQUENCE_DELIMITER) return;
    if (tag !== ITEM) throw new DomainError("dicom-unreadable");
    at += 8 + item.readUInt32LE(4);
  }
  throw new DomainError("dicom-truncated");
}

function tagAt(bytes: Buffer, at: number): number {
  return bytes.readUInt16LE(at) * 0x10000 + bytes.readUInt16LE(at + 2);
}
