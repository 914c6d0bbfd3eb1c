import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import type { Tables } from "./tables.ts";

export type Database = Kysely<Tables>;

export interface DatabaseHandle {
  readonly db: Database;
  /** For what Kysely does not do: LISTEN, and the receive path's prepared batches. */
  readonly pool: pg.Pool;
  close(): Promise<void>;
}

/**
 * What is left of a server that was killed may still take connections and never say a word: a connection that is not there
 * after so long is tried anew. Waiting for a free one of the pool may take longer.
 */
const CONNECT_MS = 2500;

class PromptClient extends pg.Client {
  constructor(config: pg.ClientConfig = {}) {
    super({ ...config, connectionTimeoutMillis: CONNECT_MS });
  }
}

/**
 * A pool on `url`. A statement that runs over a minute is ended, so that no query holds a connection for ever;
 * a broken idle connection is replaced by the pool and only logged.
 */
export function openDatabase(
  url: string,
  options: { readonly max?: number; onError?: (error: Error) => void } = {},
): DatabaseHandle {
  const pool = new pg.Pool({
    Client: PromptClient,
    connectionString: url,
    max: options.max ?? 16,
    statement_timeout: 60_000,
    idle_in_transaction_session_timeout: 60_000,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  });
  pool.on("error", (error) => options.onError?.(error));
  // A connection that breaks while it is lent out tells nobody but its own listener, and without one ends the process.
  pool.on("connect", (client) => void client.on("error", (error) => options.onError?.(error)));
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  return { db, pool, close: () => db.destroy() };
}
