import { sql } from "kysely";
import { CHAIN_BEGIN, type SealedLine, sealHash } from "../../audit/seal.ts";
import type { Database } from "./database.ts";

const BATCH = 1000;
/** One sealer at a time, whatever process it is in. */
const SEALER_LOCK = 7_305_001;

const LINE = sql`e.id, (extract(epoch FROM e.at) * 1000000)::bigint::text AS at, e.actor, e.account_id AS "accountId",
  e.action, e.outcome, e.study_id AS "studyId", e.task_id AS "taskId", e.detail::text AS detail`;

/** Seals lines that are not in the chain yet, oldest first. Returns how many. */
export function sealAudit(db: Database): Promise<number> {
  return db.transaction().execute(async (tx) => {
    const lock = await sql<{ taken: boolean }>`SELECT pg_try_advisory_xact_lock(${SEALER_LOCK}) AS taken`.execute(tx);
    if (!lock.rows[0]?.taken) return 0;
    const last = await sql<{
      sequence: string;
      hash: Buffer;
    }>`SELECT sequence, hash FROM audit_seal ORDER BY sequence DESC LIMIT 1`.execute(tx);
    // Lines commit in any order, so a late one may have a smaller id than a sealed one: the chain's order is its own.
    const { rows } = await sql<SealedLine>`
      SELECT ${LINE} FROM audit_event e LEFT JOIN audit_seal x ON x.event_id = e.id
      WHERE x.event_id IS NULL AND e.id > coalesce((SELECT max(event_id) FROM audit_seal), 0) - 10000
      ORDER BY e.id LIMIT ${BATCH}`.execute(tx);
    let sequence = BigInt(last.rows[0]?.sequence ?? 0);
    let hash: Uint8Array = last.rows[0]?.hash ?? CHAIN_BEGIN;
    const seals: { sequence: string; event_id: string; hash: Buffer }[] = [];
    for (const line of rows) {
      sequence += 1n;
      const next = sealHash(hash, line);
      seals.push({ sequence: String(sequence), event_id: line.id, hash: next });
      hash = next;
    }
    if (seals.length > 0) await tx.insertInto("audit_seal").values(seals).execute();
    return seals.length;
  });
}

export interface AuditVerdict {
  readonly sealed: number;
  readonly unsealed: number;
  /** The first place in the chain where line and hash do not agree; null when all agree. */
  readonly brokenAt: string | null;
}

/** Walks the whole chain again, in batches. */
export async function verifyAudit(db: Database): Promise<AuditVerdict> {
  let hash: Uint8Array = CHAIN_BEGIN;
  let sequence = 0n;
  let brokenAt: string | null = null;
  while (brokenAt === null) {
    const { rows } = await sql<SealedLine & { sequence: string; hash: Buffer; present: boolean }>`
      SELECT x.sequence, x.hash, e.id IS NOT NULL AS present, ${LINE}
      FROM audit_seal x LEFT JOIN audit_event e ON e.id = x.event_id
      WHERE x.sequence > ${String(sequence)}::bigint ORDER BY x.sequence LIMIT ${BATCH}`.execute(db);
    if (rows.length === 0) break;
    for (const row of rows) {
      sequence += 1n;
      const expected = row.present ? sealHash(hash, row) : null;
      if (row.sequence !== String(sequence) || !expected?.equals(row.hash)) {
        brokenAt = String(sequence);
        break;
      }
      hash = expected;
    }
  }
  const counted = await sql<{ events: string; seals: string }>`
    SELECT (SELECT count(*) FROM audit_event) AS events, (SELECT count(*) FROM audit_seal) AS seals`.execute(db);
  const events = Number(counted.rows[0]?.events ?? 0);
  const seals = Number(counted.rows[0]?.seals ?? 0);
  return { sealed: seals, unsealed: events - seals, brokenAt };
}
