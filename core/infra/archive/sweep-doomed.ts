import { sql } from "kysely";
import type { BlobStore } from "../../ports.ts";
import type { Database } from "../postgres/database.ts";
import { asOnlySweep } from "../postgres/sweep-lock.ts";

/** After each of these a backup that waits may begin. */
const PAGE = 200;

/**
 * Deletes the blobs that deletions and moves have left, then says so of each. A crash in between deletes once more, which is no
 * error. Gives how many went.
 */
export async function sweepDoomed(db: Database, blobs: Pick<BlobStore, "delete">, now: number): Promise<number> {
  let swept = 0;
  for (;;) {
    const page = await asOnlySweep(db, () => sweepPage(db, blobs, now));
    swept += page ?? 0;
    if (page === null || page < PAGE) return swept;
  }
}

async function sweepPage(db: Database, blobs: Pick<BlobStore, "delete">, now: number): Promise<number> {
  // a key that a row names again, as after a restore, is not doomed whatever stands here
  const { rows } = await sql<{ key: string; named: boolean }>`
    SELECT d.blob_key AS key, EXISTS (SELECT 1 FROM instance i WHERE i.blob_key = d.blob_key)
      OR EXISTS (SELECT 1 FROM series_object o WHERE o.blob_key = d.blob_key)
      OR EXISTS (SELECT 1 FROM study_export x WHERE x.blob_key = d.blob_key) AS named
    FROM doomed_blob d WHERE d.swept_at IS NULL AND d.sweep_after <= ${new Date(now)} ORDER BY d.sweep_after LIMIT ${PAGE}`.execute(
    db,
  );
  for (const { key, named } of rows) {
    if (!named) await blobs.delete(key);
    await db
      .updateTable("doomed_blob")
      .set({ swept_at: new Date(now) })
      .where("blob_key", "=", key)
      .execute();
  }
  return rows.length;
}
