import { afterAll, describe, expect, it } from "vitest";
import type { PixelFormat } from "../../image/study-model.ts";
import { openCodecPool } from "../codec/codec-pool.ts";
import { encodeRle } from "../codec/encode-rle.ts";
import type { StoredInstance } from "../postgres/stored-instances.ts";
import type { FrameReader } from "./frame-reader.ts";
import { transcodedFrames } from "./transcoded-frames.ts";

const codecs = openCodecPool({ threads: 1 });
afterAll(() => codecs.close());

const EXPLICIT = "1.2.840.10008.1.2.1";
const RLE = "1.2.840.10008.1.2.5";
const format: PixelFormat = {
  rows: 8,
  columns: 8,
  samplesPerPixel: 1,
  photometricInterpretation: "MONOCHROME2",
  planarConfiguration: 0,
  bitsAllocated: 8,
  bitsStored: 8,
  pixelRepresentation: 0,
};
const instance = { id: "1", transferSyntaxUid: RLE } as StoredInstance;
const nativeOf = (frame: number) => new Uint8Array(64).fill(frame);

/** Frames of an RLE image, and how many of them were read. The last one is damaged. */
function reader(count: number) {
  const seen = { read: 0 };
  const frames: FrameReader = {
    read: async (_, numbers) =>
      (async function* () {
        for (const number of numbers) {
          seen.read += 1;
          yield Buffer.from(number === count ? new Uint8Array(70) : encodeRle(nativeOf(number), format));
        }
      })(),
    pixelDataEnd: async () => 0,
  };
  return { seen, parts: { frames, codecs } };
}

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

describe("frames on their way out", () => {
  it("are read as they are taken, a few ahead, and come in order", async () => {
    const { seen, parts } = reader(100);
    const given = await transcodedFrames(parts, { instance, format, numbers: numbers(100) }, EXPLICIT);
    expect(seen.read).toBeLessThanOrEqual(2);
    for (let frame = 1; frame <= 10; frame++) {
      expect((await given.next()).value).toEqual(Buffer.from(nativeOf(frame)));
      expect(seen.read).toBeLessThanOrEqual(frame + 2);
    }
    await given.return(undefined);
    expect((await given.next()).done).toBe(true);
    expect(seen.read).toBeLessThanOrEqual(12);
  });

  it("end with the one that cannot be read", async () => {
    const given = await transcodedFrames(reader(3).parts, { instance, format, numbers: numbers(3) }, EXPLICIT);
    expect([(await given.next()).done, (await given.next()).done]).toEqual([false, false]);
    await expect(given.next()).rejects.toMatchObject({ code: "frame-unreadable" });
  });

  it("are refused before anything is given when the first cannot be read, or not be made", async () => {
    const read = (to: string, more: Partial<PixelFormat> = {}) =>
      transcodedFrames(reader(1).parts, { instance, format: { ...format, ...more }, numbers: [1] }, to);
    await expect(read(EXPLICIT)).rejects.toMatchObject({ code: "frame-unreadable" });
    await expect(read(EXPLICIT, { rows: 65_535, columns: 65_535 })).rejects.toMatchObject({ code: "frame-too-large" });
    await expect(read("1.2.840.10008.1.2.4.50")).rejects.toMatchObject({ code: "not-acceptable" });
  });
});
