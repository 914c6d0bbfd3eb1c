import type { DecodeRequest } from "../../decode/decoded-frame.ts";
import { isNative } from "../../dicom/transfer-syntaxes.ts";
import { EXPLICIT_VR_BIG_ENDIAN, EXPLICIT_VR_LITTLE_ENDIAN } from "../../dicom/uid.ts";
import { DomainError } from "../../errors.ts";
import type { PixelFormat } from "../../image/study-model.ts";
import type { CodecShare } from "../codec/fair-codecs.ts";
import { freeChunk } from "../free-chunk.ts";
import type { StoredInstance } from "../postgres/stored-instances.ts";
import { canTranscode } from "./can-transcode.ts";
import type { FrameReader } from "./frame-reader.ts";

/** What frames are made with, by whom they are asked for. */
export interface FrameTranscoding {
  readonly frames: FrameReader;
  readonly codecs: CodecShare;
}

export interface AskedFrames {
  readonly instance: StoredInstance;
  /** What the header says of them. */
  readonly format: PixelFormat;
  /** From 1, in the order in which they come. */
  readonly numbers: Iterable<number>;
}

/** So many frames of one answer are at the codecs at once; they come out in their order. */
const IN_FLIGHT = 2;

/**
 * Frames in another transfer syntax, one of `canTranscode`: native little-endian bytes, or a lossless codestream. The first
 * is ready when the promise resolves, which rejects with `not-found`, `not-acceptable` or `frame-unreadable`.
 */
export async function transcodedFrames(
  parts: FrameTranscoding,
  asked: AskedFrames,
  to: string,
): Promise<AsyncGenerator<Buffer>> {
  if (!canTranscode(asked.instance.transferSyntaxUid, to))
    throw new DomainError("not-acceptable", { reason: "encoding" });
  return begun(inOrder(parts, asked, to));
}

async function* inOrder(
  { frames, codecs }: FrameTranscoding,
  { instance, format, numbers }: AskedFrames,
  to: string,
): AsyncGenerator<Buffer> {
  const waiting: Promise<Buffer>[] = [];
  for await (const stored of await frames.read(instance, numbers)) {
    const frame = transcoded(codecs, { stored, format, from: instance.transferSyntaxUid, to });
    frame.catch(() => undefined); // looked at when its turn comes
    waiting.push(frame);
    if (waiting.length >= IN_FLIGHT) yield waiting.shift() as Promise<Buffer>;
  }
  while (waiting.length > 0) yield waiting.shift() as Promise<Buffer>;
}

interface StoredFrame {
  readonly stored: Buffer;
  readonly format: PixelFormat;
  readonly from: string;
  readonly to: string;
}

async function transcoded(codecs: CodecShare, { stored, format, from, to }: StoredFrame): Promise<Buffer> {
  if (to === EXPLICIT_VR_LITTLE_ENDIAN && isNative(from))
    return from === EXPLICIT_VR_BIG_ENDIAN ? turned(stored, format.bitsAllocated) : stored;
  const bytes = new Uint8Array(stored); // a copy of its own: it is handed over
  freeChunk(stored);
  const source: DecodeRequest = { bytes, transferSyntaxUid: from, format };
  const given =
    to === EXPLICIT_VR_LITTLE_ENDIAN
      ? await codecs.run("native", source)
      : await codecs.run("lossless", { source, transferSyntaxUid: to });
  return Buffer.from(given.buffer, given.byteOffset, given.byteLength);
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
