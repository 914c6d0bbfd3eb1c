import { expect, it } from "vitest";
import type { PixelFormat } from "../image/study-model.ts";
import { encodeHtj2k } from "../infra/codec/encode-htj2k.ts";
import { nodeCodecs } from "../infra/codec/node-codecs.ts";
import { decodeFrame } from "./decode-frame.ts";
import { resolutionEnds } from "./resolution-ends.ts";

const SIZE = 200; // 50 at a quarter
const HTJ2K = "1.2.840.10008.1.2.4.202";
const format: PixelFormat = {
  rows: SIZE,
  columns: SIZE - 3, // 49.25 at a quarter: 50
  samplesPerPixel: 1,
  photometricInterpretation: "MONOCHROME2",
  planarConfiguration: 0,
  bitsAllocated: 16,
  bitsStored: 12,
  pixelRepresentation: 0,
};

async function beginningOf(value: (x: number, y: number) => number, signed: boolean) {
  const { rows, columns } = format;
  const samples = Array.from({ length: rows * columns }, (_, at) => value(at % columns, Math.floor(at / columns)));
  const codestream = await encodeHtj2k({
    rows,
    columns,
    samples: signed ? Int16Array.from(samples) : Uint16Array.from(samples),
    components: 1,
  });
  const ends = resolutionEnds(codestream);
  const bytes = codestream.slice(0, ends.at(-3)); // two resolutions less
  const shape = { ...format, pixelRepresentation: signed ? 1 : 0 };
  return { bytes, transferSyntaxUid: HTJ2K, format: shape, reduction: 2 };
}

it("shows the picture small, in its own values, from the beginning of the codestream", async () => {
  const ramp = (x: number, y: number): number => 8 * x + 4 * y - 1000;
  const small = await decodeFrame(await beginningOf(ramp, true), nodeCodecs);
  if (small.kind !== "grey") throw new Error("not grey");
  expect([small.rows, small.columns]).toEqual([50, 50]);
  // a sample of the low pass stands where the first of its four pixels stands; a ramp stays a ramp within rounding
  for (const [column, row] of [
    [10, 10],
    [40, 7],
    [3, 44],
  ] as const) {
    const value = small.pixels[row * 50 + column] ?? 0;
    expect(Math.abs(value - ramp(4 * column, 4 * row))).toBeLessThanOrEqual(2);
  }
});

it("keeps overshoots within the stored bits, so that no bright edge turns black", async () => {
  const edge = (x: number, y: number): number => (((x >> 3) + (y >> 3)) % 2 === 0 ? 4095 : 0);
  const small = await decodeFrame(await beginningOf(edge, false), nodeCodecs);
  if (small.kind !== "grey") throw new Error("not grey");
  const { pixels } = small;
  let jumps = 0;
  // four samples a field: the middle ones must be near their field's value
  for (let row = 0; row < 48; row++)
    for (let column = 0; column < 48; column++) {
      const value = pixels[row * 50 + column] ?? 0;
      const expected = edge(4 * column, 4 * row);
      if (row % 2 === 1 && column % 2 === 1 && Math.abs(value - expected) > 2000) jumps++;
    }
  expect(jumps).toBe(0);
  expect(small.max).toBeLessThanOrEqual(4095);
});

it("says so when the bytes are not an HTJ2K codestream of this frame", async () => {
  const request = await beginningOf(() => 5, false);
  const other = { ...request, transferSyntaxUid: "1.2.840.10008.1.2.4.90" };
  await expect(decodeFrame(other, nodeCodecs)).rejects.toMatchObject({ code: "syntax-unsupported" });
  const larger = { ...request, format: { ...request.format, rows: SIZE + 1 } };
  await expect(decodeFrame(larger, nodeCodecs)).rejects.toMatchObject({ code: "frame-damaged" });
});
