import type { GreyPixels } from "../../decode/decoded-frame.ts";
import { readGrey } from "../../decode/read-grey.ts";
import type { PixelFormat } from "../../image/study-model.ts";
import { EncodeFault } from "./encode-fault.ts";
import { encodeHtj2k } from "./encode-htj2k.ts";
import { encodeJpegLs } from "./encode-jpeg-ls.ts";
import { encodeRle } from "./encode-rle.ts";

type Samples = Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;

/**
 * A native frame as a codestream of a lossless transfer syntax (`LOSSLESS_TARGETS`). Throws EncodeFault for samples that it
 * does not take: RLE has room for all, the others for 16 bits, HTJ2K in colour for 8.
 */
export async function encodeLossless(
  native: Uint8Array<ArrayBuffer>,
  format: PixelFormat,
  transferSyntaxUid: string,
): Promise<Uint8Array<ArrayBuffer>> {
  if (transferSyntaxUid === "1.2.840.10008.1.2.5") return encodeRle(native, format);
  const { rows, columns, bitsAllocated, samplesPerPixel, photometricInterpretation } = format;
  if (bitsAllocated !== 8 && bitsAllocated !== 16) throw new EncodeFault(`${bitsAllocated} bits a sample`);
  const samples: Samples = bitsAllocated === 8 ? native : new Uint16Array(native.buffer);
  const isJpegLs = transferSyntaxUid === "1.2.840.10008.1.2.4.80";
  if (samplesPerPixel === 1) {
    const { pixels, bits } = greyOf(samples, format);
    if (!isJpegLs) return encodeHtj2k({ rows, columns, samples: pixels, components: 1, bits });
    return encodeJpegLs({ rows, columns, samples: withoutSign(pixels, bits), components: 1, bits });
  }
  if (samplesPerPixel !== 3) throw new EncodeFault(`${samplesPerPixel} samples a pixel`);
  const byPixel = format.planarConfiguration === 1 ? interleaved(samples) : samples;
  if (isJpegLs) return encodeJpegLs({ rows, columns, samples: byPixel, components: 3, bits: bitsAllocated });
  // the codec takes the samples of colour for bytes, however wide it was told they are
  if (bitsAllocated !== 8) throw new EncodeFault("colour of more than 8 bits a sample");
  return encodeHtj2k({ rows, columns, samples: byPixel, components: 3, isYbr: photometricInterpretation !== "RGB" });
}

/** The values of Bits Stored; where more stands above them (an overlay of old), all Bits Allocated. */
function greyOf(samples: Samples, format: PixelFormat): { readonly pixels: GreyPixels; readonly bits: number } {
  const { rows, columns, bitsAllocated, bitsStored, pixelRepresentation } = format;
  const raw = { samples, rows, columns, components: 1, planar: false, isRgb: false };
  const { pixels } = readGrey(raw, format);
  const all = 2 ** bitsAllocated - 1;
  const stored = 2 ** bitsStored - 1;
  const isSigned = pixelRepresentation === 1;
  const isAllThere = samples.every(
    (sample, i) => sample === ((pixels[i] ?? 0) & all) || (isSigned && sample <= stored),
  );
  // the codecs begin at two bits
  if (isAllThere && bitsStored > 1) return { pixels, bits: bitsStored };
  return { pixels: readGrey(raw, { ...format, bitsStored: bitsAllocated }).pixels, bits: bitsAllocated };
}

function withoutSign(pixels: GreyPixels, bits: number): Samples {
  const mask = 2 ** bits - 1;
  return bits <= 8
    ? Uint8Array.from(pixels, (value) => value & mask)
    : Uint16Array.from(pixels, (value) => value & mask);
}

function interleaved(planes: Samples): Samples {
  const pixels = planes.length / 3;
  return planes.map((_, at) => planes[(at % 3) * pixels + Math.floor(at / 3)] ?? 0) as Samples;
}
