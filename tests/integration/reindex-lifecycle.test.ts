import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { reindexArchive } from "../../core/infra/archive/reindex-archive.ts";
import { rejectInstances } from "../../core/infra/archive/reject-instances.ts";
import { sweepDoomed } from "../../core/infra/archive/sweep-doomed.ts";
import { makeBackup } from "../../core/infra/backup/make-backup.ts";
import { restoreBackup } from "../../core/infra/backup/restore-backup.ts";
import { openBlobStore, openColdStore } from "../../core/infra/blob/open-blob-store.ts";
import { postgresArchiveIndex } from "../../core/infra/postgres/archive-index.ts";
import type { Database } from "../../core/infra/postgres/database.ts";
import { deleteOriginals } from "../../core/infra/postgres/deletions.ts";
import { verifyArchive } from "../../core/infra/postgres/verify-archive.ts";
import type { BlobStore } from "../../core/ports.ts";
import { coolStudy } from "../../worker/jobs/cool-study.ts";
import { type DemoDistrict, openDemoDistrict, YANJI } from "../support/demo-district.ts";
import { makeAs } from "../support/patient-desk.ts";
import { rejectionNote } from "../support/rejection-note.ts";
import { smallCt } from "../support/small-studies.ts";
import { createTestDataFolder } from "../support/test-data-folder.ts";

const CT_IMAGE = "1.2.840.10008.5.1.4.1.1.2";
const WHOLE = { damaged: [], missing: [], orphans: 0 };
let lost: DemoDistrict;
let blobs: BlobStore;
beforeAll(async () => {
  lost = await openDemoDistrict();
  const where = {
    s3: undefined,
    dataDir: lost.dataDir,
    cold: { dataDir: await createTestDataFolder(), s3: undefined },
  } as const;
  blobs = await openBlobStore(where);
  const cold = await openColdStore(where);
  await lost.db.updateTable("site").set({ cold_after_days: 90 }).where("id", "=", "yanji").execute();
  const study = async () => {
    const files = smallCt({ slices: 3 });
    for (const { bytes } of files) await lost.store(YANJI, bytes);
    const uid = files[0]?.studyInstanceUid ?? "";
    const { id } = await lost.db
      .updateTable("study")
      .set({ state: "complete", accessed_at: new Date(0) })
      .where("study_instance_uid", "=", uid)
      .returning("id")
      .executeTakeFirstOrThrow();
    return { uid, id, files };
  };
  // one image rejected by its device, one by the technician
  const rejected = await study();
  const [unsafe, poor] = rejected.files;
  if (!unsafe || !poor) throw new Error("two images");
  const { seriesInstanceUid, sopInstanceUid } = unsafe;
  await lost.store(
    YANJI,
    rejectionNote("safety", rejected.uid, [{ seriesInstanceUid, sopClassUid: CT_IMAGE, sopInstanceUid }]).bytes,
  );
  await rejectInstances(
    { db: lost.db, receiver: lost.receiver, clock: Date.now },
    await lost.actor("tech"),
    rejected.uid,
    { reason: "quality", seriesInstanceUids: [], sopInstanceUids: [poor.sopInstanceUid] },
  );
  // one whose hot copies are not swept yet, one deleted and swept, one under a corrected identity
  await coolStudy({ db: lost.db, blobs, cold, clock: Date.now })({ studyId: (await study()).id });
  const deleted = await study();
  const then = new Date(Date.now() - 16 * 366 * 24 * 3600 * 1000);
  await sql`UPDATE study SET first_received_at = ${then}, last_received_at = ${then}, study_date = '' WHERE id = ${deleted.id}`.execute(
    lost.db,
  );
  const { rows } = await sql<{ id: string }>`INSERT INTO deletion (study_id, cause, confirmed_at, confirmed_by)
    SELECT ${deleted.id}, 'class', now(), id FROM account WHERE username = 'admin' RETURNING id`.execute(lost.db);
  await lost.db.transaction().execute((tx) => deleteOriginals(tx, rows[0]?.id ?? "", Date.now()));
  await sweepDoomed(lost.db, blobs, Date.now());
  const { uid: studyInstanceUid } = await study();
  await makeAs(lost, "tech", { kind: "correct", studyInstanceUid, fields: { birthDate: "19450101" } });
});
afterAll(() => lost.close());

async function hidden(db: Database): Promise<readonly unknown[]> {
  const { rows } = await sql`SELECT sop_instance_uid, hidden_as, received_via FROM instance ORDER BY 1`.execute(db);
  return rows;
}
const counts = async (db: Database) =>
  (
    await sql<{
      uid: string;
      images: number;
      state: string;
    }>`SELECT study_instance_uid AS uid, instance_count AS images FROM study
      WHERE originals_deleted_at IS NULL ORDER BY 1`.execute(db)
  ).rows;

test("a backup brings back what was rejected, deleted, cold and corrected as it was", async () => {
  const folder = await createTestDataFolder();
  await makeBackup(lost.db, blobs, folder, 1000);
  const into = await openDemoDistrict();
  try {
    await restoreBackup(into.db, into.blobs, folder);
    expect(await verifyArchive(into.db, into.blobs)).toMatchObject(WHOLE);
    expect(await hidden(into.db)).toEqual(await hidden(lost.db));
    expect(await counts(into.db)).toEqual(await counts(lost.db));
    const laid = (db: Database) => sql`SELECT laid, own FROM study WHERE laid IS NOT NULL`.execute(db);
    expect((await laid(into.db)).rows).toEqual((await laid(lost.db)).rows);
  } finally {
    await into.close();
  }
});

test("without its database the archive still hides what its notes reject, and names patients as the images do", async () => {
  const found = await openDemoDistrict();
  try {
    const again = await reindexArchive({ db: found.db, blobs, index: postgresArchiveIndex(found.pool) });
    expect(again.refused).toEqual([]);
    // the study of three that is cold is there twice, for an hour
    expect(again).toMatchObject({ alreadyThere: 3 });
    expect(await hidden(found.db)).toEqual(await hidden(lost.db));
    expect(await counts(found.db)).toEqual(await counts(lost.db));
    expect(await sql`SELECT 1 FROM study WHERE laid IS NOT NULL`.execute(found.db)).toMatchObject({ rows: [] });
    expect(await verifyArchive(found.db, blobs)).toMatchObject({ damaged: [], missing: [], orphans: 3 });
  } finally {
    await found.close();
  }
});
