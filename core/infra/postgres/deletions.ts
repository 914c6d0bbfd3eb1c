import { sql } from "kysely";
import type { Actor } from "../../access/actor.ts";
import type { HubTx } from "./as-actor.ts";
import type { Database } from "./database.ts";
import { writeAudit } from "./write-audit.ts";

/** What is due beside these is listed by the next round; nobody looks through as many in a day. */
const MOST_A_ROUND = 10_000;

/**
 * Brings the list of what may be deleted up to date: what is past its class, and what a device rejected as expired. What is
 * held, or has a reading under way, leaves it. Nothing is deleted by this. Safe twice, and beside itself.
 */
export async function listDueDeletions(db: Database, now: number): Promise<{ readonly listed: number }> {
  const moment = new Date(now);
  return db.transaction().execute(async (tx) => {
    await sql`SELECT pg_advisory_xact_lock(hashtextextended('hub due deletions', 0))`.execute(tx);
    await sql`
      DELETE FROM deletion d USING study s WHERE s.id = d.study_id AND d.done_at IS NULL AND d.confirmed_at IS NULL
        AND (NOT hub_may_delete(s.id)
          OR (d.cause = 'class' AND (hub_kept_until(s) >= ${moment} OR s.originals_deleted_at IS NOT NULL))
          OR (d.cause = 'note' AND NOT EXISTS (SELECT 1 FROM instance i WHERE i.study_id = s.id AND i.hidden_as = 'expired')))`.execute(
      tx,
    );
    const listed = await sql`
      INSERT INTO deletion (study_id, cause)
        (SELECT s.id, 'class' FROM site o JOIN study s ON s.site_id = o.id AND s.originals_deleted_at IS NULL
            AND s.first_received_at < ${moment}::timestamptz - make_interval(years => hub_least_years(o.id))
          WHERE hub_kept_until(s) < ${moment} AND hub_may_delete(s.id)
            AND NOT EXISTS (SELECT 1 FROM deletion d WHERE d.study_id = s.id AND d.done_at IS NULL)
          LIMIT ${MOST_A_ROUND})
        UNION ALL
        SELECT x.study_id, 'note' FROM (SELECT DISTINCT study_id FROM instance WHERE hidden_as = 'expired') x
        WHERE hub_may_delete(x.study_id)
      ON CONFLICT (study_id) WHERE done_at IS NULL DO NOTHING`.execute(tx);
    return { listed: Number(listed.numAffectedRows ?? 0n) };
  });
}

/** An administrator has looked at these: each becomes a job. Gives how many were still to be confirmed. */
export async function confirmDeletions(tx: HubTx, actor: Actor, deletionIds: readonly string[]): Promise<number> {
  const { rows } = await sql<{ id: string; study_id: string; cause: string }>`
    UPDATE deletion SET confirmed_at = now(), confirmed_by = ${actor.accountId}
    WHERE id = ANY (${deletionIds}::uuid[]) AND done_at IS NULL AND confirmed_at IS NULL RETURNING id, study_id, cause`.execute(
    tx,
  );
  for (const { id, study_id, cause } of rows) {
    const { username, accountId } = actor;
    const line = { actor: username, accountId, action: "study.delete-confirm", outcome: "done" } as const;
    await writeAudit(tx, { ...line, studyId: study_id, detail: { cause } });
    await sql`INSERT INTO outbox (kind, name, payload)
      VALUES ('job', 'delete-study', ${JSON.stringify({ deletionId: id })})`.execute(tx);
  }
  return rows.length;
}

interface DeletionRow {
  readonly study_id: string;
  readonly cause: "class" | "note";
  readonly confirmed_by_name: string;
  readonly confirmed_by: string;
  readonly may: boolean;
}

/**
 * Takes the rows of a confirmed deletion away and leaves the keys of their blobs to the sweep, in one transaction. What is no
 * longer due when its turn comes is taken off the list and stays. The study's own row stays, for its reports and its audit.
 */
