import { randomUUID } from "node:crypto";
import { cp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeBackup } from "../../core/infra/backup/make-backup.ts";
import { restoreBackup } from "../../core/infra/backup/restore-backup.ts";
import { sealAudit, verifyAudit } from "../../core/infra/postgres/audit-chain.ts";
import { type Database, openDatabase } from "../../core/infra/postgres/database.ts";
import { migrate } from "../../core/infra/postgres/migrate.ts";
import { verifyArchive } from "../../core/infra/postgres/verify-archive.ts";
import { CHANGBAI, type DemoDistrict, openDemoDistrict, YANJI } from "../support/demo-district.ts";
import { smallCt, smallEcg } from "../support/small-studies.ts";
import { createTestDataFolder } from "../support/test-data-folder.ts";
import { createTestDatabase } from "../support/test-postgres.ts";

let from: DemoDistrict;
let into: DemoDistrict;
let folder: string;
beforeAll(async () => {
  [from, into, folder] = await Promise.all([openDemoDistrict(), openDemoDistrict(), createTestDataFolder()]);
  for (const { bytes } of smallCt({ slices: 3 })) await from.store(YANJI, bytes);
  await from.store(CHANGBAI, smallEcg().bytes);
  await sealAudit(from.db);
});
afterAll(() => Promise.all([from.close(), into.close()]));

/** Every row but what is of its own archive: where a blob lies, and the jobs to come. */
async function contents(db: Database): Promise<Record<string, unknown>> {
  const tables = [
    "site",
    "account",
    "account_role",
    "patient",
    "study",
    "series",
    "instance",
    "study_access",
    "audit_event",
    "audit_seal",
  ];
  const read = async (table: string) => {
    const { rows } = await sql<{
      row: string;
    }>`SELECT (to_jsonb(t) - 'blob_key')::text AS row FROM ${sql.table(table)} t ORDER BY 1`.execute(db);
    return [table, rows.map(({ row }) => row)];
  };
  return Object.fromEntries(await Promise.all(tables.map(read)));
}

/** The database under an account that is no superuser, and owns it. */
async function ordinaryOwner(databaseUrl: string): Promise<string> {
  const { db, close } = openDatabase(databaseUrl, { max: 1 });
  const name = `owner_${randomUUID().slice(0, 8)}`;
  const password = randomUUID();
  await migrate(db); // hub_app is there then, and the owner becomes a member of it
  await sql`CREATE ROLE ${sql.ref(name)} LOGIN PASSWORD ${sql.lit(password)}`.execute(db);
  await sql`GRANT hub_app TO ${sql.ref(name)}`.execute(db);
  const { pathname } = new URL(databaseUrl);
  await sql`ALTER DATABASE ${sql.ref(pathname.slice(1))} OWNER TO ${sql.ref(name)}`.execute(db);
  await sql`DROP SCHEMA public CASCADE`.execute(db);
  await sql`CREATE SCHEMA public AUTHORIZATION ${sql.ref(name)}`.execute(db);
  await sql`ALTER ROLE ${sql.ref(name)} CREATEROLE`.execute(db);
  await close();
  const url = new URL(databaseUrl);
  [url.username, url.password] = [name, password];
  return url.href;
}

