import { describe, expect, it } from "vitest";
import type { ImagePoint } from "./distance-mm.ts";
import { polygonArea, signedArea } from "./polygon-area.ts";
import { polygonStatistics } from "./polygon-statistics.ts";

const points = (...numbers: readonly (readonly [number, number])[]): readonly ImagePoint[] =>
  numbers.map(([x, y]) => ({ x, y }));

describe("polygonArea", () => {
  it.each([
    ["a triangle", points([0, 0], [4, 0], [0, 3]), 6],
    ["the same the other way round", points([0, 3], [4, 0], [0, 0]), 6],
    // 6 × 4 less a notch of 2 × 2
    ["a hollow one", points([0, 0], [6, 0], [6, 4], [4, 4], [4, 2], [2, 2], [2, 4], [0, 4]), 20],
    ["a corner drawn twice", points([0, 0], [4, 0], [4, 0], [0, 3]), 6],
    ["a line", points([0, 0], [4, 4]), 0],
    ["nothing", points(), 0],
  ])("of %s", (_, outline, mm2) => {
    expect(polygonArea(outline)).toEqual({ mm2, crossesItself: false });
  });

  it("of an eight counts both loops, which the shoelace formula takes from one another", () => {
    // two triangles of 2 × 2 / 2 … with their tips together at (2, 1): each 2 wide and 2 high
    const eight = points([0, 0], [4, 2], [4, 0], [0, 2]);
    expect(signedArea(eight)).toBe(0);
    expect(polygonArea(eight)).toEqual({ mm2: 4, crossesItself: true });
  });

  it("of a loop in a loop leaves the hole out, as the statistics do", () => {
    // 6 × 6 twice round, the second time 2 × 2 inside, in one line: 36 - 4
    const ring = points([0, 0], [6, 0], [6, 6], [0, 6], [0, 0], [2, 2], [4, 2], [4, 4], [2, 4], [2, 2]);
    expect(polygonArea(ring).mm2).toBeCloseTo(32, 12);
    const image = {
      rows: 6,
      columns: 6,
      pixels: new Float32Array(36).fill(7),
      rescale: { slope: 1, intercept: 0, unit: "HU" },
      spacing: undefined,
    };
    expect(polygonStatistics(image, ring)).toMatchObject({ count: 32, mean: 7, min: 7, max: 7 });
  });

  it("of a five-pointed star leaves its middle out", () => {
    const star = Array.from({ length: 5 }, (_, index): ImagePoint => {
      const angle = (index * 4 * Math.PI) / 5;
      return { x: Math.sin(angle), y: Math.cos(angle) };
    });
    // five tips: isosceles with base 2 r sin 36° on the inner pentagon (r = cos 72° / cos 36°) and height 1 - r cos 36°
    const rad = Math.PI / 180;
    const inner = Math.cos(72 * rad) / Math.cos(36 * rad);
    const tip = inner * Math.sin(36 * rad) * (1 - inner * Math.cos(36 * rad));
    expect(polygonArea(star).mm2).toBeCloseTo(5 * tip, 12);
  });

  it("is refused for a scribble", () => {
    // 60 strokes across by 60 down cross far more than a thousand times
    const across = Array.from({ length: 60 }, (_, index): ImagePoint => ({ x: index % 2 ? 100 : 0, y: index + 1 }));
    const down = Array.from({ length: 60 }, (_, index): ImagePoint => ({ x: index + 1.5, y: index % 2 ? 100 : 0.5 }));
    expect(polygonArea([...across, ...down])).toEqual({ mm2: undefined, crossesItself: true });
  });
});

describe("polygonStatistics", () => {
  // 4 × 3 image of stored values 0..11; HU = 2 v - 10
  const image = {
    rows: 3,
    columns: 4,
    pixels: Array.from({ length: 12 }, (_, index) => index),
    rescale: { slope: 2, intercept: -10, unit: "HU" },
    spacing: undefined,
  };

  it("counts the pixels whose centre is inside", () => {
    // below the diagonal from (0, 0) to (3, 3): 4, 8 and 9 whose centres are at x < y: (0.5, 1.5) (0.5, 2.5) (1.5, 2.5)
    const found = polygonStatistics(image, points([0, 0.25], [2.75, 3], [0, 3]));
    // HU -2 6 8: mean 4, squares 36 + 4 + 16 = 56
    expect(found).toMatchObject({ count: 3, min: -2, max: 8 });
    expect(found?.mean).toBeCloseTo(4, 12);
    expect(found?.standardDeviation).toBeCloseTo(Math.sqrt(56 / 3), 12);
  });

  it("stays inside the image and says when nothing is inside", () => {
    expect(polygonStatistics(image, points([-9, -9], [20, -9], [20, 20], [-9, 20]))?.count).toBe(12);
    expect(polygonStatistics(image, points([1.6, 1.6], [1.9, 1.6], [1.9, 1.9]))).toBeUndefined();
    expect(polygonStatistics(image, points([50, 50], [60, 50], [60, 60]))).toBeUndefined();
  });
});
