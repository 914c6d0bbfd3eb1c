import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import { metaEnd } from "../../core/dicom/meta-end.ts";
import { freePort } from "../../core/infra/embedded/free-port.ts";
import { completeStudy } from "../../worker/jobs/complete-study.ts";
import { forwardStudy } from "../../worker/jobs/forward-study.ts";
import { type DemoDistrict, openDemoDistrict, YANJI } from "../support/demo-district.ts";
import { dataSetOf, smallCt } from "../support/small-studies.ts";
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
