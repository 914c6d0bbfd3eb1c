import { describe, expect, it } from "vitest";
import { nativeFrame } from "../../decode/native-frame.ts";
import type { PixelFormat } from "../../image/study-model.ts";
import { encodeLossless } from "./encode-lossless.ts";
import { nodeCodecs } from "./node-codecs.ts";

const GREY: PixelFormat = {
  rows: 37,
  columns: 61,
  samplesPerPixel: 1,
  photometricInterpretation: "MONOCHROME2",
  planarConfiguration: 0,
  bitsAllocated: 16,
  bitsStored: 12,
  pixelRepresentation: 0,
};
const RGB: PixelFormat = {
  ...GREY,
  samplesPerPixel: 3,
  photometricInterpretation: "RGB",
  bitsAllocated: 8,
  bitsStored: 8,
};
const FORMATS: Readonly<Record<string, PixelFormat>> = {
  "12 of 16 bits": GREY,
  "16 bits": { ...GREY, bitsStored: 16 },
  "signed 12 of 16 bits": { ...GREY, pixelRepresentation: 1 },
  "signed 16 bits": { ...GREY, bitsStored: 16, pixelRepresentation: 1 },
  "8 bits": { ...GREY, bitsAllocated: 8, bitsStored: 8 },
  "7 of 8 bits": { ...GREY, bitsAllocated: 8, bitsStored: 7 },
  "8 of 16 bits": { ...GREY, bitsStored: 8 },
  "a mask of 1 in 8 bits": { ...GREY, bitsAllocated: 8, bitsStored: 1 },
  RGB,
  "RGB by plane": { ...RGB, planarConfiguration: 1 },
  YBR_FULL: { ...RGB, photometricInterpretation: "YBR_FULL" },
  "one row": { ...GREY, rows: 1, columns: 9 },
  "a palette": { ...GREY, bitsAllocated: 8, bitsStored: 8, photometricInterpretation: "PALETTE COLOR" },
};
const HTJ2K = "1.2.840.10008.1.2.4.201";
const RPCL = "1.2.840.10008.1.2.4.202";
const JPEG_LS = "1.2.840.10008.1.2.4.80";
const RLE = "1.2.840.10008.1.2.5";

/** Waves with every value of the format's ends, the sign filled up to Bits Allocated. */
function nativeOf(format: PixelFormat, above = 0): Uint8Array<ArrayBuffer> {
  const { rows, columns, samplesPerPixel, bitsAllocated, bitsStored, pixelRepresentation } = format;
  const low = pixelRepresentation === 1 ? -(2 ** (bitsStored - 1)) : 0;
  const span = 2 ** bitsStored - 1;
  const values = Array.from({ length: rows * columns * samplesPerPixel }, (_, i) =>
    i < 2 ? low + i * span : low + Math.round((span * (1 + Math.sin(i / 23))) / 2) + above,
  );
  return bitsAllocated === 8 ? Uint8Array.from(values) : new Uint8Array(Uint16Array.from(values).buffer);
}

async function thereAndBack(native: Uint8Array<ArrayBuffer>, format: PixelFormat, transferSyntaxUid: string) {
  const bytes = await encodeLossless(native.slice(), format, transferSyntaxUid);
  const coded =
    format.photometricInterpretation === "RGB" ? { ...format, photometricInterpretation: "YBR_RCT" } : format;
  const isWavelet = transferSyntaxUid === HTJ2K || transferSyntaxUid === RPCL;
  return nativeFrame({ bytes, transferSyntaxUid, format: isWavelet ? coded : format }, nodeCodecs);
}

describe.each(Object.entries(FORMATS))("%s", (_, format) => {
  it.each([HTJ2K, RPCL, JPEG_LS, RLE])("is the same after %s", async (transferSyntaxUid) => {
    const native = nativeOf(format);
    const back = await thereAndBack(native, format, transferSyntaxUid);
    if (transferSyntaxUid === JPEG_LS && format.pixelRepresentation === 1 && format.bitsStored < 16) {
      // JPEG-LS has no sign: what lies above Bits Stored is zero and not the sign
      const [all, stored] = [native, back].map(({ buffer }) => new Uint16Array(buffer));
      expect(stored).toEqual(all?.map((value) => value & 0xfff));
    } else expect(back).toEqual(native);
  });
});

describe("what lies above the stored bits", () => {
  it.each([HTJ2K, JPEG_LS, RLE])("is kept by %s", async (transferSyntaxUid) => {
    const native = nativeOf(GREY, 0x4000); // an overlay plane in bit 14
    expect(await thereAndBack(native, GREY, transferSyntaxUid)).toEqual(native);
  });
});

describe("what cannot be encoded", () => {
  it.each([
    ["colour of 16 bits in HTJ2K", { ...RGB, bitsAllocated: 16, bitsStored: 16 }, HTJ2K],
    ["32 bits in HTJ2K", { ...GREY, bitsAllocated: 32, bitsStored: 32 }, HTJ2K],
    ["four samples a pixel in JPEG-LS", { ...RGB, samplesPerPixel: 4 }, JPEG_LS],
  ] as const)("%s is said", async (_, format, transferSyntaxUid) => {
    const native = new Uint8Array(format.rows * format.columns * format.samplesPerPixel * (format.bitsAllocated / 8));
    await expect(encodeLossless(native, format, transferSyntaxUid)).rejects.toMatchObject({ name: "EncodeFault" });
  });

  it("noise in JPEG-LS is said, and the codec goes on", async () => {
    const format = { ...GREY, rows: 256, columns: 256, bitsAllocated: 8, bitsStored: 8 };
    let state = 1;
    const noise = Uint8Array.from({ length: 256 * 256 }, () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
      return state >> 16;
    });
    await expect(encodeLossless(noise, format, JPEG_LS)).rejects.toMatchObject({ name: "EncodeFault" });
    expect(await thereAndBack(nativeOf(format), format, JPEG_LS)).toEqual(nativeOf(format));
    expect(await thereAndBack(noise, format, RLE)).toEqual(noise);
  });
});
