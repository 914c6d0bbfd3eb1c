import { describe, expect, it } from "vitest";
import { parseAccept } from "./media-type.ts";
import { instanceTransferSyntax, negotiateFrames, negotiateInstances } from "./negotiate-media-type.ts";

const EXPLICIT = "1.2.840.10008.1.2.1";
const BIG_ENDIAN = "1.2.840.10008.1.2.2";
const JPEG_LS = "1.2.840.10008.1.2.4.80";

const HTJ2K = "1.2.840.10008.1.2.4.201";
const RPCL = "1.2.840.10008.1.2.4.202";
const RLE = "1.2.840.10008.1.2.5";
const BASELINE = "1.2.840.10008.1.2.4.50";
const OCTETS = "application/octet-stream";

describe("frames as they are stored", () => {
  it.each([
    [undefined, EXPLICIT, OCTETS, true],
    [undefined, JPEG_LS, "image/jls", true],
    ["*/*", JPEG_LS, "image/jls", true],
    ['multipart/related; type="application/octet-stream"', EXPLICIT, OCTETS, true],
    ["multipart/related; type=application/octet-stream; transfer-syntax=*", JPEG_LS, OCTETS, true],
    ['multipart/related; type="application/octet-stream"; transfer-syntax=1.2.840.10008.1.2', EXPLICIT, OCTETS, true],
    ['multipart/related; type="image/x-jls"', JPEG_LS, "image/jls", true],
    [`multipart/related; type="image/jls"; transfer-syntax=${JPEG_LS}`, JPEG_LS, "image/jls", true],
    ["application/octet-stream", EXPLICIT, OCTETS, false],
    ['multipart/related; type="image/jpeg", multipart/related; type="image/jls"', JPEG_LS, "image/jls", true],
    ["image/*", BASELINE, "image/jpeg", false],
    ["image/jpeg", BASELINE, "image/jpeg", false],
  ])("%s of %s", (accept, stored, type, isMultipart) => {
    expect(negotiateFrames(parseAccept(accept), stored)).toEqual({ isMultipart, type, transcodeTo: null });
  });
});

describe("frames made on the way", () => {
  it.each([
    ['multipart/related; type="application/octet-stream"', JPEG_LS, OCTETS, EXPLICIT],
    ["application/octet-stream", BASELINE, OCTETS, EXPLICIT],
    [`application/octet-stream; transfer-syntax=${EXPLICIT}`, RLE, OCTETS, EXPLICIT],
    ["application/octet-stream", BIG_ENDIAN, OCTETS, EXPLICIT],
    ["*/*", BIG_ENDIAN, OCTETS, EXPLICIT], // PS3.18 §8.7.3: not to be used on the web
    [`*/*; transfer-syntax=${EXPLICIT}`, JPEG_LS, OCTETS, EXPLICIT],
    [`*/*; transfer-syntax=${HTJ2K}`, EXPLICIT, "image/jphc", HTJ2K],
    ["image/jphc", EXPLICIT, "image/jphc", HTJ2K],
    [`image/jphc; transfer-syntax=${RPCL}`, HTJ2K, "image/jphc", RPCL],
    [`image/*; transfer-syntax=${RPCL}`, JPEG_LS, "image/jphc", RPCL],
    ["image/jls", EXPLICIT, "image/jls", JPEG_LS],
    ["image/dicom-rle", BASELINE, "image/dicom-rle", RLE],
    // most wanted first
    ["image/jls; q=0.5, application/octet-stream; q=0.9", JPEG_LS, OCTETS, EXPLICIT],
    ["image/jp2, image/jphc;q=0.1", EXPLICIT, "image/jphc", HTJ2K],
    // anything but this
    ["*/*, image/jls;q=0", JPEG_LS, OCTETS, EXPLICIT],
    ['*/*, multipart/related; type="image/x-jls"; q=0', JPEG_LS, OCTETS, EXPLICIT],
  ])("%s of %s", (accept, stored, type, transcodeTo) => {
    expect(negotiateFrames(parseAccept(accept), stored)).toMatchObject({ type, transcodeTo });
  });

  it.each([
    ['multipart/related; type="image/jpeg"', EXPLICIT], // lossy, or an encoder that is not there
    ["image/jp2", EXPLICIT],
    [`image/jls; transfer-syntax=1.2.840.10008.1.2.4.81`, JPEG_LS],
    [`image/jls; transfer-syntax=${HTJ2K}`, EXPLICIT], // not what it is called
    [`application/octet-stream; transfer-syntax=${HTJ2K}`, EXPLICIT],
    [`application/octet-stream; transfer-syntax=${BIG_ENDIAN}`, EXPLICIT],
    ["image/jphc; transfer-syntax=1.2.840.10008.1.2.4.203", EXPLICIT], // may be lossy
    ["image/jls;q=0", JPEG_LS],
    ["application/octet-stream", "1.2.840.10008.1.2.4.102"], // a video
    ["image/*", EXPLICIT],
    ["text/html", EXPLICIT],
  ])("%s of %s cannot be given", (accept, stored) => {
    expect(() => negotiateFrames(parseAccept(accept), stored)).toThrow("not-acceptable");
  });

  it("are offered by name when what was asked for cannot be given", () => {
    expect(() => negotiateFrames(parseAccept("image/jp2"), BASELINE)).toThrow(
      expect.objectContaining({
        detail: { offered: expect.stringMatching(/^multipart\/related; type="image\/jpeg".*octet-stream.*jphc/) },
      }),
    );
  });
});

