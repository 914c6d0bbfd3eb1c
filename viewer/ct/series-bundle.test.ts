import { expect, it } from "vitest";
import { previewForTests } from "./bundle-for-tests.ts";
import { frameForTests } from "./frame-for-tests.ts";
import { bundledFrame, readSeriesBundle } from "./series-bundle.ts";

const frame = frameForTests("a0");
const preview = () => previewForTests(["a0", "a1"], [Uint8Array.of(1, 2), Uint8Array.of(3)]);

it("finds a frame's beginning, and where its rest lies", () => {
  const bundle = readSeriesBundle("a", '"tag"', preview());
  const second = bundledFrame(bundle, frameForTests("a1"));
  // three bytes of beginnings, four of the first rest
  expect(second).toMatchObject({ place: 1, rest: { start: 7, end: 11 } });
  expect([...(second?.beginning ?? [])]).toEqual([3]);
  expect(bundledFrame(bundle, frameForTests("b0"))).toBeUndefined();
});

it("does not take a frame of another size for the one the header describes", () => {
  const bundle = readSeriesBundle("a", '"tag"', preview());
  expect(bundledFrame(bundle, { ...frame, format: { ...frame.format, rows: 11 } })).toBeUndefined();
});

it("takes no bytes that are cut short", () => {
  expect(() => readSeriesBundle("a", '"tag"', preview().subarray(0, -1))).toThrow(RangeError);
});
