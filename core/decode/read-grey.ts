import type { PixelFormat } from "../image/study-model.ts";
import type { GreyFrame, GreyPixels } from "./decoded-frame.ts";
import type { RawSamples } from "./raw-samples.ts";

/**
 * Stored values as the header means them: only Bits Stored count, the sign is Pixel Representation's (PS3.5 8.1.1). What
 * lies above the stored bits (old overlays, padding) is dropped. Where a codestream's own sign disagrees with the header,
 * its bits are read again with the header's sign, at the codestream's precision.
 */
export function readGrey(raw: RawSamples, format: PixelFormat): GreyFrame {
  const signed = format.pixelRepresentation === 1;
  const disagrees = raw.coded !== undefined && raw.coded.signed !== signed;
  const bits = disagrees ? Math.min(raw.coded.bits, format.bitsStored) : format.bitsStored;
  const length = raw.rows * raw.columns;
  const pixels = emptyPixels(length, Math.max(bits, format.bitsStored), signed);
  const shift = 32 - bits;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < length; index++) {
    const shifted = (raw.samples[index] ?? 0) << shift;
    const value = signed ? shifted >> shift : shifted >>> shift;
    pixels[index] = value;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { kind: "grey", rows: raw.rows, columns: raw.columns, pixels, min, max };
}

function emptyPixels(length: number, bits: number, signed: boolean): GreyPixels {
  if (bits <= 8) return signed ? new Int8Array(length) : new Uint8Array(length);
  if (bits <= 16) return signed ? new Int16Array(length) : new Uint16Array(length);
  return signed ? new Int32Array(length) : new Uint32Array(length);
}
