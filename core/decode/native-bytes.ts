import type { GreyFrame } from "./decoded-frame.ts";

const CELLS = { 8: Uint8Array, 16: Uint16Array, 32: Uint32Array } as const;

/**
 * A grey frame as Explicit VR Little Endian has it: each value in a cell of Bits Allocated (PS3.5 §8.1.1), negative ones in two's
 * complement. Null for cells of other sizes. The machine's own order of bytes is taken to be little-endian.
 */
export function nativeBytes({ pixels }: GreyFrame, bitsAllocated: number): Uint8Array<ArrayBuffer> | null {
  const Cell = bitsAllocated === 8 || bitsAllocated === 16 || bitsAllocated === 32 ? CELLS[bitsAllocated] : null;
  if (!Cell) return null;
  const cells = pixels.BYTES_PER_ELEMENT * 8 === bitsAllocated ? pixels : Cell.from(pixels);
  return new Uint8Array(cells.buffer, cells.byteOffset, cells.byteLength);
}
