import { readdir } from "node:fs/promises";
import path from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { frameReader } from "../../core/infra/archive/frame-reader.ts";
import { sweepDoomed } from "../../core/infra/archive/sweep-doomed.ts";
import { makeBackup } from "../../core/infra/backup/make-backup.ts";
import { restoreBackup } from "../../core/infra/backup/restore-backup.ts";
import { openCodecPool } from "../../core/infra/codec/codec-pool.ts";
import { listDueDeletions } from "../../core/infra/postgres/deletions.ts";
import { withoutSweeps } from "../../core/infra/postgres/sweep-lock.ts";
import { verifyArchive } from "../../core/infra/postgres/verify-archive.ts";
import type { BlobStore } from "../../core/ports.ts";
import { deleteStudy } from "../../worker/jobs/delete-study.ts";
import { prepareStudy } from "../../worker/jobs/prepare-study.ts";
import { requestReading } from "../../worker/jobs/request-reading.ts";
import { type DemoDistrict, openDemoDistrict, YANJI } from "../support/demo-district.ts";
import { type HttpHub, openHttpHub } from "../support/http-hub.ts";
import { completeStudyOf, requestedTask, signedReport } from "../support/reading-desk.ts";
import { rejectionNote } from "../support/rejection-note.ts";
import { smallCt } from "../support/small-studies.ts";
import { createTestDataFolder } from "../support/test-data-folder.ts";
import { createTestRedis } from "../support/test-redis.ts";

const YEAR_MS = 365.25 * 24 * 3600 * 1000;
const WHOLE = { damaged: [], missing: [], orphans: 0 };
let district: DemoDistrict;
let hub: HttpHub;
beforeAll(async () => {
  district = await openDemoDistrict();
  hub = await openHttpHub(district, await createTestRedis());
});
afterAll(async () => {
  await hub.close();
  await district.close();
});

/** A complete CT of `slices` images that came, and was made, so many years ago. */
async function studyOf(years: number, slices = 2): Promise<{ readonly uid: string; readonly id: string }> {
  const files = smallCt({ slices });
  for (const { bytes } of files) await district.store(YANJI, bytes);
  const uid = files[0]?.studyInstanceUid ?? "";
  return { uid, id: await age(uid, years) };
}

async function age(uid: string, years: number): Promise<string> {
  const then = new Date(Date.now() - years * YEAR_MS);
  const { id } = await district.db
    .updateTable("study")
    .set({
      state: "complete",
      first_received_at: then,
      last_received_at: then,
      study_date: `${then.getUTCFullYear()}0101`,
    })
    .where("study_instance_uid", "=", uid)
    .returning("id")
    .executeTakeFirstOrThrow();
  return id;
}

const admin = async (operation: Parameters<HttpHub["call"]>[0], options?: Parameters<HttpHub["call"]>[2]) =>
  hub.call(operation, await hub.signIn("admin"), options);

interface Due {
  readonly id: string;
  readonly cause: string;
  readonly instances: number;
  readonly study: { readonly studyInstanceUid: string };
}
async function due(): Promise<readonly Due[]> {
  await listDueDeletions(district.db, Date.now());
  return ((await admin("getRetention")).body as { due: readonly Due[] }).due;
}
const dueOf = async (uid: string) => (await due()).find(({ study }) => study.studyInstanceUid === uid);
const confirm = (...ids: readonly string[]) => admin("confirmDeletions", { body: { deletionIds: ids } });
const run = (deletionId: string) => deleteStudy({ db: district.db, clock: Date.now })({ deletionId });
const instancesOf = async (id: string) =>
  (await district.db.selectFrom("instance").select("blob_key").where("study_id", "=", id).execute()).map(
    (row) => row.blob_key,
  );
const verify = () => verifyArchive(district.db, district.blobs);

