import { type Kysely, sql } from "kysely";
import type { Database } from "./database.ts";
import type { Tables } from "./tables.ts";

/**
 * Runs `work` while one name of each group is held, across all processes; false, and nothing was run, when a group has none
 * free. The locks go with the connection, also when the process dies.
 */
export async function holdLocks(
  db: Database,
  groups: readonly (readonly string[])[],
  work: () => Promise<void>,
): Promise<boolean> {
  return db.connection().execute(async (connection) => {
    const held: string[] = [];
    try {
      for (const group of groups) {
        const name = await firstFree(connection, group);
        if (name === null) return false;
        held.push(name);
      }
      await work();
      return true;
    } finally {
      // a connection that was lost has let them go already
      for (const name of held.reverse())
        await sql`SELECT pg_advisory_unlock(hashtextextended(${name}, 0))`.execute(connection).catch(() => undefined);
    }
  });
}

async function firstFree(connection: Kysely<Tables>, names: readonly string[]): Promise<string | null> {
  for (const name of names) {
    const { rows } = await sql<{
      got: boolean;
    }>`SELECT pg_try_advisory_lock(hashtextextended(${name}, 0)) AS got`.execute(connection);
    if (rows[0]?.got) return name;
  }
  return null;
}
