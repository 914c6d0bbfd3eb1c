import { pipeline } from "node:stream/promises";
import type { Request, Response } from "express";
import type { BlobStore, ByteRange } from "../../core/ports.ts";
import { byteRange } from "./byte-range.ts";

/** Up to this size a range is one read. */
const WHOLE_BYTES = 2 * 1024 * 1024;

export interface RangedBlob {
  readonly key: string;
  readonly byteLength: number;
  /** Without its quotes. */
  readonly etag: string;
}

/**
 * Sends a blob, or the one range of it that is asked for, as 206. Throws `range-not-there`. The content type is the
 * caller's to set.
 */
export async function sendRanged(request: Request, response: Response, blobs: BlobStore, blob: RangedBlob) {
  const { byteLength } = blob;
  const { start, end } = beginRanged(request, response, blob) ?? { start: 0, end: byteLength };
  response.setHeader("Content-Length", end - start);
  await sendBlob(response, blobs, blob.key, { start, end });
}

/** Says that there are ranges, and which one is answered with; null for the whole. Throws `range-not-there`. */
export function beginRanged(
  request: Request,
  response: Response,
  { byteLength, etag }: Omit<RangedBlob, "key">,
): ByteRange | null {
  response.setHeader("Accept-Ranges", "bytes");
  let range: ByteRange | null = null;
  try {
    range = isSameVersion(request, etag) ? byteRange(request.headers.range, byteLength) : null;
  } catch (error) {
    response.setHeader("Content-Range", `bytes */${byteLength}`); // RFC 9110 §15.5.17
    throw error;
  }
  if (range) response.status(206).setHeader("Content-Range", `bytes ${range.start}-${range.end - 1}/${byteLength}`);
  return range;
}

/** Sends so much of a blob and ends the answer. */
export async function sendBlob(response: Response, blobs: BlobStore, key: string, range: ByteRange): Promise<void> {
  if (response.req.method === "HEAD" || range.end <= range.start) return void response.end();
  if (range.end - range.start <= WHOLE_BYTES) return void response.end(await blobs.read(key, range));
  // a client that goes away ends it
  await pipeline(await blobs.open(key, range), response).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
  });
}

/** A range of another version would be mixed with this one (RFC 9110 §13.1.5). */
function isSameVersion(request: Request, etag: string): boolean {
  const condition = request.headers["if-range"];
  return condition === undefined || condition === `"${etag}"`;
}
