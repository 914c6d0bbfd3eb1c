import { expect, it } from "vitest";
import type { PixelFormat } from "../image/study-model.ts";
import type { Codecs } from "./codecs.ts";
import { decodeFrame } from "./decode-frame.ts";

const LITTLE = "1.2.840.10008.1.2.1";
const BIG = "1.2.840.10008.1.2.2";
const RLE = "1.2.840.10008.1.2.5";

const noCodecs: Codecs = { jpeg8: lacking, jpegLs: lacking, jpeg2000: lacking, htj2k: lacking };

function lacking(): Promise<never> {
  return Promise.reject(new Error("no codec in this test"));
}

function format(more: Partial<PixelFormat>): PixelFormat {
  return {
    rows: 1,
    columns: 2,
    samplesPerPixel: 1,
    photometricInterpretation: "MONOCHROME2",
    planarConfiguration: 0,
    bitsAllocated: 16,
    bitsStored: 16,
    pixelRepresentation: 0,
    ...more,
  };
}

const grey = async (
  bytes: readonly number[],
  more: Partial<PixelFormat>,
  transferSyntaxUid = LITTLE,
): Promise<unknown> => {
  const frame = await decodeFrame({ bytes: Uint8Array.from(bytes), transferSyntaxUid, format: format(more) }, noCodecs);
  return frame.kind === "grey"
    ? { values: [...frame.pixels], min: frame.min, max: frame.max, type: frame.pixels.constructor.name }
    : frame;
};

it.each([
  [
    "12 of 16 bits signed: bit 11 is the sign",
    [0xff, 0x0f, 0x01, 0x08],
    { bitsStored: 12, pixelRepresentation: 1 },
    LITTLE,
    [-1, -2047],
    "Int16Array",
  ],
  [
    "what lies above the stored bits is dropped",
    [0x01, 0xf0, 0xff, 0xff],
    { bitsStored: 12 },
    LITTLE,
    [1, 4095],
    "Uint16Array",
  ],
  ["big-endian", [0x01, 0x02, 0xff, 0xfe], { pixelRepresentation: 1 }, BIG, [258, -2], "Int16Array"],
  ["8 bits", [7, 200], { bitsAllocated: 8, bitsStored: 8 }, LITTLE, [7, 200], "Uint8Array"],
  [
    "8 bits signed",
    [7, 200],
    { bitsAllocated: 8, bitsStored: 8, pixelRepresentation: 1 },
    LITTLE,
    [7, -56],
    "Int8Array",
  ],
  [
    "32 bits",
    [0, 0, 1, 0, 0xff, 0xff, 0xff, 0xff],
    { bitsAllocated: 32, bitsStored: 32 },
    LITTLE,
    [65536, 4294967295],
    "Uint32Array",
  ],
])("%s", async (_, bytes, more, syntax, values, type) => {
  expect(await grey(bytes, more, syntax)).toEqual({ values, min: Math.min(...values), max: Math.max(...values), type });
});

it("decodes RLE: high byte plane first, literal and repeated runs", async () => {
  const header = new Uint8Array(64);
  new DataView(header.buffer).setUint32(0, 2, true);
  new DataView(header.buffer).setUint32(4, 64, true);
  new DataView(header.buffer).setUint32(8, 66, true);
  // high plane: repeat 0x01 twice (257 - 255); low plane: two literals 0x02 0x03
  expect(await grey([...header, 255, 0x01, 1, 0x02, 0x03, 0], {}, RLE)).toMatchObject({ values: [0x0102, 0x0103] });
});

it("says what is wrong instead of guessing", async () => {
  await expect(grey([1, 2, 3], {})).rejects.toMatchObject({ code: "frame-damaged" });
  await expect(grey([1, 2, 3, 4], {}, "1.2.840.10008.1.2.4.100")).rejects.toMatchObject({ code: "syntax-unsupported" });
  await expect(grey([1, 2, 3, 4], { bitsAllocated: 12 })).rejects.toMatchObject({ code: "format-unsupported" });
});

const colour = async (bytes: readonly number[], more: Partial<PixelFormat>): Promise<readonly number[]> => {
  const shape = format({ samplesPerPixel: 3, bitsAllocated: 8, bitsStored: 8, ...more });
  const frame = await decodeFrame(
    { bytes: Uint8Array.from(bytes), transferSyntaxUid: LITTLE, format: shape },
    noCodecs,
  );
  return frame.kind === "colour" ? [...frame.rgba] : [];
};

it("reads RGB by pixel and by plane alike", async () => {
  const expected = [1, 2, 3, 255, 4, 5, 6, 255];
  expect(await colour([1, 2, 3, 4, 5, 6], { photometricInterpretation: "RGB" })).toEqual(expected);
  expect(await colour([1, 4, 2, 5, 3, 6], { photometricInterpretation: "RGB", planarConfiguration: 1 })).toEqual(
    expected,
  );
});

it("turns YBR_FULL and YBR_FULL_422 into RGB", async () => {
  // Y 76, Cb 85, Cr 255 is red: R 76 + 1.402 · 127 = 254; G 76 + 0.344 · 43 - 0.714 · 127 = 0.1; B 76 - 1.772 · 43 = -0.2
  const red = [254, 0, 0, 255];
  expect(await colour([76, 85, 255, 128, 128, 128], { photometricInterpretation: "YBR_FULL" })).toEqual([
    ...red,
    128,
    128,
    128,
    255,
  ]);
  expect(await colour([76, 76, 85, 255], { photometricInterpretation: "YBR_FULL_422" })).toEqual([...red, ...red]);
});

it("looks palette indices up, and keeps to the ends of the table", async () => {
  const palette = { firstMapped: 10, rgb: Uint8Array.of(1, 2, 3, 4, 5, 6) };
  const shape = format({ bitsAllocated: 8, bitsStored: 8, columns: 4, photometricInterpretation: "PALETTE COLOR" });
  const frame = await decodeFrame(
    { bytes: Uint8Array.of(0, 10, 11, 99), transferSyntaxUid: LITTLE, format: shape, palette },
    noCodecs,
  );
  expect(frame.kind === "colour" && [...frame.rgba]).toEqual([1, 2, 3, 255, 1, 2, 3, 255, 4, 5, 6, 255, 4, 5, 6, 255]);
});
