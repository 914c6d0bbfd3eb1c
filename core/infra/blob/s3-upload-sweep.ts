import type { Clock } from "../../ports.ts";
import { isBlobKey } from "./blob-key.ts";
import { type S3Connection, type S3Settings, s3Connection } from "./s3-connection.ts";
import { s3FaultCode } from "./s3-fault.ts";

/** No sender needs so long for one instance, so no upload that is still being written is met. */
const UNFINISHED_MS = 24 * 3600 * 1000;

/**
 * Aborts the multipart uploads that a process left when it died, whose parts would be kept, and charged, for ever. Safe
 * beside processes that store. Gives the number of uploads aborted.
 */
export async function sweepUnfinishedUploads(settings: S3Settings, clock: Clock): Promise<number> {
  return sweepUnder(s3Connection(settings), "", clock() - UNFINISHED_MS);
}

/** Folder by folder: not every server takes a list of uploads without a delimiter. */
async function sweepUnder(connection: S3Connection, prefix: string, before: number): Promise<number> {
  const { client, bucket, patiently } = connection;
  let swept = 0;
  for (let marker = ""; ; ) {
    const from = marker;
    const page = await patiently(() => client.listIncompleteUploadsQuery(bucket, prefix, from, "", "/"));
    for (const { key, uploadId, initiated } of page.uploads) {
      if (!isBlobKey(key) || !(initiated.getTime() < before)) continue;
      await patiently(() => abort(connection, key, uploadId));
      swept += 1;
    }
    for (const folder of page.prefixes)
      if (folder.prefix.length > prefix.length) swept += await sweepUnder(connection, folder.prefix, before);
    marker = page.nextKeyMarker;
    if (!page.isTruncated || marker === from) return swept;
  }
}

async function abort({ client, bucket }: S3Connection, key: string, uploadId: string): Promise<void> {
  try {
    // abortMultipartUpload puts the id into the address as it is
    await client.abortMultipartUpload(bucket, key, encodeURIComponent(uploadId));
  } catch (error) {
    if (s3FaultCode(error) !== "NoSuchUpload") throw error;
  }
}
