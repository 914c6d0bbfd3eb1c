import type { BlobStore } from "../../ports.ts";
import { blobDigest } from "../archive/blob-digest.ts";
import type { Database } from "./database.ts";
import { namedKeys } from "./named-keys.ts";

export interface ArchiveVerdict {
  readonly whole: number;
  /** SOP Instance UIDs whose bytes are not the ones that were acknowledged. */
  readonly damaged: readonly string[];
  readonly missing: readonly string[];
  /** Metadata and bundles of series that are damaged or missing: no loss, they can be made again. */
  readonly spoilt: number;
  /** Blobs that no row speaks of: left by a crash between bytes and row, never acknowledged. */
  readonly orphans: number;
}

const BATCH = 500;

/** Reads every object again and compares it with the digests of its row. */
export async function verifyArchive(db: Database, blobs: BlobStore): Promise<ArchiveVerdict> {
  const damaged: string[] = [];
  const missing: string[] = [];
  let whole = 0;
  let after = "0";
  for (;;) {
    const rows = await db
      .selectFrom("instance")
      .select(["id", "sop_instance_uid", "blob_key", "byte_length", "data_set_offset", "blob_sha256"])
      .where("id", ">", after)
      .orderBy("id")
      .limit(BATCH)
      .execute();
    if (rows.length === 0) break;
    for (const row of rows) {
      const digest = await blobDigest(blobs, row.blob_key, row.data_set_offset);
      if (!digest) missing.push(row.sop_instance_uid);
      else if (digest.equals(row.blob_sha256)) whole++;
      else damaged.push(row.sop_instance_uid);
    }
    after = rows.at(-1)?.id ?? after;
  }
  return { whole, damaged, missing, spoilt: await countSpoilt(db, blobs), orphans: await countOrphans(db, blobs) };
}

async function countSpoilt(db: Database, blobs: BlobStore): Promise<number> {
  let spoilt = 0;
  let after = "";
  for (;;) {
    const rows = await db
      .selectFrom("series_object")
      .select(["blob_key", "blob_sha256"])
      .where("blob_key", ">", after)
      .orderBy("blob_key")
      .limit(BATCH)
      .execute();
    if (rows.length === 0) return spoilt;
    for (const { blob_key, blob_sha256 } of rows) {
      const digest = await blobDigest(blobs, blob_key ?? "", 0);
      if (!digest || !blob_sha256 || !digest.equals(blob_sha256)) spoilt++;
    }
    after = rows.at(-1)?.blob_key ?? after;
  }
}

async function countOrphans(db: Database, blobs: BlobStore): Promise<number> {
  let orphans = 0;
  let keys: string[] = [];
  const check = async () => {
    orphans += keys.length - (await namedKeys(db)(keys)).size;
    keys = [];
  };
  for await (const key of blobs.keys()) if (keys.push(key) === BATCH) await check();
  await check();
  return orphans;
}
