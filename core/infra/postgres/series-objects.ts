import { sql } from "kysely";
import type { HubTx } from "./as-actor.ts";
import type { Database } from "./database.ts";
import type { SeriesState } from "./stored-instances.ts";

export type SeriesObjectKind = "metadata" | "bundle";

/** What was made of a series, of the instances it has now. */
export interface SeriesObject {
  readonly blobKey: string | null;
  readonly byteLength: number;
  readonly indexGzip: Buffer | null;
}

export interface SeriesToPrepare {
  readonly id: string;
  readonly seriesInstanceUid: string;
  /** Of the series before its instances were read: what is made of them is of this version. */
  readonly version: number;
}

/** Null when it is not made yet, or of other instances than there are. */
export async function findSeriesObject(
  tx: HubTx,
  series: Pick<SeriesState, "id" | "instanceCount" | "version">,
  kind: SeriesObjectKind,
  /** Of metadata: the state of the study's identity that it has to say. */
  identityChangeId: string | null = null,
): Promise<SeriesObject | null> {
  const row = await tx
    .selectFrom("series_object")
    .select(["blob_key", "byte_length", "index_gzip"])
    .where("series_id", "=", series.id)
    .where("kind", "=", kind)
    .where("instance_count", "=", series.instanceCount)
    .where("series_version", "=", series.version)
    .where(sql<boolean>`identity_change_id IS NOT DISTINCT FROM ${identityChangeId}::bigint`)
    .executeTakeFirst();
  return row ? { blobKey: row.blob_key, byteLength: Number(row.byte_length), indexGzip: row.index_gzip } : null;
}

/** Of a study's series those of which `kind` is not made, or not of all the instances there are. */
export async function listSeriesToPrepare(
  db: Database,
  studyId: string,
  kind: SeriesObjectKind,
): Promise<readonly SeriesToPrepare[]> {
  const { rows } = await sql<SeriesToPrepare>`
    SELECT s.id, s.series_instance_uid AS "seriesInstanceUid", s.version
    FROM series s JOIN study t ON t.id = s.study_id LEFT JOIN series_object o ON o.series_id = s.id AND o.kind = ${kind}
    WHERE s.study_id = ${studyId} AND s.instance_count > 0
      AND ((o.instance_count, o.series_version) IS DISTINCT FROM (s.instance_count, s.version)
        OR (o.kind = 'metadata' AND o.identity_change_id IS DISTINCT FROM t.identity_change_id))
    ORDER BY s.series_number NULLS LAST, s.id`.execute(db);
  return rows;
}

export interface NewSeriesObject {
  readonly instanceCount: number;
  readonly seriesVersion: number;
  readonly identityChangeId: string | null;
  readonly blobKey: string | null;
  readonly byteLength: number;
  readonly sha256: Buffer | null;
  readonly indexGzip: Buffer | null;
}

/**
 * Puts it in the place of what was made before; gives the key of the blob that nothing names any more. It is doomed with the
 * same commit, so that it goes also when whoever made the new one does not come to delete it.
 */
export async function saveSeriesObject(
  db: Database,
  seriesId: string,
  kind: SeriesObjectKind,
  made: NewSeriesObject,
): Promise<string | null> {
  return db.transaction().execute(async (tx) => {
    const before = await tx
      .selectFrom("series_object")
      .select("blob_key")
      .where("series_id", "=", seriesId)
      .where("kind", "=", kind)
      .forUpdate()
      .executeTakeFirst();
    const values = {
      instance_count: made.instanceCount,
      series_version: made.seriesVersion,
      identity_change_id: made.identityChangeId,
      blob_key: made.blobKey,
      byte_length: made.byteLength,
      blob_sha256: made.sha256,
      index_gzip: made.indexGzip,
      made_at: new Date(),
    };
    await tx
      .insertInto("series_object")
      .values({ series_id: seriesId, kind, ...values })
      .onConflict((conflict) => conflict.columns(["series_id", "kind"]).doUpdateSet(values))
      .execute();
    const replaced = before?.blob_key ?? null;
    if (replaced !== null) await tx.insertInto("doomed_blob").values({ blob_key: replaced }).execute();
    return replaced;
  });
}

/** It was deleted, and is no deletion that needs a record: it can be made again. */
export async function noteReplacedGone(db: Database, blobKey: string): Promise<void> {
  await db.deleteFrom("doomed_blob").where("blob_key", "=", blobKey).where("deletion_id", "is", null).execute();
}

/** So that it is made again: `hub bundle rebuild`. Gives the studies concerned. */
export async function forgetSeriesObjects(db: Database, studyInstanceUid: string | null): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    WITH forgotten AS (
      UPDATE series_object o SET instance_count = -1 FROM series s JOIN study t ON t.id = s.study_id
      WHERE s.id = o.series_id AND (${studyInstanceUid}::text IS NULL OR t.study_instance_uid = ${studyInstanceUid})),
    wanted AS (
      SELECT id FROM study WHERE state = 'complete' AND (${studyInstanceUid}::text IS NULL OR study_instance_uid = ${studyInstanceUid}))
    INSERT INTO outbox (kind, name, payload)
      SELECT 'job', 'prepare-study', jsonb_build_object('studyId', id::text) FROM wanted
      RETURNING payload ->> 'studyId' AS id`.execute(db);
  return rows.map(({ id }) => id);
}
