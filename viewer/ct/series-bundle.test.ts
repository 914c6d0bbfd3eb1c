import { expect, it } from "vitest";
import { bundleIndexBuilder } from "../../core/bundle/bundle-index-builder.ts";
import { frameForTests } from "./frame-for-tests.ts";
import { bundledFrame, readSeriesBundle } from "./series-bundle.ts";

const frame = frameForTests("a0");
const format = { transferSyntaxUid: "1.2.840.10008.1.2.4.202", format: frame.format, reduction: 2 };

function preview(): Uint8Array {
  const index = bundleIndexBuilder();
  index.add({ sopInstanceUid: "a0", frameNumber: 1, format, beginningBytes: 2, restBytes: 5 });
  index.add({ sopInstanceUid: "a1", frameNumber: 1, format, beginningBytes: 1, restBytes: 4 });
  const json = new TextEncoder().encode(JSON.stringify(index.index()));
  const bytes = new Uint8Array(4 + json.length + 3);
  new DataView(bytes.buffer).setUint32(0, json.length, true);
  bytes.set(json, 4);
  bytes.set([1, 2, 3], 4 + json.length);
  return bytes;
}

it("finds a frame's beginning, and where its rest lies", () => {
  const bundle = readSeriesBundle("a", '"tag"', preview());
  const second = bundledFrame(bundle, frameForTests("a1"));
  // three bytes of beginnings, five of the first rest
  expect(second).toMatchObject({ place: 1, rest: { start: 8, end: 12 } });
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
