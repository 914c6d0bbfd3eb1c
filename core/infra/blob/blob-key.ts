import { randomUUID } from "node:crypto";

const KEY = /^[0-9a-f]{2}\/[0-9a-f-]{36}$/;

/** `<2 hex>/<uuid>`: the first part spreads files over 256 folders, and is the same in every store, so that blobs can move. */
export function newBlobKey(): string {
  const id = randomUUID();
  return `${id.slice(0, 2)}/${id}`;
}

/** Anything else was not made by a store: it names no blob, and never reaches a path or an address. */
export function isBlobKey(key: string): boolean {
  return KEY.test(key);
}
