import { sql } from "kysely";
import type { HubTx } from "./as-actor.ts";
import type { Database } from "./database.ts";
import { type RetrievableInstance, readRetrievable } from "./retrieve-queries.ts";

export interface Transfer {
  readonly id: string;
  readonly studyId: string;
  readonly destination: string;
  readonly lastInstanceId: string;
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
    SELECT id, study_id AS "studyId", destination, last_instance_id AS "lastInstanceId"
    FROM transfer WHERE id = ${id}`.execute(db);
  return rows[0] ?? null;
}

export interface NumberedInstance {
  readonly id: string;
  readonly instance: RetrievableInstance;
}

/** The study's next instances after this one, in the order in which they came. */
export async function nextInstances(
  db: Database,
  studyId: string,
  afterId: string,
  limit: number,
): Promise<readonly NumberedInstance[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT id FROM instance WHERE study_id = ${studyId} AND id > ${afterId} ORDER BY id LIMIT ${limit}`.execute(db);
  const ids = rows.map(({ id }) => id);
  const instances = await readRetrievable(db, ids);
  return instances.map((instance, i) => ({ id: ids[i] ?? "0", instance }));
}

/** One instance more is settled. */
export async function noteSent(
  db: Database,
  id: string,
  { instanceId, sopInstanceUid, isRefused }: { instanceId: string; sopInstanceUid: string; isRefused: boolean },
): Promise<void> {
  await sql`
    UPDATE transfer SET last_instance_id = ${instanceId}, sent = sent + ${isRefused ? 0 : 1}, failure = NULL, changed_at = now(),
      refused_uids = CASE WHEN ${isRefused} THEN refused_uids || ${sopInstanceUid}::text ELSE refused_uids END
    WHERE id = ${id}`.execute(db);
}

export async function noteTransferFailure(db: Database, id: string, failure: string): Promise<void> {
  await sql`UPDATE transfer SET failure = ${failure}, changed_at = now() WHERE id = ${id}`.execute(db);
}
