import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { sweepDoomed } from "../../core/infra/archive/sweep-doomed.ts";
import { isColdKey } from "../../core/infra/blob/cold-key.ts";
import { openBlobStore, openColdStore } from "../../core/infra/blob/open-blob-store.ts";
import type { S3Settings } from "../../core/infra/blob/s3-connection.ts";
import { enqueueColdStudies } from "../../core/infra/postgres/cold-studies.ts";
import { deleteOriginals } from "../../core/infra/postgres/deletions.ts";
import { foldStoredFigures, storedFigures } from "../../core/infra/postgres/stored-figures.ts";
import { verifyArchive } from "../../core/infra/postgres/verify-archive.ts";
import type { BlobStore } from "../../core/ports.ts";
import { coolStudy } from "../../worker/jobs/cool-study.ts";
import { type DemoDistrict, openDemoDistrict, YANJI } from "../support/demo-district.ts";
import { type HttpHub, openHttpHub } from "../support/http-hub.ts";
import { makeAs } from "../support/patient-desk.ts";
import { openS3Line } from "../support/s3-line.ts";
import { type S3Server, s3ServerMissing, startS3Server } from "../support/s3-server.ts";
import { smallCt } from "../support/small-studies.ts";
import { createTestRedis } from "../support/test-redis.ts";
import { partsOf } from "./dicomweb-hub.ts";

const HOURS_2 = 2 * 3600 * 1000;
const WHOLE = { damaged: [], missing: [], orphans: 0, spoilt: 0 };

