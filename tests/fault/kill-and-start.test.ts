import { createHash } from "node:crypto";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readRunInfo } from "../../core/infra/embedded/run-info.ts";
import { clearDataFolder } from "../support/clear-data-folder.ts";
import { dataSetOf, smallCt } from "../support/small-studies.ts";
import { createTestDataFolder } from "../support/test-data-folder.ts";
import { hubCommand, type KillableHub, killableHub, PARTS, type Part } from "./killable-hub.ts";
import { type Outgoing, openLedger, sendByStorescu, sendByStow } from "./senders.ts";

/** By hand with 100 000: HUB_FAULT_INSTANCES=100000 npx vitest run tests/fault */
const COUNT = Number(process.env.HUB_FAULT_INSTANCES ?? 2000);
const PER_STUDY = 50;

let folder: string;
let hub: KillableHub;
const dataDir = () => path.join(folder, "data");

beforeAll(async () => {
  folder = await createTestDataFolder();
  hub = await killableHub(dataDir(), path.join(folder, "hub.log"));
});

afterAll(async () => {
  await hub?.stop();
  await clearDataFolder(folder);
});

test(
  "nothing acknowledged is lost, whatever is killed, whenever",
  async () => {
    const files = await writeFiles();
    const key = hubCommand(dataDir(), ["key", "create", "--user", "tech", "--name", "fault"]);
    const ledger = openLedger(files);
    const sending = Promise.all([
      sendByStorescu(hub, ledger),
      sendByStorescu(hub, ledger),
      sendByStow(hub, key, ledger),
    ]);
    const outages = await killAtRandom(() => ledger.isDone);
    await sending;
    console.log(`${ledger.acknowledged.size} acknowledged, through ${outages.length} kills:`, tally(outages));

    await hub.serving();
    const kept = await storedDigests();
    const lost = files.filter((file) => kept.get(file.sopInstanceUid) !== file.digest);
    expect(lost.map((file) => file.sopInstanceUid)).toEqual([]);
    await hub.restart(); // what the last kill left is swept by the next start
    expect(hubCommand(dataDir(), ["verify"])).toMatch(/\b0 damaged, 0 missing\b.*\b0 /);
    expect(await filesUnder(path.join(dataDir(), "incoming"))).toEqual([]);
  },
  COUNT * 300 + 240_000,
);

interface Outage {
  readonly part: Part;
  readonly ms: number;
}

/** Kills each part at least once, and goes on until all is sent. */
async function killAtRandom(isDone: () => boolean): Promise<Outage[]> {
  const outages: Outage[] = [];
  for (let turn = 0; turn < PARTS.length || !isDone(); turn++) {
    await sleep(200 + Math.random() * 1500);
    const part = PARTS[turn % PARTS.length] ?? "all";
    const began = performance.now();
    await hub.kill(part);
    await hub.serving();
    outages.push({ part, ms: performance.now() - began });
  }
  return outages;
}

function tally(outages: readonly Outage[]): string {
  return PARTS.map((part) => {
    const times = outages.filter((outage) => outage.part === part).map((outage) => outage.ms);
    return `${part} ×${times.length}, serving again after ${Math.round(Math.max(0, ...times))} ms at most`;
  }).join("; ");
}

async function writeFiles(): Promise<(Outgoing & { readonly digest: string })[]> {
  const outgoing = path.join(folder, "outgoing");
  await mkdir(outgoing);
  const files: (Outgoing & { readonly digest: string })[] = [];
  while (files.length < COUNT) {
    for (const { bytes, sopInstanceUid } of smallCt({ slices: Math.min(PER_STUDY, COUNT - files.length) })) {
      const file = path.join(outgoing, `${files.length}.dcm`);
      await writeFile(file, bytes);
      const digest = createHash("sha256").update(dataSetOf(bytes)).digest("hex");
      files.push({ path: file, sopInstanceUid, bytes: Buffer.from(bytes), digest });
    }
  }
  return files;
}

/** As the rows have them; that the bytes have them too is what `verify` reads. */
async function storedDigests(): Promise<Map<string, string>> {
  const info = await readRunInfo(dataDir(), "postgres");
  const client = new pg.Client({ connectionString: info?.url });
  await client.connect();
  const { rows } = await client.query<{ uid: string; digest: string }>(
    "SELECT sop_instance_uid AS uid, encode(data_set_sha256, 'hex') AS digest FROM instance",
  );
  await client.end();
  return new Map(rows.map(({ uid, digest }) => [uid, digest]));
}

async function filesUnder(of: string): Promise<string[]> {
  const entries = await readdir(of, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}
