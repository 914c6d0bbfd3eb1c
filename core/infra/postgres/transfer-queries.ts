import { type RawBuilder, sql } from "kysely";
import { JOBS, type JobName } from "../../jobs/job-contracts.ts";
import type { HubTx } from "./as-actor.ts";
import type { Database } from "./database.ts";
import { type RetrievableInstance, readRetrievable } from "./retrieve-queries.ts";

/** Work with a peer for one study: the study is sent on to it, or its patient's earlier ones are fetched from it. */
export interface Transfer {
  readonly id: string;
  readonly studyId: string;
  /** The peer's AE title. */
  readonly destination: string;
  readonly isByHand: boolean;
}

export type TransferKind = "forward" | "priors";

/** The job that makes it. */
export const TRANSFER_JOBS = { forward: "forward-study", priors: "fetch-priors" } as const satisfies Readonly<
  Record<TransferKind, JobName>
>;

/** May the site of a device see the study? As C-MOVE asks it. */
const visibleTo = (studyId: RawBuilder<unknown>, siteId: RawBuilder<unknown>) => sql<boolean>`EXISTS (
  SELECT 1 FROM study_access a JOIN access_policy p ON p.relation = a.relation
  WHERE p.action = 'study.view' AND p.role = 'device' AND a.study_id = ${studyId} AND a.site_id = ${siteId})`;

/** Rows of jobs that were given up, of the transfers that have `begun` again. */
export const forgetFailed = sql`DELETE FROM outbox WHERE name IN ('forward-study', 'fetch-priors') AND failed_at IS NOT NULL
  AND payload ->> 'transferId' IN (SELECT id::text FROM begun)`;

/**
 * For each rule that a complete study falls under: its transfer, begun or gone on with, and the job that makes it. Only
 * where the destination's site may see the study by now; a centre may once it is asked to read, and what is new then is only
 * new where nothing has begun. Priors are not sent on.
 */
export async function enqueueTransfers(
  tx: HubTx,
  studyId: string,
  { onlyNew = false }: { readonly onlyNew?: boolean } = {},
): Promise<void> {
  await sql`
    WITH wanted AS (
      SELECT s.id, r.destination FROM study s JOIN forward_rule r ON r.site_id = s.site_id
        JOIN application_entity e ON e.title = r.destination
      WHERE s.id = ${studyId} AND s.state = 'complete' AND s.purpose = 'reading'
        AND (r.source = '' OR EXISTS (SELECT 1 FROM instance i WHERE i.study_id = s.id AND i.received_from = r.source))
        AND (r.modality = '*' OR r.modality = ANY (s.modalities)) AND ${visibleTo(sql`s.id`, sql`e.site_id`)}
        AND NOT (${onlyNew} AND EXISTS (
          SELECT 1 FROM transfer t WHERE t.study_id = s.id AND t.destination = r.destination AND t.kind = 'forward'))
      GROUP BY 1, 2),
    begun AS (
      INSERT INTO transfer (study_id, destination) SELECT id, destination FROM wanted
      ON CONFLICT (study_id, destination, kind) DO UPDATE SET changed_at = now(), attempts = 0, next_at = NULL,
        done_at = NULL RETURNING id),
    forgotten AS (${forgetFailed})
    INSERT INTO outbox (kind, name, payload)
    SELECT 'job', 'forward-study', jsonb_build_object('transferId', id) FROM begun`.execute(tx);
}

export async function maySee(db: Database, studyId: string, siteId: string): Promise<boolean> {
  const { rows } = await sql<{
    may: boolean;
  }>`SELECT ${visibleTo(sql`${studyId}::bigint`, sql`${siteId}`)} AS may`.execute(db);
  return rows[0]?.may === true;
}

/** Its job was given up by an administrator, and none has been asked for since. */
export async function isAbandoned(db: Database, id: string): Promise<boolean> {
  const { rows } = await sql<{ isAbandoned: boolean | null }>`
    SELECT bool_and(failed_at IS NOT NULL) AND bool_or(failure = 'abandoned') AS "isAbandoned"
    FROM outbox WHERE name IN ('forward-study', 'fetch-priors') AND payload ->> 'transferId' = ${id}`.execute(db);
  return rows[0]?.isAbandoned === true;
}

