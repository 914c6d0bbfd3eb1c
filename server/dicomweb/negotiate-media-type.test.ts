import { describe, expect, it } from "vitest";
import { parseAccept } from "./media-type.ts";
import { negotiateFrames, negotiateInstances } from "./negotiate-media-type.ts";

const EXPLICIT = "1.2.840.10008.1.2.1";
const BIG_ENDIAN = "1.2.840.10008.1.2.2";
const JPEG_LS = "1.2.840.10008.1.2.4.80";

describe("frames", () => {
  it.each([
    [undefined, EXPLICIT, "application/octet-stream", true],
    [undefined, JPEG_LS, "image/jls", true],
    ["*/*", JPEG_LS, "image/jls", true],
    ['multipart/related; type="application/octet-stream"', EXPLICIT, "application/octet-stream", true],
    ["multipart/related; type=application/octet-stream; transfer-syntax=*", JPEG_LS, "application/octet-stream", true],
    [
      'multipart/related; type="application/octet-stream"; transfer-syntax=1.2.840.10008.1.2',
      EXPLICIT,
      "application/octet-stream",
      true,
    ],
    ['multipart/related; type="image/x-jls"', JPEG_LS, "image/jls", true],
    [`multipart/related; type="image/jls"; transfer-syntax=${JPEG_LS}`, JPEG_LS, "image/jls", true],
    ["application/octet-stream", EXPLICIT, "application/octet-stream", false],
    ['multipart/related; type="image/jpeg", multipart/related; type="image/jls"', JPEG_LS, "image/jls", true],
  ])("%s of %s", (accept, stored, type, isMultipart) => {
    expect(negotiateFrames(parseAccept(accept), stored)).toEqual({ isMultipart, type, isDecoded: false });
  });

  it.each([
    ['multipart/related; type="application/octet-stream"', JPEG_LS, true],
    ['multipart/related; type="application/octet-stream"', BIG_ENDIAN, true],
    [`multipart/related; type="application/octet-stream"; transfer-syntax=${EXPLICIT}`, JPEG_LS, true],
    ["application/octet-stream", JPEG_LS, false],
  ])("%s of %s are decoded", (accept, stored, isMultipart) => {
    const type = "application/octet-stream";
    expect(negotiateFrames(parseAccept(accept), stored)).toEqual({ isMultipart, type, isDecoded: true });
  });

  it("are given as stored where that is taken as well", () => {
    const accept = 'multipart/related; type="application/octet-stream", multipart/related; type="image/jls"';
    expect(negotiateFrames(parseAccept(accept), JPEG_LS)).toMatchObject({ type: "image/jls", isDecoded: false });
  });

  it.each([
    // these would have to be encoded
    ['multipart/related; type="image/jpeg"', EXPLICIT],
    [`multipart/related; type="image/jls"; transfer-syntax=1.2.840.10008.1.2.4.81`, JPEG_LS],
    ["text/html", EXPLICIT],
  ])("%s of %s cannot be given", (accept, stored) => {
    expect(() => negotiateFrames(parseAccept(accept), stored)).toThrow("not-acceptable");
  });
});

describe("instances", () => {
  const accepts = (accept: string | undefined, ...stored: string[]) =>
    negotiateInstances(parseAccept(accept), new Set(stored)).isMultipart;
  it("are given as stored", () => {
    expect(accepts(undefined, EXPLICIT, JPEG_LS)).toBe(true);
    expect(accepts('multipart/related; type="application/dicom"; transfer-syntax=*', EXPLICIT, JPEG_LS)).toBe(true);
    expect(accepts(`multipart/related; type="application/dicom"; transfer-syntax=${JPEG_LS}`, JPEG_LS)).toBe(true);
    expect(accepts("application/dicom", EXPLICIT)).toBe(false);
  });
  it("are not transcoded", () => {
    const accept = `multipart/related; type="application/dicom"; transfer-syntax=${JPEG_LS}`;
    expect(() => accepts(accept, EXPLICIT, JPEG_LS)).toThrow("not-acceptable");
    expect(() => accepts("application/dicom+xml", EXPLICIT)).toThrow("not-acceptable");
  });
});
