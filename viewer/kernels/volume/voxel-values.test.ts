import { expect, it } from "vitest";
import type { Frame } from "../../../core/image/study-model.ts";
import { phantomFrames, STRAIGHT_STACK } from "./phantom-for-tests.ts";
import { type VoxelValues, voxelValues, writeSlice } from "./voxel-values.ts";

const [ct] = phantomFrames(STRAIGHT_STACK);

function valuesOf(change: (frame: Frame, slice: number) => Partial<Frame>): VoxelValues {
  if (!ct) throw new Error("no frame");
  const values = voxelValues([0, 1].map((slice) => ({ ...ct, ...change(ct, slice) })));
  if ("reason" in values) throw new Error(values.reason);
  return values;
}

function written(values: VoxelValues, slice: number, stored: readonly number[]): readonly number[] {
  const voxels = new Int16Array(2 * stored.length);
  writeSlice(values, voxels, slice, stored, stored.length);
  return [...voxels.subarray(slice * stored.length, (slice + 1) * stored.length)];
}

it("writes HU, also where slices have their own intercept", () => {
  const values = valuesOf((_, slice) => ({
    rescale: { slope: 1, intercept: slice === 0 ? -1024 : -1000, unit: "HU" },
  }));
  expect(values.rescale).toEqual({ slope: 1, intercept: 0, unit: "HU" });
  expect(written(values, 0, [0, 1024, 4095])).toEqual([-1024, 0, 3071]);
  expect(written(values, 1, [0, 1024, 4095])).toEqual([-1000, 24, 3095]);
});

it("holds padding beyond 16 bits at the end, never at the number for outside", () => {
  const values = valuesOf(({ format }) => ({ format: { ...format, bitsStored: 16, pixelRepresentation: 1 } }));
  expect(written(values, 0, [-32768, -2000, 32767])).toEqual([-32767, -3024, 31743]);
});

it("keeps stored values under a rescale in fractions", () => {
  const values = valuesOf(() => ({ rescale: { slope: 0.25, intercept: -100, unit: "HU" } }));
  expect(values.rescale).toEqual({ slope: 0.25, intercept: -100, unit: "HU" });
  expect(written(values, 1, [0, 401])).toEqual([0, 401]);
});

it("shifts unsigned values of 16 bits, so that each reads as it was", () => {
  const values = valuesOf(({ format }) => ({
    format: { ...format, bitsStored: 16 },
    rescale: { slope: 2, intercept: 5, unit: "" },
  }));
  const voxels = written(values, 0, [0, 1, 40_000, 65_534]);
  expect(voxels).toEqual([-32767, -32766, 7233, 32767]);
  const { slope, intercept } = values.rescale;
  expect(voxels.map((voxel) => voxel * slope + intercept)).toEqual([5, 7, 80_005, 131_073]); // 2 v + 5
});

it("refuses slices of different units, and a frame of another size", () => {
  if (!ct) throw new Error("no frame");
  expect(voxelValues([ct, { ...ct, rescale: { ...ct.rescale, unit: "" } }])).toEqual({
    reason: "different-values",
    frames: [1],
  });
  const values = valuesOf(() => ({}));
  expect(() => writeSlice(values, new Int16Array(8), 0, [1, 2, 3], 4)).toThrow(RangeError);
  expect(() => writeSlice(values, new Int16Array(8), 2, [1, 2, 3, 4], 4)).toThrow(RangeError);
});
