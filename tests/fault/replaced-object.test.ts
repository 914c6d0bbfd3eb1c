import { sql } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import { frameReader } from "../../core/infra/archive/frame-reader.ts";
import { sweepDoomed } from "../../core/infra/archive/sweep-doomed.ts";
import { type CodecPool, openCodecPool } from "../../core/infra/codec/codec-pool.ts";
import { type Database, openDatabase } from "../../core/infra/postgres/database.ts";
import { verifyArchive } from "../../core/infra/postgres/verify-archive.ts";
import type { BlobStore } from "../../core/ports.ts";
import { prepareStudy } from "../../worker/jobs/prepare-study.ts";
import { type DemoDistrict, openDemoDistrict, YANJI } from "../support/demo-district.ts";
import { losingWire } from "../support/losing-wire.ts";
import { smallCt } from "../support/small-studies.ts";

let district: DemoDistrict;
let codecs: CodecPool;
let studyId: string;

beforeAll(async () => {
  district = await openDemoDistrict();
  codecs = openCodecPool({ threads: 1 });
  for (const { bytes } of smallCt({ slices: 2 })) await district.store(YANJI, bytes);
  const { id } = await district.db.selectFrom("study").select("id").executeTakeFirstOrThrow();
  studyId = id;
});
afterAll(async () => {
  await codecs.close();
  await district.close();
});

const prepare = ({ db = district.db, blobs = district.blobs }: { db?: Database; blobs?: BlobStore } = {}) =>
  prepareStudy({ db, blobs, codecs, giveWayMs: 0, frames: frameReader(blobs) })({ studyId });

/** What was made is of other instances than there are now. */
const outdate = () => sql`UPDATE series SET version = version + 1`.execute(district.db);

it("goes with the next sweep when the worker is killed between the new one's row and its own end", async () => {
  await prepare();
  await outdate();
  const killed = new Error("killed");
  const dies: BlobStore = { ...district.blobs, delete: () => Promise.reject(killed) };
  await expect(prepare({ blobs: dies })).rejects.toBe(killed);
  const files = async () => (await district.files()).blobs.length;
  expect(await files()).toBe(2 + 2 + 1); // originals, what was made, the new metadata beside the old
  expect(await verifyArchive(district.db, district.blobs)).toMatchObject({ spoilt: 0, orphans: 0 });
  expect(await sweepDoomed(district.db, district.blobs, Date.now() + 1000)).toBe(1);
  expect(await files()).toBe(2 + 2);
  await prepare();
  expect(await files()).toBe(2 + 2);
  expect(await verifyArchive(district.db, district.blobs)).toMatchObject({ spoilt: 0, orphans: 0 });
});

it("is not deleted on a guess: what a row may name stays, whichever answer of Postgres is lost", async () => {
  const wire = await losingWire(district.databaseUrl);
  const { db, close } = openDatabase(wire.url, { max: 1, onError: () => undefined });
  let lost = 0;
  for (let nth = 1; ; nth++) {
    await outdate();
    wire.loseAnswer(nth);
    const isLost = await prepare({ db }).then(
      () => false,
      () => true,
    );
    expect(await verifyArchive(district.db, district.blobs)).toMatchObject({ whole: 2, missing: [], spoilt: 0 });
    if (!isLost) break;
    lost++;
  }
  // of two objects the look at the series, the rows' transaction and its commit, at least
  expect(lost).toBeGreaterThan(10);
  await close();
  await wire.close();
});
