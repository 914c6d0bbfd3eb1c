import type { PixelFormat } from "../image/study-model.ts";
import { type Codecs, runDecoder, samplesOf } from "./codecs.ts";
import { DecodeFault } from "./decode-fault.ts";
import { assertAnnounced } from "./decode-samples.ts";
import type { DecodedFrame, DecodeRequest } from "./decoded-frame.ts";
import type { RawSamples } from "./raw-samples.ts";
import { readColour } from "./read-colour.ts";
import { readGrey } from "./read-grey.ts";

const HTJ2K = new Set(["201", "202", "203"].map((end) => `1.2.840.10008.1.2.4.${end}`));

/**
 * The picture that the beginning of an HTJ2K codestream gives, 2^reduction times smaller: something to look at until the
 * rest has come, never to measure from. Throws DecodeFault.
 */
export async function decodeReduced(
  { bytes, transferSyntaxUid, format }: DecodeRequest,
  reduction: number,
  codecs: Codecs,
): Promise<DecodedFrame> {
  if (!HTJ2K.has(transferSyntaxUid)) throw new DecodeFault("syntax-unsupported", `${transferSyntaxUid} reduced`);
  assertAnnounced(bytes, format);
  const { HTJ2KDecoder } = await codecs.htj2k();
  let raw: RawSamples;
  try {
    raw = runDecoder(
      new HTJ2KDecoder(),
      bytes,
      (decoder, decoded) => {
        const info = decoder.getFrameInfo();
        return {
          samples: samplesOf(decoded, info),
          rows: reducedSize(format.rows, reduction),
          columns: reducedSize(format.columns, reduction),
          components: info.componentCount,
          planar: false,
          isRgb: true,
        };
      },
      (decoder) => decoder.decodeSubResolution(reduction),
    );
  } catch (fault) {
    throw new DecodeFault("frame-damaged", fault instanceof Error ? fault.message : transferSyntaxUid);
  }
  if (raw.samples.length !== raw.rows * raw.columns * raw.components)
    throw new DecodeFault("frame-damaged", `${raw.samples.length} samples reduced`);
  if (format.samplesPerPixel > 1) return readColour(raw, format);
  keepWithinStoredBits(raw.samples, format);
  return readGrey(raw, format);
}

/** ISO/IEC 15444-1 B-14, for an image that begins at 0. */
function reducedSize(size: number, reduction: number): number {
  return Math.ceil(size / 2 ** reduction);
}

/** A low-pass filter overshoots at sharp edges: beyond the stored bits that would read as the other end of the scale. */
function keepWithinStoredBits(samples: RawSamples["samples"], { bitsStored, pixelRepresentation }: PixelFormat): void {
  const low = pixelRepresentation === 1 ? -(2 ** (bitsStored - 1)) : 0;
  const high = low + 2 ** bitsStored - 1;
  for (let index = 0; index < samples.length; index++) {
    const value = samples[index] ?? 0;
    if (value < low) samples[index] = low;
    else if (value > high) samples[index] = high;
  }
}
