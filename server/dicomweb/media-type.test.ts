import { describe, expect, it } from "vitest";
import { parseAccept, parseMediaType } from "./media-type.ts";

describe("media types", () => {
  it("reads parameters, quoted or not", () => {
    expect(parseMediaType('Multipart/Related; type="application/dicom"; boundary="a;b\\"c"')).toEqual({
      type: "multipart/related",
      parameters: { type: "application/dicom", boundary: 'a;b"c' },
    });
    expect(parseMediaType("nonsense")).toBeUndefined();
  });

  it("orders an Accept header by quality and drops what is not wanted", () => {
    const header = 'image/jpeg;q=0.5, multipart/related; type="image/jls"; transfer-syntax=*, text/html;q=0';
    expect(parseAccept(header).map((range) => range.type)).toEqual(["multipart/related", "image/jpeg"]);
    expect(parseAccept("*/*, multipart/related; type=image/jls; q=0")).toEqual([
      { type: "*/*", parameters: {}, except: ["image/jls"] },
    ]);
    expect(parseAccept(undefined)).toEqual([{ type: "*/*", parameters: {} }]);
  });
});
