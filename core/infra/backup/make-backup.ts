import { createReadStream, createWriteStream } from "node:fs";
import { access, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import { pipeline } from "node:stream/promises";
import { sql } from "kysely";
import type { BlobStore } from "../../ports.ts";
import { isBlobKey } from "../blob/blob-key.ts";
import { keyInStore } from "../blob/cold-key.ts";
import type { HubTx } from "../postgres/as-actor.ts";
import type { Database } from "../postgres/database.ts";
import { withoutSweeps } from "../postgres/sweep-lock.ts";
import { type BackupManifest, MANIFEST } from "./backup-manifest.ts";
import { backupTables, migrationNames } from "./backup-tables.ts";

const PAGE = 1000;

/**
 * Writes what was acknowledged into a folder, beside a running hub: every row as of one moment, then each original that the
 * rows name and the folder does not have yet. The same folder again takes what has come since, and loses what was deleted. It
 * holds patients' data as the archive does: only its owner may read it.
 */
export function makeBackup(db: Database, blobs: BlobStore, folder: string, now: number): Promise<BackupManifest> {
  return withoutSweeps(db, () => writeBackup(db, blobs, folder, now));
}

async function writeBackup(db: Database, blobs: BlobStore, folder: string, now: number): Promise<BackupManifest> {
  const tables = `tables-${now}`;
  await mkdir(path.join(folder, tables), { recursive: true, mode: 0o700 });
  await mkdir(path.join(folder, "blobs"), { recursive: true, mode: 0o700 });
  const moment = await db
    .transaction()
    .setIsolationLevel("repeatable read")
    .execute(async (tx) => {
      const rows: Record<string, number> = {};
      for (const table of await backupTables(tx)) rows[table] = await writeTable(tx, table, path.join(folder, tables));
      return { rows, migrations: [...(await migrationNames(tx))] };
    });
  // an original is never changed, nor swept while this runs: it is copied without holding the moment for as long as that takes
  const manifest: BackupManifest = {
    version: 1,
    madeAt: new Date(now).toISOString(),
    migrations: moment.migrations,
    tables,
    rows: moment.rows,
    blobs: await copyBlobs(blobs, path.join(folder, tables, "instance.ndjson"), path.join(folder, "blobs")),
  };
  await writeWhole(path.join(folder, MANIFEST), JSON.stringify(manifest, null, 2));
  for (const name of await readdir(folder))
    if (name.startsWith("tables-") && name !== tables) await rm(path.join(folder, name), { recursive: true });
  await removeSwept(path.join(folder, tables, "doomed_blob.ndjson"), path.join(folder, "blobs"));
  return manifest;
}

async function writeTable(tx: HubTx, table: string, folder: string): Promise<number> {
  await sql`DECLARE rows NO SCROLL CURSOR FOR SELECT to_jsonb(t)::text AS line FROM ${sql.table(table)} t`.execute(tx);
  let count = 0;
  async function* lines() {
    for (;;) {
      const { rows } = await sql<{ line: string }>`FETCH ${sql.lit(PAGE)} FROM rows`.execute(tx);
      if (rows.length === 0) return;
      count += rows.length;
      yield rows.map(({ line }) => `${line}\n`).join("");
    }
  }
  await pipeline(lines(), createWriteStream(path.join(folder, `${table}.ndjson`), { mode: 0o600, flush: true }));
  await sql`CLOSE rows`.execute(tx);
  return count;
}

/** Those that the rows just written name: some of them may have been deleted in the meantime. */
async function copyBlobs(blobs: BlobStore, rows: string, folder: string): Promise<number> {
  let count = 0;
  for await (const line of createInterface({ input: createReadStream(rows) })) {
    const { blob_key } = JSON.parse(line) as { readonly blob_key: string };
    await copyBlob(blobs, blob_key, path.join(folder, blob_key));
    count++;
  }
  return count;
}

/** What was deleted from the archive is not kept here either. */
async function removeSwept(rows: string, folder: string): Promise<void> {
  for await (const line of createInterface({ input: createReadStream(rows) })) {
    const { blob_key, swept_at } = JSON.parse(line) as { readonly blob_key: string; readonly swept_at: string | null };
    if (swept_at !== null && isBlobKey(keyInStore(blob_key))) await rm(path.join(folder, blob_key), { force: true });
  }
}

async function copyBlob(blobs: BlobStore, key: string, file: string): Promise<void> {
  const isThere = await access(file).then(
    () => true,
    () => false,
  );
  if (isThere) return;
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  await pipeline(await blobs.open(key), createWriteStream(`${file}.part`, { mode: 0o600, flush: true }));
  await rename(`${file}.part`, file);
}

async function writeWhole(file: string, text: string): Promise<void> {
  const handle = await open(`${file}.part`, "w", 0o600);
  await handle.writeFile(text);
  await handle.sync();
  await handle.close();
  await rename(`${file}.part`, file);
}
