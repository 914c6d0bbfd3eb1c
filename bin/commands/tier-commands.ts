import { sql } from "kysely";
import type { Database } from "../../core/infra/postgres/database.ts";
import type { Settings } from "../../core/infra/settings.ts";
import type { Options } from "./options.ts";

export async function tierStatus(
  db: Database,
  _words: readonly string[],
  _options: Options,
  settings: Settings,
): Promise<number> {
  const { rows } = await sql<{ tier: string; instances: string; bytes: string }>`
    SELECT tier, count(i.id) AS instances, coalesce(sum(i.byte_length), 0) AS bytes
    FROM (VALUES ('hot', false), ('cold', true)) AS t (tier, is_cold)
    LEFT JOIN instance i ON (i.blob_key LIKE 'cold/%') = t.is_cold GROUP BY tier, is_cold ORDER BY is_cold`.execute(db);
  for (const { tier, instances, bytes } of rows) console.log(`${tier}: ${instances} instances, ${bytes} bytes`);
  const waiting = await sql<{ n: string }>`
    SELECT count(*) AS n FROM doomed_blob WHERE swept_at IS NULL`.execute(db);
  console.log(`${waiting.rows[0]?.n ?? 0} blobs to be swept`);
  if (!settings.cold) console.log("no cold store is set: HUB_COLD_DATA or HUB_COLD_S3_ENDPOINT");
  return 0;
}
