import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { encodedFormat, HTJ2K_LOSSLESS_RPCL, previewReduction } from "../../bundle/bundle-form.ts";
import type { BundleFormat } from "../../bundle/bundle-index.ts";
import { bundleIndexBuilder } from "../../bundle/bundle-index-builder.ts";
import type { PaletteTable } from "../../decode/decoded-frame.ts";
import { DomainError } from "../../errors.ts";
import type { Frame } from "../../image/study-model.ts";
import type { BlobStore, BlobWriter } from "../../ports.ts";
import type { CodecPool } from "../codec/codec-pool.ts";
import { freeChunk } from "../free-chunk.ts";
import type { StoredInstance } from "../postgres/stored-instances.ts";
import { describeFrames } from "./describe-frames.ts";
import type { FrameReader } from "./frame-reader.ts";
import { restStore } from "./rest-store.ts";

export interface BundleParts {
  readonly blobs: BlobStore;
  readonly frames: FrameReader;
  readonly codecs: CodecPool;
  /** Resolves when a frame may be encoded: nobody waits for it. */
  readonly giveWay: () => Promise<void>;
}

export interface MadeBundle {
  readonly writer: BlobWriter;
  readonly byteLength: number;
  readonly sha256: Buffer;
  readonly indexGzip: Buffer;
}

/** So many frames are at the codecs at once; they come out in their order. */
const IN_FLIGHT = 4;

/** A frame's codestream, cut where the preview ends. */
interface CutFrame {
  readonly sopInstanceUid: string;
  readonly frameNumber: number;
  readonly format: BundleFormat;
  readonly codestream: Uint8Array;
  readonly beginning: number;
}

/**
 * Makes the reading bundle of these instances: a sealed blob without a row yet. Null when none of them has a frame. No more
 * than a few frames and the rests of a short series are in memory.
 */
export async function makeBundle(
  parts: BundleParts,
  studyInstanceUid: string,
  instances: readonly StoredInstance[],
): Promise<MadeBundle | null> {
  const { blobs } = parts;
  const writer = await blobs.create({ marked: true });
  const rests = restStore(blobs);
  try {
    const index = bundleIndexBuilder();
    const hash = createHash("sha256");
    let byteLength = 0;
    const append = async (bytes: Uint8Array) => {
      hash.update(bytes);
      byteLength += bytes.byteLength;
      await writer.write(bytes);
    };
    for await (const frame of cutFrames(parts, studyInstanceUid, instances)) {
      const rest = frame.codestream.subarray(frame.beginning);
      await append(frame.codestream.subarray(0, frame.beginning));
      await rests.write(rest);
      index.add({ ...frame, beginningBytes: frame.beginning, restBytes: rest.byteLength });
    }
    if (rests.byteLength === 0) {
      await writer.discard();
      return null;
    }
    for await (const chunk of rests.read()) await append(chunk);
    await writer.seal();
    return { writer, byteLength, sha256: hash.digest(), indexGzip: gzipSync(JSON.stringify(index.index())) };
  } catch (error) {
    await writer.discard();
    throw error;
  } finally {
    await rests.discard();
  }
}

/** Every frame of the instances in order, a few encoded at a time. A frame that cannot be read is left out. */
async function* cutFrames(
  parts: BundleParts,
  studyInstanceUid: string,
  instances: readonly StoredInstance[],
): AsyncGenerator<CutFrame> {
  const waiting: Promise<CutFrame | null>[] = [];
  const settle = () => waiting.shift() as Promise<CutFrame | null>;
  for (const instance of instances) {
    const { frames, palette } = await describeFrames(parts.blobs, studyInstanceUid, instance);
    for (const frame of frames) {
      await parts.giveWay();
      const cut = cutFrame(parts, instance, frame, palette);
      cut.catch(() => undefined); // looked at when its turn comes
      waiting.push(cut);
      if (waiting.length < IN_FLIGHT) continue;
      const done = await settle();
      if (done) yield done;
    }
  }
  while (waiting.length > 0) {
    const done = await settle();
    if (done) yield done;
  }
}

async function cutFrame(
  { frames, codecs }: Pick<BundleParts, "frames" | "codecs">,
  instance: StoredInstance,
  frame: Frame,
  palette: PaletteTable | undefined,
): Promise<CutFrame | null> {
  const { sopInstanceUid, transferSyntaxUid } = instance;
  const { frameNumber, format } = frame;
  const stored = await storedBytes(frames, instance, frameNumber);
  if (!stored) return null;
  const asStored = { transferSyntaxUid, format, reduction: null };
  const encoded = palette ? null : encodedFormat(format, transferSyntaxUid);
  if (!encoded) return { sopInstanceUid, frameNumber, format: asStored, codestream: stored, beginning: 0 };
  try {
    const bytes = new Uint8Array(stored); // a copy of its own: it is handed over
    freeChunk(stored);
    const { codestream, resolutionEnds } = await codecs.run("encode", { bytes, transferSyntaxUid, format });
    const levels = resolutionEnds.length - 1;
    const reduction = previewReduction(format, levels);
    return {
      sopInstanceUid,
      frameNumber,
      format: { transferSyntaxUid: HTJ2K_LOSSLESS_RPCL, format: encoded, reduction },
      codestream,
      beginning: resolutionEnds[levels - reduction] ?? codestream.length,
    };
  } catch (error) {
    // whoever opens it is told by the decoder what is wrong with it
    if (!(error instanceof DomainError) || error.kind !== "not-acceptable") throw error;
    const again = await storedBytes(frames, instance, frameNumber);
    return again && { sopInstanceUid, frameNumber, format: asStored, codestream: again, beginning: 0 };
  }
}

async function storedBytes(frames: FrameReader, instance: StoredInstance, frameNumber: number): Promise<Buffer | null> {
  try {
    for await (const bytes of await frames.read(instance, [frameNumber])) return bytes;
  } catch (error) {
    if (!(error instanceof DomainError) || error.kind === "unavailable") throw error;
  }
  return null;
}
