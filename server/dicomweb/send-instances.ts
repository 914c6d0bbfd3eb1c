import type { Response } from "express";
import { DomainError } from "../../core/errors.ts";
import { overlaidHead } from "../../core/infra/archive/overlaid-head.ts";
import {
  type AskedInstance,
  type OutgoingFile,
  openTranscoded,
  type TranscodeParts,
} from "../../core/infra/archive/transcoded-instance.ts";
import type { StoredInstance } from "../../core/infra/postgres/stored-instances.ts";
import type { IdentityOverlay } from "../../core/patient/identity-overlay.ts";
import { multipartWriter, writeWithRoom } from "./multipart-writer.ts";
import { type ChosenInstances, instanceTransferSyntax } from "./negotiate-media-type.ts";

/** Instances up to this size are read whole, a few ahead of the one that is going out; longer ones are streamed. */
const WHOLE_BYTES = 2 * 1024 * 1024;
const READ_AHEAD = 3;
/** One that is made on the way has its header, and its first frames, made while the one before it goes out. */
const MAKE_AHEAD = 1;

interface OutgoingInstance extends OutgoingFile {
  readonly contentType: string;
}

interface Outgoing {
  readonly instances: readonly StoredInstance[];
  readonly chosen: ChosenInstances;
  /** Of the study that they are all of. */
  readonly overlay: IdentityOverlay | null;
}

/**
 * Sends instances one after the other, never more than a few in memory: as they are stored, or made into another transfer
 * syntax or under another patient on the way. A client that goes away ends it; a blob or a frame that cannot be read once
 * the first part is begun breaks the answer off, as it has been promised.
 */
export async function sendInstances(
  response: Response,
  parts: TranscodeParts,
  { instances, chosen, overlay }: Outgoing,
): Promise<void> {
  const { type, isMultipart, asked } = chosen;
  const isAsStored = ({ transferSyntaxUid }: StoredInstance) =>
    overlay === null && instanceTransferSyntax(transferSyntaxUid, asked) === transferSyntaxUid;
  const multipart = isMultipart ? multipartWriter(response, type) : null;
  if (multipart && instances.every(isAsStored)) {
    const all = instances.map((instance) => ({
      contentType: contentTypeOf(type, instance.transferSyntaxUid),
      byteLength: instance.byteLength,
    }));
    response.setHeader(
      "Content-Length",
      all.reduce((sum, one) => sum + one.byteLength, multipart.frameBytes(all)),
    );
  }
  const isHead = response.req.method === "HEAD";
  if (multipart && isHead) return void response.end();

  const ahead: Promise<OutgoingInstance>[] = [];
  for (const index of instances.keys()) {
    for (let next = index; next <= index + READ_AHEAD; next++) {
      const instance = instances[next];
      if (!instance || ahead[next] || (next > index + MAKE_AHEAD && !isAsStored(instance))) continue;
      const opening = openInstance(parts, { instance, overlay }, chosen);
      opening.catch(() => undefined); // looked at when its turn comes
      ahead[next] = opening;
    }
    const file = (await ahead[index]) as OutgoingInstance;
    delete ahead[index];
    if (!multipart) {
      response.setHeader("Content-Type", file.contentType);
      if (file.byteLength !== null) response.setHeader("Content-Length", file.byteLength);
      if (isHead) return void response.end();
    }
    const isThere = await sendFile(response, file, () => multipart?.beginPart(file.contentType, file.byteLength));
    if (!isThere) return;
  }
  if (multipart) multipart.end();
  else response.end();
}

async function openInstance(
  parts: TranscodeParts,
  of: AskedInstance,
  { type, asked }: ChosenInstances,
): Promise<OutgoingInstance> {
  const stored = of.instance.transferSyntaxUid;
  const to = instanceTransferSyntax(stored, asked);
  if (to !== stored) {
    try {
      return { ...(await openTranscoded(parts, of, to)), contentType: contentTypeOf(type, to) };
    } catch (error) {
      const cannotBeMade =
        error instanceof DomainError && (error.kind === "not-acceptable" || error.kind === "invalid");
      if (asked !== null || !cannotBeMade) throw error;
      // nobody named a transfer syntax: a file that is damaged is given as it is, and not in its place nothing
    }
  }
  const file = of.overlay ? await openOverlaid(parts, of.instance, of.overlay) : await openStored(parts, of.instance);
  return { ...file, contentType: contentTypeOf(type, stored) };
}

async function openStored({ blobs }: TranscodeParts, { blobKey, byteLength }: StoredInstance): Promise<OutgoingFile> {
  const isSmall = byteLength <= WHOLE_BYTES;
  const whole = isSmall ? await blobs.read(blobKey, { start: 0, end: byteLength }) : null;
  const bytes = (async function* () {
    if (whole) yield whole;
    else yield* (await blobs.open(blobKey)) as AsyncIterable<Buffer>;
  })();
  return { byteLength, bytes };
}

/** Under another patient than the bytes say: the header is made anew, the pixels stream. */
async function openOverlaid(
  { blobs }: TranscodeParts,
  instance: StoredInstance,
  overlay: IdentityOverlay,
): Promise<OutgoingFile> {
  const { blobKey, byteLength } = instance;
  const { head, restFrom } = await overlaidHead(blobs, instance, overlay);
  const bytes = (async function* () {
    yield head;
    if (restFrom < byteLength)
      yield* (await blobs.open(blobKey, { start: restFrom, end: byteLength })) as AsyncIterable<Buffer>;
  })();
  return { byteLength: head.length + byteLength - restFrom, bytes };
}

/** The head of the part goes out together with its first bytes. False when the client has gone away. */
async function sendFile(response: Response, { bytes }: OutgoingFile, begin: () => void): Promise<boolean> {
  let isBegun = false;
  for await (const chunk of bytes) {
    if (chunk.length === 0) continue;
    response.cork();
    if (!isBegun) begin();
    isBegun = true;
    const hasRoom = writeWithRoom(response, chunk);
    response.uncork();
    if (!(await hasRoom)) return false;
  }
  return true;
}

function contentTypeOf(type: string, transferSyntaxUid: string): string {
  return `${type}; transfer-syntax=${transferSyntaxUid}`;
}
