import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DEMO_PEOPLE } from "../../core/demo/demo-people.ts";
import { freePort } from "../../core/infra/embedded/free-port.ts";
import { startDimseServer } from "../../server/dimse/dimse-server.ts";
import { type DemoDistrict, openDemoDistrict, YANJI } from "../support/demo-district.ts";
import { smallCt } from "../support/small-studies.ts";
import { createTestDataFolder } from "../support/test-data-folder.ts";

let district: DemoDistrict;
let empty: DemoDistrict;
beforeAll(async () => {
  [district, empty] = await Promise.all([openDemoDistrict(), openDemoDistrict()]);
});
afterAll(() => Promise.all([district.close(), empty.close()]));

/** `npm run hub -- …` on the archive of that district. */
async function hub(of: DemoDistrict, ...args: readonly string[]) {
  const file = path.join(import.meta.dirname, "../../bin/hub.ts");
  const env = { ...process.env, DATABASE_URL: of.databaseUrl, HUB_DATA: of.dataDir };
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [file, ...args], { env });
    return { code: 0, says: stdout.trim() };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, says: `${stdout}${stderr}`.trim() };
  }
}

test("hub ae echo calls a device, and says why when it does not answer", async () => {
  const device = await startDimseServer({
    port: await freePort(),
    host: "127.0.0.1",
    aeTitle: "PACS",
    findApplicationEntity: async () => ({
      siteId: "-",
      certificateSha256: null,
      tlsOnly: false,
      maxAssociations: null,
    }),
    receiver: district.receiver,
    log: () => undefined,
  });
  const port = String(device.port);
  expect(await hub(district, "ae", "add", "PACS", "--site", "yanji", "--host", "127.0.0.1", "--port", port)).toEqual({
    code: 0,
    says: "",
  });
  expect(await hub(district, "ae", "echo", "PACS")).toEqual({
    code: 0,
    says: expect.stringMatching(/^PACS answers after \d+ ms$/),
  });
  await device.close();
  const away = await hub(district, "ae", "echo", "PACS");
  expect(away).toEqual({ code: 1, says: "PACS does not answer: unreachable: ECONNREFUSED" });
  expect((await hub(district, "ae", "echo", "CT_YANJI")).code).toBe(1); // nobody has said where it is
});

test("hub forward add takes a destination that can be called, for a site and a modality", async () => {
  const rules = () => district.db.selectFrom("forward_rule").selectAll().execute();
  expect((await hub(district, "forward", "add", "PACS", "--site", "yanji", "--modality", "CT")).code).toBe(0);
  const kept = { site_id: "yanji", source: "", modality: "CT", destination: "PACS" };
  expect(await rules()).toMatchObject([kept]);
  expect((await hub(district, "forward", "add", "PACS", "--site", "yanji", "--modality", "CT")).code).toBe(0);
  for (const wrong of [
    ["CT_YANJI", "--site", "yanji"],
    ["PACS", "--site", "nowhere"],
    ["PACS", "--site", "yanji", "--modality", "c;t"],
  ])
    expect((await hub(district, "forward", "add", ...wrong)).code).toBe(1);
  expect(await rules()).toHaveLength(1);
});

test("hub backup and restore bring an archive to another place, which verifies", async () => {
  for (const { bytes } of smallCt({ slices: 2 })) await district.store(YANJI, bytes);
  const folder = await createTestDataFolder();
  expect(await hub(district, "backup", "--to", folder)).toEqual({
    code: 0,
    says: expect.stringMatching(/^1 studies, 2 originals, \d+ rows$/),
  });
  expect(await hub(empty, "restore", "--from", folder)).toEqual({
    code: 0,
    says: expect.stringMatching(/^1 studies, 2 originals, as of /),
  });
  expect(await hub(empty, "verify")).toEqual({
    code: 0,
    says: "2 whole, 0 damaged, 0 missing, 0 without a row, 0 bundles to be rebuilt",
  });
  expect(await hub(empty, "restore", "--from", folder)).toEqual({
    code: 1,
    says: expect.stringContaining("HUB_DEMO=off"),
  });
  expect(await hub(empty, "bundle", "rebuild")).toEqual({ code: 0, says: "0 studies to be prepared" }); // none is complete
});

test("hub export writes de-identified files into an empty folder, and says what it held back", async () => {
  const files = smallCt({ slices: 2 });
  for (const { bytes } of files) await district.store(YANJI, bytes);
  const { studyInstanceUid } = await district.store(YANJI, files[0]?.bytes ?? new Uint8Array());
  const folder = await createTestDataFolder();
  const ask = [studyInstanceUid, "--to", folder, "--purpose", "nodules", "--prefix", "NODULE"];
  expect(await hub(district, "export", ...ask)).toEqual({ code: 0, says: "2 exported, 0 refused" });
  const [study = ""] = await readdir(path.join(folder, "NODULE-0001"));
  expect(study).toMatch(/^ST\d{10}$/);
  const written = await readdir(path.join(folder, "NODULE-0001", study, "SE001"));
  expect(written).toEqual(["IM000001.dcm", "IM000002.dcm"]);
  const first = await readFile(path.join(folder, "NODULE-0001", study, "SE001/IM000001.dcm"));
  expect([first.includes("NODULE-0001"), first.includes(DEMO_PEOPLE[0].id)]).toEqual([true, false]);
  expect(await district.db.selectFrom("study_export").selectAll().executeTakeFirst()).toMatchObject({
    purpose: "nodules",
    requested_by: null,
    state: "done",
    exported: 2,
    blob_key: null,
  });
  // the folder is not empty any more; nothing is written over
  expect((await hub(district, "export", ...ask)).code).toBe(1);
  for (const wrong of [
    ["2.25.404", "--to", `${folder}/x`, "--purpose", "y"],
    ["--to", folder],
    [studyInstanceUid, "--to", `${folder}/x`],
  ])
    expect((await hub(district, "export", ...wrong)).code).toBe(1);
  expect(await district.rowCount("study_export")).toBe(1);
});
