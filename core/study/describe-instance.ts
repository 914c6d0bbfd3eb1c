import { HEADER_LIMIT_BYTES, readPart10 } from "../dicom/read-part10.ts";
import type { BlobStore } from "../ports.ts";
import { assertDataSetWhole } from "./assert-data-set-whole.ts";
import { type IndexEntry, indexEntryOf } from "./index-entry.ts";
import type { InstanceHead, InstanceHeader } from "./instance-head.ts";

/** What the index is told beside the entry itself. */
export interface StoredBlob {
  readonly transferSyntaxUid: string;
  readonly blobKey: string;
  readonly byteLength: number;
  readonly dataSetOffset: number;
  readonly dataSetSha256: string;
  /** Of the data set followed by all before it: one pass gives both digests. */
  readonly blobSha256: string;
  readonly pixelDataOffset: number | null;
}

type ReadableBlobs = Pick<BlobStore, "open" | "read">;

/**
 * All that the index wants to know of an instance whose bytes have gone through `head` to their end. What lies beyond the
 * head is looked at in the blob. Throws the DomainErrors of an instance that is not whole or not readable.
 */
export async function describeInstance(
  blobs: ReadableBlobs,
  blobKey: string,
  head: InstanceHead,
): Promise<{ readonly entry: IndexEntry; readonly blob: StoredBlob }> {
  const { header, entry, bytes } = await readHeader(blobs, blobKey, head);
  await assertDataSetWhole(blobs, blobKey, head.byteLength, header, bytes);
  return {
    entry: entry ?? indexEntryOf(header.dataSet),
    blob: {
      transferSyntaxUid: header.transferSyntaxUid,
      blobKey,
      byteLength: head.byteLength,
      dataSetOffset: header.dataSetOffset,
      ...head.digests(),
      pixelDataOffset: header.pixelDataOffset,
    },
  };
}

async function readHeader(blobs: ReadableBlobs, key: string, head: InstanceHead): Promise<InstanceHeader> {
  const found = head.header();
  if (!found.header.cut) return found;
  const bytes = await blobs.read(key, { start: 0, end: Math.min(head.byteLength, HEADER_LIMIT_BYTES) });
  return { header: readPart10(bytes, bytes.length === head.byteLength), entry: null, bytes };
}
