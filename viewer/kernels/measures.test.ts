import { describe, expect, it } from "vitest";
import { distanceMm } from "./distance-mm.ts";
import { roiStatistics } from "./roi-statistics.ts";
import { scaleBar } from "./scale-bar.ts";

it("distanceMm weighs columns and rows with their own spacing", () => {
  // 30 columns of 0.5 mm and 20 rows of 1 mm: sqrt(15² + 20²) = 25
  expect(distanceMm({ x: 10, y: 10 }, { x: 40, y: 30 }, { rowMm: 1, columnMm: 0.5, at: "patient" })).toBe(25);
});

describe("roiStatistics", () => {
  // 4 × 3 image of stored values 0..11; HU = 2 v - 10
  const image = {
    rows: 3,
    columns: 4,
    pixels: Array.from({ length: 12 }, (_, index) => index),
    rescale: { slope: 2, intercept: -10, unit: "HU" },
    spacing: { rowMm: 2, columnMm: 0.5, at: "patient" },
  } as const;

  it("counts the pixels whose centre is inside a rectangle", () => {
    // from (1, 0) to (3, 2): columns 1, 2 and rows 0, 1: 1 2 5 6 -> HU -8 -6 0 2
    const found = roiStatistics(image, "rectangle", { x: 3, y: 2 }, { x: 1, y: 0 });
    // mean -3; squares 25 + 9 + 9 + 25 = 68, / 4 = 17; area 2 · 0.5 mm × 2 · 2 mm = 4 mm²
    expect(found).toMatchObject({ count: 4, min: -8, max: 2, areaMm2: 4 });
    expect(found?.mean).toBeCloseTo(-3, 12);
    expect(found?.standardDeviation).toBeCloseTo(Math.sqrt(17), 12);
  });

  it("takes an ellipse's own area, and its pixels by their centres", () => {
    // centre (2, 1.5), radii 2 and 1.5: in the top and bottom rows u = ±1.5/2 at the ends: 0.5625 + (1/1.5)² = 1.007 > 1,
    // so the four corners are out and 8 of 12 are in
    const found = roiStatistics(image, "ellipse", { x: 0, y: 0 }, { x: 4, y: 3 });
    expect(found?.count).toBe(8);
    // π · (2 · 0.5) · (1.5 · 2)
    expect(found?.areaMm2).toBeCloseTo(Math.PI * 3, 12);
    expect(found?.mean).toBeCloseTo(1, 12); // symmetric about 5.5: 2 · 5.5 - 10
  });

  it("stays inside the image and says when nothing is inside", () => {
    expect(roiStatistics(image, "rectangle", { x: -10, y: -10 }, { x: 20, y: 20 })?.count).toBe(12);
    expect(roiStatistics(image, "rectangle", { x: 1.6, y: 1.6 }, { x: 1.9, y: 1.9 })).toBeUndefined();
    expect(
      roiStatistics({ ...image, spacing: undefined }, "rectangle", { x: 0, y: 0 }, { x: 2, y: 2 })?.areaMm2,
    ).toBeUndefined();
  });
});

describe("scaleBar", () => {
  it.each([
    [0.5, 240, { mm: 100, px: 200 }], // 120 mm fit
    [0.25, 240, { mm: 50, px: 200 }], // 60 mm fit
    [0.1, 240, { mm: 20, px: 200 }], // 24 mm fit
    [1, 99, { mm: 50, px: 50 }],
  ])("%d mm a pixel, at most %d px", (mmPerPx, mostPx, bar) => {
    expect(scaleBar(mmPerPx, mostPx)).toEqual(bar);
  });

  it("is none without a spacing", () => {
    expect(scaleBar(0, 240)).toBeUndefined();
  });
});
