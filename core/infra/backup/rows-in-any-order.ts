import { sql } from "kysely";
import type { HubTx } from "../postgres/as-actor.ts";

interface ForeignKey {
  readonly table: string;
  readonly name: string;
}

/**
 * Has rows written in any order and past the triggers, which are meant for what happens, not for rows that were whole
 * together. Foreign keys are checked at the end; then everything stands as before. Asks no more of the database's user than
 * that the tables are its own. Locks them against everybody.
 */
export async function rowsInAnyOrder(tx: HubTx, tables: readonly string[], write: () => Promise<void>): Promise<void> {
  const { rows: keys } = await sql<ForeignKey>`
    SELECT c.relname AS "table", k.conname AS name FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
    WHERE k.contype = 'f' AND NOT k.condeferrable AND c.relname = ANY (${tables}) AND c.relnamespace = 'public'::regnamespace
    ORDER BY 1, 2`.execute(tx);
  for (const table of tables) await sql`ALTER TABLE ${sql.table(table)} DISABLE TRIGGER USER`.execute(tx);
  for (const { table, name } of keys)
    await sql`ALTER TABLE ${sql.table(table)} ALTER CONSTRAINT ${sql.ref(name)} DEFERRABLE INITIALLY DEFERRED`.execute(
      tx,
    );
  await write();
  await sql`SET CONSTRAINTS ALL IMMEDIATE`.execute(tx);
  for (const { table, name } of keys)
    await sql`ALTER TABLE ${sql.table(table)} ALTER CONSTRAINT ${sql.ref(name)} NOT DEFERRABLE`.execute(tx);
  for (const table of tables) await sql`ALTER TABLE ${sql.table(table)} ENABLE TRIGGER USER`.execute(tx);
}
