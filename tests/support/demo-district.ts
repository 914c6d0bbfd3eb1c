import { readdir } from "node:fs/promises";
import path from "node:path";
import { sql } from "kysely";
import type pg from "pg";
import type { Actor } from "../../core/access/actor.ts";
import { openFileBlobStore } from "../../core/infra/blob/file-blob-store.ts";
import { seedDemoDistrict } from "../../core/infra/demo/seed-demo.ts";
import { postgresArchiveIndex } from "../../core/infra/postgres/archive-index.ts";
import { type Database, openDatabase } from "../../core/infra/postgres/database.ts";
import { migrate } from "../../core/infra/postgres/migrate.ts";
import { type InReadingTransaction, readingTransactions } from "../../core/infra/postgres/reading-transaction.ts";
import type { BlobStore, InstanceReceiver, InstanceSource, StoreOutcome } from "../../core/ports.ts";
import { instanceReceiver } from "../../core/study/receive-instance.ts";
import { createTestDataFolder } from "./test-data-folder.ts";
import { createTestDatabase } from "./test-postgres.ts";

export const DEMO_PASSWORD = "a-password-for-tests";

/** The demo district on a database and a data folder of its own, without its studies. */
export interface DemoDistrict {
  readonly databaseUrl: string;
  readonly dataDir: string;
  readonly db: Database;
  readonly pool: pg.Pool;
  readonly blobs: BlobStore;
  readonly receiver: InstanceReceiver;
  readonly inReadingTransaction: InReadingTransaction;
  /** As the sign-in gives it. */
  actor(username: string): Promise<Actor>;
  store(source: InstanceSource, file: Uint8Array, chunkBytes?: number): Promise<StoreOutcome>;
  rowCount(table: string): Promise<number>;
  /** Names of the files under blobs/ and incoming/. */
  files(): Promise<{ readonly blobs: readonly string[]; readonly incoming: readonly string[] }>;
  close(): Promise<void>;
}

export const YANJI: InstanceSource = { siteId: "yanji", via: "dimse", sender: "CT_YANJI" };
export const CHANGBAI: InstanceSource = { siteId: "changbai", via: "dimse", sender: "CT_CHANGBAI" };

export async function openDemoDistrict(
  options: { readonly databaseUrl?: string; readonly max?: number } = {},
): Promise<DemoDistrict> {
  const databaseUrl = options.databaseUrl ?? (await createTestDatabase());
  const dataDir = await createTestDataFolder();
  const { db, pool, close } = openDatabase(databaseUrl, { max: options.max ?? 8 });
  await migrate(db);
  await seedDemoDistrict(db, DEMO_PASSWORD);
  const blobs = await openFileBlobStore(dataDir);
  const receiver = instanceReceiver(blobs, postgresArchiveIndex(pool));
  return {
    databaseUrl,
    dataDir,
    db,
    pool,
    blobs,
    receiver,
    inReadingTransaction: readingTransactions(db, Date.now),
    actor: async (username) => {
      const account = await db
        .selectFrom("account")
        .select(["id", "username", "display_name"])
        .where("username", "=", username)
        .executeTakeFirstOrThrow();
      const roles = await db.selectFrom("account_role").selectAll().where("account_id", "=", account.id).execute();
      return {
        accountId: account.id,
        username: account.username,
        displayName: account.display_name,
        grants: roles.map((row) => ({ siteId: row.site_id, role: row.role as Actor["grants"][number]["role"] })),
      };
    },
    store: (source, file, chunkBytes) => storeFile(receiver, source, file, chunkBytes),
    rowCount: async (table) => {
      const { rows } = await sql<{ count: string }>`SELECT count(*) FROM ${sql.table(table)}`.execute(db);
      return Number(rows[0]?.count);
    },
    files: async () => ({
      blobs: await filesUnder(path.join(dataDir, "blobs")),
      incoming: await filesUnder(path.join(dataDir, "incoming")),
    }),
    close,
  };
}

/** As the DICOM port and STOW-RS do it: in pieces, and away with it when a piece is refused. */
export async function storeFile(
  receiver: InstanceReceiver,
  source: InstanceSource,
  file: Uint8Array,
  chunkBytes = 16 * 1024,
): Promise<StoreOutcome> {
  const incoming = await receiver.receivePart10(source);
  try {
    for (let at = 0; at < file.length; at += chunkBytes)
      await incoming.write(Buffer.from(file.subarray(at, at + chunkBytes)));
  } catch (error) {
    await incoming.abort();
    throw error;
  }
  return incoming.store();
}

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}
