import type { RetrievableInstance } from "../../core/infra/postgres/retrieve-queries.ts";
import type { BlobStore } from "../../core/ports.ts";

/** A data set as it was stored, to be sent once. */
export interface StoredDataSet extends AsyncIterable<Buffer> {
  readonly byteLength: number;
  /** Lets go of the blob, also when nothing was read of it. */
  close(): void;
}

/**
 * The bytes after the File Meta Information, streamed. Rejects before anything is given when the blob is not there; the
 * iteration throws when the storage fails midway or gives fewer bytes than are indexed, so that no cut instance is ever
 * sent as a whole one.
 */
export async function openStoredDataSet(
  blobs: BlobStore,
  { blobKey, byteLength, dataSetOffset }: Pick<RetrievableInstance, "blobKey" | "byteLength" | "dataSetOffset">,
): Promise<StoredDataSet> {
  const expected = byteLength - dataSetOffset;
  const stream = await blobs.open(blobKey, { start: dataSetOffset, end: byteLength });
  // Looked at by the one who iterates; until then a fault must not end the process.
  stream.on("error", () => {});
  return {
    byteLength: expected,
    close: () => void stream.destroy(),
    async *[Symbol.asyncIterator]() {
      let given = 0;
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        given += chunk.length;
        yield chunk;
      }
      if (given !== expected) throw new Error("stored instance is not as long as indexed");
    },
  };
}
