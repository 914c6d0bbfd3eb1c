import { sql, type Transaction } from "kysely";
import type { Actor } from "../../access/actor.ts";
import type { Database } from "./database.ts";
import type { Tables } from "./tables.ts";

export type HubTx = Transaction<Tables>;

/**
 * Runs `work` in one transaction under row-level security: it sees and writes what this account may, whatever the
 * statements say.
 */
export function asActor<T>(db: Database, actor: Pick<Actor, "accountId">, work: (tx: HubTx) => Promise<T>): Promise<T> {
  return db.transaction().execute(async (tx) => {
    await sql`SELECT set_config('role', 'hub_app', true), set_config('hub.account_id', ${actor.accountId}, true)`.execute(
      tx,
    );
    return work(tx);
  });
}

/** Runs `work` as the hub itself: receivers, jobs, sign-in. Not under row-level security. */
export function asHub<T>(db: Database, work: (tx: HubTx) => Promise<T>): Promise<T> {
  return db.transaction().execute(work);
}
