import { spawnSync } from "node:child_process";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openFileBlobStore } from "../../core/infra/blob/file-blob-store.ts";
import { postgresArchiveIndex } from "../../core/infra/postgres/archive-index.ts";
import { findApplicationEntity } from "../../core/infra/postgres/find-application-entity.ts";
import { verifyArchive } from "../../core/infra/postgres/verify-archive.ts";
import type { BlobStore } from "../../core/ports.ts";
import { instanceReceiver } from "../../core/study/receive-instance.ts";
import { type DimseServer, startDimseServer } from "../../server/dimse/dimse-server.ts";
import { runDcmtk } from "../dimse/dcmtk.ts";
import { type DemoDistrict, openDemoDistrict, storeFile, YANJI } from "../support/demo-district.ts";
import { eventually } from "../support/eventually.ts";
import { smallCt } from "../support/small-studies.ts";
import { createTestDataFolder } from "../support/test-data-folder.ts";

const SLICES = 40; // of 128 KiB: more than the small disk holds
const SMALL = "3m";
const ROOMY = "32m";

/** A file system of its own size needs root on Linux; elsewhere nobody can fill a disk without harm. */
const disk = await createTestDataFolder();
const hasDisk =
  process.platform === "linux" &&
  spawnSync("mount", ["-t", "tmpfs", "-o", `size=${SMALL}`, "tmpfs", disk]).status === 0;

describe.skipIf(!hasDisk)("a full disk", () => {
  let district: DemoDistrict;
  let blobs: BlobStore;
  let server: DimseServer;
  let files: readonly string[];
  const receiver = () => instanceReceiver(blobs, postgresArchiveIndex(district.pool));

  beforeAll(async () => {
    district = await openDemoDistrict();
    blobs = await openFileBlobStore(disk);
    server = await startDimseServer({
      port: 0,
      host: "127.0.0.1",
      aeTitle: "HUB",
      findApplicationEntity: (title) => findApplicationEntity(district.db, title),
      receiver: receiver(),
      log: () => undefined,
    });
    const outgoing = path.join(await createTestDataFolder(), "outgoing");
    await mkdir(outgoing);
    const slices = smallCt({ slices: SLICES, size: 256 });
    files = await Promise.all(
      slices.map(async ({ bytes }, i) => {
        const file = path.join(outgoing, `${i}.dcm`);
        await writeFile(file, bytes);
        return file;
      }),
    );
  });
  afterAll(async () => {
    await server?.close();
    await district?.close();
    spawnSync("umount", ["-l", disk]); // the store keeps its folders open
  });

  const send = async () => {
    const peer = ["-aet", "CT_YANJI", "-aec", "HUB", "127.0.0.1", String(server.port)];
    const { output } = await runDcmtk("storescu", ["-v", "-nh", ...peer, ...files]);
    const answers = [...output.matchAll(/Received Store Response \(([^)]*)\)/g)].map(([, answer = ""]) => answer);
    return { stored: answers.filter((answer) => answer === "Success").length, answers };
  };
  const leftovers = async () => {
    const entries = await readdir(path.join(disk, "incoming"), { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).length;
  };

  it("is told to the device, costs nothing that was acknowledged, and is over when there is room", async () => {
    const full = await send();
    expect(full.answers).toHaveLength(SLICES);
    expect(full.stored).toBeGreaterThan(0);
    // A7xxH, out of resources (PS3.4 §B.2.3), as dcmtk says it
    const refused = full.answers.filter((answer) => answer !== "Success");
    expect(refused.length).toBe(SLICES - full.stored);
    for (const answer of refused) expect(answer).toMatch(/resources|0xa700/i);
    expect(await district.rowCount("instance")).toBe(full.stored);
    expect(await verifyArchive(district.db, blobs)).toMatchObject({
      whole: full.stored,
      damaged: [],
      missing: [],
      orphans: 0,
    });
    await eventually(async () => (await leftovers()) === 0, 5000);

    // the same over STOW-RS' way in: it says which fault it is
    const [late] = smallCt({ slices: 1, size: 1024 });
    await expect(storeFile(receiver(), YANJI, late?.bytes ?? Buffer.of())).rejects.toMatchObject({
      code: "storage-full",
    });

    expect(spawnSync("mount", ["-o", `remount,size=${ROOMY}`, disk]).status).toBe(0);
    expect((await send()).stored).toBe(SLICES);
    expect(await verifyArchive(district.db, blobs)).toMatchObject({
      whole: SLICES,
      damaged: [],
      missing: [],
      orphans: 0,
    });
    await eventually(async () => (await leftovers()) === 0, 5000);
  });
});