describe("what is past its class", () => {
  test("15 years for a community's study, or its class's years; the study's own date counts where it is later", async () => {
    const [old, young] = [await studyOf(15.1), await studyOf(14.9)];
    expect(await dueOf(old.uid)).toMatchObject({ cause: "class", instances: 2 });
    expect(await dueOf(young.uid)).toBeUndefined();
    const params = { siteId: "yanji", modality: "CT" };
    expect((await admin("saveRetentionClass", { params, body: { kind: "in-patient", years: 20 } })).status).toBe(400);
    expect((await admin("saveRetentionClass", { params, body: { kind: "in-patient", years: 30 } })).status).toBe(204);
    expect(await dueOf(old.uid)).toBeUndefined(); // 30 years now
    expect(await dueOf((await studyOf(30.1)).uid)).toBeDefined();
    expect((await admin("deleteRetentionClass", { params })).status).toBe(204);
    expect(await dueOf(old.uid)).toBeDefined();
    await district.db.updateTable("study").set({ study_date: "20250101" }).where("id", "=", old.id).execute();
    expect(await dueOf(old.uid)).toBeUndefined();
    await district.db.updateTable("study").set({ study_date: "no date" }).where("id", "=", old.id).execute();
    expect(await dueOf(old.uid)).toBeDefined();
  });

  test("what no class speaks of is kept as long as without one", async () => {
    const params = { siteId: "qzx", modality: "CT" };
    await admin("saveRetentionClass", { params, body: { kind: "out-patient", years: 15 } });
    const years = await sql<{ both: number; ct: number; least: number }>`
      SELECT hub_retention_years('qzx', '{CT,MR}') AS both, hub_retention_years('qzx', '{CT}') AS ct, hub_least_years('qzx') AS least`.execute(
      district.db,
    );
    expect(years.rows).toEqual([{ both: 30, ct: 15, least: 15 }]); // an imaging centre's MR is an in-patient's
    await admin("deleteRetentionClass", { params });
  });

  test("is deleted only once it is confirmed, and then by a record first and a sweep after", async () => {
    const { uid, id } = await studyOf(16, 3);
    const codecs = openCodecPool({ threads: 1 });
    const { db, blobs } = district;
    await prepareStudy({ db, blobs, codecs, giveWayMs: 0, frames: frameReader(blobs) })({ studyId: id });
    await codecs.close();
    const { id: deletionId = "" } = (await dueOf(uid)) ?? {};
    const keys = await instancesOf(id);
    await run(deletionId); // nobody has confirmed it
    expect(await instancesOf(id)).toHaveLength(3);
    expect(
      (await hub.call("confirmDeletions", await hub.signIn("tech"), { body: { deletionIds: [deletionId] } })).status,
    ).toBe(403);
    expect((await confirm(deletionId)).body).toEqual({ confirmed: 1 });
    expect((await confirm(deletionId)).body).toEqual({ confirmed: 0 });

    await run(deletionId);
    await run(deletionId); // safe twice
    expect(await instancesOf(id)).toEqual([]);
    expect(await verify()).toMatchObject(WHOLE); // blobs are there still, named by the record
    expect((await district.blobs.read(keys[0] ?? "")).length).toBeGreaterThan(0);
    const study = await db.selectFrom("study").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
    expect(study).toMatchObject({ instance_count: 0, series_count: 0, bytes: "0" });
    expect(study.originals_deleted_at).not.toBeNull();
    const board = (await hub.call("listStudies", await hub.signIn("tech"))).body as {
      studies: { studyInstanceUid: string }[];
    };
    expect(board.studies.map((each) => each.studyInstanceUid)).not.toContain(uid);

    // killed after the blob went and before that was written down: the next sweep does it again
    const killed: Pick<BlobStore, "delete"> = {
      delete: async (key) => {
        await district.blobs.delete(key);
        throw new Error("killed");
      },
    };
    await expect(sweepDoomed(db, killed, Date.now())).rejects.toThrow("killed");
    expect(await verify()).toMatchObject(WHOLE);
    expect(await sweepDoomed(db, blobs, Date.now())).toBe(3 + 2); // three originals, metadata and bundle
    expect(await sweepDoomed(db, blobs, Date.now())).toBe(0);
    for (const key of keys) await expect(district.blobs.size(key)).rejects.toMatchObject({ code: "not-found" });
    expect(await verify()).toMatchObject(WHOLE);
    const lines = await db
      .selectFrom("audit_event")
      .select(["actor", "action", "outcome"])
      .where("study_id", "=", id)
      .where("action", "like", "study.delete%")
      .orderBy("id")
      .execute();
    expect(lines.map(({ actor, action, outcome }) => `${actor} ${action} ${outcome}`)).toEqual([
      "admin study.delete-confirm done",
      "admin study.delete done",
    ]);
  });

  test("its report stays, and the same study may come again", async () => {
    const uid = await completeStudyOf(district, YANJI);
    const taskId = await requestedTask(district, uid, "tech");
    await signedReport(district, taskId);
    await district.db.updateTable("reading_task").set({ state: "delivered" }).where("id", "=", taskId).execute();
    const id = await age(uid, 17);
    const { id: deletionId = "" } = (await dueOf(uid)) ?? {};
    await confirm(deletionId);
    await run(deletionId);
    const report = await hub.call("getReport", await hub.signIn("gp"), { params: { taskId } });
    expect(report).toMatchObject({ status: 200, body: { pdfReady: false } });
    expect(await instancesOf(id)).toEqual([]);
  });
});

