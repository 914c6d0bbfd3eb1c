import { sql } from "kysely";
import type { Database } from "./database.ts";

/**
 * Of these blob keys, those that some row names. Which tables name blobs is said in one place, `hub_named_blobs`. Waits for
 * the receivers' transactions under way: one whose process was killed at its commit may still come to be.
 */
export const namedKeys =
  (db: Database) =>
  (keys: readonly string[]): Promise<ReadonlySet<string>> =>
    db.transaction().execute(async (tx) => {
      await sql`SET LOCAL lock_timeout = '10s'`.execute(tx);
      await sql`LOCK TABLE instance, series_object, doomed_blob, study_export IN SHARE MODE`.execute(tx);
      const { rows } = await sql<{ key: string }>`SELECT key FROM hub_named_blobs(${keys}::text[]) AS key`.execute(tx);
      return new Set(rows.map(({ key }) => key));
    });
