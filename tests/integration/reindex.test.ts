import { Readable } from "node:stream";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { reindexArchive } from "../../core/infra/archive/reindex-archive.ts";
import { sweepDoomed } from "../../core/infra/archive/sweep-doomed.ts";
import { newBlobKey } from "../../core/infra/blob/blob-key.ts";
import { postgresArchiveIndex } from "../../core/infra/postgres/archive-index.ts";
import type { Database } from "../../core/infra/postgres/database.ts";
import { verifyArchive } from "../../core/infra/postgres/verify-archive.ts";
import type { BlobStore, InstanceSource } from "../../core/ports.ts";
import { completeStudy } from "../../worker/jobs/complete-study.ts";
import { CHANGBAI, type DemoDistrict, openDemoDistrict, YANJI } from "../support/demo-district.ts";
import { smallCt, smallEcg } from "../support/small-studies.ts";

const BY_HAND: InstanceSource = { siteId: "yanji", via: "stow", sender: "tech" };
/** A site of the lost database that the new one has never heard of. */
const ELSEWHERE: InstanceSource = { siteId: "daqiao", via: "dimse", sender: "CT_DAQIAO" };

let lost: DemoDistrict;
let found: DemoDistrict;
beforeAll(async () => {
  [lost, found] = await Promise.all([openDemoDistrict(), openDemoDistrict()]);
  await sql`INSERT INTO site (id, name, name_en, kind) VALUES ('daqiao', 'x', 'x', 'community')`.execute(lost.db);
  for (const { bytes } of smallCt({ slices: 3 })) await lost.store(YANJI, bytes);
  await lost.store(CHANGBAI, smallEcg().bytes);
  for (const { bytes } of smallCt({ slices: 2 })) await lost.store(BY_HAND, bytes);
  for (const { bytes } of smallCt({ slices: 1 })) await lost.store(ELSEWHERE, bytes);
});
afterAll(() => Promise.all([lost.close(), found.close()]));

/** What the objects say; not numbers, not the time at which they came in, not which study of a patient was the last. */
async function rows(db: Database): Promise<unknown> {
  const { rows } = await sql<{ row: string }>`
    SELECT (to_jsonb(i) - '{id,study_id,series_id,received_at}'::text[] || jsonb_build_object('site', s.site_id, 'study',
      to_jsonb(s) - '{id,patient_id,first_received_at,last_received_at,released_at,accessed_at,is_reindexed}'::text[], 'patient', to_jsonb(p) - '{id,search_text}'::text[],
      'series', to_jsonb(e) - '{id,study_id,arrival_key}'::text[]))::text AS row
    FROM instance i JOIN study s ON s.id = i.study_id JOIN series e ON e.id = i.series_id JOIN patient p ON p.id = s.patient_id
    ORDER BY i.sop_instance_uid`.execute(db);
  return rows.map(({ row }) => JSON.parse(row) as unknown);
}

const reindex = (blobs: BlobStore = lost.blobs, siteWithoutOrigin?: string) =>
  reindexArchive({
    db: found.db,
    blobs,
    index: postgresArchiveIndex(found.pool),
    ...(siteWithoutOrigin !== undefined && { siteWithoutOrigin }),
  });

describe("an archive whose database is gone", () => {
  test("comes back from its objects alone, with the site and the sender of each", async () => {
    const other = await lost.blobs.create();
    await other.write(Buffer.from("made ready"));
    await other.seal();
    expect(await reindex()).toEqual({
      indexed: 7,
      alreadyThere: 0,
      others: 1,
      withoutSite: 0,
      newSites: ["daqiao"],
      refused: [],
    });
    expect(await rows(found.db)).toEqual(await rows(lost.db));
    expect(await verifyArchive(found.db, lost.blobs)).toMatchObject({ whole: 7, damaged: [], missing: [], orphans: 0 });
  });

  test("loses what had been made ready of it, once nobody can be making it any more", async () => {
    const before = await lost.files();
    expect(await sweepDoomed(found.db, lost.blobs, Date.now())).toBe(0);
    expect(await sweepDoomed(found.db, lost.blobs, Date.now() + 25 * 3_600_000)).toBe(1);
    expect((await lost.files()).blobs).toHaveLength(before.blobs.length - 1);
    expect(await verifyArchive(found.db, lost.blobs)).toMatchObject({ whole: 7, damaged: [], missing: [], orphans: 0 });
  });

  test("has nothing more to be put back then", async () => {
    expect(await reindex()).toMatchObject({ indexed: 0, alreadyThere: 0, refused: [] });
  });

  test("nobody is asked for a reading again, until something new comes", async () => {
    const study = await found.db
      .selectFrom("study")
      .select("id")
      .where("site_id", "=", "yanji") // asks by itself
      .orderBy("id")
      .executeTakeFirstOrThrow();
    const complete = completeStudy({ db: found.db, clock: () => Date.now() + 3_600_000 });
    const asked = async () =>
      (await found.db.selectFrom("outbox").select("id").where("name", "=", "request-reading").execute()).length;
    await complete({ studyId: study.id });
    expect(await asked()).toBe(0);
    await sql`UPDATE study SET state = 'receiving' WHERE id = ${study.id}`.execute(found.db); // a late instance
    await complete({ studyId: study.id });
    expect(await asked()).toBe(1);
  });

  test("originals of a time before objects said their site are counted, and put back with the site that is given", async () => {
    const [file] = smallCt({ slices: 1 });
    const bytes = Buffer.from(file?.bytes ?? []);
    const old = newBlobKey();
    const store = oneBlob(old, bytes);
    expect(await reindex(store)).toMatchObject({ indexed: 0, withoutSite: 1 });
    expect(await reindex(store, "changbai")).toMatchObject({ indexed: 1, withoutSite: 0 });
  });

  test("what is damaged is named by its key and stops nothing", async () => {
    const key = newBlobKey(YANJI);
    const [file] = smallCt({ slices: 1 });
    const cut = Buffer.from(file?.bytes ?? []).subarray(0, 2000);
    expect(await reindex(oneBlob(key, cut))).toMatchObject({ indexed: 0, refused: [{ key, code: "dicom-truncated" }] });
  });
});

/** The store with one more blob in it, and nothing else to be listed. */
function oneBlob(key: string, bytes: Buffer): BlobStore {
  return {
    ...lost.blobs,
    keys: async function* () {
      yield key;
    },
    open: async (_key, range) => {
      return Readable.from([bytes.subarray(range?.start, range?.end)]);
    },
    read: async (_key, range) => bytes.subarray(range?.start, range?.end),
  };
}
