import type pg from "pg";
import { DomainError } from "../../errors.ts";
import type { InstanceSource } from "../../ports.ts";
import type { StoredBlob } from "../../study/describe-instance.ts";
import type { IndexEntry } from "../../study/index-entry.ts";
import type { ArchiveIndex, IndexOutcome } from "../../study/receive-instance.ts";

/** The most instances that one statement indexes. */
const BATCH = 64;

/**
 * So many batches are under way at once, each on a connection of its own: while one waits for the bytes of its instances,
 * the next is written.
 */
const LANES = 2;

interface Waiting {
  readonly studyInstanceUid: string;
  readonly entry: string;
  readonly sopInstanceUid: string;
  /** A rejection note as `hub_settle_arrivals` takes it. */
  readonly note: object | null;
  /** The bytes are on stable storage. */
  readonly sealed: Promise<void>;
  readonly resolve: (outcome: IndexOutcome) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The archive's index on Postgres, with group commit: while batches are being committed, whatever all associations bring
 * gathers for the next, so that many senders share one flush of the log.
 */
export function postgresArchiveIndex(pool: pg.Pool): ArchiveIndex {
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
      const ordered = batch.toSorted((a, b) => compare(a.studyInstanceUid, b.studyInstanceUid));
      const outcomes = await indexBatch(pool, ordered);
      for (const [i, item] of ordered.entries()) {
        const outcome = outcomes.get(i);
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
        const { studyInstanceUid } = entry.study;
        waiting.push({
          studyInstanceUid,
          entry: JSON.stringify(row(source, entry, blob)),
          sopInstanceUid: entry.instance.sopInstanceUid,
          note: noteOf(source, entry, blob),
          sealed,
          resolve,
          reject,
        });
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
    refused: async (source, error) => {
      await pool.query(
        `INSERT INTO audit_event (actor, account_id, action, outcome, detail) VALUES ($1, $2, 'instance.store', 'refused', $3)`,
        [source.sender, source.accountId ?? null, { code: error.code, via: source.via, siteId: source.siteId }],
      );
    },
  };
}

/** The bytes of an instance of the batch are not safe; nothing of the batch was kept. */
class SealFailed extends Error {}

/**
 * Throws `storage-failed` or SealFailed when certainly nothing of the batch was kept; any other error leaves that open.
 */
async function indexBatch(pool: pg.Pool, batch: readonly Waiting[]): Promise<Map<number, IndexOutcome>> {
  const entries = `[${batch.map((item) => item.entry).join(",")}]`;
  for (let attempt = 1; ; attempt++) {
    const client = await pool.connect().catch(notKept);
    let broken: Error | undefined;
    try {
      return await indexInTransaction(client, entries, batch);
    } catch (error) {
      if (error instanceof SealFailed) throw error;
      // Postgres answers a statement that it undid with ERROR; FATAL and a lost connection may come after the commit.
      const { code = "", severity = "" } = error as { code?: string; severity?: string };
      if (severity !== "ERROR") {
        broken = error instanceof Error ? error : new Error("connection lost");
        throw error;
      }
      broken = await client.query("ROLLBACK").then(
        () => undefined,
        (lost: Error) => lost,
      );
      // Two processes brought the same new study, or the same instance: again.
      if (attempt >= 5 || !["40001", "40P01", "23505"].includes(code)) notKept(error);
    } finally {
      client.release(broken);
    }
  }
}

/** Writes the rows while the bytes go to the disk, in one round trip, and commits when both are done. */
async function indexInTransaction(
  client: pg.PoolClient,
  entries: string,
  batch: readonly Waiting[],
): Promise<Map<number, IndexOutcome>> {
  const call = `SELECT n, outcome FROM hub_index_instances(${client.escapeLiteral(entries)}::jsonb)`;
  // what is refused because it was rejected is told of all, and counts for those that were here before
  const uids = client.escapeLiteral(`{${batch.map(({ sopInstanceUid }) => sopInstanceUid).join(",")}}`);
  const notes = client.escapeLiteral(JSON.stringify(batch.flatMap(({ note }) => note ?? [])));
  const settle = `SELECT uid FROM hub_settle_arrivals(${uids}::text[], ${notes}::jsonb)`;
  const [, outcomes, rejected] = (await client.query(`BEGIN; ${call}; ${settle}`)) as unknown as readonly [
    unknown,
    pg.QueryResult<OutcomeRow>,
    pg.QueryResult<{ readonly uid: string }>,
  ];
  const seals = await Promise.allSettled(batch.map((item) => item.sealed));
  const allSealed = seals.every((seal) => seal.status === "fulfilled");
  await client.query(allSealed ? "COMMIT" : "ROLLBACK");
  if (!allSealed) throw new SealFailed();
  const notAgain = new Set(rejected.rows.map(({ uid }) => uid));
  return new Map(
    outcomes.rows.map(({ n, outcome }) => {
      const wasHere = outcome === "already-stored" || outcome === "instance-differs";
      return [n, wasHere && notAgain.has(batch[n]?.sopInstanceUid ?? "") ? "instance-rejected" : outcome];
    }),
  );
}

interface OutcomeRow {
  readonly n: number;
  readonly outcome: IndexOutcome;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function notKept(error: unknown): never {
  throw new DomainError("storage-failed", {}, { cause: error });
}

function noteOf({ siteId, accountId }: InstanceSource, { rejection, instance }: IndexEntry, blob: StoredBlob) {
  if (!rejection) return null;
  const { sopInstanceUid } = instance;
  return { sopInstanceUid, dataSetSha256: blob.dataSetSha256, siteId, accountId: accountId ?? null, ...rejection };
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