export async function deleteOriginals(tx: HubTx, deletionId: string, now: number): Promise<void> {
  // first the study, as all do that change it or ask for it to be read
  const found = await sql<{ study_id: string }>`
    SELECT d.study_id FROM deletion d WHERE d.id = ${deletionId} AND d.done_at IS NULL AND d.confirmed_at IS NOT NULL`.execute(
    tx,
  );
  const studyId = found.rows[0]?.study_id;
  if (studyId === undefined) return;
  await sql`SELECT pg_advisory_xact_lock(hub_study_lock(${studyId}))`.execute(tx);
  await tx.selectFrom("study").select("id").where("id", "=", studyId).forUpdate().execute();
  const { rows } = await sql<DeletionRow>`
    SELECT d.study_id, d.cause, d.confirmed_by, a.username AS confirmed_by_name,
      hub_may_delete(s.id) AND (d.cause = 'note' OR hub_kept_until(s) < ${new Date(now)}) AS may
    FROM deletion d JOIN study s ON s.id = d.study_id JOIN account a ON a.id = d.confirmed_by
    WHERE d.id = ${deletionId} AND d.done_at IS NULL FOR UPDATE OF d`.execute(tx);
  const row = rows[0];
  if (!row) return;
  const line = { actor: row.confirmed_by_name, accountId: row.confirmed_by, action: "study.delete", studyId } as const;
  if (!row.may) {
    await tx.deleteFrom("deletion").where("id", "=", deletionId).execute();
    await writeAudit(tx, { ...line, outcome: "refused", detail: { cause: row.cause } });
    return;
  }
  const gone = await takeRows(tx, deletionId, studyId, row.cause);
  await tx
    .updateTable("deletion")
    .set({ done_at: new Date(now), ...gone })
    .where("id", "=", deletionId)
    .execute();
  await writeAudit(tx, { ...line, outcome: "done", detail: { cause: row.cause, ...gone } });
}

/** A key that a row named once more after the sweep had passed it over. */
const ONCE_MORE = sql`ON CONFLICT (blob_key) DO UPDATE SET deletion_id = excluded.deletion_id, doomed_at = excluded.doomed_at,
  sweep_after = excluded.sweep_after, swept_at = NULL`;

async function takeRows(
  tx: HubTx,
  deletionId: string,
  studyId: string,
  cause: "class" | "note",
): Promise<{ readonly instances: number; readonly bytes: number }> {
  const going = sql`SELECT id FROM instance WHERE study_id = ${studyId} AND (${cause} = 'class' OR hidden_as = 'expired')`;
  await sql`DELETE FROM transfer_instance WHERE instance_id IN (${going})`.execute(tx);
  await sql`DELETE FROM study_export_refusal WHERE instance_id IN (${going})`.execute(tx);
  // an instance whose retention had expired may be stored again, as a prior that is wanted once more
  await sql`
    DELETE FROM rejected_instance x USING rejection r, instance i
    WHERE r.id = x.rejection_id AND r.reason = 'expired' AND i.sop_instance_uid = x.sop_instance_uid AND i.id IN (${going})`.execute(
    tx,
  );
  const { rows } = await sql<{ instances: string; bytes: string }>`
    WITH gone AS (DELETE FROM instance WHERE id IN (${going}) RETURNING blob_key, byte_length),
    doomed AS (INSERT INTO doomed_blob (blob_key, deletion_id) SELECT blob_key, ${deletionId}::uuid FROM gone ${ONCE_MORE})
    SELECT count(*) AS instances, coalesce(sum(byte_length), 0) AS bytes FROM gone`.execute(tx);
  await sql`
    WITH gone AS (
      DELETE FROM series_object o USING series s WHERE s.id = o.series_id AND s.study_id = ${studyId} RETURNING o.blob_key)
    INSERT INTO doomed_blob (blob_key, deletion_id) SELECT blob_key, ${deletionId}::uuid FROM gone
      WHERE blob_key IS NOT NULL ${ONCE_MORE}`.execute(tx);
  await sql`UPDATE reading_task SET pdf_sop_instance_uid = NULL WHERE study_id = ${studyId} AND NOT EXISTS (
    SELECT 1 FROM instance i WHERE i.sop_instance_uid = pdf_sop_instance_uid)`.execute(tx);
  await sql`DELETE FROM series s WHERE s.study_id = ${studyId} AND NOT EXISTS (
    SELECT 1 FROM instance i WHERE i.series_id = s.id)`.execute(tx);
  await sql`UPDATE study SET originals_deleted_at = now() WHERE id = ${studyId} AND NOT EXISTS (
    SELECT 1 FROM instance i WHERE i.study_id = ${studyId})`.execute(tx);
  await sql`SELECT hub_recount_study(${studyId}::bigint)`.execute(tx);
  await sql`INSERT INTO outbox (kind, name, payload)
    SELECT 'live', 'change', jsonb_build_object('topic', 'study', 'siteIds', jsonb_build_array(site_id),
      'studyInstanceUid', study_instance_uid) FROM study WHERE id = ${studyId}
    UNION ALL
    SELECT 'job', 'prepare-study', jsonb_build_object('studyId', id::text) FROM study
    WHERE id = ${studyId} AND state = 'complete' AND originals_deleted_at IS NULL`.execute(tx);
  return { instances: Number(rows[0]?.instances), bytes: Number(rows[0]?.bytes) };
}
