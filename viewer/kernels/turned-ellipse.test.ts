import { describe, expect, it } from "vitest";
import type { ImagePoint } from "./distance-mm.ts";
import { roiStatistics } from "./roi-statistics.ts";
import { ellipseSize, ellipseStatistics } from "./turned-ellipse.ts";

const at = (x: number, y: number): ImagePoint => ({ x, y });

describe("ellipseSize", () => {
  it("is that of its axes", () => {
    // half axes 5 and 2: π · 10
    const size = ellipseSize([at(3, 4), at(3, 9), at(5, 4)]);
    expect(size.lengthMm).toBeCloseTo(10, 12);
    expect(size.widthMm).toBeCloseTo(4, 12);
    expect(size.areaMm2).toBeCloseTo(10 * Math.PI, 12);
  });

  it("is the same from any pair of half diameters", () => {
    // of x = 5 cos t, y = 2 sin t: the pairs (t, t + 90°) are half diameters of one ellipse
    const point = (deg: number): ImagePoint =>
      at(5 * Math.cos((deg * Math.PI) / 180), 2 * Math.sin((deg * Math.PI) / 180));
    for (const deg of [10, 33, 45, 80]) {
      const size = ellipseSize([at(0, 0), point(deg), point(deg + 90)]);
      expect(size.lengthMm).toBeCloseTo(10, 10);
      expect(size.widthMm).toBeCloseTo(4, 10);
    }
  });
});

describe("ellipseStatistics", () => {
  const image = {
    rows: 40,
    columns: 30,
    pixels: Array.from({ length: 1200 }, (_, index) => (index * 7919) % 1009),
    rescale: { slope: 1, intercept: -1024, unit: "HU" },
    spacing: { rowMm: 1, columnMm: 1, at: "patient" },
  } as const;

  it("is that of the upright one when it stands upright", () => {
    const upright = roiStatistics(image, "ellipse", at(4.2, 6.1), at(20.4, 33.7));
    const [cx, cy] = [(4.2 + 20.4) / 2, (6.1 + 33.7) / 2];
    const turned = ellipseStatistics(image, [at(cx, cy), at(20.4, cy), at(cx, 33.7)]);
    expect(turned?.count).toBe(upright?.count);
    expect(turned?.mean).toBeCloseTo(upright?.mean ?? Number.NaN, 9);
  });

  it("turned by an eighth holds what is along its axis", () => {
    // half axes √50 along the diagonal and √2 across: (15, 20) ± (5, 5) is on it, (15, 20) ± (5, -5) far outside
    const ellipse = [at(15.5, 20.5), at(20.5, 25.5), at(14.5, 21.5)] as const;
    const onlyDiagonal = new Uint8Array(1200);
    for (let step = -4; step <= 4; step++) onlyDiagonal[(20 + step) * 30 + 15 + step] = 1;
    const found = ellipseStatistics(
      { ...image, pixels: onlyDiagonal, rescale: { slope: 1, intercept: 0, unit: "" } },
      ellipse,
    );
    // nine pixels of the diagonal are in it, whatever else is
    expect(Math.round((found?.mean ?? 0) * (found?.count ?? 0))).toBe(9);
    // π √50 √2 = 31.4 pixels, and the ragged edge
    expect(Math.abs((found?.count ?? 0) - 31.4)).toBeLessThan(8);
  });

  it("is none without extent or outside", () => {
    expect(ellipseStatistics(image, [at(5, 5), at(9, 9), at(8, 8)])).toBeUndefined();
    expect(ellipseStatistics(image, [at(-50, 5), at(-45, 5), at(-50, 9)])).toBeUndefined();
  });
});
