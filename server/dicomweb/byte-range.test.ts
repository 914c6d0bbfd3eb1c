import { describe, expect, it } from "vitest";
import { DomainError } from "../../core/errors.ts";
import { byteRange } from "./byte-range.ts";

describe("a Range header over 100 bytes", () => {
  it.each([
    ["bytes=0-9", { start: 0, end: 10 }],
    ["bytes=90-", { start: 90, end: 100 }],
    ["bytes=-10", { start: 90, end: 100 }],
    ["bytes=-1000", { start: 0, end: 100 }],
    ["bytes=50-1000", { start: 50, end: 100 }],
    [undefined, null],
    ["", null],
    ["items=0-9", null],
    ["bytes=0-1,5-6", null],
    ["bytes=9-1", null],
    ["bytes=-", null],
    ["bytes=a-b", null],
  ])("%s", (header, range) => {
    expect(byteRange(header, 100)).toEqual(range);
  });

  it.each(["bytes=100-", "bytes=100-200", "bytes=-0"])("%s lies outside", (header) => {
    expect(() => byteRange(header, 100)).toThrow(new DomainError("range-not-there"));
  });

  it("of nothing has nothing", () => {
    expect(() => byteRange("bytes=-10", 0)).toThrow(new DomainError("range-not-there"));
  });
});
