import { sql } from "kysely";
import type { Database } from "./database.ts";

/** False when another process is at this work already. The lock goes with the connection, also when the process dies. */
export async function alone(db: Database, name: string, work: () => Promise<void>): Promise<boolean> {
  return db.connection().execute(async (connection) => {
    const { rows } = await sql<{
      got: boolean;
    }>`SELECT pg_try_advisory_lock(hashtextextended(${name}, 0)) AS got`.execute(connection);
    if (!rows[0]?.got) return false;
    try {
      await work();
    } finally {
      await sql`SELECT pg_advisory_unlock(hashtextextended(${name}, 0))`.execute(connection);
    }
    return true;
  });
}
