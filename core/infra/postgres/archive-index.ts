import type pg from "pg";
import { DomainError } from "../../errors.ts";
import type { InstanceSource } from "../../ports.ts";
import type { ArchiveIndex, IndexOutcome } from "../../study/receive-instance.ts";
import type { Arrival } from "./arrival.ts";
import { indexBatch, SealFailed } from "./index-batch.ts";
import { knownSeries } from "./known-series.ts";

/** The most instances that one statement indexes. */
const BATCH = 64;

/**
 * So many batches are under way at once, each on a connection of its own: while one waits for the bytes of its instances,
 * the next is written.
 */
const LANES = 2;

interface Waiting extends Arrival {
  readonly resolve: (outcome: IndexOutcome) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The archive's index on Postgres, with group commit: while batches are being committed, whatever all associations bring
 * gathers for the next, so that many senders share one flush of the log.
 */
export function postgresArchiveIndex(pool: pg.Pool): ArchiveIndex {
  const known = knownSeries();
  const waiting: Waiting[] = [];
  let lanes = 0;

  async function run(): Promise<void> {
    lanes += 1;
    while (waiting.length > 0) await indexAll(waiting.splice(0, BATCH));
    lanes -= 1;
  }

  /** Settles every one of the batch; never rejects. */
  async function indexAll(batch: readonly Waiting[]): Promise<void> {
    try {
      // Each lane takes the studies in one order, so that two never wait for each other.
      const ordered = batch.length === 1 ? batch : batch.toSorted((a, b) => compare(studyOf(a), studyOf(b)));
      const outcomes = await indexBatch(pool, known, ordered);
      for (const [i, item] of ordered.entries()) {
        const outcome = outcomes[i];
        if (outcome) item.resolve(outcome);
        else item.reject(new Error("the index gave no outcome"));
      }
    } catch (error) {
      if (error instanceof SealFailed) return indexSealed(batch);
      // One entry that Postgres will not take must not fail its neighbours: nothing of the batch was kept, so singly.
      // When it is not known what was kept, another try could take an entry for its own double.
      const singly = batch.length > 1 && error instanceof DomainError;
      for (const item of batch) await (singly ? indexAll([item]) : item.reject(error));
    }
  }

  /** Of a batch of which nothing was kept, those whose bytes are safe; the others hear why theirs are not. */
  async function indexSealed(batch: readonly Waiting[]): Promise<void> {
    const sealed: Waiting[] = [];
    for (const item of batch)
      await item.sealed.then(
        () => sealed.push(item),
        (error: unknown) => item.reject(error),
      );
    if (sealed.length > 0) await indexAll(sealed);
  }

  return {
    add: (source, entry, blob, sealed) =>
      new Promise((resolve, reject) => {
        if (source.siteId === "") throw new DomainError("not-allowed");
        waiting.push({ source, entry, blob, sealed, resolve, reject });
        if (lanes < LANES) void run();
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
    refused: async (source: InstanceSource, error) => {
      await pool.query(
        `INSERT INTO audit_event (actor, account_id, action, outcome, detail) VALUES ($1, $2, 'instance.store', 'refused', $3)`,
        [source.sender, source.accountId ?? null, { code: error.code, via: source.via, siteId: source.siteId }],
      );
    },
  };
}

const studyOf = ({ entry }: Arrival) => entry.study.studyInstanceUid;

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
