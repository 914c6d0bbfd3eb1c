import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import { DEMO_PEOPLE } from "../../core/demo/demo-people.ts";
import { freePort } from "../../core/infra/embedded/free-port.ts";
import { fetchPriors } from "../../worker/jobs/fetch-priors.ts";
import { clearDataFolder } from "../support/clear-data-folder.ts";
import { YANJI } from "../support/demo-district.ts";
import { completeStudyOf, requestedTask } from "../support/reading-desk.ts";
import { smallCt } from "../support/small-studies.ts";
import { createTestDataFolder } from "../support/test-data-folder.ts";
import { type ArchivePort, openArchivePort } from "./archive-port.ts";
import { runDcmtk } from "./dcmtk.ts";

const PACS = "QRSCP";
const PATIENT = { ...DEMO_PEOPLE[1], id: "QR1" };
const caller = { aeTitle: "HUB", timeouts: { connectMs: 3000, responseMs: 20_000 } };
let hub: ArchivePort;
let port: number;
let folder: string;
let stop: () => Promise<void>;

/** dcmtk's own archive, which knows where the hub is. */
beforeAll(async () => {
  hub = await openArchivePort();
  port = await freePort();
  folder = await createTestDataFolder();
  await mkdir(path.join(folder, "db"));
  const config = path.join(folder, "dcmqrscp.cfg");
  await writeFile(
    config,
    `NetworkTCPPort = ${port}
MaxPDUSize = 16384
MaxAssociations = 16
HostTable BEGIN
hub = (HUB, 127.0.0.1, ${hub.server.port})
HostTable END
VendorTable BEGIN
VendorTable END
AETable BEGIN
${PACS} ${path.join(folder, "db")} RW (200, 64mb) ANY
AETable END
`,
  );
  const child = spawn("dcmqrscp", ["-c", config], { env: { ...process.env, TCP_NODELAY: "1" }, stdio: "ignore" });
  const ended = once(child, "exit");
  stop = async () => {
    child.kill();
    await ended;
    await clearDataFolder(folder);
  };
  for (let tries = 0; (await runDcmtk("echoscu", ["-aec", PACS, "127.0.0.1", String(port)])).code !== 0; tries++) {
    if (tries === 50) throw new Error("dcmqrscp does not answer");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { db } = hub.district;
  await db
    .insertInto("application_entity")
    .values({ title: PACS, site_id: "yanji", host: "127.0.0.1", port })
    .execute();
  await db.insertInto("prior_rule").values({ site_id: "yanji", source: PACS, modality: "*", years: null }).execute();
});
afterAll(async () => {
  await stop();
  await hub.close();
});

async function putIntoPacs(files: readonly Uint8Array[]): Promise<void> {
  const paths = files.map((_, i) => path.join(folder, `${i}.dcm`));
  await Promise.all(paths.map((at, i) => writeFile(at, files[i] as Uint8Array)));
  expect((await runDcmtk("storescu", ["-aec", PACS, "127.0.0.1", String(port), ...paths])).code).toBe(0);
}

const transfers = async () =>
  (
    await sql<{ id: string; failure: string | null; instances: number }>`
      SELECT t.id, t.failure, coalesce(sum(p.instances), 0)::int AS instances
      FROM transfer t LEFT JOIN prior_study p ON p.transfer_id = t.id GROUP BY t.id, t.number ORDER BY t.number`.execute(
      hub.district.db,
    )
  ).rows;

it("fetches from dcmtk's archive; what the hub will not take is said, and the rest is here", async () => {
  const { db, store, blobs } = hub.district;
  const files = smallCt({ patient: PATIENT, studyDate: "20250610", slices: 3 }).map(({ bytes }) => bytes);
  await putIntoPacs(files);
  // the hub has one of them already, with another last pixel
  const other = Buffer.from(files[0] ?? Buffer.of());
  other[other.length - 1] = (other[other.length - 1] ?? 0) ^ 1;
  const { studyInstanceUid: prior, sopInstanceUid } = await store(YANJI, other);
  const read = await completeStudyOf(hub.district, YANJI, { patient: PATIENT });
  await requestedTask(hub.district, read, "tech");
  const [transfer] = await transfers();
  const fetchNow = () => fetchPriors({ db, caller })({ transferId: transfer?.id ?? "" });

  // B000H: sub-operations complete, one or more failures (PS3.4 table C.4-2)
  await expect(fetchNow()).rejects.toMatchObject({ code: "peer-refused", detail: { status: 0xb000 } });
  expect(await transfers()).toMatchObject([{ failure: "peer-refused: status b000H", instances: 2 }]);
  const { instance_count } = await db
    .selectFrom("study")
    .select("instance_count")
    .where("study_instance_uid", "=", prior)
    .executeTakeFirstOrThrow();
  expect(instance_count).toBe(3);
  // the one that was here first stands
  const { blob_key, byte_length } = await db
    .selectFrom("instance")
    .select(["blob_key", "byte_length"])
    .where("sop_instance_uid", "=", sopInstanceUid)
    .executeTakeFirstOrThrow();
  const kept = await blobs.read(blob_key, { start: Number(byte_length) - 1, end: Number(byte_length) });
  expect(kept[0]).toBe(other.at(-1));

  // with all of it here, a PACS is not asked to send again
  await db
    .updateTable("study")
    .set({ state: "complete", completed_at: new Date() })
    .where("study_instance_uid", "=", prior)
    .execute();
  await fetchNow();
  expect(await transfers()).toMatchObject([{ failure: null, instances: 2 }]);
});
