import type { Database } from "./database.ts";

/** What is held without an end is looked at again after so long; ending the hold wakes it at once. */
const LOOK_AGAIN_MS = 900_000;

/** Until when nothing is to go there because an administrator said so; null when nobody did, or no longer. */
export async function findHold(db: Database, aeTitle: string): Promise<Date | null> {
  const row = await db
    .selectFrom("destination_hold")
    .select("until")
    .where("ae_title", "=", aeTitle)
    .executeTakeFirst();
  if (!row) return null;
  if (row.until === null) return new Date(Date.now() + LOOK_AGAIN_MS);
  return row.until.getTime() > Date.now() ? row.until : null;
}
