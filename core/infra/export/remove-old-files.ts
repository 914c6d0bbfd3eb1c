import type { BlobStore, Clock } from "../../ports.ts";
import type { Database } from "../postgres/database.ts";

const DAY_MS = 24 * 3600 * 1000;
/** Long enough to take it; what was exported, for what and why stays on record. */
const KEPT_DAYS = 30;
const BATCH = 100;

/** Takes away the zips of exports that were made a month ago. A crash between row and blob leaves one that nothing names. */
export async function removeOldExportFiles(db: Database, blobs: BlobStore, clock: Clock): Promise<void> {
  const old = await db
    .selectFrom("study_export")
    .select(["id", "blob_key"])
    .where("blob_key", "is not", null)
    .where("finished_at", "<", new Date(clock() - KEPT_DAYS * DAY_MS))
    .orderBy("finished_at")
    .limit(BATCH)
    .execute();
  for (const { id, blob_key } of old) {
    await db.updateTable("study_export").set({ blob_key: null, byte_length: null }).where("id", "=", id).execute();
    if (blob_key !== null) await blobs.delete(blob_key);
  }
}