export async function findTransfer(db: Database, id: string, kind: TransferKind): Promise<Transfer | null> {
  const { rows } = await sql<Transfer>`
    SELECT id, study_id AS "studyId", destination, is_by_hand AS "isByHand"
    FROM transfer WHERE id = ${id} AND kind = ${kind}`.execute(db);
  return rows[0] ?? null;
}

export interface NumberedInstance {
  readonly id: string;
  /** As whom its patient goes out, or somebody newer: what was sent as another is sent again. */
  readonly identityMark: string | null;
  readonly instance: RetrievableInstance;
}

/**
 * Instances of the study that are not settled yet, or were sent with an identity that has been changed since: those that may
 * be seen, and the notes that say what no longer may, for where it went before.
 */
export async function unsentInstances(
  db: Database,
  transfer: Transfer,
  limit: number,
): Promise<readonly NumberedInstance[]> {
  const { rows } = await sql<{ id: string; identityMark: string | null }>`
    SELECT i.id, hub_identity_mark(s.laid) AS "identityMark" FROM instance i JOIN study s ON s.id = i.study_id
    WHERE i.study_id = ${transfer.studyId} AND (i.id IN (
        SELECT id FROM seen_instance WHERE study_id = ${transfer.studyId})
      OR EXISTS (SELECT 1 FROM rejection r WHERE r.note_sop_instance_uid = i.sop_instance_uid AND r.undone_at IS NULL))
    AND NOT EXISTS (
      SELECT 1 FROM transfer_instance t WHERE t.transfer_id = ${transfer.id} AND t.instance_id = i.id
        AND (t.is_refused OR t.identity_mark IS NOT DISTINCT FROM hub_identity_mark(s.laid)))
    ORDER BY i.id LIMIT ${limit}`.execute(db);
  const instances = await readRetrievable(
    db,
    rows.map(({ id }) => id),
  );
  const bySop = new Map(instances.map((instance) => [instance.id, instance]));
  return rows.flatMap((row) => {
    const instance = bySop.get(row.id);
    return instance ? [{ ...row, instance }] : [];
  });
}

/** The destination has it, or will not have it. */
export async function noteSettled(
  db: Database,
  id: string,
  { id: instanceId, identityMark }: Pick<NumberedInstance, "id" | "identityMark">,
  isRefused: boolean,
): Promise<void> {
  await sql`
    WITH settled AS (
      INSERT INTO transfer_instance (transfer_id, instance_id, is_refused, identity_mark)
        SELECT ${id}, i.id, ${isRefused}, ${identityMark} FROM instance i WHERE i.id = ${instanceId}
      ON CONFLICT (transfer_id, instance_id) DO UPDATE SET is_refused = excluded.is_refused,
        identity_mark = excluded.identity_mark)
    UPDATE transfer SET failure = NULL, changed_at = now() WHERE id = ${id}`.execute(db);
}

export async function noteAttempt(db: Database, id: string): Promise<void> {
  await sql`UPDATE transfer SET attempts = attempts + 1, next_at = NULL, changed_at = now() WHERE id = ${id}`.execute(
    db,
  );
}

export async function noteTransferDone(db: Database, id: string): Promise<void> {
  await sql`UPDATE transfer SET failure = NULL, next_at = NULL, changed_at = now(), done_at = now() WHERE id = ${id}`.execute(
    db,
  );
}

/** What went wrong, and when its job comes again as its contract has it. */
export async function noteTransferFailure(
  db: Database,
  id: string,
  kind: TransferKind,
  failure: string,
): Promise<void> {
  const backoffS = JOBS[TRANSFER_JOBS[kind]].backoffMs / 1000;
  await sql`UPDATE transfer SET failure = ${failure}, changed_at = now(),
      next_at = now() + make_interval(secs => ${backoffS} * power(2, least(greatest(attempts - 1, 0), 20)))
    WHERE id = ${id}`.execute(db);
}
