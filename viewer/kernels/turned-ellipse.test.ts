import { describe, expect, it } from "vitest";
import type { ImagePoint } from "./distance-mm.ts";
import { roiStatistics } from "./roi-statistics.ts";
import { ellipseAxisEnds, ellipseInBox, ellipseOutline, ellipseSize, ellipseStatistics } from "./turned-ellipse.ts";

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

describe("what is drawn and written of an ellipse", () => {
  it("fits the box it was dragged in", () => {
    expect(ellipseInBox(at(10, 8), at(2, 2))).toEqual([at(6, 5), at(10, 5), at(6, 8)]);
    const outline = ellipseOutline(ellipseInBox(at(10, 8), at(2, 2)), 72);
    expect(outline).toHaveLength(73);
    expect(outline[72]).toEqual(outline[0]);
    for (const { x, y } of outline) expect(((x - 6) / 4) ** 2 + ((y - 5) / 3) ** 2).toBeCloseTo(1, 12);
  });

  it("has its axes at right angles, the longer first, from any half diameters", () => {
    // x = 1 + 5 cos t, y = 2 + 2 sin t, turned by 30 degrees
    const rad = Math.PI / 180;
    const point = (deg: number): ImagePoint => {
      const [u, v] = [5 * Math.cos(deg * rad), 2 * Math.sin(deg * rad)];
      return at(
        1 + u * Math.cos(30 * rad) - v * Math.sin(30 * rad),
        2 + u * Math.sin(30 * rad) + v * Math.cos(30 * rad),
      );
    };
    for (const deg of [0, 20, 45, 77]) {
      const [a, b, c, d] = ellipseAxisEnds([at(1, 2), point(deg), point(deg + 90)]);
      expect(Math.hypot(b.x - a.x, b.y - a.y)).toBeCloseTo(10, 10);
      expect(Math.hypot(d.x - c.x, d.y - c.y)).toBeCloseTo(4, 10);
      expect((b.x - a.x) * (d.x - c.x) + (b.y - a.y) * (d.y - c.y)).toBeCloseTo(0, 10);
      // along 30 degrees
      expect((b.y - a.y) / (b.x - a.x)).toBeCloseTo(Math.tan(30 * rad), 10);
    }
  });
});
