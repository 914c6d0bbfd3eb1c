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
  readonly onError: (error: unknown) => void;
}

const BATCH = 200;
/** Looked at this often even if no notification came. */
const POLL_MS = 1000;
/** A dispatched job that is not done this long after its time is dispatched again: Redis may have lost it. */
const AGAIN_AFTER_SECONDS = 60;

/**
 * Carries what Postgres says is to be done to Redis: jobs to BullMQ, changes to open pages. Woken by NOTIFY. Several relays
 * may run: each takes rows that no other holds. A row of a job leaves the table only when the job is done.
 */
export function startOutboxRelay(options: RelayOptions): { stop(): Promise<void> } {
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
        SELECT id, kind, name, payload, run_at AS "runAt" FROM outbox WHERE dispatched_at IS NULL
        ORDER BY id LIMIT ${BATCH} FOR UPDATE SKIP LOCKED`.execute(tx);
      if (rows.length === 0) return 0;
      for (const row of rows) await (row.kind === "job" ? options.dispatchJob(row) : options.publish(row));
      const ids = (kind: OutboxRow["kind"]) => rows.filter((row) => row.kind === kind).map((row) => row.id);
      await sql`UPDATE outbox SET dispatched_at = now() WHERE id = ANY (${ids("job")}::bigint[])`.execute(tx);
      await sql`DELETE FROM outbox WHERE id = ANY (${ids("live")}::bigint[])`.execute(tx);
      return rows.length;
    });
  }

  async function carryAgain(): Promise<void> {
    const { rows } = await sql<OutboxRow>`
      UPDATE outbox SET dispatched_at = now() WHERE id IN (
        SELECT id FROM outbox WHERE dispatched_at IS NOT NULL AND failed_at IS NULL
          AND greatest(dispatched_at, run_at) < now() - make_interval(secs => ${AGAIN_AFTER_SECONDS})
        ORDER BY id LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)
      RETURNING id, kind, name, payload, run_at AS "runAt"`.execute(options.db);
    for (const row of rows) await options.dispatchJob(row);
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
        if (performance.now() - lastAgain > 15_000) {
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

/** The job is done: its row goes. */
export async function outboxDone(db: Database, id: string): Promise<void> {
  await db.deleteFrom("outbox").where("id", "=", id).execute();
}

/** The job will not be tried again by itself; the administrator sees it. */
export async function outboxFailed(db: Database, id: string, failure: string): Promise<void> {
  await db.updateTable("outbox").set({ failed_at: new Date(), failure }).where("id", "=", id).execute();
}
