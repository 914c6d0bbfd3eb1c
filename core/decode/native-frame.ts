import { TRANSFER_SYNTAXES } from "../dicom/transfer-syntaxes.ts";
import type { PixelFormat } from "../image/study-model.ts";
import type { Codecs } from "./codecs.ts";
import { DecodeFault } from "./decode-fault.ts";
import { decodeSamples } from "./decode-samples.ts";
import type { DecodeRequest } from "./decoded-frame.ts";
import type { RawSamples } from "./raw-samples.ts";
import { readGrey } from "./read-grey.ts";

const DCT = /^1\.2\.840\.10008\.1\.2\.4\.5[0-6]$/;
const WAVELET = /^1\.2\.840\.10008\.1\.2\.4\.(9[01]|20[123])$/;

/**
 * What the header has to say of a frame once it is native (not encapsulated), known before it is decoded. Only the
 * Photometric Interpretation may change: colour that went through a JPEG's YCbCr or a wavelet's component transform comes
 * out as RGB (PS3.5 §8.2.1, §8.2.4), and what was subsampled comes out in full. The Planar Configuration stays, so that
 * the frame is what the stored header (the metadata resource) says it is.
 */
export function nativeFormat(format: PixelFormat, transferSyntaxUid: string): PixelFormat {
  if (TRANSFER_SYNTAXES.get(transferSyntaxUid)?.encapsulated !== true || format.samplesPerPixel !== 3) return format;
  return { ...format, photometricInterpretation: nativeInterpretation(format, transferSyntaxUid) };
}

function nativeInterpretation({ photometricInterpretation: stored }: PixelFormat, transferSyntaxUid: string): string {
  if (DCT.test(transferSyntaxUid)) return "RGB";
  if (WAVELET.test(transferSyntaxUid)) return stored.startsWith("YBR_FULL") ? "YBR_FULL" : "RGB";
  return stored.replace(/^(YBR_\w+)_42[02]$/, "$1");
}

/**
 * Are colours read rightly out of a decoded frame by the stored header? What was YBR_RCT or YBR_ICT can only be RGB then, as
 * no native pixels are either (PS3.3 C.7.6.3.1.2); YBR_FULL or YBR_FULL_422 they could be.
 */
export function isDescribedDecoded(format: PixelFormat, transferSyntaxUid: string): boolean {
  const { photometricInterpretation: stored } = format;
  return /^YBR_(RCT|ICT)$/.test(stored) || nativeFormat(format, transferSyntaxUid).photometricInterpretation === stored;
}

/** Bytes of one native frame of this format, which has whole bytes a sample. */
export function nativeFrameBytes({ rows, columns, samplesPerPixel, bitsAllocated }: PixelFormat): number {
  return rows * columns * samplesPerPixel * (bitsAllocated / 8);
}

/**
 * One frame from its bytes as stored to native little-endian bytes of `nativeFormat`, all Bits Allocated of each sample.
 * Throws DecodeFault for what cannot be read.
 */
export async function nativeFrame(request: DecodeRequest, codecs: Codecs): Promise<Uint8Array<ArrayBuffer>> {
  const { format, transferSyntaxUid } = request;
  const raw = await decodeSamples(request, codecs);
  if (raw.components !== format.samplesPerPixel)
    throw new DecodeFault("format-unsupported", `${raw.components} components`);
  const target = nativeFormat(format, transferSyntaxUid);
  const samples = disagreesInSign(raw, format) ? readGrey(raw, format).pixels : raw.samples;
  const native = emptySamples(target);
  const { samplesPerPixel, planarConfiguration } = target;
  const pixels = raw.rows * raw.columns;
  const isPlanar = samplesPerPixel > 1 && planarConfiguration === 1;
  if (raw.planar === isPlanar || samplesPerPixel === 1) native.set(samples.subarray(0, native.length));
  else {
    // from R G B, R G B to RR GG BB, or back
    const [outer, inner] = isPlanar ? [samplesPerPixel, pixels] : [pixels, samplesPerPixel];
    for (let at = 0, one = 0; one < outer; one++)
      for (let other = 0; other < inner; other++) native[at++] = samples[other * outer + one] ?? 0;
  }
  return new Uint8Array(native.buffer);
}

/** The codestream has another sign than the header: the header's is believed, at the codestream's bits. */
function disagreesInSign({ coded, components }: RawSamples, format: PixelFormat): boolean {
  return components === 1 && coded !== undefined && coded.signed !== (format.pixelRepresentation === 1);
}

function emptySamples(
  format: PixelFormat,
): Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer> {
  const count = format.rows * format.columns * format.samplesPerPixel;
  switch (format.bitsAllocated) {
    case 8:
      return new Uint8Array(count);
    case 16:
      return new Uint16Array(count);
    case 32:
      return new Uint32Array(count);
    default:
      throw new DecodeFault("format-unsupported", `${format.bitsAllocated} bits`);
  }
}
