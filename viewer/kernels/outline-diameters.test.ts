import { describe, expect, it } from "vitest";
import type { ImagePoint } from "./distance-mm.ts";
import { longestAcross, outlineDiameters, type Segment, shortAxisThrough } from "./outline-diameters.ts";

const points = (...numbers: readonly (readonly [number, number])[]): readonly ImagePoint[] =>
  numbers.map(([x, y]) => ({ x, y }));
const lengthOf = (segment: Segment | undefined): number =>
  segment ? Math.hypot(segment[1].x - segment[0].x, segment[1].y - segment[0].y) : Number.NaN;

describe("outlineDiameters", () => {
  it("of a kite are its diagonals", () => {
    // tips at x = 0 and 10, widest (6) at x = 4
    const found = outlineDiameters(points([0, 0], [4, 3], [10, 0], [4, -3]));
    expect(lengthOf(found?.long)).toBe(10);
    expect(lengthOf(found?.short)).toBeCloseTo(6, 12);
    expect(found?.short.map(({ x }) => x)).toEqual([expect.closeTo(4, 12), expect.closeTo(4, 12)]);
  });

  it("of a rectangle: the diagonal, and across it a chord inside", () => {
    // 4 × 3: diagonal 5; through a corner across: (3, 4) direction, ends on the long side at 3 · 3/4 = 2.25: √(3² + 2.25²)
    const found = outlineDiameters(points([0, 0], [4, 0], [4, 3], [0, 3]));
    expect(lengthOf(found?.long)).toBe(5);
    expect(lengthOf(found?.short)).toBeCloseTo(3.75, 12);
  });

  it("do not count the gap of a hollow outline", () => {
    // a U: two arms of 1 × 10, 2 apart, on a floor of 4 × 1: across the vertical axis no chord is wider than the floor's 4,
    // and above the floor than one arm
    const u = points([0, 0], [0, 10], [1, 10], [1, 1], [3, 1], [3, 10], [4, 10], [4, 0]);
    expect(
      lengthOf(
        longestAcross(u, [
          { x: 0, y: 0 },
          { x: 0, y: 10 },
        ]),
      ),
    ).toBe(4);
    // a V on a left arm of 1: right side x = 1 + y/3, notch from (1, 1); just below the notch 1 + 1/3, and less above
    const arms = points([0, 0], [0, 10], [1, 10], [1, 1], [3, 10], [4, 10], [4, 9], [1, 0]);
    expect(
      lengthOf(
        longestAcross(arms, [
          { x: 0, y: 0 },
          { x: 0, y: 10 },
        ]),
      ),
    ).toBeCloseTo(4 / 3, 12);
  });

  it("are none of a line or a point", () => {
    expect(outlineDiameters(points([0, 0], [4, 4], [2, 2]))).toBeUndefined();
    expect(outlineDiameters(points([1, 1]))).toBeUndefined();
  });
});

describe("shortAxisThrough", () => {
  it("goes through the dragged end, square to the long axis, and leaves the other end its distance", () => {
    const long: Segment = [
      { x: 0, y: 0 },
      { x: 10, y: 0 },
    ];
    expect(shortAxisThrough(long, { x: 6, y: 2 }, { x: 3, y: -1 })).toEqual([
      { x: 6, y: 2 },
      { x: 6, y: -1 },
    ]);
    // beyond an end of the long axis it stays at the end
    expect(shortAxisThrough(long, { x: -3, y: 2 }, { x: 3, y: -1 })).toEqual([
      { x: 0, y: 2 },
      { x: 0, y: -1 },
    ]);
    expect(shortAxisThrough(long, { x: 14, y: 2 }, { x: 3, y: -1 })).toEqual([
      { x: 10, y: 2 },
      { x: 10, y: -1 },
    ]);
    expect(shortAxisThrough([long[0], long[0]], { x: 6, y: 2 }, { x: 3, y: -1 })).toBeUndefined();
  });
});
