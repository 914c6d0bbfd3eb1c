import { describe, expect, it } from "vitest";
import type { PixelFormat } from "../image/study-model.ts";
import { nativeSamples } from "./native-samples.ts";

const GREY: PixelFormat = {
  rows: 1,
  columns: 2,
  samplesPerPixel: 1,
  photometricInterpretation: "MONOCHROME2",
  planarConfiguration: 0,
  bitsAllocated: 16,
  bitsStored: 12,
  pixelRepresentation: 1,
};
const grey = (pixels: Int8Array<ArrayBuffer> | Int16Array<ArrayBuffer> | Uint8Array<ArrayBuffer>) => ({
  kind: "grey" as const,
  rows: 1,
  columns: 2,
  pixels,
  min: 0,
  max: 0,
});
const colour = { kind: "colour" as const, rows: 1, columns: 2, rgba: Uint8ClampedArray.of(1, 2, 3, 255, 4, 5, 6, 255) };
const RGB: PixelFormat = { ...GREY, samplesPerPixel: 3, photometricInterpretation: "RGB", bitsAllocated: 8 };

describe("decoded samples as Explicit VR Little Endian", () => {
  it("carry the sign into the unused bits", () => {
    // -1000 = FC18H
    expect([...nativeSamples(grey(Int16Array.of(-1000, 5)), GREY)]).toEqual([0x18, 0xfc, 5, 0]);
  });
  it("take the bits allocated, however few are stored", () => {
    expect([...nativeSamples(grey(Uint8Array.of(200, 7)), { ...GREY, pixelRepresentation: 0 })]).toEqual([
      200, 0, 7, 0,
    ]);
    expect([...nativeSamples(grey(Int8Array.of(-1, 7)), { ...GREY, bitsAllocated: 8 })]).toEqual([255, 7]);
    expect([...nativeSamples(grey(Int8Array.of(-1, 7)), { ...GREY, bitsAllocated: 32 })]).toEqual([
      255, 255, 255, 255, 7, 0, 0, 0,
    ]);
  });
  it("are RGB by pixel or by plane, as the header says", () => {
    expect([...nativeSamples(colour, RGB)]).toEqual([1, 2, 3, 4, 5, 6]);
    expect([...nativeSamples(colour, { ...RGB, planarConfiguration: 1 })]).toEqual([1, 4, 2, 5, 3, 6]);
  });
  it.each([
    { ...RGB, photometricInterpretation: "YBR_FULL_422" },
    { ...RGB, bitsAllocated: 16 },
    { ...GREY, bitsAllocated: 1 },
  ])("are not made of $photometricInterpretation of $bitsAllocated bits", (format) => {
    expect(() => nativeSamples(colour, format)).toThrow();
  });
});
