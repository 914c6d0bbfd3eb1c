import { sql } from "kysely";
import type { Database } from "./database.ts";

/**
 * A backup names blobs in its rows first and copies them after, so that none may be swept meanwhile: whoever copies holds
 * this with others, whoever sweeps holds it alone. It goes with the connection, also when the process dies.
 */
const KEY = sql`hashtextextended('hub blob sweep', 0)`;

/** Waits for a sweep under way, which is short. */
export function withoutSweeps<T>(db: Database, work: () => Promise<T>): Promise<T> {
  return db.connection().execute(async (connection) => {
    await sql`SELECT pg_advisory_lock_shared(${KEY})`.execute(connection);
    try {
      return await work();
    } finally {
      await sql`SELECT pg_advisory_unlock_shared(${KEY})`.execute(connection);
    }
  });
}

/** Null when blobs are being copied: later, then. */
export function asOnlySweep<T>(db: Database, work: () => Promise<T>): Promise<T | null> {
  return db.connection().execute(async (connection) => {
    const { rows } = await sql<{ got: boolean }>`SELECT pg_try_advisory_lock(${KEY}) AS got`.execute(connection);
    if (!rows[0]?.got) return null;
    try {
      return await work();
    } finally {
      await sql`SELECT pg_advisory_unlock(${KEY})`.execute(connection);
    }
  });
}
