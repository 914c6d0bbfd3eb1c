import { sql } from "kysely";
import type { HubTx } from "../postgres/as-actor.ts";

/** Not worth keeping: who is signed in, what is made again from the instances, and the migrator's own lock. */
const LEFT_OUT = new Set(["session", "series_object", "kysely_migration", "kysely_migration_lock"]);

/** The tables that a backup holds, in the order of their names. */
export async function backupTables(tx: HubTx): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`
    SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname`.execute(
    tx,
  );
  return rows.map(({ name }) => name).filter((name) => !LEFT_OUT.has(name));
}

/** Which form the tables have: a backup goes back only into the same. */
export async function migrationNames(tx: HubTx): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`SELECT name FROM kysely_migration ORDER BY name`.execute(tx);
  return rows.map(({ name }) => name);
}
