import { sql } from "kysely";
import type { Database } from "../../core/infra/postgres/database.ts";
import { storedFigures } from "../../core/infra/postgres/stored-figures.ts";
import type { Settings } from "../../core/infra/settings.ts";
import type { Options } from "./options.ts";

export async function tierStatus(
  db: Database,
  _words: readonly string[],
  _options: Options,
  settings: Settings,
): Promise<number> {
  for (const [tier, { instances, bytes }] of Object.entries(await storedFigures(db)))
    console.log(`${tier}: ${instances} instances, ${bytes} bytes`);
  const waiting = await sql<{ n: string }>`
    SELECT count(*) AS n FROM doomed_blob WHERE swept_at IS NULL`.execute(db);
  console.log(`${waiting.rows[0]?.n ?? 0} blobs to be swept`);
  if (!settings.cold) console.log("no cold store is set: HUB_COLD_DATA or HUB_COLD_S3_ENDPOINT");
  return 0;
}
