import { sql } from "kysely";
import type pg from "pg";
import type { Database } from "../postgres/database.ts";

export interface OutboxRow {
  readonly id: string;
  readonly kind: "job" | "live";
  readonly name: string;
  readonly payload: Record<string, unknown>;
  readonly runAt: Date;
}

export interface RelayOptions {
  readonly db: Database;
  readonly pool: pg.Pool;
  readonly dispatchJob: (row: OutboxRow) => Promise<void>;
  readonly publish: (row: OutboxRow) => Promise<void>;
  /** The row can never be dispatched: nothing is called so. */
  readonly isKnownJob: (name: string) => boolean;
  readonly onError: (error: unknown) => void;
  /** A dispatched job that is not done so long after its time is dispatched again: Redis may have lost it. */
  readonly againAfterMs?: number;
}

const BATCH = 200;
/** Looked at this often even if no notification came. */
const POLL_MS = 1000;
const AGAIN_AFTER_MS = 60_000;
/** Redis is asked so long at most: meanwhile rows are locked. What comes through later all the same is the same job. */
const DISPATCH_LIMIT_MS = 5000;

/**
 * Carries what Postgres says is to be done to Redis: jobs to BullMQ, changes to open pages. Woken by NOTIFY. Several relays
 * may run: each takes rows that no other holds. A row of a job leaves the table only when the job is done.
 */
export function startOutboxRelay(options: RelayOptions): { stop(): Promise<void> } {
  const againAfterMs = options.againAfterMs ?? AGAIN_AFTER_MS;
  let stopped = false;
  let wake: () => void = () => undefined;
  let listener: pg.PoolClient | null = null;

  async function listen(): Promise<void> {
    if (listener || stopped) return;
    const client = await options.pool.connect();
    client.on("notification", () => wake());
    client.on("error", (error) => {
      options.onError(error);
      if (listener === client) {
        listener = null;
        client.release(error);
      }
    });
    await client.query("LISTEN hub_outbox");
    listener = client;
  }

  async function carry(): Promise<number> {
    return options.db.transaction().execute(async (tx) => {
      const { rows } = await sql<OutboxRow>`
        SELECT id, kind, name, payload, run_at AS "runAt" FROM outbox WHERE dispatched_at IS NULL AND failed_at IS NULL
        ORDER BY id LIMIT ${BATCH} FOR UPDATE SKIP LOCKED`.execute(tx);
      if (rows.length === 0) return 0;
      const known = rows.filter((row) => row.kind === "live" || options.isKnownJob(row.name));
      for (const row of rows) if (!known.includes(row)) await outboxFailed(tx, row.id, "no job is called so");
      await withinLimit(
        Promise.all(known.map((row) => (row.kind === "job" ? options.dispatchJob(row) : options.publish(row)))),
      );
      const ids = (kind: OutboxRow["kind"]) => known.filter((row) => row.kind === kind).map((row) => row.id);
      await sql`UPDATE outbox SET dispatched_at = now() WHERE id = ANY (${ids("job")}::bigint[])`.execute(tx);
      await sql`DELETE FROM outbox WHERE id = ANY (${ids("live")}::bigint[])`.execute(tx);
      return rows.length;
    });
  }

  async function carryAgain(): Promise<void> {
    const { rows } = await sql<OutboxRow>`
      UPDATE outbox SET dispatched_at = now() WHERE id IN (
        SELECT id FROM outbox WHERE dispatched_at IS NOT NULL AND failed_at IS NULL
          AND greatest(dispatched_at, run_at) < now() - make_interval(secs => ${againAfterMs / 1000})
        ORDER BY id LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)
      RETURNING id, kind, name, payload, run_at AS "runAt"`.execute(options.db);
    await withinLimit(Promise.all(rows.map((row) => options.dispatchJob(row))));
  }

  async function run(): Promise<void> {
    let lastAgain = 0;
    while (!stopped) {
      const woken = new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, POLL_MS);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      try {
        await listen();
        if (performance.now() - lastAgain > againAfterMs / 4) {
          await carryAgain();
          lastAgain = performance.now();
        }
        while (!stopped && (await carry()) === BATCH);
      } catch (error) {
        options.onError(error);
      }
      if (!stopped) await woken;
    }
  }

  const running = run();
  return {
    stop: async () => {
      stopped = true;
      wake();
      await running;
      listener?.release(true);
    },
  };
}

/** While Redis is away its client waits for ever; the relay comes back to it instead. */
async function withinLimit(work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("redis does not answer")), DISPATCH_LIMIT_MS);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The job is done: its row goes. */
export async function outboxDone(db: Database, id: string): Promise<void> {
  await db.deleteFrom("outbox").where("id", "=", id).execute();
}

/** The job will not be tried again by itself; the administrator sees it. */
export async function outboxFailed(db: Database, id: string, failure: string): Promise<void> {
  await db.updateTable("outbox").set({ failed_at: new Date(), failure }).where("id", "=", id).execute();
}
