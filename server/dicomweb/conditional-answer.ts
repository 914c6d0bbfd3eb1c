import { createHash } from "node:crypto";
import type { Request, Response } from "express";
import type { ByteRange } from "../../core/ports.ts";
import { byteRange } from "./byte-range.ts";

/** What cannot change may be kept by the client for an hour without asking; longer would outlive a sign-out too far. */
export const IMMUTABLE = "private, max-age=3600, immutable";
export const ASK_AGAIN = "private, no-cache";

/**
 * Sets ETag and Cache-Control; true when the client has this already and was told so. Not by `request.fresh`: that sends
 * all again to a client that asks for no stale answers, as fetch does with every condition of one's own.
 */
export function isUnchanged(request: Request, response: Response, tag: string, cacheControl: string): boolean {
  response.setHeader("ETag", `"${tag}"`);
  response.setHeader("Cache-Control", cacheControl);
  const known = (request.headers["if-none-match"] ?? "").split(",").map((one) => one.trim().replace(/^W\//, ""));
  if (!known.includes(`"${tag}"`)) return false;
  response.status(304).end();
  return true;
}

/**
 * The range of `size` bytes that the request is for, with the headers that go with it (RFC 9110 §14.4, §15.3.7); all of them
 * where none is asked for, or one of another version (§13.1.5). Throws `range-not-there` for one that lies outside.
 */
export function answeredRange(request: Request, response: Response, tag: string, size: number): ByteRange {
  response.setHeader("Accept-Ranges", "bytes");
  const condition = request.headers["if-range"];
  const isSameVersion = condition === undefined || condition === `"${tag}"`;
  let asked: ByteRange | null = null;
  try {
    asked = isSameVersion ? byteRange(request.headers.range, size) : null;
  } catch (error) {
    response.setHeader("Content-Range", `bytes */${size}`);
    throw error;
  }
  const { start, end } = asked ?? { start: 0, end: size };
  if (asked) response.status(206).setHeader("Content-Range", `bytes ${start}-${end - 1}/${size}`);
  response.setHeader("Content-Length", end - start);
  return { start, end };
}

export function etagOf(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 22);
}
