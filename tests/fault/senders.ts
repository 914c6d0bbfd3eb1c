import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { KillableHub } from "./killable-hub.ts";

/** A file as a device has it: on its disk, with what it holds. */
export interface Outgoing {
  readonly path: string;
  readonly sopInstanceUid: string;
  readonly bytes: Buffer;
}

/** Hands out what was not yet acknowledged, and keeps what was. */
export interface Ledger {
  take(count: number): readonly Outgoing[];
  /** What of it came back as stored; the rest will be handed out again. */
  settle(taken: readonly Outgoing[], acknowledged: ReadonlySet<string>): void;
  readonly acknowledged: ReadonlySet<string>;
  readonly isDone: boolean;
}

export function openLedger(files: readonly Outgoing[]): Ledger {
  const waiting = [...files];
  const acknowledged = new Set<string>();
  return {
    take: (count) => waiting.splice(0, count),
    settle: (taken, stored) => {
      for (const file of taken) {
        if (stored.has(file.sopInstanceUid)) acknowledged.add(file.sopInstanceUid);
        else waiting.push(file);
      }
    },
    acknowledged,
    get isDone() {
      return acknowledged.size === files.length;
    },
  };
}

const BATCH = 20;

/** A scanner: dcmtk's storescu, which says of each file what was answered. */
export async function sendByStorescu(hub: KillableHub, ledger: Ledger): Promise<void> {
  while (!ledger.isDone) {
    const batch = ledger.take(BATCH);
    if (batch.length === 0) {
      await sleep(50);
      continue;
    }
    const args = ["-v", "-nh", "-aec", "HUB", "127.0.0.1", String(hub.dicomPort), ...batch.map((file) => file.path)];
    const child = spawn("storescu", args, { env: { ...process.env, TCP_NODELAY: "1" } });
    const said: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (part: Buffer) => said.push(part));
    await once(child, "close");
    const uidOf = new Map(batch.map((file) => [file.path, file.sopInstanceUid]));
    const answers = Buffer.concat(said)
      .toString()
      .matchAll(/Sending file: (\S+)[\s\S]*?Received Store Response \(([^)]*)\)/g);
    const stored = [...answers].flatMap(([, file = "", answer]) =>
      answer === "Success" ? (uidOf.get(file) ?? []) : [],
    );
    ledger.settle(batch, new Set(stored));
    if (stored.length === 0) await sleep(100);
  }
}

/** A browser's upload: STOW-RS, which answers for each instance. */
export async function sendByStow(hub: KillableHub, key: string, ledger: Ledger): Promise<void> {
  while (!ledger.isDone) {
    const batch = ledger.take(BATCH);
    if (batch.length === 0) {
      await sleep(50);
      continue;
    }
    const stored = await stow(hub, key, batch).catch(() => new Set<string>());
    ledger.settle(batch, stored);
    if (stored.size === 0) await sleep(100);
  }
}

type DicomJson = Record<string, { Value?: (DicomJson & string)[] }>;

async function stow(hub: KillableHub, key: string, batch: readonly Outgoing[]): Promise<Set<string>> {
  const boundary = "part-of-the-upload";
  const parts = batch.flatMap(({ bytes }) => [
    Buffer.from(`--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`),
    bytes,
    Buffer.from("\r\n"),
  ]);
  const answer = await fetch(`${hub.url}/dicom-web/studies`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${key}`,
      accept: "application/dicom+json",
      "content-type": `multipart/related; type="application/dicom"; boundary=${boundary}`,
    },
    body: Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]),
  });
  if (answer.status !== 200 && answer.status !== 202) return new Set();
  const referenced = ((await answer.json()) as DicomJson)["00081199"]?.Value ?? [];
  return new Set(referenced.flatMap((item) => item["00081155"]?.Value?.[0] ?? []));
}
