import { pipeline } from "node:stream/promises";
import { createInflateRaw } from "node:zlib";
import type { Part10Header } from "../dicom/read-part10.ts";
import { DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_BIG_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN } from "../dicom/uid.ts";
import { DomainError } from "../errors.ts";
import type { BlobStore } from "../ports.ts";

type ReadableBlobs = Pick<BlobStore, "open" | "read">;

import { assertPixelDataWhole } from "./assert-pixel-data-whole.ts";

/** An object that unfolds to more than this is no image but a bomb. */
const MAX_INFLATED_BYTES = 4 * 1024 ** 3;
const LONG_VRS = new Set(["OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"]);
const UNDEFINED_LENGTH = 0xffffffff;
const SEQUENCE_DELIMITER = Buffer.from([0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0]);

/**
 * Is all of the data set there? `head` is what the header was read from. Throws `dicom-truncated`, `dicom-unreadable`, or
 * `dicom-header-too-large` when elements may follow that nobody has read.
 */
export async function assertDataSetWhole(
  blobs: ReadableBlobs,
  key: string,
  byteLength: number,
  header: Part10Header,
  head: Uint8Array,
): Promise<void> {
  if (header.transferSyntaxUid === DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN)
    return assertDeflatedWhole(blobs, key, byteLength, header);
  if (header.cut) return assertLongElementIsLast(blobs, key, byteLength, header, head);
  return assertPixelDataWhole(blobs, key, byteLength, header);
}

/** Unfolds it all once, keeping nothing: only the end of the stream says that it is whole (PS3.5 §A.5). */
async function assertDeflatedWhole(
  blobs: ReadableBlobs,
  key: string,
  byteLength: number,
  { dataSet, dataSetOffset, cut }: Part10Header,
): Promise<void> {
  if (cut) throw new DomainError("dicom-header-too-large");
  let inflated = 0;
  try {
    await pipeline(
      await blobs.open(key, { start: dataSetOffset, end: byteLength }),
      createInflateRaw(),
      async (chunks) => {
        for await (const chunk of chunks as AsyncIterable<Buffer>) {
          inflated += chunk.length;
          if (inflated > MAX_INFLATED_BYTES) throw new DomainError("too-large");
        }
      },
    );
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (error instanceof DomainError || typeof code !== "string" || !code.startsWith("Z_")) throw error;
    throw new DomainError(code === "Z_BUF_ERROR" ? "dicom-truncated" : "dicom-unreadable", {}, { cause: error });
  }
  const pixelData = dataSet.elements.x7fe00010;
  if (pixelData && pixelData.hadUndefinedLength !== true)
    if (pixelData.dataOffset - dataSetOffset + pixelData.length > inflated) throw new DomainError("dicom-truncated");
}

/**
 * What goes on beyond the part of the file that is read as header must be one element that ends with the file: a long
 * document, or a day of ECG.
 */
async function assertLongElementIsLast(
  blobs: ReadableBlobs,
  key: string,
  byteLength: number,
  header: Part10Header,
  head: Uint8Array,
): Promise<void> {
  const end = endOfLongElement(header, Buffer.from(head.buffer, head.byteOffset, head.byteLength));
  if (end === byteLength) return;
  if (end !== null && end > byteLength) throw new DomainError("dicom-truncated");
  if (end === null) {
    const tail = await blobs.read(key, { start: byteLength - SEQUENCE_DELIMITER.length, end: byteLength });
    if (tail.equals(SEQUENCE_DELIMITER)) return;
  }
  throw new DomainError("dicom-header-too-large");
}

/** Null when the element does not say how long it is. */
function endOfLongElement({ dataSet, dataSetOffset, transferSyntaxUid }: Part10Header, head: Buffer): number | null {
  let at = dataSetOffset;
  for (const { dataOffset, length } of Object.values(dataSet.elements)) at = Math.max(at, dataOffset + length);
  if (at > head.length) return at;
  if (at + 12 > head.length || transferSyntaxUid === EXPLICIT_VR_BIG_ENDIAN)
    throw new DomainError("dicom-header-too-large");
  const implicit = transferSyntaxUid === IMPLICIT_VR_LITTLE_ENDIAN;
  const long = !implicit && LONG_VRS.has(head.toString("latin1", at + 4, at + 6));
  const length = implicit ? head.readUInt32LE(at + 4) : long ? head.readUInt32LE(at + 8) : head.readUInt16LE(at + 6);
  return length === UNDEFINED_LENGTH ? null : at + (long ? 12 : 8) + length;
}
