import type { Codecs } from "./codecs.ts";
import { DecodeFault } from "./decode-fault.ts";
import { decodeReduced } from "./decode-reduced.ts";
import { decodeSamples } from "./decode-samples.ts";
import type { DecodedFrame, DecodeRequest } from "./decoded-frame.ts";
import { readColour, readPalette } from "./read-colour.ts";
import { readGrey } from "./read-grey.ts";

/** One frame from its bytes as stored to pixels ready to window. Throws DecodeFault for what cannot be read. */
export async function decodeFrame(request: DecodeRequest, codecs: Codecs): Promise<DecodedFrame> {
  const { format, palette, reduction } = request;
  if (reduction !== undefined) return decodeReduced(request, reduction, codecs);
  const raw = await decodeSamples(request, codecs);
  if (format.samplesPerPixel > 1) return readColour(raw, format);
  if (palette) return readPalette(raw, palette);
  if (format.photometricInterpretation === "PALETTE COLOR")
    throw new DecodeFault("format-unsupported", "PALETTE COLOR");
  return readGrey(raw, format);
}
