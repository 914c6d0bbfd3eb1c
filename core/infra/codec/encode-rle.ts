import type { PixelFormat } from "../../image/study-model.ts";

const HEADER_BYTES = 64;
const LONGEST = 128;

/**
 * RLE Lossless (PS3.5 annex G) of a native frame: a segment a byte plane, most significant byte of the first sample first,
 * each row packed by itself (§G.3.1). The format has at most 15 bytes a pixel.
 */
export function encodeRle(native: Uint8Array, format: PixelFormat): Uint8Array<ArrayBuffer> {
  const { rows, columns, samplesPerPixel, bitsAllocated, planarConfiguration } = format;
  const width = bitsAllocated / 8;
  const count = samplesPerPixel * width;
  const isPlanar = samplesPerPixel > 1 && planarConfiguration === 1;
  const row = new Uint8Array(columns);
  const segments = Array.from({ length: count }, (_, segment) => {
    const sample = Math.floor(segment / width);
    const byte = width - 1 - (segment % width);
    const first = (isPlanar ? sample * rows * columns * width : sample * width) + byte;
    const step = isPlanar ? width : count;
    const packed = packedBytes();
    for (let y = 0; y < rows; y++) {
      const from = first + y * columns * step;
      for (let x = 0; x < columns; x++) row[x] = native[from + x * step] ?? 0;
      packed.add(row);
    }
    return packed.segment();
  });
  const total = segments.reduce((sum, segment) => sum + segment.length, HEADER_BYTES);
  const encoded = new Uint8Array(total);
  const header = new DataView(encoded.buffer);
  header.setUint32(0, count, true);
  let at = HEADER_BYTES;
  for (const [i, segment] of segments.entries()) {
    header.setUint32(4 + i * 4, at, true);
    encoded.set(segment, at);
    at += segment.length;
  }
  return encoded;
}

/** PackBits (§G.3.1): runs of two bytes and more, and what lies between them as it is. */
function packedBytes() {
  let bytes = new Uint8Array(4096);
  let length = 0;
  const room = (more: number) => {
    if (length + more <= bytes.length) return;
    const larger = new Uint8Array(Math.max(bytes.length * 2, length + more));
    larger.set(bytes);
    bytes = larger;
  };
  const literal = (row: Uint8Array, from: number, to: number) => {
    for (let at = from; at < to; at += LONGEST) {
      const part = row.subarray(at, Math.min(to, at + LONGEST));
      bytes[length] = part.length - 1;
      bytes.set(part, length + 1);
      length += part.length + 1;
    }
  };
  return {
    add: (row: Uint8Array): void => {
      room(row.length + Math.ceil(row.length / LONGEST) + 2);
      let pending = 0;
      let at = 0;
      while (at < row.length) {
        let end = at + 1;
        while (end < row.length && end - at < LONGEST && row[end] === row[at]) end++;
        // two alike within a literal would only cost: they are worth a run where nothing waits before them
        if (end - at > 2 || (end - at === 2 && pending === at)) {
          literal(row, pending, at);
          bytes[length++] = 257 - (end - at);
          bytes[length++] = row[at] ?? 0;
          pending = end;
        }
        at = end;
      }
      literal(row, pending, row.length);
    },
    segment: (): Uint8Array => bytes.subarray(0, length + (length % 2)),
  };
}
