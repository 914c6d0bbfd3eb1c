import { pipeline } from "node:stream/promises";
import type { Response } from "express";
import type { BlobStore, ByteRange } from "../../core/ports.ts";

/** Up to this size a range is one read. */
const WHOLE_BYTES = 2 * 1024 * 1024;

/** Ends the answer with bytes of a blob, its headers being set. */
export async function sendRange(response: Response, blobs: BlobStore, key: string, range: ByteRange): Promise<void> {
  if (response.req.method === "HEAD" || range.end <= range.start) return void response.end();
  const bytes = range.end - range.start;
  if (bytes <= WHOLE_BYTES) return void response.end(await blobs.read(key, range));
  // a client that goes away ends it
  await pipeline(await blobs.open(key, range), response).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
  });
}
