import type { Response } from "express";
import { overlaidHead } from "../../core/infra/archive/overlaid-head.ts";
import type { StoredInstance } from "../../core/infra/postgres/archive-queries.ts";
import type { IdentityOverlay } from "../../core/patient/identity-overlay.ts";
import type { BlobStore } from "../../core/ports.ts";
import { multipartWriter, writeWithRoom } from "./multipart-writer.ts";
import type { ChosenMediaType } from "./negotiate-media-type.ts";

/** Instances up to this size are read whole, a few ahead of the one that is going out; longer ones are streamed. */
const WHOLE_BYTES = 2 * 1024 * 1024;
const READ_AHEAD = 3;

/**
 * Sends instances as they are stored, one after the other, never more than a few in memory. A client that goes away ends
 * it; a blob that cannot be read breaks the answer off, as its length has been promised.
 */
export async function sendInstances(
  response: Response,
  blobs: BlobStore,
  instances: readonly StoredInstance[],
  chosen: ChosenMediaType,
): Promise<void> {
  const types = instances.map((instance) => `${chosen.type}; transfer-syntax=${instance.transferSyntaxUid}`);
  const bytes = instances.reduce((sum, instance) => sum + instance.byteLength, 0);
  const multipart = chosen.isMultipart ? multipartWriter(response, chosen.type) : null;
  if (!multipart) response.setHeader("Content-Type", types[0] ?? chosen.type);
  const parts = instances.map(({ byteLength }, i) => ({ contentType: types[i] ?? "", byteLength }));
  response.setHeader("Content-Length", bytes + (multipart?.frameBytes(parts) ?? 0));
  if (response.req.method === "HEAD") return void response.end();

  const ahead: Promise<Buffer | null>[] = [];
  const readAhead = (index: number) => {
    const instance = instances[index];
    if (!instance) return;
    const { blobKey, byteLength } = instance;
    const reading =
      byteLength <= WHOLE_BYTES ? blobs.read(blobKey, { start: 0, end: byteLength }) : Promise.resolve(null);
    reading.catch(() => undefined); // looked at when its turn comes
    ahead[index] = reading;
  };
  for (let index = 0; index < READ_AHEAD; index++) readAhead(index);
  for (const [index, instance] of instances.entries()) {
    readAhead(index + READ_AHEAD);
    const whole = await ahead[index];
    delete ahead[index];
    response.cork();
    multipart?.beginPart(types[index] ?? chosen.type, instance.byteLength);
    const isThere = whole ? writeWithRoom(response, whole) : sendStream(response, blobs, instance);
    response.uncork();
    if (!(await isThere)) return;
  }
  if (multipart) multipart.end();
  else response.end();
}

/**
 * The same under another patient than the bytes say: each header is made when its turn comes, so that the whole length is
 * not known before; the pixels stream.
 */
export async function sendOverlaid(
  response: Response,
  blobs: BlobStore,
  instances: readonly StoredInstance[],
  chosen: ChosenMediaType,
  overlay: IdentityOverlay,
): Promise<void> {
  const typeOf = (instance: StoredInstance) => `${chosen.type}; transfer-syntax=${instance.transferSyntaxUid}`;
  const [first] = instances;
  const multipart = chosen.isMultipart ? multipartWriter(response, chosen.type) : null;
  if (!multipart) response.setHeader("Content-Type", first ? typeOf(first) : chosen.type);
  if (response.req.method === "HEAD") return void response.end();
  for (const instance of instances) {
    const { head, restFrom } = await overlaidHead(blobs, instance, overlay);
    const byteLength = head.length + instance.byteLength - restFrom;
    if (multipart) multipart.beginPart(typeOf(instance), byteLength);
    else response.setHeader("Content-Length", byteLength);
    if (!(await writeWithRoom(response, head))) return;
    if (restFrom < instance.byteLength && !(await sendStream(response, blobs, instance, restFrom))) return;
  }
  if (multipart) multipart.end();
  else response.end();
}

async function sendStream(response: Response, blobs: BlobStore, instance: StoredInstance, from = 0): Promise<boolean> {
  for await (const chunk of await blobs.open(instance.blobKey, { start: from, end: instance.byteLength })) {
    if (!(await writeWithRoom(response, chunk as Buffer))) return false;
  }
  return true;
}