describe("instances", () => {
  const DICOM = 'multipart/related; type="application/dicom"';
  const accepts = (accept: string | undefined, ...stored: string[]) =>
    negotiateInstances(parseAccept(accept), new Set(stored));

  it("are given as stored, by default, or in a syntax that all can be given in", () => {
    expect(accepts(undefined, EXPLICIT, JPEG_LS)).toMatchObject({ isMultipart: true, asked: null });
    expect(accepts(`${DICOM}; transfer-syntax=*`, EXPLICIT, JPEG_LS)).toMatchObject({ isMultipart: true, asked: "*" });
    expect(accepts(`${DICOM}; transfer-syntax=${JPEG_LS}`, EXPLICIT, JPEG_LS)).toMatchObject({ asked: JPEG_LS });
    expect(accepts(`${DICOM}; transfer-syntax=${BASELINE}`, BASELINE)).toMatchObject({ asked: BASELINE });
    expect(accepts("application/dicom", EXPLICIT)).toMatchObject({ isMultipart: false, asked: null });
  });

  it("are not coded again with loss, nor given in a form that one of them does not have", () => {
    expect(() => accepts(`${DICOM}; transfer-syntax=${BASELINE}`, BASELINE, EXPLICIT)).toThrow("not-acceptable");
    expect(() => accepts(`${DICOM}; transfer-syntax=${EXPLICIT}`, EXPLICIT, "1.2.840.10008.1.2.4.102")).toThrow(
      "not-acceptable",
    );
    expect(() => accepts("application/dicom+xml", EXPLICIT)).toThrow("not-acceptable");
  });

  it.each([
    [EXPLICIT, null, EXPLICIT],
    [JPEG_LS, null, EXPLICIT],
    ["1.2.840.10008.1.2", null, EXPLICIT],
    [BASELINE, null, BASELINE], // PS3.18 §8.7.3.4: lossy pixels may stay as they came
    ["1.2.840.10008.1.2.4.102", null, "1.2.840.10008.1.2.4.102"],
    [JPEG_LS, "*", JPEG_LS],
    [BASELINE, EXPLICIT, EXPLICIT],
  ])("stored as %s and asked for as %s are given as %s", (stored, asked, given) => {
    expect(instanceTransferSyntax(stored, asked)).toBe(given);
  });
});
