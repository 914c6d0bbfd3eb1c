import type pg from "pg";
import { DomainError } from "../../errors.ts";
import type { InstanceSource } from "../../ports.ts";
import type { IndexEntry } from "../../study/index-entry.ts";
import type { ArchiveIndex, IndexOutcome, StoredBlob } from "../../study/receive-instance.ts";

/** The most instances that one statement indexes. */
const BATCH = 64;

interface Waiting {
  readonly entry: string;
  readonly resolve: (outcome: IndexOutcome) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The archive's index on Postgres, with group commit: while one batch is being committed, whatever all associations
 * bring gathers for the next, so that many senders share one flush of the log.
 */
export function postgresArchiveIndex(pool: pg.Pool): ArchiveIndex {
  const waiting: Waiting[] = [];
  let running = false;

  async function run(): Promise<void> {
    running = true;
    while (waiting.length > 0) {
      const batch = waiting.splice(0, BATCH);
      await indexAll(batch).catch(async (error: unknown) => {
        // One entry that Postgres will not take must not fail its neighbours: nothing of the batch was kept, so singly.
        // When it is not known what was kept, another try could take an entry for its own double.
        const singly = batch.length > 1 && error instanceof DomainError;
        for (const item of batch) await (singly ? indexAll([item]).catch(item.reject) : item.reject(error));
      });
    }
    running = false;
  }

  async function indexAll(batch: readonly Waiting[]): Promise<void> {
    const outcomes = await indexBatch(pool, batch);
    for (const [i, item] of batch.entries()) {
      const outcome = outcomes.get(i);
      if (outcome) item.resolve(outcome);
      else item.reject(new Error("the index gave no outcome"));
    }
  }

  return {
    add: (source, entry, blob) =>
      new Promise((resolve, reject) => {
        waiting.push({ entry: JSON.stringify(row(source, entry, blob)), resolve, reject });
        if (!running) void run();
      }),
    released: async (source, studyInstanceUids) => {
      await pool.query(
        `WITH released AS (
           UPDATE study SET released_at = now() WHERE study_instance_uid = ANY ($1) AND site_id = $2 AND state = 'receiving' RETURNING id)
         INSERT INTO outbox (kind, name, payload, run_at)
         SELECT 'job', 'complete-study', jsonb_build_object('studyId', id::text), now() + interval '1 second' FROM released`,
        [studyInstanceUids, source.siteId],
      );
    },
    refused: async (source, error) => {
      await pool.query(
        `INSERT INTO audit_event (actor, account_id, action, outcome, detail) VALUES ($1, $2, 'instance.store', 'refused', $3)`,
        [source.sender, source.accountId ?? null, { code: error.code, via: source.via, siteId: source.siteId }],
      );
    },
  };
}

/** Throws `storage-failed` when certainly nothing of the batch was kept; any other error leaves that open. */
async function indexBatch(pool: pg.Pool, batch: readonly Waiting[]): Promise<Map<number, IndexOutcome>> {
  const entries = `[${batch.map((item) => item.entry).join(",")}]`;
  const query = {
    name: "index-instances",
    text: "SELECT n, outcome FROM hub_index_instances($1::jsonb)",
    values: [entries],
  };
  for (let attempt = 1; ; attempt++) {
    const client = await pool.connect().catch(notKept);
    let broken: Error | undefined;
    try {
      const { rows } = await client.query<{ n: number; outcome: IndexOutcome }>(query);
      return new Map(rows.map((r) => [r.n, r.outcome]));
    } catch (error) {
      // Postgres answers a statement that it undid with ERROR; FATAL and a lost connection may come after the commit.
      const { code = "", severity = "" } = error as { code?: string; severity?: string };
      if (severity !== "ERROR") {
        broken = error instanceof Error ? error : new Error("connection lost");
        throw error;
      }
      // Two processes brought the same new study, or the same instance: again.
      if (attempt >= 5 || !["40001", "40P01", "23505"].includes(code)) notKept(error);
    } finally {
      client.release(broken);
    }
  }
}

function notKept(error: unknown): never {
  throw new DomainError("storage-failed", {}, { cause: error });
}

function row(source: InstanceSource, entry: IndexEntry, blob: StoredBlob) {
  if (source.siteId === "") throw new DomainError("not-allowed");
  return {
    siteId: source.siteId,
    sender: source.sender,
    via: source.via,
    patient: entry.patient,
    study: entry.study,
    series: entry.series,
    instance: { ...entry.instance, ...blob },
  };
}
