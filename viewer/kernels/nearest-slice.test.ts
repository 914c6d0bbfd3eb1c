import { expect, it } from "vitest";
import type { Frame } from "../../core/image/study-model.ts";
import { seriesOf } from "../../core/reading/hanging/exam-for-tests.ts";
import { nearestSlice } from "./nearest-slice.ts";

/** Slices so many mm apart, tilted about the x axis by so many degrees. */
function stack(count: number, gapMm: number, { tiltDeg = 0, fromMm = 0 } = {}): readonly Frame[] {
  const [frame] = seriesOf({ description: "" }).frames;
  if (!frame) throw new Error("a series has a frame");
  const [c, s] = [Math.cos((tiltDeg * Math.PI) / 180), Math.sin((tiltDeg * Math.PI) / 180)];
  return Array.from({ length: count }, (_, index) => ({
    ...frame,
    spacing: { rowMm: 0.5, columnMm: 0.5, at: "patient" },
    geometry: {
      // the middle of the image (128 mm down and across) stands at x = y = 0, z = fromMm + index × gap
      position: [-128, -128 * c, fromMm + index * gapMm - 128 * s],
      row: [1, 0, 0],
      column: [0, c, s],
      normal: [0, -s, c],
      along: 0,
    },
  }));
}

it("goes by mm: 1 mm slices to 5 mm slices and back", () => {
  const [thin, thick] = [stack(100, 1), stack(20, 5, { fromMm: 2 })];
  // thin 47 is at 47 mm; thick ones at 2, 7, … 47 (the ninth after the first)
  expect(nearestSlice(thin[47] as Frame, thick)).toBe(9);
  expect(nearestSlice(thin[49] as Frame, thick)).toBe(9);
  expect(nearestSlice(thin[50] as Frame, thick)).toBe(10); // 3 mm from 47, 2 mm from 52
  expect(nearestSlice(thick[9] as Frame, thin)).toBe(47);
});

it("stops at the ends, and takes no plane that crosses", () => {
  const thin = stack(10, 1);
  expect(nearestSlice(stack(1, 1, { fromMm: 300 })[0] as Frame, thin)).toBe(9);
  expect(nearestSlice(stack(1, 1, { tiltDeg: 90 })[0] as Frame, thin)).toBeUndefined();
  const [lost] = seriesOf({ description: "", plane: "none" }).frames;
  expect(nearestSlice(lost as Frame, thin)).toBeUndefined();
});

it("compares a tilted gantry's slices in the middle of the image", () => {
  const tilted = stack(20, 5, { tiltDeg: 15 });
  // 15°: cos 0.966, parallel enough. Slice 8 has its middle at 40 mm.
  expect(nearestSlice(tilted[8] as Frame, stack(100, 1))).toBe(40);
});
