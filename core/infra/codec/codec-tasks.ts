import { decodeFrame } from "../../decode/decode-frame.ts";
import type { DecodedFrame, DecodeRequest } from "../../decode/decoded-frame.ts";
import { nativeFormat, nativeFrame } from "../../decode/native-frame.ts";
import { resolutionEnds } from "../../decode/resolution-ends.ts";
import { pictureOf, type ScaleRequest, scaled } from "../../image/picture.ts";
import type { Frame } from "../../image/study-model.ts";
import { defaultWindow } from "../../image/window-level.ts";
import type { Windowing } from "../../image/windowed-pixels.ts";
import { encodeHtj2k } from "./encode-htj2k.ts";
import { encodeJpeg } from "./encode-jpeg.ts";
import { encodeLossless } from "./encode-lossless.ts";
import { encodePng } from "./encode-png.ts";
import { nodeCodecs } from "./node-codecs.ts";

/** A frame as lossless HTJ2K, with the places where each resolution ends, smallest first. */
export interface EncodedFrame {
  readonly codestream: Uint8Array<ArrayBuffer>;
  readonly resolutionEnds: readonly number[];
}

export interface LosslessRequest {
  readonly source: DecodeRequest;
  /** One of `LOSSLESS_TARGETS`. */
  readonly transferSyntaxUid: string;
}

export interface RenderRequest {
  readonly source: DecodeRequest;
  readonly frame: Frame;
  /** What the file itself says when not given. */
  readonly windowing: Omit<Windowing, "invert"> | null;
  /** The whole frame in its own size when not given. */
  readonly scale: ScaleRequest | null;
  readonly format: { readonly type: "image/jpeg"; readonly quality: number } | { readonly type: "image/png" };
}

/** What a codec thread can be asked for: one frame in, one answer out. Each throws DecodeFault for a frame it cannot read. */
export const CODEC_TASKS = {
  decode: (request: DecodeRequest): Promise<DecodedFrame> => decodeFrame(request, nodeCodecs),

  /** Grey up to 16 bits, or colour of 8; what else there is throws RangeError. */
  encode: async (request: DecodeRequest): Promise<EncodedFrame> => {
    const decoded = await decodeFrame(request, nodeCodecs);
    const { rows, columns } = decoded;
    const codestream = await encodeHtj2k(
      decoded.kind === "grey"
        ? { rows, columns, samples: decoded.pixels, components: 1 }
        : { rows, columns, samples: withoutAlpha(decoded.rgba), components: 3 },
    );
    // a megabyte a frame: left to the garbage collector they pile up to hundreds
    for (const { buffer } of [request.bytes, decoded.kind === "grey" ? decoded.pixels : decoded.rgba])
      if (!buffer.detached) buffer.transfer(0);
    return { codestream, resolutionEnds: resolutionEnds(codestream) };
  },

  /** The frame as native little-endian bytes, as `nativeFormat` says. */
  native: (request: DecodeRequest): Promise<Uint8Array<ArrayBuffer>> => nativeFrame(request, nodeCodecs),

  /** The frame as a lossless codestream. Throws EncodeFault for samples that the target does not take. */
  lossless: async ({ source, transferSyntaxUid }: LosslessRequest): Promise<Uint8Array<ArrayBuffer>> => {
    const native = await nativeFrame(source, nodeCodecs);
    return encodeLossless(native, nativeFormat(source.format, source.transferSyntaxUid), transferSyntaxUid);
  },

  render: async ({ source, frame, windowing, scale, format }: RenderRequest): Promise<Uint8Array<ArrayBuffer>> => {
    const decoded = await decodeFrame(source, nodeCodecs);
    const given = windowing ?? { window: defaultWindow(frame, rangeOf(decoded)), voiFunction: frame.voiFunction };
    const invert = frame.format.photometricInterpretation === "MONOCHROME1";
    const picture = pictureOf(decoded, frame, { ...given, invert });
    const sized = scale ? scaled(picture, scale) : picture;
    return format.type === "image/jpeg" ? encodeJpeg(sized, format.quality) : encodePng(sized);
  },
} as const;

/** What rendering needs of an uncompressed CT. */
export async function warmUp(): Promise<void> {
  const side = 64;
  await encodeJpeg({ rows: side, columns: side, components: 1, pixels: new Uint8Array(side * side) }, 90);
}

export type CodecTask = keyof typeof CODEC_TASKS;
export type CodecRequest<T extends CodecTask> = Parameters<(typeof CODEC_TASKS)[T]>[0];
export type CodecResult<T extends CodecTask> = Awaited<ReturnType<(typeof CODEC_TASKS)[T]>>;

function rangeOf(decoded: DecodedFrame): { readonly min: number; readonly max: number } {
  return decoded.kind === "grey" ? decoded : { min: 0, max: 255 };
}

function withoutAlpha(rgba: Uint8ClampedArray): Uint8Array<ArrayBuffer> {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) rgb.set(rgba.subarray(from, from + 3), to);
  return rgb;
}
