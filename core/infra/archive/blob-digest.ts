import { createHash } from "node:crypto";
import { DomainError } from "../../errors.ts";
import type { BlobStore } from "../../ports.ts";

/** SHA-256 of the data set followed by what stands before it, as the receive path makes it; null when it is not there. */
export async function blobDigest(blobs: BlobStore, key: string, dataSetOffset: number): Promise<Buffer | null> {
  const hash = createHash("sha256");
  try {
    const size = await blobs.size(key);
    for await (const chunk of await blobs.open(key, { start: dataSetOffset, end: size })) hash.update(chunk as Buffer);
    if (dataSetOffset > 0) hash.update(await blobs.read(key, { start: 0, end: dataSetOffset }));
    return hash.digest();
  } catch (error) {
    if (error instanceof DomainError && error.code === "not-found") return null;
    throw error;
  }
}
