import { readdir } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { clearDataFolder } from "../support/clear-data-folder.ts";
import { eventually } from "../support/eventually.ts";
import { createTestDataFolder } from "../support/test-data-folder.ts";
import { countedWrongly, givenUp, storedDigests, unfinished } from "./archive-truth.ts";
import { type CommitmentDevice, openCommitmentDevice } from "./commitment-device.ts";
import { commitmentIsTrue, keptPromise, type Promised, promiseOf } from "./commitment-truth.ts";
import { sendByDescribedStow } from "./described-stow.ts";
import { type ForwardDestination, openForwardDestination } from "./forward-destination.ts";
import { givenDigests, withOtherPixels } from "./given-back.ts";
import { hubCommand, type KillableHub, killableHub, PARTS, type Part } from "./killable-hub.ts";
import { writeOutgoing } from "./outgoing-files.ts";
import { openLedger, sendByStorescu, sendByStow } from "./senders.ts";

/** By hand with 100 000: HUB_FAULT_INSTANCES=100000 npx vitest run tests/fault */
const COUNT = Number(process.env.HUB_FAULT_INSTANCES ?? 2000);
/** Of ten studies one is sent as JSON and pixels. */
const DESCRIBED_SHARE = 0.1;
const SERVING_AGAIN_MS = 10_000;
/** The last kills come when all is sent, and is being sent on. */
const ROUNDS = 2;

let folder: string;
let hub: KillableHub;
let device: CommitmentDevice;
let destination: ForwardDestination;
const dataDir = () => path.join(folder, "data");

beforeAll(async () => {
  folder = await createTestDataFolder();
  hub = await killableHub(dataDir(), path.join(folder, "hub.log"));
  device = await openCommitmentDevice(hub);
  destination = await openForwardDestination("PACS");
  const register = (title: string, port: number) =>
    hubCommand(dataDir(), ["ae", "add", title, "--site", "yanji", "--host", "127.0.0.1", "--port", String(port)]);
  register("CT_YANJI", device.port);
  register("PACS", destination.port);
  hubCommand(dataDir(), ["forward", "add", "PACS", "--site", "yanji"]);
});

afterAll(async () => {
  await hub?.stop();
  await device?.close();
  await destination?.close();
  await clearDataFolder(folder);
});

test(
  "nothing acknowledged is lost, whatever is killed, whenever",
  async () => {
    const describedFiles = await writeOutgoing(path.join(folder, "described"), Math.round(COUNT * DESCRIBED_SHARE));
    const files = await writeOutgoing(path.join(folder, "files"), COUNT - describedFiles.length);
    const all = [...files, ...describedFiles];
    const key = hubCommand(dataDir(), ["key", "create", "--user", "tech", "--name", "fault"]);
    const [ledger, describedLedger] = [openLedger(files), openLedger(describedFiles)];
    const sending = Promise.all([
      sendByStorescu(hub, ledger),
      sendByStorescu(hub, ledger),
      sendByStow(hub, key, ledger),
      sendByDescribedStow(hub, key, describedLedger),
    ]);
    const promises: Promised[] = [];
    const outages = await killAtRandom(
      () => ledger.isDone && describedLedger.isDone,
      async () => void promises.push(...(await promiseOf(device, ledger.acknowledged))),
    );
    await sending;
    console.log(`${COUNT} acknowledged, through ${outages.length} kills, ${promises.length} promises:`, tally(outages));
    await hub.serving();

    // every instance that got Success is there, bit for bit: as the rows have it, and as it is given
    const kept = await storedDigests(dataDir());
    expect(uidsOf(files.filter((file) => kept.get(file.sopInstanceUid) !== file.digest))).toEqual([]);
    const given = await givenDigests(hub, key, all);
    expect(uidsOf(files.filter((file) => given.get(file.sopInstanceUid) !== file.digest))).toEqual([]);
    // of those that the hub made itself, what it wrote down, with the pixels that were sent
    expect(uidsOf(describedFiles.filter(({ sopInstanceUid: uid }) => !kept.has(uid)))).toEqual([]);
    expect(uidsOf(describedFiles.filter(({ sopInstanceUid: uid }) => given.get(uid) !== kept.get(uid)))).toEqual([]);
    expect(await withOtherPixels(hub, key, describedFiles)).toEqual([]);

    // nothing is half there; what was to be done is done in the end, and was done whole
    expect(await countedWrongly(dataDir())).toEqual([]);
    await eventually(async () => (await unfinished(dataDir())) === 0, 180_000);
    const notForwarded = () =>
      uidsOf(all).filter((uid) => {
        const digests = [...(destination.received.get(uid) ?? [])];
        return digests.length !== 1 || digests[0] !== kept.get(uid);
      });
    await eventually(async () => notForwarded().length === 0, 180_000).catch(() => undefined);
    expect(notForwarded()).toEqual([]);

    // what was promised before a kill is told after it, truly
    for (const promise of promises) await keptPromise(device, promise);
    await commitmentIsTrue({ hub, device, dataDir: dataDir(), key }, all);

    expect(await givenUp(dataDir())).toEqual([]);
    await hub.restart(); // what the last kill left is swept by the next start
    expect(hubCommand(dataDir(), ["verify"])).toMatch(
      /^\d+ whole, 0 damaged, 0 missing, 0 without a row, 0 bundles to be rebuilt$/,
    );
    expect(hubCommand(dataDir(), ["audit", "verify"])).toMatch(/chain whole$/);
    expect(await filesUnder(path.join(dataDir(), "incoming"))).toEqual([]);
    expect(outages.filter(({ ms }) => ms > SERVING_AGAIN_MS)).toEqual([]);
  },
  COUNT * 400 + 600_000,
);

interface Outage {
  readonly part: Part;
  readonly ms: number;
}

/** Kills each part in turn, some rounds of them, `beforeKill` just before, and goes on until all is sent. */
async function killAtRandom(isDone: () => boolean, beforeKill: () => Promise<void>): Promise<Outage[]> {
  const outages: Outage[] = [];
  for (let turn = 0; turn < ROUNDS * PARTS.length || !isDone(); turn++) {
    await sleep(200 + Math.random() * 1500);
    const part = PARTS[turn % PARTS.length] ?? "all";
    await beforeKill();
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

function uidsOf(files: readonly { readonly sopInstanceUid: string }[]): readonly string[] {
  return files.map(({ sopInstanceUid }) => sopInstanceUid);
}

async function filesUnder(of: string): Promise<string[]> {
  const entries = await readdir(of, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}
