import { open } from "node:fs/promises";
import path from "node:path";
import { expect } from "vitest";
import { CT_IMAGE_STORAGE } from "../../core/demo/ct-attributes.ts";
import { newUid } from "../../core/dicom/uid.ts";
import { FAILURE_REASON } from "../../core/study/storage-commitment.ts";
import { smallCt } from "../support/small-studies.ts";
import { askArchive } from "./archive-truth.ts";
import type { CommitmentDevice, Verdict } from "./commitment-device.ts";
import type { KillableHub } from "./killable-hub.ts";
import type { OutgoingFile } from "./outgoing-files.ts";
import { postStow } from "./senders.ts";

/** A request that the hub said it took: what it asked after had been acknowledged, but for one that never was sent. */
export interface Promised {
  readonly transactionUid: string;
  readonly acknowledged: readonly string[];
  readonly neverSent: string;
}

const LATEST = 40;

/** Asks after the latest that were acknowledged; none when the hub could not be asked. */
export async function promiseOf(
  device: CommitmentDevice,
  acknowledgedSoFar: ReadonlySet<string>,
): Promise<readonly Promised[]> {
  const acknowledged = [...acknowledgedSoFar].slice(-LATEST);
  const neverSent = newUid();
  const transactionUid = await device.ask([...acknowledged, neverSent].map((uid) => [CT_IMAGE_STORAGE, uid]));
  return transactionUid === null ? [] : [{ transactionUid, acknowledged, neverSent }];
}

/** However often it was told: all that was acknowledged is committed, the other one is not. */
export async function keptPromise(device: CommitmentDevice, promised: Promised): Promise<void> {
  for (const verdict of await device.verdicts(promised.transactionUid))
    expectVerdict(verdict, promised.acknowledged, [[promised.neverSent, "no-such-instance"]]);
}

/** As a device that asks for a day's work: a request has its bound, too. */
const ASKED_AT_ONCE = 2000;

/** Asks after everything, now that the hub has come through it; then after what is not as it was sent. */
export async function commitmentIsTrue(
  { hub, device, dataDir, key }: { hub: KillableHub; device: CommitmentDevice; dataDir: string; key: string },
  files: readonly OutgoingFile[],
): Promise<void> {
  const ask = async (uids: readonly string[], sopClassUid: string = CT_IMAGE_STORAGE) => {
    const transactionUid = await device.ask(uids.map((uid) => [sopClassUid, uid]));
    if (transactionUid === null) throw new Error("the request was not taken");
    return (await device.verdicts(transactionUid))[0] as Verdict;
  };
  const uids = files.map((file) => file.sopInstanceUid);
  for (let at = 0; at < uids.length; at += ASKED_AT_ONCE) {
    const some = uids.slice(at, at + ASKED_AT_ONCE);
    expectVerdict(await ask(some), some, []);
  }

  const [one = "", another = ""] = uids;
  const refused = await refusedInstance(hub, key);
  expectVerdict(await ask([one, refused]), [one], [[refused, "no-such-instance"]]);
  const SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7";
  expectVerdict(await ask([one], SECONDARY_CAPTURE), [], [[one, "class-instance-conflict"]]);
  const mend = await spoil(dataDir, another);
  expectVerdict(await ask([one, another]), [one], [[another, "processing-failure"]]);
  await mend();
  expectVerdict(await ask([one, another]), [one, another], []);
}

function expectVerdict(
  verdict: Verdict,
  committed: readonly string[],
  failed: readonly (readonly [string, keyof typeof FAILURE_REASON])[],
): void {
  expect(verdict.committed.toSorted()).toEqual(committed.toSorted());
  expect([...verdict.failed]).toEqual(failed.map(([uid, reason]) => [uid, FAILURE_REASON[reason]]));
  expect(verdict.eventTypeId).toBe(failed.length === 0 ? 1 : 2);
}

/** An instance that breaks off in its pixels, which the hub does not take. */
async function refusedInstance(hub: KillableHub, key: string): Promise<string> {
  const [slice] = smallCt({ slices: 1 });
  if (!slice) throw new Error("no slice");
  const type = 'multipart/related; type="application/dicom"; boundary=edge';
  const body = Buffer.concat([
    Buffer.from("--edge\r\nContent-Type: application/dicom\r\n\r\n"),
    slice.bytes.subarray(0, -100),
    Buffer.from("\r\n--edge--\r\n"),
  ]);
  expect([...(await postStow(hub, key, type, body))]).toEqual([]);
  return slice.sopInstanceUid;
}

/** Turns one bit of the object on the disk; gives what turns it back. */
async function spoil(dataDir: string, sopInstanceUid: string): Promise<() => Promise<void>> {
  const [row] = await askArchive<{ key: string }>(
    dataDir,
    "SELECT blob_key AS key FROM instance WHERE sop_instance_uid = $1",
    [sopInstanceUid],
  );
  const turn = async () => {
    const file = await open(path.join(dataDir, "blobs", row?.key ?? ""), "r+");
    const { size } = await file.stat();
    const last = Buffer.alloc(1);
    await file.read(last, 0, 1, size - 1);
    last[0] = (last[0] ?? 0) ^ 1;
    await file.write(last, 0, 1, size - 1);
    await file.close();
  };
  await turn();
  return turn;
}
