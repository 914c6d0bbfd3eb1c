import { sql } from "kysely";
import type { BlobOrigin } from "../../ports.ts";
import { originOf } from "../blob/blob-key.ts";
import type { HubTx } from "./as-actor.ts";
import type { Database } from "./database.ts";

/** So many at a time; the next round takes the next. */
const ROUND = 200;

/** What was read from a row a moment ago is still read under its old key. */
const GRACE_SECONDS = 3600;

/**
 * A job for each study that nobody has looked at for as long as its site says, and whose reading is at its end. One that was
 * given up, as the cold store was away for long, is tried again.
 */
export async function enqueueColdStudies(db: Database, now: number): Promise<number> {
  const { rows } = await sql`
    WITH given_up AS (DELETE FROM outbox WHERE name = 'cool-study' AND failed_at IS NOT NULL)
    INSERT INTO outbox (kind, name, payload)
    SELECT 'job', 'cool-study', jsonb_build_object('studyId', s.id::text)
    FROM study s JOIN site o ON o.id = s.site_id
    WHERE s.originals_deleted_at IS NULL AND s.cold_at IS NULL AND s.state = 'complete'
      AND s.accessed_at < ${new Date(now)}::timestamptz - make_interval(days => o.cold_after_days)
      AND NOT EXISTS (SELECT 1 FROM reading_task t WHERE t.study_id = s.id AND t.state IN ('ordered', 'ready', 'claimed', 'preliminary', 'final'))
      AND NOT EXISTS (SELECT 1 FROM outbox x WHERE x.name = 'cool-study' AND x.failed_at IS NULL AND x.payload ->> 'studyId' = s.id::text)
    ORDER BY s.accessed_at LIMIT ${ROUND} RETURNING id`.execute(db);
  return rows.length;
}

export interface HotInstance {
  readonly id: string;
  readonly blobKey: string;
  readonly dataSetOffset: number;
  readonly sha256: Buffer;
  /** Where it came from, which its next key says too. */
  readonly origin: BlobOrigin | null;
}

/** Null once somebody has looked at it again, or more has come: then it stays where it is. */
export async function listHotInstances(
  db: Database,
  studyId: string,
  now: number,
): Promise<readonly HotInstance[] | null> {
  const { rows: still } = await sql`
    SELECT 1 FROM study s JOIN site o ON o.id = s.site_id
    WHERE s.id = ${studyId} AND s.state = 'complete' AND s.cold_at IS NULL
      AND s.accessed_at < ${new Date(now)}::timestamptz - make_interval(days => o.cold_after_days)`.execute(db);
  if (still.length === 0) return null;
  const { rows } = await sql<Omit<HotInstance, "origin">>`
    SELECT id, blob_key AS "blobKey", data_set_offset AS "dataSetOffset", blob_sha256 AS sha256
    FROM instance WHERE study_id = ${studyId} AND blob_key NOT LIKE 'cold/%' ORDER BY id`.execute(db);
  return rows.map((row) => ({ ...row, origin: originOf(row.blobKey) }));
}

/** False when the row has gone, or names another blob by now. The old blob is left to the sweep. */
export async function switchBlob(tx: HubTx, { id, blobKey }: HotInstance, newKey: string): Promise<boolean> {
  const switched = await tx
    .updateTable("instance")
    .set({ blob_key: newKey })
    .where("id", "=", id)
    .where("blob_key", "=", blobKey)
    .executeTakeFirst();
  if (switched.numUpdatedRows === 0n) return false;
  await doom(tx, blobKey);
  return true;
}

/**
 * The study is cold. Its bundles go, as they are made again when somebody reads it; its metadata stay, which is what a first look
 * asks for. Kept answers learn that its blobs lie elsewhere.
 */
export async function noteCold(tx: HubTx, studyId: string): Promise<void> {
  const { rows } = await sql<{ key: string }>`
    WITH gone AS (
      DELETE FROM series_object o USING series s WHERE s.id = o.series_id AND s.study_id = ${studyId} AND o.kind = 'bundle'
      RETURNING o.blob_key)
    SELECT blob_key AS key FROM gone WHERE blob_key IS NOT NULL`.execute(tx);
  for (const { key } of rows) await doom(tx, key);
  await sql`
    UPDATE series_object o SET series_version = s.version + 1 FROM series s
    WHERE s.id = o.series_id AND s.study_id = ${studyId} AND o.series_version = s.version`.execute(tx);
  await sql`UPDATE series SET version = version + 1 WHERE study_id = ${studyId}`.execute(tx);
  await sql`UPDATE study SET cold_at = now() WHERE id = ${studyId}`.execute(tx);
}

async function doom(tx: HubTx, key: string): Promise<void> {
  await sql`INSERT INTO doomed_blob (blob_key, sweep_after)
    VALUES (${key}, now() + make_interval(secs => ${GRACE_SECONDS}))
    ON CONFLICT (blob_key) DO UPDATE SET doomed_at = now(), sweep_after = excluded.sweep_after, swept_at = NULL`.execute(
    tx,
  );
}
