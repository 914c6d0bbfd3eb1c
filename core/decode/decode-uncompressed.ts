import type { PixelFormat } from "../image/study-model.ts";
import { DecodeFault } from "./decode-fault.ts";
import type { RawSamples } from "./raw-samples.ts";

/** Native pixel data, PS3.5 8.1: 1, 8, 16 or 32 bits allocated. YBR_FULL_422 comes in as Y Y Cb Cr and leaves as Y Cb Cr. */
export function decodeUncompressed(
  bytes: Uint8Array<ArrayBuffer>,
  format: PixelFormat,
  bigEndian: boolean,
): RawSamples {
  const { rows, columns, samplesPerPixel, bitsAllocated } = format;
  const halved = samplesPerPixel === 3 && /_422$/.test(format.photometricInterpretation);
  if (bitsAllocated === 1) return decodeBits(bytes, format);
  const count = rows * columns * (halved ? 2 : samplesPerPixel);
  const width = bitsAllocated / 8;
  if (width !== 1 && width !== 2 && width !== 4) throw new DecodeFault("format-unsupported", `${bitsAllocated} bits`);
  if (bytes.length < count * width) throw new DecodeFault("frame-damaged", `${bytes.length} of ${count * width} bytes`);
  const own = bytes.slice(0, count * width);
  if (bigEndian && width > 1) swapBytes(own, width);
  const samples = width === 1 ? own : width === 2 ? new Uint16Array(own.buffer) : new Uint32Array(own.buffer);
  return {
    samples: halved ? unfold422(own, rows * columns) : samples,
    rows,
    columns,
    components: samplesPerPixel,
    planar: samplesPerPixel > 1 && !halved && format.planarConfiguration === 1,
    isRgb: false,
  };
}

/** One bit a pixel, the first in the lowest bit of the first byte (PS3.5 8.1.1); the frame begins with a byte of its own. */
function decodeBits(bytes: Uint8Array, { rows, columns, samplesPerPixel }: PixelFormat): RawSamples {
  const count = rows * columns * samplesPerPixel;
  if (samplesPerPixel !== 1) throw new DecodeFault("format-unsupported", "1 bit colour");
  if (bytes.length * 8 < count) throw new DecodeFault("frame-damaged", `${bytes.length * 8} of ${count} bits`);
  const samples = new Uint8Array(count);
  for (let at = 0; at < count; at++) samples[at] = ((bytes[at >> 3] ?? 0) >> (at & 7)) & 1;
  return { samples, rows, columns, components: 1, planar: false, isRgb: false };
}

function swapBytes(bytes: Uint8Array, width: number): void {
  for (let start = 0; start + width <= bytes.length; start += width) bytes.subarray(start, start + width).reverse();
}

/** PS3.3 C.7.6.3.1.2: two Y, then the Cb and Cr that both share. */
function unfold422(packed: Uint8Array, pixels: number): Uint8Array {
  const full = new Uint8Array(pixels * 3);
  for (let pair = 0; pair < pixels >> 1; pair++) {
    const from = pair * 4;
    const to = pair * 6;
    const cb = packed[from + 2] ?? 0;
    const cr = packed[from + 3] ?? 0;
    full[to] = packed[from] ?? 0;
    full[to + 1] = cb;
    full[to + 2] = cr;
    full[to + 3] = packed[from + 1] ?? 0;
    full[to + 4] = cb;
    full[to + 5] = cr;
  }
  return full;
}
