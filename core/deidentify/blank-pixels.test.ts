import { expect, it } from "vitest";
import { blankComments } from "./blank-comments.ts";
import { blankPixels, type FrameLayout } from "./blank-pixels.ts";

const layout: FrameLayout = {
  rows: 2,
  columns: 3,
  samplesPerPixel: 1,
  bitsAllocated: 8,
  isPlanar: false,
  photometricInterpretation: "MONOCHROME2",
};
const white = (bytes: number) => new Uint8Array(bytes).fill(255);
const first = { left: 0, top: 0, right: 1, bottom: null };

it("blackens within and outside of a region, sample for sample", () => {
  const within = white(6);
  blankPixels(within, layout, [first], false);
  expect([...within]).toEqual([0, 255, 255, 0, 255, 255]);
  const outside = white(6);
  blankPixels(outside, layout, [first], true);
  expect([...outside]).toEqual([255, 0, 0, 255, 0, 0]);
  const words = white(12);
  blankPixels(words, { ...layout, bitsAllocated: 16 }, [first], false);
  expect([...words]).toEqual([0, 0, 255, 255, 255, 255, 0, 0, 255, 255, 255, 255]);
});

it("knows where the samples of a colour lie, and what black is in YCbCr", () => {
  const colour = { ...layout, rows: 1, columns: 2, samplesPerPixel: 3 };
  const mixed = white(6);
  blankPixels(mixed, { ...colour, photometricInterpretation: "RGB" }, [first], false);
  expect([...mixed]).toEqual([0, 0, 0, 255, 255, 255]);
  const planar = white(6);
  blankPixels(planar, { ...colour, photometricInterpretation: "YBR_FULL", isPlanar: true }, [first], false);
  expect([...planar]).toEqual([0, 255, 128, 255, 128, 255]);
});

const marker = (code: number, body = "") => {
  const words = Buffer.from(body, "latin1");
  const head = Buffer.alloc(4);
  head.writeUInt16BE(code, 0);
  head.writeUInt16BE(words.length + 2, 2);
  return Buffer.concat([head, words]);
};
const bare = (code: number) => Buffer.from([code >> 8, code & 0xff]);

it("blanks what a JPEG says in words, and nothing else", () => {
  const app0 = marker(0xffe0, "JFIF\x00abcdefghi");
  const scan = Buffer.concat([marker(0xffda, "\x01\x00"), Buffer.from([1, 0xff, 0, 2, 0xff, 0xd0, 3])]);
  const parts = (words: string) =>
    Buffer.concat([
      bare(0xffd8),
      app0,
      marker(0xffe1, `Exif${words}`),
      marker(0xfffe, words),
      scan,
      marker(0xfffe, words), // between the scans of a progressive one
      scan,
      bare(0xffd9),
    ]);
  const jpeg = Buffer.concat([parts("ZHANG SAN"), Buffer.from("ZHANG")]);
  blankComments(jpeg);
  expect(jpeg.includes("ZHANG")).toBe(false);
  const expected = Buffer.concat([parts("         "), Buffer.alloc(5)]);
  expected.fill(0x20, expected.indexOf("Exif"), expected.indexOf("Exif") + 4);
  expect(jpeg.equals(expected)).toBe(true);
});

it("blanks the comments of JPEG 2000, in the main header and in a tile-part's", () => {
  const tile = (words: string) => {
    const rest = Buffer.concat([marker(0xff64, `\0\x01${words}`), bare(0xff93), Buffer.from([1, 2, 0xff, 0x64])]);
    const start = marker(0xff90, "\0\0\0\0\0\0\0\0");
    start.writeUInt32BE(start.length + rest.length, 6);
    return Buffer.concat([start, rest]);
  };
  const whole = (words: string) =>
    Buffer.concat([
      bare(0xff4f),
      marker(0xff51, "size"),
      marker(0xff64, `\0\x01${words}`),
      tile(words),
      tile(words),
      bare(0xffd9),
    ]);
  const codestream = whole("ZHANG");
  blankComments(codestream);
  expect(codestream.equals(whole("     "))).toBe(true);
});
