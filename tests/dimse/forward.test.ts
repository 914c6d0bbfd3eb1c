import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import { metaEnd } from "../../core/dicom/meta-end.ts";
import { DomainError } from "../../core/errors.ts";
import { freePort } from "../../core/infra/embedded/free-port.ts";
import { endPause } from "../../core/infra/postgres/destination-pauses.ts";
import { PutOff } from "../../core/jobs/put-off.ts";
import { startDimseServer } from "../../server/dimse/dimse-server.ts";
import { completeStudy } from "../../worker/jobs/complete-study.ts";
import { forwardStudy } from "../../worker/jobs/forward-study.ts";
import { type DemoDistrict, openDemoDistrict, YANJI } from "../support/demo-district.ts";
import { requestedTask } from "../support/reading-desk.ts";
import { dataSetOf, smallCt } from "../support/small-studies.ts";
import { collectingReceiver } from "./collecting-receiver.ts";
import { withBitPreservingStorescp } from "./dcmtk.ts";

const SLICES = 4;
let district: DemoDistrict;
let port: number;
beforeAll(async () => {
  district = await openDemoDistrict();
  port = await freePort();
  await district.db
    .insertInto("application_entity")
    .values({ title: "HOSPITAL", site_id: "yanji", host: "127.0.0.1", port })
    .execute();
  await district.db
    .insertInto("forward_rule")
    .values([
      { site_id: "yanji", modality: "*", destination: "HOSPITAL" },
      { site_id: "yanji", modality: "CT", destination: "HOSPITAL" },
      { site_id: "changbai", modality: "*", destination: "HOSPITAL" },
    ])
    .execute();
});
afterAll(() => district.close());

const transfers = async () =>
  (
    await sql<{ id: string; sent: number; failure: string | null }>`SELECT id, failure,
      (SELECT count(*)::int FROM transfer_instance WHERE transfer_id = transfer.id AND NOT is_refused) AS sent FROM transfer`.execute(
      district.db,
    )
  ).rows;
const attempts = async (id: string) =>
  (await sql<{ attempts: number }>`SELECT attempts FROM transfer WHERE id = ${id}`.execute(district.db)).rows[0]
    ?.attempts;
const jobs = async () =>
  (await district.db.selectFrom("outbox").select("payload").where("name", "=", "forward-study").execute()).length;

