import type pg from "pg";
import { DomainError } from "../../errors.ts";
import type { IndexOutcome } from "../../study/receive-instance.ts";
import type { Arrival } from "./arrival.ts";
import type { KnownSeries, SeriesOfBatch } from "./known-series.ts";

/** The bytes of an instance of the batch are not safe; nothing of the batch was kept. */
export class SealFailed extends Error {}

/** The short way does not lead there; nothing of the batch was kept. */
class NotKnown extends Error {}

/**
 * The outcome of each of the batch. Throws `storage-failed` or SealFailed when certainly nothing of the batch was kept; any
 * other error leaves that open.
 */
export async function indexBatch(
  pool: pg.Pool,
  known: KnownSeries,
  batch: readonly Arrival[],
): Promise<readonly IndexOutcome[]> {
  const series = known.seriesOf(batch);
  if (series) {
    try {
      return await inTransaction(pool, batch, (client) => indexMore(client, series, batch));
    } catch (error) {
      if (!(error instanceof NotKnown)) throw error;
      known.forget(batch);
    }
  }
  return inTransaction(pool, batch, (client) => indexAnew(client, known, batch));
}

async function inTransaction<T>(
  pool: pg.Pool,
  batch: readonly Arrival[],
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const client = await pool.connect().catch(notKept);
    let broken: Error | undefined;
    const rollback = () =>
      client.query("ROLLBACK").then(
        () => undefined,
        (lost: Error) => lost,
      );
    try {
      const result = await work(client);
      await commitOnceSealed(client, batch);
      return result;
    } catch (error) {
      if (error instanceof SealFailed) throw error;
      if (error instanceof NotKnown) {
        broken = await rollback();
        throw error;
      }
      // Postgres answers a statement that it undid with ERROR; FATAL and a lost connection may come after the commit.
      const { code = "", severity = "" } = error as { code?: string; severity?: string };
      if (severity !== "ERROR") {
        broken = error instanceof Error ? error : new Error("connection lost");
        throw error;
      }
      broken = await rollback();
      // Two processes brought the same new study, or the same instance: again.
      if (attempt >= 5 || !["40001", "40P01", "23505"].includes(code)) notKept(error);
    } finally {
      client.release(broken);
    }
  }
}

/** The rows were written while the bytes went to the disk; they stay when both are done. */
async function commitOnceSealed(client: pg.PoolClient, batch: readonly Arrival[]): Promise<void> {
  const seals = await Promise.allSettled(batch.map((item) => item.sealed));
  const allSealed = seals.every((seal) => seal.status === "fulfilled");
  await client.query(allSealed ? "COMMIT" : "ROLLBACK");
  if (!allSealed) throw new SealFailed();
}

/** The short way: all of them are new instances of series that nothing has changed about. Throws NotKnown. */
async function indexMore(
  client: pg.PoolClient,
  series: readonly SeriesOfBatch[],
  batch: readonly Arrival[],
): Promise<readonly IndexOutcome[]> {
  const calls = series.map(({ seriesId, arrivalKey, arrivals: [first, ...others] }) => {
    const { sender, via } = first.source;
    const rows = JSON.stringify([first, ...others].map(instanceRow));
    const args = [seriesId, arrivalKey, String(via === "hub"), sender, via].map((arg) => client.escapeLiteral(arg));
    return `SELECT hub_index_more(${args.join(", ")}, ${client.escapeLiteral(rows)}) AS stored`;
  });
  const [, ...answers] = (await client.query(`BEGIN; ${calls.join("; ")}`)) as unknown as readonly pg.QueryResult<{
    readonly stored: boolean;
  }>[];
  if (!answers.every(({ rows }) => rows[0]?.stored)) throw new NotKnown();
  return batch.map(() => "stored");
}

/** The long way, in one round trip. */
async function indexAnew(
  client: pg.PoolClient,
  known: KnownSeries,
  batch: readonly Arrival[],
): Promise<readonly IndexOutcome[]> {
  const uids = batch.map(({ entry }) => entry.instance.sopInstanceUid);
  const call = `SELECT n, outcome FROM hub_index_instances(${client.escapeLiteral(JSON.stringify(batch.map(row)))}::jsonb)`;
  // what is refused because it was rejected is told of all, and counts for those that were here before
  const notes = client.escapeLiteral(JSON.stringify(batch.flatMap((arrival) => noteOf(arrival) ?? [])));
  const settle = `SELECT uid FROM hub_settle_arrivals(${client.escapeLiteral(`{${uids.join(",")}}`)}::text[], ${notes}::jsonb)`;
  const [, outcomes, rejected] = (await client.query(`BEGIN; ${call}; ${settle}`)) as unknown as readonly [
    unknown,
    pg.QueryResult<OutcomeRow>,
    pg.QueryResult<{ readonly uid: string }>,
  ];
  const notAgain = new Set(rejected.rows.map(({ uid }) => uid));
  const found = new Map(outcomes.rows.map(({ n, outcome }) => [n, outcome]));
  await known.learn(
    client,
    batch.filter((_, n) => found.get(n) === "stored"),
  );
  return batch.map((_, n) => {
    const outcome = found.get(n);
    if (!outcome) throw new Error("the index gave no outcome");
    const wasHere = outcome === "already-stored" || outcome === "instance-differs";
    return wasHere && notAgain.has(uids[n] ?? "") ? "instance-rejected" : outcome;
  });
}

interface OutcomeRow {
  readonly n: number;
  readonly outcome: IndexOutcome;
}

function notKept(error: unknown): never {
  throw new DomainError("storage-failed", {}, { cause: error });
}

function noteOf({ source, entry, blob }: Arrival) {
  const { rejection, instance } = entry;
  if (!rejection) return null;
  const { siteId, accountId } = source;
  const { sopInstanceUid } = instance;
  return { sopInstanceUid, dataSetSha256: blob.dataSetSha256, siteId, accountId: accountId ?? null, ...rejection };
}

const instanceRow = ({ entry, blob }: Arrival) => ({ ...entry.instance, ...blob });

function row(arrival: Arrival) {
  const { source, entry } = arrival;
  return {
    siteId: source.siteId,
    sender: source.sender,
    via: source.via,
    patient: entry.patient,
    study: entry.study,
    series: entry.series,
    instance: instanceRow(arrival),
  };
}
