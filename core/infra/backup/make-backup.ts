import { createWriteStream } from "node:fs";
import { access, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { sql } from "kysely";
import type { BlobStore } from "../../ports.ts";
import type { HubTx } from "../postgres/as-actor.ts";
import type { Database } from "../postgres/database.ts";
import { type BackupManifest, MANIFEST } from "./backup-manifest.ts";
import { backupTables, migrationNames } from "./backup-tables.ts";

const PAGE = 1000;

/**
 * Writes what was acknowledged into a folder, beside a running hub: every row as of one moment, then each original that the
 * rows name and the folder does not have yet. The same folder again takes what has come since. It holds patients' data as the
 * archive does: only its owner may read it.
 */
export async function makeBackup(db: Database, blobs: BlobStore, folder: string, now: number): Promise<BackupManifest> {
  const tables = `tables-${now}`;
  await mkdir(path.join(folder, tables), { recursive: true, mode: 0o700 });
  await mkdir(path.join(folder, "blobs"), { recursive: true, mode: 0o700 });
  const moment = await db
    .transaction()
    .setIsolationLevel("repeatable read")
    .execute(async (tx) => {
      const rows: Record<string, number> = {};
      for (const table of await backupTables(tx)) rows[table] = await writeTable(tx, table, path.join(folder, tables));
      const last = await tx
        .selectFrom("instance")
        .select((of) => of.fn.max("id").as("id"))
        .executeTakeFirst();
      return { rows, migrations: [...(await migrationNames(tx))], lastInstanceId: last?.id ?? "0" };
    });
  // an original is never changed or taken away: it is copied without holding the moment for as long as that takes
  const manifest: BackupManifest = {
    version: 1,
    madeAt: new Date(now).toISOString(),
    migrations: moment.migrations,
    tables,
    rows: moment.rows,
    blobs: await copyBlobs(db, blobs, path.join(folder, "blobs"), moment.lastInstanceId),
  };
  await writeWhole(path.join(folder, MANIFEST), JSON.stringify(manifest, null, 2));
  for (const name of await readdir(folder))
    if (name.startsWith("tables-") && name !== tables) await rm(path.join(folder, name), { recursive: true });
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

/** Those of what came later are copied as well where their numbers are smaller: more than the rows name does no harm. */
async function copyBlobs(db: Database, blobs: BlobStore, folder: string, lastInstanceId: string): Promise<number> {
  let count = 0;
  let after = "0";
  for (;;) {
    const rows = await db
      .selectFrom("instance")
      .select(["id", "blob_key"])
      .where("id", ">", after)
      .where("id", "<=", lastInstanceId)
      .orderBy("id")
      .limit(PAGE)
      .execute();
    if (rows.length === 0) return count;
    for (const { blob_key } of rows) {
      await copyBlob(blobs, blob_key, path.join(folder, blob_key));
      count++;
    }
    after = rows.at(-1)?.id ?? after;
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
