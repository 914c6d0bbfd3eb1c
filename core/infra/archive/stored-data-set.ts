import { changeVrEncoding } from "../../dicom/change-vr-encoding.ts";
import { HEADER_LIMIT_BYTES } from "../../dicom/read-part10.ts";
import { EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN } from "../../dicom/uid.ts";
import { DomainError } from "../../errors.ts";
import type { IdentityOverlay } from "../../patient/identity-overlay.ts";
import type { BlobStore, ByteRange } from "../../ports.ts";
import type { RetrievableInstance } from "../postgres/retrieve-queries.ts";
import { overlaidHead } from "./overlaid-head.ts";

/** A data set on its way out, to be iterated once. */
export interface StoredDataSet extends AsyncIterable<Buffer> {
  /** Lets go of the blob, also when nothing was read of it. */
  close(): void;
}

/** The transfer syntaxes in which an instance can be sent: as it is stored first, and with its VRs said or left out. */
export function sendableSyntaxes(stored: string): readonly string[] {
  if (stored === EXPLICIT_VR_LITTLE_ENDIAN) return [stored, IMPLICIT_VR_LITTLE_ENDIAN];
  if (stored === IMPLICIT_VR_LITTLE_ENDIAN) return [stored, EXPLICIT_VR_LITTLE_ENDIAN];
  return [stored];
}

/**
 * The bytes after the File Meta Information, streamed: as they are stored, or in another of `sendableSyntaxes`. Rejects
 * before anything is given when the blob is not there; the iteration throws when the storage fails midway or gives fewer
 * bytes than are indexed, so that no cut instance is ever sent as a whole one.
 */
export async function openStoredDataSet(
  blobs: BlobStore,
  instance: RetrievableInstance,
  transferSyntaxUid = instance.transferSyntaxUid,
): Promise<StoredDataSet> {
  const { blobKey, byteLength, dataSetOffset } = instance;
  if (instance.overlay) return openOverlaid(blobs, instance, instance.overlay, transferSyntaxUid);
  if (transferSyntaxUid === instance.transferSyntaxUid)
    return openRange(blobs, blobKey, { start: dataSetOffset, end: byteLength });
  return openChanged(blobs, instance);
}

/** What stands around the pixels is changed in memory, within the bound of a header; the pixels stream. */
async function openChanged(
  blobs: BlobStore,
  instance: RetrievableInstance,
  changedHead?: Buffer,
): Promise<StoredDataSet> {
  const { blobKey, byteLength, dataSetOffset, pixelDataOffset } = instance;
  const from = vrEncodingOf(instance);
  const change = async (range: ByteRange): Promise<Buffer> => {
    if (range.end - range.start > HEADER_LIMIT_BYTES) throw new DomainError("dicom-header-too-large");
    const bytes = await blobs.read(blobKey, range);
    if (bytes.length !== range.end - range.start) throw new DomainError("dicom-truncated");
    return changeVrEncoding(bytes, from);
  };
  if (pixelDataOffset === null) {
    const whole = await change({ start: dataSetOffset, end: byteLength });
    return inMemory(whole);
  }
  const lengthAt = { start: pixelDataOffset - 4, end: pixelDataOffset };
  const pixelsEnd = pixelDataOffset + (await blobs.read(blobKey, lengthAt)).readUInt32LE(0);
  if (pixelsEnd > byteLength) throw new DomainError("dicom-truncated");
  const head = changedHead ?? (await change({ start: dataSetOffset, end: pixelDataOffset }));
  const tail = await change({ start: pixelsEnd, end: byteLength });
  const pixels = await openRange(blobs, blobKey, { start: pixelDataOffset, end: pixelsEnd });
  return { close: pixels.close, [Symbol.asyncIterator]: () => inOrder([[head], pixels, [tail]]) };
}

/** Under another patient than the bytes say. */
async function openOverlaid(
  blobs: BlobStore,
  instance: RetrievableInstance,
  overlay: IdentityOverlay,
  transferSyntaxUid: string,
): Promise<StoredDataSet> {
  const { blobKey, byteLength, dataSetOffset } = instance;
  const { head, restFrom } = await overlaidHead(blobs, instance, overlay);
  const body = head.subarray(dataSetOffset);
  if (transferSyntaxUid !== instance.transferSyntaxUid) {
    const changed = changeVrEncoding(body, vrEncodingOf(instance));
    return restFrom < byteLength ? openChanged(blobs, instance, changed) : inMemory(changed);
  }
  if (restFrom >= byteLength) return inMemory(body);
  const rest = await openRange(blobs, blobKey, { start: restFrom, end: byteLength });
  return { close: rest.close, [Symbol.asyncIterator]: () => inOrder([[body], rest]) };
}

function inMemory(bytes: Buffer): StoredDataSet {
  return { close: () => undefined, [Symbol.asyncIterator]: () => inOrder([[bytes]]) };
}

function vrEncodingOf({ transferSyntaxUid }: RetrievableInstance): "implicit" | "explicit" {
  return transferSyntaxUid === IMPLICIT_VR_LITTLE_ENDIAN ? "implicit" : "explicit";
}

/** A range of a blob, to be iterated once; throws `dicom-truncated` when there is less of it. */
export async function openRange(blobs: BlobStore, blobKey: string, range: ByteRange): Promise<StoredDataSet> {
  const stream = await blobs.open(blobKey, range);
  // Looked at by the one who iterates; until then a fault must not end the process.
  stream.on("error", () => {});
  return {
    close: () => void stream.destroy(),
    async *[Symbol.asyncIterator]() {
      let given = 0;
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        given += chunk.length;
        yield chunk;
      }
      if (given !== range.end - range.start) throw new DomainError("dicom-truncated");
    },
  };
}

async function* inOrder(parts: readonly (Iterable<Buffer> | AsyncIterable<Buffer>)[]): AsyncGenerator<Buffer> {
  for (const part of parts) yield* part;
}