describe("a backup", () => {
  test("is put into an empty archive, and everything is there as it was", async () => {
    const made = await makeBackup(from.db, from.blobs, folder, 1000);
    expect(made).toMatchObject({ blobs: 4, rows: { study: 2, instance: 4 } });
    await restoreBackup(into.db, into.blobs, folder);
    expect(await contents(into.db)).toEqual(await contents(from.db));
    expect(await verifyArchive(into.db, into.blobs)).toMatchObject({ whole: 4, damaged: [], missing: [], orphans: 0 });
    expect(await verifyAudit(into.db)).toMatchObject({ brokenAt: null });
    expect((await into.files()).incoming).toEqual([]);
    // what comes next gets numbers of its own
    const [late] = smallCt({ slices: 1 });
    await into.store(YANJI, late?.bytes ?? Buffer.of());
    expect(await into.rowCount("study")).toBe(3);
  });

  test("goes into a database whose user may nothing but own it; its keys and triggers stand as before", async () => {
    const owned = await openDemoDistrict({ databaseUrl: await ordinaryOwner(await createTestDatabase()) });
    const rules = async () => {
      const { rows } = await sql<{ rule: string }>`
        SELECT conrelid::regclass || ' ' || conname || ' ' || condeferrable || ' ' || convalidated AS rule FROM pg_constraint WHERE contype = 'f'
        UNION ALL SELECT tgrelid::regclass || ' ' || tgname || ' ' || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal
        ORDER BY 1`.execute(owned.db);
      return rows.map(({ rule }) => rule);
    };
    const before = await rules();
    await restoreBackup(owned.db, owned.blobs, folder);
    expect(await contents(owned.db)).toEqual(await contents(from.db));
    expect(await verifyArchive(owned.db, owned.blobs)).toMatchObject({
      whole: 4,
      damaged: [],
      missing: [],
      orphans: 0,
    });
    expect(before.length).toBeGreaterThan(20);
    expect(await rules()).toEqual(before);
    await expect(sql`TRUNCATE audit_event`.execute(owned.db)).rejects.toThrow("never changed");
    await owned.close();
  });

  test("whose rows do not hold together is refused", async () => {
    const broken = path.join(await createTestDataFolder(), "broken");
    await cp(folder, broken, { recursive: true });
    const file = path.join(broken, "tables-1000", "series.ndjson");
    const text = await readFile(file, "utf8");
    await writeFile(file, text.replace(/"study_id": \d+/, '"study_id": 999999'));
    const third = await openDemoDistrict();
    await expect(restoreBackup(third.db, third.blobs, broken)).rejects.toMatchObject({ code: "request-invalid" });
    expect(await third.rowCount("study")).toBe(0);
    expect(await third.files()).toEqual({ blobs: [], incoming: [] });
    await third.close();
  });

  test("into the same folder again takes what is new, and keeps one set of rows", async () => {
    const files = async () =>
      (await readdir(path.join(folder, "blobs"), { recursive: true, withFileTypes: true })).filter((e) => e.isFile());
    const before = await files();
    const times = await Promise.all(before.map((e) => stat(path.join(e.parentPath, e.name)).then((s) => s.mtimeMs)));
    const [late] = smallCt({ slices: 1 });
    await from.store(YANJI, late?.bytes ?? Buffer.of());
    expect(await makeBackup(from.db, from.blobs, folder, 2000)).toMatchObject({ blobs: 5 });
    expect(await files()).toHaveLength(5);
    expect(await Promise.all(before.map((e) => stat(path.join(e.parentPath, e.name)).then((s) => s.mtimeMs)))).toEqual(
      times,
    );
    expect((await readdir(folder)).filter((name) => name.startsWith("tables"))).toEqual(["tables-2000"]);
  });

  test("is refused where there are studies, and when it is not whole; nothing is changed", async () => {
    await expect(restoreBackup(from.db, from.blobs, folder)).rejects.toMatchObject({ code: "archive-not-empty" });
    const third = await openDemoDistrict();
    await rm(path.join(folder, "tables-2000", "instance.ndjson"));
    await writeFile(path.join(folder, "tables-2000", "instance.ndjson"), "");
    await expect(restoreBackup(third.db, third.blobs, folder)).rejects.toMatchObject({ code: "request-invalid" });
    await expect(restoreBackup(third.db, third.blobs, path.join(folder, "blobs"))).rejects.toMatchObject({
      code: "request-invalid",
    });
    expect(await third.rowCount("study")).toBe(0);
    expect(await third.rowCount("account")).toBeGreaterThan(0);
    expect(await third.files()).toEqual({ blobs: [], incoming: [] });
    await third.close();
  });
});
