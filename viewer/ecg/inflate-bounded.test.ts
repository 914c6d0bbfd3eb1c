import { deflateSync } from "fflate";
import { expect, it } from "vitest";
import { inflateBounded } from "./inflate-bounded.ts";

it("gives the bytes back, over many chunks, and nothing for nothing", () => {
  const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => (index * index) % 251);
  expect(inflateBounded(deflateSync(bytes), 300_000)).toEqual(bytes);
  expect(inflateBounded(new Uint8Array(0), 10)).toEqual(new Uint8Array(0));
});

it("stops a file that would grow beyond the limit", () => {
  // 10 MB of zeros deflate to about 10 KB
  const bomb = deflateSync(new Uint8Array(10_000_000));
  expect(bomb.length).toBeLessThan(20_000);
  expect(() => inflateBounded(bomb, 1_000_000)).toThrow(RangeError);
});