it("sends a complete study on, tries again when nobody listens, and never sends twice what was confirmed", async () => {
  const { db, blobs } = district;
  const files = smallCt({ slices: SLICES }).map(({ bytes }) => bytes);
  const [first, ...rest] = files;
  for (const bytes of rest) await district.store(YANJI, bytes);
  const complete = completeStudy({ db, clock: () => Date.now() + 3_600_000 });
  const { id: studyId } = await db.selectFrom("study").select("id").executeTakeFirstOrThrow();
  await complete({ studyId });
  expect(await jobs()).toBe(1); // two rules, one destination
  const [transfer] = await transfers();
  const caller = { aeTitle: "HUB", timeouts: { connectMs: 2000, responseMs: 5000 } };
  const forward = forwardStudy({ db, blobs, caller });
  const payload = { transferId: transfer?.id ?? "" };

  await expect(forward(payload)).rejects.toMatchObject({ failure: "unreachable" });
  expect(await transfers()).toMatchObject([{ sent: 0, failure: expect.stringContaining("unreachable") }]);
  // it is left alone for a while, and that is no attempt
  await expect(forward(payload)).rejects.toBeInstanceOf(PutOff);
  expect(await attempts(payload.transferId)).toBe(1);
  await endPause(db, "HOSPITAL");

  const folder = mkdtempSync(join(tmpdir(), "forward-"));
  const received = () =>
    readdirSync(folder)
      .map((name) => readFileSync(join(folder, name)))
      .map((file) => file.subarray(metaEnd(file) ?? 0));
  try {
    await withBitPreservingStorescp(folder, port, async () => {
      await forward(payload);
      expect(await transfers()).toMatchObject([{ sent: SLICES - 1, failure: null }]);
      expect(received()).toHaveLength(SLICES - 1);
      rmSync(join(folder, readdirSync(folder)[0] ?? ""));
      await forward(payload); // nothing is new
      expect(received()).toHaveLength(SLICES - 2);
      // an instance that comes late completes the study again, and goes alone
      await district.store(YANJI, first ?? Buffer.of());
      await complete({ studyId });
      await forward(payload);
      expect(await transfers()).toMatchObject([{ sent: SLICES }]);
      expect(received()).toHaveLength(SLICES - 1);
      expect(received().some((bytes) => bytes.equals(dataSetOf(first ?? Buffer.of())))).toBe(true);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it("comes back to a destination that is full, and leaves what one refuses", async () => {
  const { db, blobs } = district;
  const answers: ("storage-full" | "sop-class-mismatch" | null)[] = ["storage-full", "sop-class-mismatch", null];
  const receiver = collectingReceiver({
    beforeStore: async () => {
      const answer = answers.shift();
      if (answer) throw new DomainError(answer);
    },
  });
  const server = await startDimseServer({
    port: 0,
    host: "127.0.0.1",
    aeTitle: "FULL",
    findApplicationEntity: async () => ({
      siteId: "-",
      certificateSha256: null,
      tlsOnly: false,
      maxAssociations: null,
    }),
    receiver,
    log: () => undefined,
  });
  await db
    .insertInto("application_entity")
    .values({ title: "FULL", site_id: "yanji", host: "127.0.0.1", port: server.port })
    .execute();
  let studyInstanceUid = "";
  for (const { bytes } of smallCt({ slices: 2 }))
    studyInstanceUid = (await district.store(YANJI, bytes)).studyInstanceUid;
  const { rows } = await sql<{ id: string }>`
    INSERT INTO transfer (study_id, destination)
    SELECT id, 'FULL' FROM study WHERE study_instance_uid = ${studyInstanceUid} RETURNING id`.execute(db);
  const transferId = rows[0]?.id ?? "";
  const forward = forwardStudy({ db, blobs, caller: { aeTitle: "HUB" } });
  const settled = async () =>
    (
      await sql<{ refused: boolean }>`SELECT is_refused AS refused FROM transfer_instance
      WHERE transfer_id = ${transferId} ORDER BY instance_id`.execute(db)
    ).rows.map(({ refused }) => refused);
  await expect(forward({ transferId })).rejects.toMatchObject({ code: "peer-refused", detail: { status: 0xa700 } });
  expect(await settled()).toEqual([]);
  await forward({ transferId });
  expect(await settled()).toEqual([true, false]);
  await server.close();
});

it("sends nothing to where the study may not be seen, and says so in the audit", async () => {
  const { db, blobs } = district;
  await db
    .insertInto("application_entity")
    .values({ title: "STRANGER", site_id: "changbai", host: "127.0.0.1", port: await freePort() })
    .execute();
  let studyInstanceUid = "";
  for (const { bytes } of smallCt()) studyInstanceUid = (await district.store(YANJI, bytes)).studyInstanceUid;
  const { rows } = await sql<{ id: string; studyId: string }>`
    INSERT INTO transfer (study_id, destination)
    SELECT id, 'STRANGER' FROM study WHERE study_instance_uid = ${studyInstanceUid}
    RETURNING id, study_id AS "studyId"`.execute(db);
  const { id: transferId = "", studyId = "" } = rows[0] ?? {};
  // not even called: nobody listens there, which would be another failure
  await expect(forwardStudy({ db, blobs, caller: { aeTitle: "HUB" } })({ transferId })).rejects.toMatchObject({
    code: "destination-may-not-see",
  });
  const lines = await db.selectFrom("audit_event").selectAll().where("study_id", "=", studyId).execute();
  expect(lines).toMatchObject([
    {
      action: "study.forward",
      outcome: "refused",
      detail: { destination: "STRANGER", code: "destination-may-not-see" },
    },
  ]);
});

it("sends a study on to the centre that is asked to read it once it may see it", async () => {
  const { db } = district;
  await db
    .insertInto("application_entity")
    .values({ title: "CENTRE", site_id: "qzx", host: "127.0.0.1", port: await freePort() })
    .execute();
  await db.insertInto("forward_rule").values({ site_id: "yanji", modality: "CT", destination: "CENTRE" }).execute();
  let studyInstanceUid = "";
  for (const { bytes } of smallCt()) studyInstanceUid = (await district.store(YANJI, bytes)).studyInstanceUid;
  const { id: studyId } = await db
    .selectFrom("study")
    .select("id")
    .where("study_instance_uid", "=", studyInstanceUid)
    .executeTakeFirstOrThrow();
  await completeStudy({ db, clock: () => Date.now() + 3_600_000 })({ studyId });
  const destinations = async () =>
    (
      await sql<{
        destination: string;
      }>`SELECT destination FROM transfer WHERE study_id = ${studyId} ORDER BY 1`.execute(db)
    ).rows.map(({ destination }) => destination);
  expect(await destinations()).toEqual(["HOSPITAL"]);
  await requestedTask(district, studyInstanceUid, "tech");
  expect(await destinations()).toEqual(["CENTRE", "HOSPITAL"]);
  // what goes to the hospital was on its way before
  const { rows } = await sql<{ destination: string; jobs: number }>`
    SELECT t.destination, count(*)::int AS jobs FROM transfer t JOIN outbox o ON o.payload ->> 'transferId' = t.id::text
    WHERE t.study_id = ${studyId} GROUP BY 1 ORDER BY 1`.execute(db);
  expect(rows).toEqual([
    { destination: "CENTRE", jobs: 1 },
    { destination: "HOSPITAL", jobs: 1 },
  ]);
});
