import type { PixelFormat } from "../image/study-model.ts";
import { DecodeFault } from "./decode-fault.ts";
import type { ColourFrame, DecodedFrame, GreyFrame } from "./decoded-frame.ts";

/**
 * Can a decoded frame of this format be given as its header describes it? Colour that the codec turns into RGB, or with
 * more than 8 bits, cannot: who has only the header would read other colours out of it.
 */
export function hasNativeForm({ samplesPerPixel, photometricInterpretation, bitsAllocated }: PixelFormat): boolean {
  if (samplesPerPixel === 1) return [8, 16, 32].includes(bitsAllocated);
  return samplesPerPixel === 3 && photometricInterpretation === "RGB" && bitsAllocated === 8;
}

/**
 * What to decode to when stored values are wanted: a palette's indices are left as they are.
 */
export function storedValuesFormat(format: PixelFormat): PixelFormat {
  return format.photometricInterpretation === "PALETTE COLOR"
    ? { ...format, photometricInterpretation: "MONOCHROME2" }
    : format;
}

/**
 * A decoded frame as the bytes of Explicit VR Little Endian (PS3.5 §8.1, §8.2): Bits Allocated a sample, the sign carried
 * into the unused bits, planes apart where Planar Configuration says so. Throws DecodeFault `format-unsupported` for what
 * has no such form.
 */
export function nativeSamples(decoded: DecodedFrame, format: PixelFormat): Uint8Array<ArrayBuffer> {
  if (!hasNativeForm(format)) throw new DecodeFault("format-unsupported", format.photometricInterpretation);
  return decoded.kind === "grey" ? greySamples(decoded, format) : colourSamples(decoded, format);
}

function greySamples({ pixels }: GreyFrame, { bitsAllocated }: PixelFormat): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array((pixels.length * bitsAllocated) / 8);
  if (bitsAllocated === 8) {
    for (let index = 0; index < pixels.length; index++) bytes[index] = pixels[index] ?? 0;
    return bytes;
  }
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < pixels.length; index++) {
    const value = pixels[index] ?? 0;
    if (bitsAllocated === 16) view.setUint16(index * 2, value, true);
    else view.setUint32(index * 4, value, true);
  }
  return bytes;
}

function colourSamples({ rgba }: ColourFrame, { planarConfiguration }: PixelFormat): Uint8Array<ArrayBuffer> {
  const count = rgba.length / 4;
  const bytes = new Uint8Array(count * 3);
  const [step, plane] = planarConfiguration === 1 ? [1, count] : [3, 1];
  for (let index = 0; index < count; index++)
    for (let sample = 0; sample < 3; sample++) bytes[index * step + sample * plane] = rgba[index * 4 + sample] ?? 0;
  return bytes;
}
