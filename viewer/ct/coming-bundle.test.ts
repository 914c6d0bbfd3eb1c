import { expect, it } from "vitest";
import { previewForTests } from "./bundle-for-tests.ts";
import { comingBundle } from "./coming-bundle.ts";

const preview = previewForTests(["a0", "a1"], [Uint8Array.of(1, 2), Uint8Array.of(3)]);

it("tells of each beginning once, as soon as its last byte is here", () => {
  const coming = comingBundle("a", '"tag"', preview.length);
  const told = Array.from(preview, (byte) => coming.take(Uint8Array.of(byte))?.[1] ?? []);
  // the index ends three bytes before the end; the first beginning a byte before it
  expect(told.slice(-3)).toEqual([[], ["a0/1"], ["a1/1"]]);
  expect(told.slice(0, -3).flat()).toEqual([]);
  const beginnings = [...coming.whole().frames.values()].map(({ beginning }) => [...beginning]);
  expect(beginnings).toEqual([[1, 2], [3]]);
});

it("is not whole before its last byte, and takes none beyond", () => {
  const coming = comingBundle("a", '"tag"', preview.length);
  coming.take(preview.subarray(0, -1));
  expect(() => coming.whole()).toThrow(expect.objectContaining({ code: "offline" }));
  expect(() => coming.take(Uint8Array.of(3, 4))).toThrow(expect.objectContaining({ code: "server" }));
});

it("says so when the bytes are no index", () => {
  const coming = comingBundle("a", '"tag"', 10);
  expect(() => coming.take(Uint8Array.of(2, 0, 0, 0, 0x7b, 0x7d, 0, 0))).toThrow(
    expect.objectContaining({ code: "server" }),
  );
});
