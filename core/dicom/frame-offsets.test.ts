import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  alignedBits,
  beginsCodestream,
  type Fragment,
  framesOfFragments,
  type NativeLayout,
  nativeFrameRange,
} from "./frame-offsets.ts";

const ct: NativeLayout = {
  rows: 512,
  columns: 512,
  samplesPerPixel: 1,
  bitsAllocated: 16,
  numberOfFrames: 3,
  isSubsampled: false,
};

describe("native frames", () => {
  it("lie one after the other", () => {
    // 512 × 512 × 2 = 524288 bytes a frame
    const pixelData = { start: 1000, end: 1000 + 3 * 524288 };
    expect(nativeFrameRange(ct, pixelData, 1)).toEqual({ start: 1000, end: 525288, firstBit: 0 });
    expect(nativeFrameRange(ct, pixelData, 3)).toEqual({ start: 1049576, end: 1573864, firstBit: 0 });
  });

  it("are refused where they are not", () => {
    const pixelData = { start: 0, end: 3 * 524288 };
    for (const frame of [0, 4]) expect(() => nativeFrameRange(ct, pixelData, frame)).toThrow("not-found");
    expect(() => nativeFrameRange(ct, { start: 0, end: 524287 }, 1)).toThrow("dicom-truncated");
    expect(() => nativeFrameRange({ ...ct, rows: 0 }, pixelData, 1)).toThrow("dicom-unreadable");
  });

  it("of one bit a pixel may begin within a byte", () => {
    const bits = { ...ct, rows: 3, columns: 3, bitsAllocated: 1, numberOfFrames: 2 };
    // frame 2 has bits 9–17 of the pixel data: from bit 1 of byte 1 to bit 1 of byte 2
    expect(nativeFrameRange(bits, { start: 10, end: 13 }, 2)).toEqual({ start: 11, end: 13, firstBit: 1 });
    // bits of the bytes, lowest first: 0 1 1 1 1 1 1 1 | 1 1 0 …: from bit 1: 1 1 1 1 1 1 1 1 | 1
    expect(alignedBits(Uint8Array.of(0b11111110, 0b00000011), 1, 9)).toEqual(Uint8Array.of(0xff, 0x01));
  });

  it("of YBR_FULL_422 have two bytes a pixel", () => {
    const colour = { ...ct, rows: 2, columns: 4, samplesPerPixel: 3, bitsAllocated: 8, isSubsampled: true };
    expect(nativeFrameRange(colour, { start: 0, end: 48 }, 2)).toEqual({ start: 16, end: 32, firstBit: 0 });
  });
});

/** Items of these lengths, the first at byte 100 (its value 8 bytes later). */
function items(...lengths: number[]): Fragment[] {
  let at = 100;
  return lengths.map((length) => {
    const fragment = { start: at + 8, length };
    at += 8 + length;
    return fragment;
  });
}

describe("encapsulated frames", () => {
  const fragments = items(10, 20, 30);
  const [a, b, c] = fragments as [Fragment, Fragment, Fragment];

  it("by the offset table", () => {
    // the second frame's item begins 8 + 10 + 8 + 20 = 46 bytes after the first
    expect(framesOfFragments({ numberOfFrames: 2, fragments, offsets: [0, 46] })).toEqual([[a, b], [c]]);
  });

  it("by number where the table is empty or does not fit", () => {
    expect(framesOfFragments({ numberOfFrames: 3, fragments, offsets: [] })).toEqual([[a], [b], [c]]);
    expect(framesOfFragments({ numberOfFrames: 3, fragments, offsets: [0, 19, 46] })).toEqual([[a], [b], [c]]);
    expect(framesOfFragments({ numberOfFrames: 1, fragments, offsets: [] })).toEqual([[a, b, c]]);
  });

  it("by the bytes where nothing else helps", () => {
    const heads = [Uint8Array.of(0xff, 0xd8), Uint8Array.of(0x12, 0x34), Uint8Array.of(0xff, 0xd8)];
    const beginsImage = (_: Fragment, i: number) => beginsCodestream(heads[i] as Uint8Array);
    expect(framesOfFragments({ numberOfFrames: 2, fragments, offsets: [], beginsImage })).toEqual([[a, b], [c]]);
    expect(() => framesOfFragments({ numberOfFrames: 2, fragments, offsets: [] })).toThrow("dicom-unreadable");
  });

  it("law: the table of any grouping of items gives back that grouping", () => {
    const grouping = fc.array(fc.array(fc.nat(500), { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(grouping, (lengths) => {
        const all = items(...lengths.flat());
        let index = 0;
        const expected = lengths.map((frame) => {
          index += frame.length;
          return all.slice(index - frame.length, index);
        });
        const offsets = expected.map((frame) => (frame[0] as Fragment).start - 108);
        expect(framesOfFragments({ numberOfFrames: lengths.length, fragments: all, offsets })).toEqual(expected);
      }),
    );
  });
});
