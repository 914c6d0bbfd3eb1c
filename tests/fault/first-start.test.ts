import path from "node:path";
import { expect, it } from "vitest";
import { clearDataFolder } from "../support/clear-data-folder.ts";
import { eventually } from "../support/eventually.ts";
import { createTestDataFolder } from "../support/test-data-folder.ts";
import { askArchive } from "./archive-truth.ts";
import { killableHub } from "./killable-hub.ts";

it("is gone on with when it was killed among the demo's studies", { timeout: 300_000 }, async () => {
  const folder = await createTestDataFolder();
  const dataDir = path.join(folder, "data");
  const hub = await killableHub(dataDir, path.join(folder, "hub.log"), "serving");
  try {
    const stored = async () => {
      const [row] = await askArchive<{ n: number }>(dataDir, "SELECT count(*)::int AS n FROM instance");
      return row?.n ?? 0;
    };
    const owed = async () => (await askArchive(dataDir, "SELECT FROM demo_seed WHERE stored_at IS NULL")).length > 0;
    await eventually(async () => (await stored()) > 10, 60_000);
    expect(await owed()).toBe(true);
    await hub.kill("all");
    expect(await owed()).toBe(true);
    await eventually(async () => !(await owed()), 120_000);
    // ECG; localizer, soft and thin slices of the chest; head
    const studies = await askArchive<{ site: string; n: number }>(
      dataDir,
      "SELECT site_id AS site, instance_count AS n FROM study ORDER BY id",
    );
    expect(studies.map(({ site }) => site)).toEqual(["yanji", "yanji", "changbai"]);
    expect(studies.map(({ n }) => n)).toEqual([1, 1 + 80 + 60, 30]);
    // each once, as the first start had begun it
    const refused = await askArchive(
      dataDir,
      "SELECT FROM audit_event WHERE action = 'instance.store' AND outcome = 'refused'",
    );
    expect(refused).toEqual([]);
  } finally {
    await hub.stop();
    await clearDataFolder(folder);
  }
});