describe("what was deleted", () => {
  const ask = async (studyInstanceUid: string) =>
    hub.call("requestReading", await hub.signIn("tech"), {
      params: { studyInstanceUid },
      body: { clinicalHistory: "", question: "", urgency: "routine" },
    });

  test("is not read any more, and is again once it has come again", async () => {
    const files = smallCt({ slices: 2 });
    const uid = files[0]?.studyInstanceUid ?? "";
    for (const { bytes } of files) await district.store(YANJI, bytes);
    const id = await age(uid, 16.5);
    const { id: deletionId = "" } = (await dueOf(uid)) ?? {};
    await confirm(deletionId);
    await run(deletionId);
    expect(await ask(uid)).toMatchObject({ status: 409, body: { code: "study-deleted" } });
    // the site has every study read: the hub's own request is no fault either
    const { db, inReadingTransaction } = district;
    await requestReading({ db, inReadingTransaction })({ studyId: id });
    expect(await db.selectFrom("reading_task").select("id").where("study_id", "=", id).execute()).toEqual([]);
    for (const { bytes } of files) await district.store(YANJI, bytes);
    await db.updateTable("study").set({ state: "complete" }).where("id", "=", id).execute();
    expect((await ask(uid)).status).toBe(200);
  });

  test("or asked to be read: of both at the same time one is done", async () => {
    for (let round = 0; round < 8; round++) {
      const { uid, id } = await studyOf(16.2, 1);
      const { id: deletionId = "" } = (await dueOf(uid)) ?? {};
      await confirm(deletionId);
      const [asked] = await Promise.all([ask(uid), run(deletionId)]);
      const isDeleted = (await instancesOf(id)).length === 0;
      expect([asked.status, isDeleted]).toEqual(isDeleted ? [409, true] : [200, false]);
    }
  });

  test("goes though an export had refused an image of it, and though the sweep had passed its blob over", async () => {
    const { uid, id } = await studyOf(16.4, 2);
    const [key = ""] = await instancesOf(id);
    await sql`WITH e AS (
        INSERT INTO study_export (purpose, options, pseudonym_prefix, key) VALUES ('x', '{}', 'X', ${Buffer.alloc(32)}) RETURNING id)
      INSERT INTO study_export_refusal (export_id, instance_id, reason)
      SELECT e.id, i.id, 'burnt-in' FROM e, instance i WHERE i.study_id = ${id}`.execute(district.db);
    await sql`INSERT INTO doomed_blob (blob_key, swept_at) VALUES (${key}, now())`.execute(district.db);
    const { id: deletionId = "" } = (await dueOf(uid)) ?? {};
    await confirm(deletionId);
    await run(deletionId);
    expect(await instancesOf(id)).toEqual([]);
    await sweepDoomed(district.db, district.blobs, Date.now());
    await expect(district.blobs.size(key)).rejects.toMatchObject({ code: "not-found" });
  });
});

