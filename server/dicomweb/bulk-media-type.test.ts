import { describe, expect, it } from "vitest";
import { bulkForm } from "./bulk-media-type.ts";
import { parseMediaType } from "./media-type.ts";

/** SOI, the frame header of a process, and the scan header with its predictor (ITU-T T.81 B.2.2, B.2.3). */
function jpeg(sof: number, predictor = 0): Buffer {
  const frame = [0xff, sof, 0, 11, 8, 0, 64, 0, 48, 1, 1, 0x11, 0];
  const scan = [0xff, 0xda, 0, 8, 1, 1, 0, predictor, 0, 0];
  return Buffer.from([0xff, 0xd8, ...frame, ...scan, 0, 0, 0, 0]);
}
const J2K = Buffer.from("ff4fff51002f0000", "hex");
const RLE = Buffer.concat([Buffer.from([1, 0, 0, 0, 64, 0, 0, 0]), Buffer.alloc(60)]);
const ROOT = "1.2.840.10008.1.2";

describe("what a bulk data part is", () => {
  it.each([
    ["image/jpeg", jpeg(0xc0), "4.50"],
    ["image/jpeg", jpeg(0xc1), "4.51"],
    ["image/jpeg", jpeg(0xc3, 1), "4.70"],
    ["image/jpeg", jpeg(0xc3, 6), "4.57"],
    [`image/jpeg; transfer-syntax=${ROOT}.4.57`, jpeg(0xc3, 1), "4.57"],
    ["image/jpeg; transfer-syntax=*", jpeg(0xc0), "4.50"],
    ["image/jls", jpeg(0xf7), "4.80"],
    [`image/x-jls; transfer-syntax=${ROOT}.4.81`, jpeg(0xf7), "4.81"],
    ["image/jp2", J2K, "4.90"],
    [`image/jp2; transfer-syntax="${ROOT}.4.91"`, J2K, "4.91"],
    ["image/jpx", J2K, "4.92"],
    ["image/jphc", J2K, "4.201"],
    [`image/jph; transfer-syntax=${ROOT}.4.202`, J2K, "4.202"],
    ["image/dicom-rle", RLE, "5"],
    // a frame that has no media type of its own, as /frames gives it
    [`application/octet-stream; transfer-syntax=${ROOT}.4.110`, J2K, "4.110"],
  ])("%s", (type, head, transferSyntax) => {
    expect(bulkForm(parseMediaType(type), head)).toMatchObject({
      kind: "frame",
      transferSyntaxUid: `${ROOT}.${transferSyntax}`,
    });
  });

  it.each([
    [undefined],
    ["application/octet-stream"],
    [`application/octet-stream; transfer-syntax=${ROOT}.1`],
    ["application/pdf"],
    ["text/xml"],
    ["model/stl"],
  ])("%s is a value", (type) => {
    expect(bulkForm(type === undefined ? undefined : parseMediaType(type), J2K)).toEqual({ kind: "value" });
  });

  it.each([
    ["video/mpeg", J2K, "media-type-unsupported"],
    ["video/mp4", J2K, "media-type-unsupported"],
    [`application/octet-stream; transfer-syntax=${ROOT}.4.102`, J2K, "media-type-unsupported"],
    [`application/octet-stream; transfer-syntax=${ROOT}.1.99`, J2K, "media-type-unsupported"],
    ["image/gif", J2K, "media-type-unsupported"],
    ["multipart/related; boundary=x", J2K, "media-type-unsupported"],
    [`image/jp2; transfer-syntax=${ROOT}.4.201`, J2K, "media-type-unsupported"],
    ["image/jpeg", J2K, "bulk-data-mismatch"],
    ["image/jp2", jpeg(0xc0), "bulk-data-mismatch"],
    ["image/dicom-rle", Buffer.alloc(64), "bulk-data-mismatch"],
    ["image/jls", Buffer.alloc(0), "bulk-data-mismatch"],
  ])("%s is refused: %s", (type, head, code) => {
    expect(() => bulkForm(parseMediaType(type), head)).toThrow(code);
  });

  it("tells the pixels of a JPEG", () => {
    expect(bulkForm(parseMediaType("image/jpeg"), jpeg(0xc0))).toMatchObject({
      pixels: { rows: 64, columns: 48, samplesPerPixel: 1, bitsStored: 8 },
    });
  });
});
