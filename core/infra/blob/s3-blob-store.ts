import { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { DomainError } from "../../errors.ts";
import type { BlobStore, ByteRange } from "../../ports.ts";
import { isBlobKey } from "./blob-key.ts";
import { s3BlobWriter } from "./s3-blob-writer.ts";
import { type S3Connection, type S3Patience, type S3Settings, s3Connection } from "./s3-connection.ts";
import { s3FaultCode } from "./s3-fault.ts";

const KEYS_A_PAGE = 1000;

/**
 * Blobs as objects of one bucket, which is made when it is not there. Rejects with `storage-failed` when the server is
 * not to be reached or does not know the key.
 */
export async function openS3BlobStore(settings: S3Settings, patience?: S3Patience): Promise<BlobStore> {
  const connection = s3Connection(settings, patience);
  const { client, bucket, patiently } = connection;
  await ensureBucket(connection);

  async function size(key: string): Promise<number> {
    assertKey(key);
    return (await patiently(() => client.statObject(bucket, key))).size;
  }

  /** Null: the range holds nothing of the blob. */
  async function get(key: string, range: ByteRange | undefined): Promise<Readable | null> {
    assertKey(key);
    if (range && range.end <= range.start) {
      await client.statObject(bucket, key);
      return null;
    }
    try {
      if (!range) return await client.getObject(bucket, key);
      const length = Number.isFinite(range.end) ? range.end - range.start : 0; // 0: to the end
      return partOnly(await client.getPartialObject(bucket, key, range.start, length));
    } catch (error) {
      if (range && s3FaultCode(error) === "InvalidRange") return null; // it begins behind the end
      throw error;
    }
  }

  return {
    create: async (options) => s3BlobWriter(connection, options?.origin),
    open: async (key, range) => (await patiently(() => get(key, range))) ?? Readable.from([], { objectMode: false }),
    read: (key, range) =>
      patiently(async () => {
        const chunks: Buffer[] = [];
        for await (const chunk of (await get(key, range)) ?? []) chunks.push(chunk);
        return Buffer.concat(chunks);
      }),
    size,
    delete: async (key) => {
      if (isBlobKey(key)) await patiently(() => client.removeObject(bucket, key)).catch(ignoreMissing);
    },
    keys: () => listKeys(connection),
  };
}

function assertKey(key: string): void {
  if (!isBlobKey(key)) throw new DomainError("not-found");
}

/** A server may answer a range with the whole (RFC 9110 §14.2); taken for the part, it would be other pixels. */
function partOnly(stream: Readable): Readable {
  if (!(stream instanceof IncomingMessage) || stream.statusCode === 206) return stream;
  stream.destroy();
  throw new Error("the server does not give ranges");
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof DomainError && error.code === "not-found")) throw error;
}

async function ensureBucket({ client, bucket, region, patiently }: S3Connection): Promise<void> {
  if (await patiently(() => client.bucketExists(bucket))) return;
  try {
    await patiently(() => client.makeBucket(bucket, region));
  } catch (error) {
    // another process of the hub may have been quicker
    if (!(await patiently(() => client.bucketExists(bucket)))) throw error;
  }
}

/** Page by page behind the last key: unlike a continuation token, it says the same after a fault and on every server. */
async function* listKeys({ client, bucket, patiently }: S3Connection): AsyncIterable<string> {
  let last = "";
  for (;;) {
    const after = last;
    const page = await patiently(() => client.listObjectsV2Query(bucket, "", "", "", KEYS_A_PAGE, after));
    for (const { name } of page.objects) {
      if (name === undefined) continue;
      last = name;
      if (isBlobKey(name)) yield name;
    }
    if (!page.isTruncated || last === after) return;
  }
}
