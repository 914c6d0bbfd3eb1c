import type { DecodeRequest } from "../../decode/decoded-frame.ts";
import { isNative } from "../../dicom/transfer-syntaxes.ts";
import { EXPLICIT_VR_BIG_ENDIAN, EXPLICIT_VR_LITTLE_ENDIAN } from "../../dicom/uid.ts";
import { DomainError } from "../../errors.ts";
import { lruCache } from "../../lru-cache.ts";
import type { BlobStore } from "../../ports.ts";
import type { CodecPool } from "../codec/codec-pool.ts";
import { freeChunk } from "../free-chunk.ts";
import type { StoredInstance } from "../postgres/archive-queries.ts";
import { canTranscode } from "./can-transcode.ts";
import type { FrameReader } from "./frame-reader.ts";
import { type PixelDescription, readPixelDescription } from "./pixel-description.ts";

export interface FrameTranscoder {
  /**
   * The frames, numbered from 1, as one of `canTranscode`: native little-endian bytes, or a lossless codestream. The first
   * is ready when the promise resolves, which rejects with `not-found`, `not-acceptable` or `frame-unreadable`. The stored
   * header is read for their description, unless the caller has it.
   */
  read(
    instance: StoredInstance,
    frameNumbers: Iterable<number>,
    to: string,
    description?: PixelDescription,
  ): Promise<AsyncGenerator<Buffer>>;
}

/** So many frames of one answer are at the codecs at once; they come out in their order. */
const IN_FLIGHT = 2;
const KEPT_DESCRIPTIONS = 2000;

export function frameTranscoder(parts: {
  readonly blobs: BlobStore;
  readonly frames: FrameReader;
  readonly codecs: CodecPool;
}): FrameTranscoder {
  const { blobs, frames, codecs } = parts;
  const descriptions = lruCache<string, PixelDescription>(KEPT_DESCRIPTIONS);

  async function describe(instance: StoredInstance): Promise<PixelDescription> {
    const known = descriptions.get(instance.id);
    if (known) return known;
    const described = await readPixelDescription(blobs, instance);
    descriptions.set(instance.id, described);
    return described;
  }

  async function transcoded(
    { transferSyntaxUid }: StoredInstance,
    { format }: PixelDescription,
    stored: Buffer,
    to: string,
  ): Promise<Buffer> {
    if (to === EXPLICIT_VR_LITTLE_ENDIAN && isNative(transferSyntaxUid))
      return transferSyntaxUid === EXPLICIT_VR_BIG_ENDIAN ? turned(stored, format.bitsAllocated) : stored;
    const bytes = new Uint8Array(stored); // a copy of its own: it is handed over
    freeChunk(stored);
    const source: DecodeRequest = { bytes, transferSyntaxUid, format };
    const given =
      to === EXPLICIT_VR_LITTLE_ENDIAN
        ? await codecs.run("native", source)
        : await codecs.run("lossless", { source, transferSyntaxUid: to });
    return Buffer.from(given.buffer, given.byteOffset, given.byteLength);
  }

  async function* inOrder(
    instance: StoredInstance,
    frameNumbers: Iterable<number>,
    to: string,
    described: PixelDescription,
  ): AsyncGenerator<Buffer> {
    const waiting: Promise<Buffer>[] = [];
    for await (const stored of await frames.read(instance, frameNumbers)) {
      const frame = transcoded(instance, described, stored, to);
      frame.catch(() => undefined); // looked at when its turn comes
      waiting.push(frame);
      if (waiting.length >= IN_FLIGHT) yield waiting.shift() as Promise<Buffer>;
    }
    while (waiting.length > 0) yield waiting.shift() as Promise<Buffer>;
  }

  return {
    read: async (instance, frameNumbers, to, description) => {
      if (!canTranscode(instance.transferSyntaxUid, to))
        throw new DomainError("not-acceptable", { reason: "encoding" });
      return begun(inOrder(instance, frameNumbers, to, description ?? (await describe(instance))));
    },
  };
}

/** The samples of a Big Endian frame turned round. */
function turned(stored: Buffer, bitsAllocated: number): Buffer {
  const own = Buffer.from(stored);
  return bitsAllocated === 16 ? own.swap16() : bitsAllocated === 32 ? own.swap32() : own;
}

/** The same, once its first is there. */
async function begun<T>(items: AsyncGenerator<T>): Promise<AsyncGenerator<T>> {
  const first = await items.next();
  return (async function* () {
    try {
      if (first.done !== true) yield first.value;
      yield* items;
    } finally {
      await items.return(undefined);
    }
  })();
}
