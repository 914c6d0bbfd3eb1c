import type { PixelFormat } from "../image/study-model.ts";
import { DecodeFault } from "./decode-fault.ts";
import type { RawSamples } from "./raw-samples.ts";

/**
 * RLE Lossless, PS3.5 annex G: a header of 16 longs (number of segments, offsets), one PackBits segment a byte plane, the
 * most significant byte of the first sample first. Gives samples by plane.
 */
export function decodeRle(bytes: Uint8Array<ArrayBuffer>, format: PixelFormat): RawSamples {
  const { rows, columns, samplesPerPixel, bitsAllocated } = format;
  if (bytes.length < 64) throw new DecodeFault("frame-damaged", "RLE header");
  const header = new DataView(bytes.buffer, bytes.byteOffset, 64);
  const width = bitsAllocated / 8;
  const segments = header.getUint32(0, true);
  if (segments !== samplesPerPixel * width) throw new DecodeFault("frame-damaged", `${segments} RLE segments`);
  const pixels = rows * columns;
  const planes = new Uint8Array(pixels * segments);
  for (let segment = 0; segment < segments; segment++) {
    const start = header.getUint32(4 + segment * 4, true);
    const end = segment + 1 < segments ? header.getUint32(8 + segment * 4, true) : bytes.length;
    // Byte planes come high byte first; memory here is little-endian.
    const sample = Math.floor(segment / width);
    const byte = width - 1 - (segment % width);
    unpack(bytes.subarray(start, end), planes, sample * pixels * width + byte, width, pixels);
  }
  const samples = width === 1 ? planes : width === 2 ? new Uint16Array(planes.buffer) : new Uint32Array(planes.buffer);
  return { samples, rows, columns, components: samplesPerPixel, planar: samplesPerPixel > 1, isRgb: false };
}

function unpack(packed: Uint8Array, target: Uint8Array, first: number, stride: number, count: number): void {
  let from = 0;
  let done = 0;
  while (done < count && from < packed.length) {
    const code = packed[from++] ?? 128;
    if (code < 128) {
      const run = Math.min(code + 1, count - done, packed.length - from);
      for (let step = 0; step < run; step++) target[first + done++ * stride] = packed[from + step] ?? 0;
      from += code + 1;
    } else if (code > 128) {
      const value = packed[from++] ?? 0;
      const run = Math.min(257 - code, count - done);
      for (let step = 0; step < run; step++) target[first + done++ * stride] = value;
    }
  }
  if (done < count) throw new DecodeFault("frame-damaged", "RLE segment ends early");
}
