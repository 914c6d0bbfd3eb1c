import { writeFile } from "node:fs/promises";
import path from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { frameReader } from "../../core/infra/archive/frame-reader.ts";
import { sweepDoomed } from "../../core/infra/archive/sweep-doomed.ts";
import { makeBackup } from "../../core/infra/backup/make-backup.ts";
import { restoreBackup } from "../../core/infra/backup/restore-backup.ts";
import { openBlobStore, openColdStore } from "../../core/infra/blob/open-blob-store.ts";
import { openCodecPool } from "../../core/infra/codec/codec-pool.ts";
import { enqueueColdStudies } from "../../core/infra/postgres/cold-studies.ts";
import { storedFigures } from "../../core/infra/postgres/stored-figures.ts";
import { verifyArchive } from "../../core/infra/postgres/verify-archive.ts";
import type { BlobStore } from "../../core/ports.ts";
import { coolStudy } from "../../worker/jobs/cool-study.ts";
import { prepareStudy } from "../../worker/jobs/prepare-study.ts";
import { type DemoDistrict, openDemoDistrict, YANJI } from "../support/demo-district.ts";
import { type HttpHub, openHttpHub } from "../support/http-hub.ts";
import { requestedTask } from "../support/reading-desk.ts";
import { smallCt } from "../support/small-studies.ts";
import { createTestDataFolder } from "../support/test-data-folder.ts";
import { createTestRedis } from "../support/test-redis.ts";

const HOURS_2 = 2 * 3600 * 1000;
let district: DemoDistrict;
let hub: HttpHub;
let blobs: BlobStore;
let cold: BlobStore;
beforeAll(async () => {
  district = await openDemoDistrict();
  const where = {
    s3: undefined,
    dataDir: district.dataDir,
    cold: { dataDir: await createTestDataFolder(), s3: undefined },
  } as const;
  blobs = await openBlobStore(where);
  const opened = await openColdStore(where);
  if (!opened) throw new Error("a cold store");
  cold = opened;
  hub = await openHttpHub({ ...district, blobs }, await createTestRedis());
  await district.db.updateTable("site").set({ cold_after_days: 90 }).where("id", "=", "yanji").execute();
});
afterAll(async () => {
  await hub.close();
  await district.close();
});

async function studyOf(daysWithoutAccess: number) {
  const files = smallCt({ slices: 3 });
  for (const { bytes } of files) await district.store(YANJI, bytes);
  const { studyInstanceUid: uid = "", seriesInstanceUid = "" } = files[0] ?? {};
  const { id } = await district.db
    .updateTable("study")
    .set({ state: "complete", accessed_at: new Date(Date.now() - daysWithoutAccess * 24 * 3600 * 1000) })
    .where("study_instance_uid", "=", uid)
    .returning("id")
    .executeTakeFirstOrThrow();
  const frame = `/dicom-web/studies/${uid}/series/${seriesInstanceUid}/instances/${files[0]?.sopInstanceUid}/frames/1`;
  return { id, uid, files, frame };
}

const keysOf = async (studyId: string) =>
  (
    await district.db.selectFrom("instance").select("blob_key").where("study_id", "=", studyId).orderBy("id").execute()
  ).map((row) => row.blob_key);
const cool = (studyId: string, stores: { cold: BlobStore | null } = { cold }) =>
  coolStudy({ db: district.db, blobs, ...stores, clock: Date.now })({ studyId });
const verify = () => verifyArchive(district.db, blobs);
async function asked(): Promise<readonly string[]> {
  await enqueueColdStudies(district.db, Date.now());
  const { rows } = await sql<{
    id: string;
  }>`SELECT payload ->> 'studyId' AS id FROM outbox WHERE name = 'cool-study'`.execute(district.db);
  return rows.map(({ id }) => id);
}

test("nobody looked at it for as long as its site says, and its reading is over: then a job, and one", async () => {
  const [old, young, read] = [await studyOf(91), await studyOf(89), await studyOf(91)];
  await requestedTask(district, read.uid, "tech");
  const jobs = await asked();
  expect(jobs).toContain(old.id);
  expect(jobs).not.toContain(young.id);
  expect(jobs).not.toContain(read.id);
  expect((await asked()).filter((id) => id === old.id)).toHaveLength(1);
});

