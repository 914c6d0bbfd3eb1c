import { createReadStream } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { sql } from "kysely";
import { DomainError } from "../../errors.ts";
import type { BlobStore, BlobWriter } from "../../ports.ts";
import { isBlobKey, originOf } from "../blob/blob-key.ts";
import { keyInStore } from "../blob/cold-key.ts";
import type { HubTx } from "../postgres/as-actor.ts";
import type { Database } from "../postgres/database.ts";
import { isUndone } from "../postgres/is-undone.ts";
import { type BackupManifest, readManifest } from "./backup-manifest.ts";
import { backupTables, migrationNames } from "./backup-tables.ts";

import { rowsInAnyOrder } from "./rows-in-any-order.ts";

const BATCH = 500;

/**
 * Puts a backup into an archive without a study, in place of the rows that are there: first the originals, under keys of this
 * store, then every row in one transaction. Throws `archive-not-empty`, and `request-invalid` for no backup or one of another
 * version, or whose rows do not hold together.
 */
export async function restoreBackup(db: Database, blobs: BlobStore, folder: string): Promise<BackupManifest> {
  const manifest = await readManifest(folder);
  if ((await db.selectFrom("study").select("id").limit(1).execute()).length > 0)
    throw new DomainError("archive-not-empty");
  const written: BlobWriter[] = [];
  let isWritten = false;
  try {
    await db.transaction().execute(async (tx) => {
      if ((await migrationNames(tx)).join() !== manifest.migrations.join())
        throw new DomainError("request-invalid", { where: "--from" });
      // between two statements lie the writes of hundreds of originals
      await sql`SET LOCAL idle_in_transaction_session_timeout = 0`.execute(tx);
      const tables = await backupTables(tx);
      const emptied = [...tables, "series_object", "session"];
      await rowsInAnyOrder(tx, emptied, async () => {
        await sql`TRUNCATE ${sql.join(emptied.map((table) => sql.table(table)))}`.execute(tx);
        for (const table of tables) {
          const file = path.join(folder, manifest.tables, `${table}.ndjson`);
          const change = table === "instance" ? (row: Row) => withOwnBlob(blobs, folder, row, written) : null;
          const count = await insertRows(tx, table, file, change);
          if (count !== manifest.rows[table]) throw new DomainError("request-invalid", { where: "--from" });
        }
      });
      // every original lies in the first store now, and what was doomed was left behind
      await sql`UPDATE study SET cold_at = NULL WHERE cold_at IS NOT NULL`.execute(tx);
      await sql`UPDATE stored_figure SET is_cold = false WHERE is_cold`.execute(tx);
      await sql`DELETE FROM doomed_blob WHERE swept_at IS NULL`.execute(tx);
      await setSequences(tx, tables);
      // the zips of exports are no originals, and are not in a backup
      await sql`UPDATE study_export SET blob_key = NULL, byte_length = NULL`.execute(tx);
      await sql`INSERT INTO outbox (kind, name, payload)
        SELECT 'job', 'prepare-study', jsonb_build_object('studyId', id::text) FROM study WHERE state = 'complete'`.execute(
        tx,
      );
      isWritten = true;
    });
  } catch (error) {
    // a commit that was not answered may have been one: then the marks have the sweep find out which blobs have a row
    if (!isWritten || isUndone(error)) for (const writer of written) await writer.discard();
    throw isBrokenKey(error) ? new DomainError("request-invalid", { where: "--from" }, { cause: error }) : error;
  }
  for (const writer of written) writer.unmark();
  return manifest;
}

/** SQLSTATE foreign_key_violation. */
function isBrokenKey(error: unknown): boolean {
  return (error as { readonly code?: unknown } | null)?.code === "23503";
}

type Row = Record<string, unknown>;

/** The row with the key under which its original is in this store. */
async function withOwnBlob(blobs: BlobStore, folder: string, row: Row, written: BlobWriter[]): Promise<Row> {
  const key = String(row.blob_key);
  if (!isBlobKey(keyInStore(key))) throw new DomainError("request-invalid", { where: "--from" });
  const origin = originOf(keyInStore(key));
  const writer = await blobs.create({ marked: true, ...(origin && { origin }) });
  written.push(writer);
  for await (const chunk of createReadStream(path.join(folder, "blobs", key))) await writer.write(chunk as Buffer);
  await writer.seal();
  return { ...row, blob_key: writer.key };
}

async function insertRows(
  tx: HubTx,
  table: string,
  file: string,
  change: ((row: Row) => Promise<Row>) | null,
): Promise<number> {
  let batch: Row[] = [];
  let count = 0;
  const insert = async () => {
    await sql`INSERT INTO ${sql.table(table)} OVERRIDING SYSTEM VALUE
      SELECT * FROM jsonb_populate_recordset(NULL::${sql.table(table)}, ${JSON.stringify(batch)}::jsonb)`.execute(tx);
    count += batch.length;
    batch = [];
  };
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const row = JSON.parse(line) as Row;
    batch.push(change ? await change(row) : row);
    if (batch.length === BATCH) await insert();
  }
  if (batch.length > 0) await insert();
  return count;
}

/** The next row's number comes after those that are there. */
async function setSequences(tx: HubTx, tables: readonly string[]): Promise<void> {
  const { rows } = await sql<{ table: string; column: string }>`
    SELECT c.relname AS "table", a.attname AS "column" FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE a.attidentity <> '' AND c.relname = ANY (${tables})`.execute(tx);
  for (const { table, column } of rows)
    await sql`SELECT setval(pg_get_serial_sequence(${table}, ${column}),
      greatest(1, (SELECT max(${sql.ref(column)}) FROM ${sql.table(table)})))`.execute(tx);
}
