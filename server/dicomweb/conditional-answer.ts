import { createHash } from "node:crypto";
import type { Request, Response } from "express";

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

export function etagOf(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 22);
}
