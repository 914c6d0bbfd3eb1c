import { sql } from "kysely";
import type { Answer, Query } from "../../../api/payloads.ts";
import { DomainError } from "../../../errors.ts";
import type { HubTx } from "../as-actor.ts";
import { TRANSFER_JOBS, type TransferKind } from "../transfer-queries.ts";

type Transfer = Answer<"retryTransfer">;

interface Row extends Omit<Transfer, "site" | "createdAt" | "changedAt" | "nextAt"> {
  readonly siteId: string;
  readonly siteName: string;
  readonly siteNameEn: string;
  readonly createdAt: Date;
  readonly changedAt: Date;
  readonly nextAt: Date | null;
}

const JOB_NAMES = sql`('forward-study', 'fetch-priors')`;

/**
 * What is sent on and what is fetched, newest first, by the row's number. Its job's row in the outbox says how it stands: the
 * job goes with it when it is done. Runs as the hub; the policy is asked before.
 */
export async function listTransfers(tx: HubTx, query: Query<"listTransfers">): Promise<Answer<"listTransfers">> {
  const { state, peer, before, limit } = query;
  const conditions = [
    ...(state ? [OF_STATE[state]] : []),
    ...(peer === undefined ? [] : [sql`t.destination = ${peer}`]),
    ...(before === undefined ? [] : [sql`t.number < ${before}::bigint`]),
    sql`true`,
  ];
  return { transfers: await read(tx, sql.join(conditions, sql` AND `), limit) };
}

const JOB_OF = sql`FROM outbox WHERE name IN ${JOB_NAMES} AND payload ->> 'transferId' = t.id::text`;

/** What is to be done is few, and so looked for from its jobs; what is done is nearly all. */
const OF_STATE = {
  waiting: sql`t.id IN (SELECT (payload ->> 'transferId')::uuid FROM outbox WHERE name IN ${JOB_NAMES} AND failed_at IS NULL)`,
  "given-up": sql`t.id IN (SELECT (payload ->> 'transferId')::uuid FROM outbox WHERE name IN ${JOB_NAMES} AND failed_at IS NOT NULL)
    AND NOT EXISTS (SELECT 1 ${JOB_OF} AND failed_at IS NULL)`,
  done: sql`NOT EXISTS (SELECT 1 ${JOB_OF})`,
} as const;

/**
 * Once more and at once, whatever its back-off or its destination's, counted anew. What an administrator wants fetched is
 * fetched after the reading, too. Throws `not-found`.
 */
export async function retryTransfer(tx: HubTx, transferId: string): Promise<Transfer> {
  const { rows } = await sql<{ kind: TransferKind; destination: string }>`
    UPDATE transfer SET attempts = 0, next_at = NULL, changed_at = now(), done_at = NULL, is_by_hand = is_by_hand OR kind = 'priors'
    WHERE id = ${transferId} RETURNING kind, destination`.execute(tx);
  const found = rows[0];
  if (!found) throw new DomainError("not-found");
  // the job that these were made of finds nothing left to do
  await sql`DELETE FROM outbox WHERE name IN ${JOB_NAMES} AND payload ->> 'transferId' = ${transferId}`.execute(tx);
  await tx.deleteFrom("destination_pause").where("ae_title", "=", found.destination).execute();
  await tx
    .insertInto("outbox")
    .values({ kind: "job", name: TRANSFER_JOBS[found.kind], payload: JSON.stringify({ transferId }) })
    .execute();
  const [transfer] = await read(tx, sql`t.id = ${transferId}`, 1);
  if (!transfer) throw new DomainError("not-found");
  return transfer;
}

/**
 * It is not tried again by itself; what is on its way comes to its end. The job that may come back finds it so. Throws
 * `not-found`, `transfer-not-waiting`.
 */
export async function abandonTransfer(tx: HubTx, transferId: string): Promise<Transfer> {
  const { numAffectedRows } = await sql`
    UPDATE outbox SET failed_at = now(), failure = 'abandoned'
    WHERE name IN ${JOB_NAMES} AND payload ->> 'transferId' = ${transferId} AND failed_at IS NULL`.execute(tx);
  await sql`UPDATE transfer SET failure = 'abandoned', next_at = NULL, changed_at = now()
    WHERE id = ${transferId} AND ${numAffectedRows ?? 0n} > 0`.execute(tx);
  const [transfer] = await read(tx, sql`t.id = ${transferId}`, 1);
  if (!transfer) throw new DomainError("not-found");
  if (numAffectedRows === 0n) throw new DomainError("transfer-not-waiting");
  return transfer;
}

async function read(tx: HubTx, where: ReturnType<typeof sql>, limit: number): Promise<Transfer[]> {
  const { rows } = await sql<Row>`
    SELECT t.id, t.number::text AS number, t.kind, t.destination AS peer, s.study_instance_uid AS "studyInstanceUid",
      o.id AS "siteId", o.name AS "siteName", o.name_en AS "siteNameEn", t.attempts, t.failure,
      CASE WHEN j.is_waiting THEN 'waiting' WHEN j.is_failed THEN 'given-up' ELSE 'done' END AS state,
      c.instances::int AS instances, c.refused::int AS refused,
      CASE t.kind WHEN 'forward' THEN s.instance_count END AS "ofInstances",
      t.created_at AS "createdAt", t.changed_at AS "changedAt",
      CASE WHEN j.is_waiting THEN greatest(t.next_at, j.run_at, p.until, h.until, now()) END AS "nextAt"
    FROM (SELECT t.* FROM transfer t WHERE ${where} ORDER BY t.number DESC LIMIT ${limit}) t
    JOIN study s ON s.id = t.study_id JOIN site o ON o.id = s.site_id
    LEFT JOIN destination_pause p ON p.ae_title = t.destination
    LEFT JOIN destination_hold h ON h.ae_title = t.destination
    LEFT JOIN LATERAL (
      SELECT bool_or(failed_at IS NULL) AS is_waiting, bool_or(failed_at IS NOT NULL) AS is_failed,
        min(run_at) FILTER (WHERE failed_at IS NULL) AS run_at
      FROM outbox WHERE name IN ${JOB_NAMES} AND payload ->> 'transferId' = t.id::text) j ON true
    LEFT JOIN LATERAL (
      SELECT sum(x.instances) AS instances, sum(x.refused) AS refused FROM (
        SELECT count(*) FILTER (WHERE NOT is_refused AND identity_mark IS NOT DISTINCT FROM hub_identity_mark(s.laid)),
          count(*) FILTER (WHERE is_refused)
        FROM transfer_instance WHERE transfer_id = t.id
        UNION ALL
        SELECT coalesce(sum(instances), 0), count(*) FILTER (WHERE outcome = 'skipped')
        FROM prior_study WHERE transfer_id = t.id) x (instances, refused)) c ON true
    ORDER BY t.number DESC`.execute(tx);
  return rows.map(({ siteId, siteName, siteNameEn, createdAt, changedAt, nextAt, ...row }) => ({
    ...row,
    site: { id: siteId, name: siteName, nameEn: siteNameEn },
    createdAt: createdAt.toISOString(),
    changedAt: changedAt.toISOString(),
    nextAt: nextAt?.toISOString() ?? null,
  }));
}
