import { hasNativeForm } from "../../core/decode/native-samples.ts";
import { DomainError } from "../../core/errors.ts";
import type { PixelFormat } from "../../core/image/study-model.ts";
import type { CodecPool } from "../../core/infra/codec/codec-pool.ts";
import type { StoredInstance } from "../../core/infra/postgres/archive-queries.ts";
import type { FrameDescriptions } from "./frame-descriptions.ts";
import type { FrameForm } from "./negotiate-media-type.ts";

/** As many frames are under way as there are codec threads. */
const AHEAD = 2;

/**
 * The frames in another coding than they are stored in, in their order, a few under way at once. Throws `not-acceptable`
 * before the first for a format that cannot be given so without the reader of the header being misled.
 */
export async function transcodeFrames(
  parts: { readonly codecs: CodecPool; readonly describe: FrameDescriptions },
  of: { readonly studyInstanceUid: string; readonly instance: StoredInstance; readonly numbers: readonly number[] },
  form: Exclude<FrameForm, "as-stored">,
  stored: AsyncIterable<Buffer>,
): Promise<AsyncIterable<Buffer>> {
  const { instance, numbers } = of;
  const { frames } = await parts.describe(of.studyInstanceUid, instance);
  const formats = numbers.map((number) => {
    const format = frames[number - 1]?.format;
    if (!format) throw new DomainError("not-acceptable", { reason: "no pixels" });
    if (!mayBecome(form, format)) throw new DomainError("not-acceptable", { reason: format.photometricInterpretation });
    return format;
  });
  const transcode = async (bytes: Buffer, format: PixelFormat): Promise<Buffer> => {
    const request = { bytes: new Uint8Array(bytes), transferSyntaxUid: instance.transferSyntaxUid, format };
    const made =
      form === "decoded"
        ? await parts.codecs.run("native", request)
        : (await parts.codecs.run("encode", request)).codestream;
    return Buffer.from(made.buffer, made.byteOffset, made.byteLength);
  };
  const underWay = (async function* () {
    const running: Promise<Buffer>[] = [];
    let at = 0;
    for await (const frame of stored) {
      const made = transcode(frame, formats[at++] as PixelFormat);
      made.catch(() => undefined); // looked at when its turn comes
      running.push(made);
      if (running.length >= AHEAD) yield await (running.shift() as Promise<Buffer>);
    }
    for (const made of running) yield await made;
  })();
  return withFirst(underWay);
}

/** Colour would have to be described otherwise than the metadata do. */
function mayBecome(form: Exclude<FrameForm, "as-stored">, format: PixelFormat): boolean {
  if (form === "decoded") return hasNativeForm(format);
  return format.photometricInterpretation.startsWith("MONOCHROME") && format.bitsStored <= 16;
}

/** A frame that cannot be decoded is an answer of its own as long as none has gone out. */
async function withFirst(frames: AsyncGenerator<Buffer>): Promise<AsyncIterable<Buffer>> {
  const first = await frames.next();
  return (async function* () {
    if (first.done) return;
    yield first.value;
    yield* frames;
  })();
}
