import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { BlobOrigin } from "../../ports.ts";

const KEY = /^[0-9a-f]{2}\/[0-9a-f-]{36}(\.[A-Za-z0-9_-]{1,180})?$/;
const ORIGIN = z.tuple([z.string().min(1), z.enum(["dimse", "stow", "hub"]), z.string()]);
const MAX_ORIGIN_BYTES = 135; // 180 characters of base64url

/**
 * `<2 hex>/<uuid>`, and for an original `.<where it came from>`: the first part spreads files over 256 folders, the last is
 * what the objects alone must tell when the index is lost. The same in every store, so that blobs can move.
 */
export function newBlobKey(origin?: BlobOrigin): string {
  const id = randomUUID();
  return `${id.slice(0, 2)}/${id}${origin ? `.${originText(origin)}` : ""}`;
}

/** Anything else was not made by a store: it names no blob, and never reaches a path or an address. */
export function isBlobKey(key: string): boolean {
  return KEY.test(key);
}

/** Where the original under this key came from; null for a blob that is none, or that was stored before keys said so. */
export function originOf(key: string): BlobOrigin | null {
  const text = KEY.exec(key)?.[1]?.slice(1);
  if (text === undefined) return null;
  try {
    const [siteId, via, sender] = ORIGIN.parse(JSON.parse(Buffer.from(text, "base64url").toString()));
    return { siteId, via, sender };
  } catch {
    return null;
  }
}

/** A sender whose name is too long for a file's name is left out; the site never is. */
function originText({ siteId, via, sender }: BlobOrigin): string {
  const whole = Buffer.from(JSON.stringify([siteId, via, sender]));
  const said = whole.length <= MAX_ORIGIN_BYTES ? whole : Buffer.from(JSON.stringify([siteId, via, ""]));
  return said.toString("base64url");
}
