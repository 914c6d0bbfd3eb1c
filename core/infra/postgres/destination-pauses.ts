import { sql } from "kysely";
import type { Database } from "./database.ts";

/** So long after the first failure, then twice as long each time. */
const FIRST_S = 5;
const LONGEST_S = 900;

/** Until when a destination is left alone, in the past when it is to be tried again; null while it answers. */
export async function findPause(db: Database, aeTitle: string): Promise<Date | null> {
  const row = await db
    .selectFrom("destination_pause")
    .select("until")
    .where("ae_title", "=", aeTitle)
    .executeTakeFirst();
  return row?.until ?? null;
}

/** It could not be spoken to, or not to the end. What fails while it is left alone had begun before, and counts once. */
export async function lengthenPause(db: Database, aeTitle: string): Promise<void> {
  await sql`
    INSERT INTO destination_pause AS p (ae_title, failures, until)
    VALUES (${aeTitle}, 1, now() + make_interval(secs => ${FIRST_S}))
    ON CONFLICT (ae_title) DO UPDATE SET failures = p.failures + 1,
      until = now() + make_interval(secs => least(${LONGEST_S}, ${FIRST_S} * power(2, least(p.failures, 20))))
      WHERE p.until <= now()`.execute(db);
}

export async function endPause(db: Database, aeTitle: string): Promise<void> {
  await db.deleteFrom("destination_pause").where("ae_title", "=", aeTitle).execute();
}
