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

/** Sends batch after batch until all is acknowledged; a batch that the hub did not survive is handed out again. */
export async function sendBatches(
  ledger: Ledger,
  send: (batch: readonly Outgoing[]) => Promise<ReadonlySet<string>>,
): Promise<void> {
  while (!ledger.isDone) {
    const batch = ledger.take(BATCH);
    if (batch.length === 0) {
      await sleep(50);
      continue;
    }
    const stored = await send(batch).catch(() => new Set<string>());
    ledger.settle(batch, stored);
    if (stored.size === 0) await sleep(100);
  }
}

/** A scanner: dcmtk's storescu, which says of each file what was answered. */
export function sendByStorescu(hub: KillableHub, ledger: Ledger): Promise<void> {
  return sendBatches(ledger, async (batch) => {
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
    return new Set(stored);
  });
}

const BOUNDARY = "part-of-the-upload";

/** A browser's upload: STOW-RS, which answers for each instance. */
export function sendByStow(hub: KillableHub, key: string, ledger: Ledger): Promise<void> {
  return sendBatches(ledger, (batch) => {
    const parts = batch.flatMap(({ bytes }) => [
      Buffer.from(`--${BOUNDARY}\r\nContent-Type: application/dicom\r\n\r\n`),
      bytes,
      Buffer.from("\r\n"),
    ]);
    const body = Buffer.concat([...parts, Buffer.from(`--${BOUNDARY}--\r\n`)]);
    return postStow(hub, key, `multipart/related; type="application/dicom"; boundary=${BOUNDARY}`, body);
  });
}

type DicomJson = Record<string, { Value?: (DicomJson & string)[] }>;

/** Of one request, the SOP Instance UIDs that were answered as stored. */
export async function postStow(
  hub: KillableHub,
  key: string,
  contentType: string,
  body: Buffer,
): Promise<ReadonlySet<string>> {
  const answer = await fetch(`${hub.url}/dicom-web/studies`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, accept: "application/dicom+json", "content-type": contentType },
    body: new Uint8Array(body),
  });
  if (![200, 202, 409].includes(answer.status)) return new Set();
  const referenced = ((await answer.json()) as DicomJson)["00081199"]?.Value ?? [];
  return new Set(referenced.flatMap((item) => item["00081155"]?.Value?.[0] ?? []));
}