test("originals are copied, compared, switched, and swept an hour later; reads go on all the while", async () => {
  const { id, uid, files, frame } = await studyOf(100);
  const codecs = openCodecPool({ threads: 1 });
  await prepareStudy({ db: district.db, blobs, codecs, giveWayMs: 0, frames: frameReader(blobs) })({ studyId: id });
  await codecs.close();
  const before = await keysOf(id);
  const cookie = await hub.signIn("tech");
  const get = async (address: string) => {
    const response = await fetch(`${hub.url}${address}`, { headers: { cookie, accept: "*/*" } });
    return response.status === 200 ? Buffer.from(await response.arrayBuffer()).length : response.status;
  };
  const frameBytes = await get(frame);
  const { rows } = await sql<{ recent: boolean }>`
    SELECT accessed_at > now() - interval '1 minute' AS recent FROM study WHERE id = ${id}`.execute(district.db);
  expect(rows).toEqual([{ recent: true }]); // looking at it was an access
  await district.db
    .updateTable("study")
    .set({ accessed_at: new Date(0) })
    .where("id", "=", id)
    .execute();

  await cool(id);
  await cool(id); // safe twice
  const after = await keysOf(id);
  expect(after.every((key) => key.startsWith("cold/"))).toBe(true);
  for (const [i, key] of after.entries())
    expect((await blobs.read(key)).equals(files[i]?.bytes ?? Buffer.of())).toBe(true);
  expect(await verify()).toMatchObject({ damaged: [], missing: [], orphans: 0, spoilt: 0 });
  expect(await get(frame)).toBe(frameBytes); // under the key that was read before
  expect(await sweepDoomed(district.db, blobs, Date.now())).toBe(0); // not within the hour
  expect(await sweepDoomed(district.db, blobs, Date.now() + HOURS_2)).toBe(3 + 1); // and the bundle
  for (const key of before) await expect(blobs.size(key)).rejects.toMatchObject({ code: "not-found" });
  await new Promise((resolve) => setTimeout(resolve, 5100)); // the catalogue looks again
  expect(await get(frame)).toBe(frameBytes);
  expect(await get(`/dicom-web/studies/${uid}/metadata`)).toBeGreaterThan(1000);
  expect(await verify()).toMatchObject({ damaged: [], missing: [], orphans: 0, spoilt: 0 });
});

test("killed in the middle, or written wrong: nothing is lost, and the next run goes on", async () => {
  const { id } = await studyOf(100);
  let copies = 0;
  const failing: BlobStore = {
    ...cold,
    create: async (options) => {
      copies += 1;
      const writer = await cold.create(options);
      const spoilt: typeof writer = {
        ...writer,
        key: writer.key,
        write: (chunk) => writer.write(copies === 2 ? Buffer.from(chunk).fill(0) : chunk),
      };
      return spoilt;
    },
  };
  await expect(cool(id, { cold: failing })).rejects.toMatchObject({ code: "storage-failed" });
  const keys = await keysOf(id);
  expect(keys.map((key) => key.startsWith("cold/"))).toEqual([true, false, false]);
  expect(await verify()).toMatchObject({ damaged: [], missing: [], orphans: 0 });
  await cool(id);
  expect((await keysOf(id)).every((key) => key.startsWith("cold/"))).toBe(true);
});

test("an original that is damaged is left where it is, for verify to tell of", async () => {
  const { id, files } = await studyOf(100);
  const [first = ""] = await keysOf(id);
  await writeFile(path.join(district.dataDir, "blobs", first), Buffer.alloc(files[0]?.bytes.length ?? 0));
  await cool(id);
  expect((await keysOf(id)).map((key) => key.startsWith("cold/"))).toEqual([false, true, true]);
  expect(await verify()).toMatchObject({ damaged: [files[0]?.sopInstanceUid], missing: [] });
  await writeFile(path.join(district.dataDir, "blobs", first), files[0]?.bytes ?? Buffer.of());
});

test("somebody looked at it meanwhile, or there is no cold store: it stays", async () => {
  const { id } = await studyOf(10);
  await cool(id);
  const other = await studyOf(100);
  await cool(other.id, { cold: null });
  for (const key of [...(await keysOf(id)), ...(await keysOf(other.id))]) expect(key).not.toMatch(/^cold/);
});

test("a backup of both stores is restored into one", async () => {
  const folder = await createTestDataFolder();
  await makeBackup(district.db, blobs, folder, 1000);
  const into = await openDemoDistrict();
  await restoreBackup(into.db, into.blobs, folder);
  expect(await verifyArchive(into.db, into.blobs)).toMatchObject({ damaged: [], missing: [], orphans: 0 });
  expect(await into.db.selectFrom("study").select("id").where("cold_at", "is not", null).execute()).toEqual([]);
  const [before, after] = [await storedFigures(district.db), await storedFigures(into.db)];
  expect(before.cold.instances).toBeGreaterThan(0);
  expect(after).toEqual({
    hot: {
      instances: before.hot.instances + before.cold.instances,
      bytes: before.hot.bytes + before.cold.bytes,
    },
    cold: { instances: 0, bytes: 0 },
  });
  await into.close();
});