describe.skipIf(s3ServerMissing !== null)(
  `a cold bucket${s3ServerMissing ? ` (skipped: ${s3ServerMissing})` : ""}`,
  () => {
    let server: S3Server;
    let district: DemoDistrict;
    let hub: HttpHub;
    let blobs: BlobStore;
    let cold: BlobStore;
    let cookie = "";
    beforeAll(async () => {
      server = await startS3Server();
      district = await openDemoDistrict();
      ({ blobs, cold } = await openTiers(server.settings("cold")));
      hub = await openHttpHub({ ...district, blobs }, await createTestRedis());
      cookie = await hub.signIn("tech");
      await district.db.updateTable("site").set({ cold_after_days: 90 }).where("id", "=", "yanji").execute();
    });
    afterAll(async () => {
      await hub?.close();
      await district?.close();
      await server?.stop();
    });

    async function openTiers(s3: S3Settings): Promise<{ readonly blobs: BlobStore; readonly cold: BlobStore }> {
      const where = { s3: undefined, dataDir: district.dataDir, cold: { dataDir: "", s3 } } as const;
      const opened = await openColdStore(where);
      if (!opened) throw new Error("a cold store");
      return { blobs: await openBlobStore(where), cold: opened };
    }

    async function oldStudy(slices = 4) {
      const files = smallCt({ slices });
      for (const { bytes } of files) await district.store(YANJI, bytes);
      const { studyInstanceUid: uid = "", seriesInstanceUid = "" } = files[0] ?? {};
      const { id } = await district.db
        .updateTable("study")
        .set({ state: "complete", accessed_at: new Date(Date.now() - 100 * 24 * 3600 * 1000) })
        .where("study_instance_uid", "=", uid)
        .returning("id")
        .executeTakeFirstOrThrow();
      return { id, uid, files, series: `/dicom-web/studies/${uid}/series/${seriesInstanceUid}` };
    }

    const cool = (studyId: string, into: { readonly blobs: BlobStore; readonly cold: BlobStore } = { blobs, cold }) =>
      coolStudy({ db: district.db, ...into, clock: Date.now })({ studyId });
    const keysOf = async (studyId: string) =>
      (
        await district.db
          .selectFrom("instance")
          .select("blob_key")
          .where("study_id", "=", studyId)
          .orderBy("id")
          .execute()
      ).map((row) => row.blob_key);
    const get = (path: string, headers: Record<string, string> = {}) =>
      fetch(`${hub.url}${path}`, { headers: { cookie, accept: "*/*", ...headers } });

    /** What is written down beside what there is. */
    async function expectFigures(): Promise<void> {
      const { rows } = await sql<{ cold: boolean; instances: number; bytes: number }>`
      SELECT blob_key LIKE 'cold/%' AS cold, count(*)::int AS instances, sum(byte_length)::float8 AS bytes
      FROM instance GROUP BY 1`.execute(district.db);
      const of = (isCold: boolean) => rows.find((row) => row.cold === isCold) ?? { instances: 0, bytes: 0 };
      const counted = { hot: of(false), cold: of(true) };
      for (const fold of [false, true]) {
        if (fold) await foldStoredFigures(district.db);
        expect(await storedFigures(district.db)).toMatchObject({
          hot: { instances: counted.hot.instances, bytes: counted.hot.bytes },
          cold: { instances: counted.cold.instances, bytes: counted.cold.bytes },
        });
      }
      const kept = await sql<{ n: number }>`SELECT count(*)::int AS n FROM stored_figure`.execute(district.db);
      expect(kept.rows[0]?.n).toBeLessThanOrEqual(2);
    }

    test("takes a study, and gives it back whole, by frame and by range", async () => {
      const { id, uid, files, series } = await oldStudy();
      const [first] = files;
      const instance = `${series}/instances/${first?.sopInstanceUid}`;
      const before = await (await get(`${instance}/frames/1`)).arrayBuffer();
      await district.db
        .updateTable("study")
        .set({ accessed_at: new Date(0) })
        .where("id", "=", id)
        .execute();
      const hot = await keysOf(id);
      await cool(id);
      const keys = await keysOf(id);
      expect(keys.every(isColdKey)).toBe(true);
      await sweepDoomed(district.db, blobs, Date.now() + HOURS_2);
      for (const key of hot) await expect(blobs.size(key)).rejects.toMatchObject({ code: "not-found" });

      const parts = await partsOf(
        await get(`/dicom-web/studies/${uid}`, { accept: 'multipart/related; type="application/dicom"' }),
      );
      expect(parts.map(({ bytes }) => bytes.toString("base64")).toSorted()).toEqual(
        files.map(({ bytes }) => bytes.toString("base64")).toSorted(),
      );
      await new Promise((resolve) => setTimeout(resolve, 5100)); // the catalogue looks again
      expect(Buffer.from(await (await get(`${instance}/frames/1`)).arrayBuffer()).byteLength).toBe(before.byteLength);
      const rendered = await get(`${instance}/rendered`, { accept: "image/png" });
      expect([rendered.status, rendered.headers.get("content-type")]).toEqual([
        200,
        expect.stringContaining("image/png"),
      ]);
      expect(
        (await blobs.read(keys[0] ?? "", { start: 10, end: 150 })).equals(
          files[0]?.bytes.subarray(10, 150) ?? Buffer.of(),
        ),
      ).toBe(true);
      expect(await verifyArchive(district.db, blobs)).toMatchObject(WHOLE);
      await expectFigures();
    }, 60_000);

    test("is written under the corrected identity on its way out, and its bytes stay", async () => {
      const { id, uid, files, series } = await oldStudy(1);
      await cool(id);
      await makeAs(district, "tech", { kind: "correct", studyInstanceUid: uid, fields: { birthDate: "19480501" } });
      const metadata = (await (await get(`${series}/metadata`, { accept: "application/dicom+json" })).json()) as {
        "00100030": unknown;
      }[];
      expect(metadata[0]?.["00100030"]).toEqual({ vr: "DA", Value: ["19480501"] });
      const [key = ""] = await keysOf(id);
      expect((await blobs.read(key)).equals(files[0]?.bytes ?? Buffer.of())).toBe(true);
      expect(await verifyArchive(district.db, blobs)).toMatchObject(WHOLE);
    });

    test("that is cut off in the middle loses nothing, and the next run goes on, also after the job was given up", async () => {
      const { id } = await oldStudy();
      const line = await openS3Line(server.port);
      onTestFinished(() => line.close());
      const through = await openTiers({ ...server.settings("cold"), endpoint: line.endpoint });
      let copies = 0;
      const cut: BlobStore = {
        ...through.cold,
        create: async (options) => {
          copies += 1;
          if (copies === 3) line.set("cut");
          return through.cold.create(options);
        },
      };
      await expect(cool(id, { blobs, cold: cut })).rejects.toThrow();
      expect((await keysOf(id)).map(isColdKey)).toEqual([true, true, false, false]);
      expect(await verifyArchive(district.db, blobs)).toMatchObject({ damaged: [], missing: [] });
      await expectFigures();

      await sql`INSERT INTO outbox (kind, name, payload, failed_at)
      VALUES ('job', 'cool-study', jsonb_build_object('studyId', ${id}::text), now())`.execute(district.db);
      expect(await enqueueColdStudies(district.db, Date.now())).toBe(1);
      expect(await enqueueColdStudies(district.db, Date.now())).toBe(0);
      await cool(id);
      expect((await keysOf(id)).every(isColdKey)).toBe(true);
      await sweepDoomed(district.db, blobs, Date.now() + HOURS_2);
      expect(await verifyArchive(district.db, blobs)).toMatchObject(WHOLE);
      await expectFigures();
    }, 60_000);

    test("forgets what is deleted, blob by blob, after the row", async () => {
      const { id } = await oldStudy(2);
      await cool(id);
      const keys = await keysOf(id);
      const then = new Date(Date.now() - 16 * 366 * 24 * 3600 * 1000);
      await sql`UPDATE study SET first_received_at = ${then}, last_received_at = ${then}, study_date = '' WHERE id = ${id}`.execute(
        district.db,
      );
      const { rows } = await sql<{ id: string }>`
      INSERT INTO deletion (study_id, cause, confirmed_at, confirmed_by)
      SELECT ${id}, 'class', now(), id FROM account WHERE username = 'admin' RETURNING id`.execute(district.db);
      await district.db.transaction().execute((tx) => deleteOriginals(tx, rows[0]?.id ?? "", Date.now()));
      expect(await keysOf(id)).toEqual([]);
      await expectFigures();
      expect(await verifyArchive(district.db, blobs)).toMatchObject(WHOLE);
      await sweepDoomed(district.db, blobs, Date.now() + HOURS_2);
      for (const key of keys) await expect(blobs.size(key)).rejects.toMatchObject({ code: "not-found" });
      expect(await verifyArchive(district.db, blobs)).toMatchObject(WHOLE);
    });
  },
);
