import { describe, expect, it, test } from "vitest";
import { planEcgPage } from "../kernels/ecg-layout.ts";
import { clampPaper, paperFactor } from "./paper-zoom.ts";

const page = planEcgPage({
  layout: "3x4+1",
  focus: null,
  leads: [],
  fromS: 0,
  paperSpeedMmPerS: 25,
  gainMmPerMv: 10,
}); // 271 × 195 mm

describe("paperFactor", () => {
  test.each([
    // 271 × 4 = 1084 and 195 × 4 = 780 px: fits
    ["auto", 1500, 960, 1],
    // the height decides: (500 − 24) / 780
    ["auto", 1500, 500, 476 / 780],
    // (960 − 24) / 780 = 1.2 is less than (1500 − 24) / 1084 = 1.36
    ["fit", 1500, 960, 1.2],
    // the width decides: (800 − 24) / 1084
    ["fit", 800, 2000, 776 / 1084],
    [2.5, 100, 100, 2.5],
    // not laid out yet
    ["auto", 0, 0, 1],
  ] as const)("%s in %i × %i is %f", (zoom, width, height, factor) => {
    expect(paperFactor(zoom, page, { width, height, ratio: 1 }, 4)).toBeCloseTo(factor, 9);
  });
});

describe("clampPaper", () => {
  it("centres what fits", () => {
    // (1500 − 1084) / 2, (960 − 780) / 2
    expect(clampPaper({ x: -999, y: 7 }, page, { width: 1500, height: 960, ratio: 1 }, 4)).toEqual({ x: 208, y: 90 });
  });

  it("lets a larger paper move until its edge comes in sight, and no further", () => {
    const size = { width: 500, height: 400, ratio: 1 };
    expect(clampPaper({ x: 300, y: 300 }, page, size, 4)).toEqual({ x: 12, y: 12 });
    // 500 − 1084 − 12, 400 − 780 − 12
    expect(clampPaper({ x: -9999, y: -9999 }, page, size, 4)).toEqual({ x: -596, y: -392 });
    expect(clampPaper({ x: -100, y: -50 }, page, size, 4)).toEqual({ x: -100, y: -50 });
  });
});