describe("what is never deleted", () => {
  test("a study under legal hold, set before or after it was confirmed", async () => {
    const { uid, id } = await studyOf(18);
    const { id: deletionId = "" } = (await dueOf(uid)) ?? {};
    await confirm(deletionId);
    const params = { studyInstanceUid: uid };
    expect((await admin("setHold", { params, body: { reason: "  " } })).status).toBe(400);
    expect((await admin("setHold", { params, body: { reason: "诉讼 2026-17" } })).status).toBe(204);
    expect((await admin("setHold", { params, body: { reason: "诉讼" } })).body).toMatchObject({ code: "hold-exists" });
    await run(deletionId);
    expect(await instancesOf(id)).toHaveLength(2);
    expect(await dueOf(uid)).toBeUndefined();
    const { holds } = (await admin("getRetention")).body as {
      holds: { study: { studyInstanceUid: string }; reason: string }[];
    };
    expect(holds.filter(({ study }) => study.studyInstanceUid === uid)).toMatchObject([{ reason: "诉讼 2026-17" }]);
    expect((await admin("liftHold", { params, body: { reason: "结案" } })).status).toBe(204);
    expect((await admin("liftHold", { params, body: { reason: "结案" } })).status).toBe(404);
    expect(await dueOf(uid)).toBeDefined();
  });

  test("a study whose reading was asked for after it was confirmed: it is taken off the list", async () => {
    const { uid, id } = await studyOf(18);
    const { id: deletionId = "" } = (await dueOf(uid)) ?? {};
    await confirm(deletionId);
    await requestedTask(district, uid, "tech");
    await run(deletionId);
    expect(await instancesOf(id)).toHaveLength(2);
    expect(await dueOf(uid)).toBeUndefined();
  });
});

test("what a device rejected as expired is deleted after it was confirmed, and may be stored again", async () => {
  const files = smallCt({ slices: 2 });
  for (const { bytes } of files) await district.store(YANJI, bytes);
  const [gone, kept] = files;
  if (!gone || !kept) throw new Error("two slices");
  const id = await age(gone.studyInstanceUid, 1);
  const note = rejectionNote("expired", gone.studyInstanceUid, [{ ...gone, sopClassUid: "1.2.840.10008.5.1.4.1.1.2" }]);
  await district.store(YANJI, note.bytes);
  const entry = await dueOf(gone.studyInstanceUid);
  expect(entry).toMatchObject({ cause: "note", instances: 1 });
  await confirm(entry?.id ?? "");
  await run(entry?.id ?? "");
  expect(await instancesOf(id)).toHaveLength(2); // the other image, and the note
  expect(await dueOf(gone.studyInstanceUid)).toBeUndefined();
  expect(await district.store(YANJI, gone.bytes)).toMatchObject({ outcome: "stored" });
  const seen = await district.db.selectFrom("seen_instance").select("id").where("study_id", "=", id).execute();
  expect(seen).toHaveLength(2);
  expect(
    await district.db.selectFrom("study").select("instance_count").where("id", "=", id).executeTakeFirst(),
  ).toEqual({ instance_count: 2 });
  expect(await verify()).toMatchObject(WHOLE);
});

test("a backup keeps the sweep out, holds what its rows name, and loses what was swept by the next", async () => {
  const folder = await createTestDataFolder();
  const files = async () =>
    (await readdir(path.join(folder, "blobs"), { recursive: true, withFileTypes: true })).filter((e) => e.isFile());
  const { uid } = await studyOf(19, 3);
  const { id: deletionId = "" } = (await dueOf(uid)) ?? {};
  await confirm(deletionId);
  // the study is deleted while its originals are being copied
  let isDeleted = false;
  const slow: BlobStore = {
    ...district.blobs,
    open: async (key, range) => {
      if (!isDeleted) {
        isDeleted = true;
        await run(deletionId);
        expect(await sweepDoomed(district.db, district.blobs, Date.now())).toBe(0);
      }
      return district.blobs.open(key, range);
    },
  };
  const first = await makeBackup(district.db, slow, folder, 1000);
  expect(isDeleted).toBe(true);
  const into = await openDemoDistrict();
  await restoreBackup(into.db, into.blobs, folder);
  expect(await verifyArchive(into.db, into.blobs)).toMatchObject({ whole: first.blobs, damaged: [], missing: [] });
  await into.close();

  expect(await sweepDoomed(district.db, district.blobs, Date.now())).toBeGreaterThanOrEqual(3);
  const second = await makeBackup(district.db, district.blobs, folder, 2000);
  expect(second.blobs).toBe(first.blobs - 3);
  expect(await files()).toHaveLength(second.blobs);
  await withoutSweeps(district.db, async () => {
    expect(await sweepDoomed(district.db, district.blobs, Date.now())).toBe(0);
  });
});
