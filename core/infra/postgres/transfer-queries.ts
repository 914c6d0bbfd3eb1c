import { sql } from "kysely";
import type { HubTx } from "./as-actor.ts";
import type { Database } from "./database.ts";
import { type RetrievableInstance, readRetrievable } from "./retrieve-queries.ts";

export interface Transfer {
  readonly id: string;
  readonly studyId: string;
  readonly destination: string;
}

/** For each rule that a complete study falls under: its transfer, begun or gone on with, and the job that makes it. */
export async function enqueueTransfers(tx: HubTx, studyId: string): Promise<void> {
  await sql`
    WITH wanted AS (
      SELECT s.id, r.destination FROM study s JOIN forward_rule r ON r.site_id = s.site_id
      WHERE s.id = ${studyId} AND (r.modality = '*' OR r.modality = ANY (s.modalities)) GROUP BY 1, 2),
    begun AS (
      INSERT INTO transfer (study_id, destination) SELECT id, destination FROM wanted
      ON CONFLICT (study_id, destination) DO UPDATE SET changed_at = now() RETURNING id)
    INSERT INTO outbox (kind, name, payload)
    SELECT 'job', 'forward-study', jsonb_build_object('transferId', id) FROM begun`.execute(tx);
}

export async function findTransfer(db: Database, id: string): Promise<Transfer | null> {
  const { rows } = await sql<Transfer>`
    SELECT id, study_id AS "studyId", destination
    FROM transfer WHERE id = ${id}`.execute(db);
  return rows[0] ?? null;
}

export interface NumberedInstance {
  readonly id: string;
  readonly instance: RetrievableInstance;
}

/**
 * Instances of the study that are not settled yet: those that may be seen, and the notes that say what no longer may, for
 * where it went before.
 */
export async function unsentInstances(
  db: Database,
  transfer: Transfer,
  limit: number,
): Promise<readonly NumberedInstance[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT i.id FROM instance i WHERE i.study_id = ${transfer.studyId} AND (i.id IN (
        SELECT id FROM seen_instance WHERE study_id = ${transfer.studyId})
      OR EXISTS (SELECT 1 FROM rejection r WHERE r.note_sop_instance_uid = i.sop_instance_uid AND r.undone_at IS NULL))
    AND NOT EXISTS (
      SELECT 1 FROM transfer_instance t WHERE t.transfer_id = ${transfer.id} AND t.instance_id = i.id)
    ORDER BY i.id LIMIT ${limit}`.execute(db);
  const ids = rows.map(({ id }) => id);
  const instances = await readRetrievable(db, ids);
  return instances.map((instance, i) => ({ id: ids[i] ?? "0", instance }));
}

/** The destination has it, or will not have it. */
export async function noteSettled(db: Database, id: string, instanceId: string, isRefused: boolean): Promise<void> {
  await sql`
    WITH settled AS (
      INSERT INTO transfer_instance (transfer_id, instance_id, is_refused) VALUES (${id}, ${instanceId}, ${isRefused}))
    UPDATE transfer SET failure = NULL, changed_at = now() WHERE id = ${id}`.execute(db);
}

export async function noteTransferFailure(db: Database, id: string, failure: string): Promise<void> {
  await sql`UPDATE transfer SET failure = ${failure}, changed_at = now() WHERE id = ${id}`.execute(db);
}
