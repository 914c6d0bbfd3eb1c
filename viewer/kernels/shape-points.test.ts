import { describe, expect, it } from "vitest";
import type { ImagePoint } from "./distance-mm.ts";
import { cobbLines, diametersOfOutline, draggedShortAxis, rectangleCorners } from "./shape-points.ts";

const at = (x: number, y: number): ImagePoint => ({ x, y });
/** Half a millimetre across, two down. */
const FLAT = { rowMm: 2, columnMm: 0.5, at: "patient" } as const;

it("rectangleCorners go round", () => {
  expect(rectangleCorners(at(1, 2), at(5, 9))).toEqual([at(1, 2), at(5, 2), at(5, 9), at(1, 9)]);
});

describe("diametersOfOutline", () => {
  it("are those of the patient, not of the pixels", () => {
    // 8 columns = 4 mm wide, 4 rows = 8 mm high: the long axis is the upright one, though it has fewer pixels
    const kite = [at(4, 0), at(8, 2), at(4, 4), at(0, 2)];
    expect(diametersOfOutline(kite, FLAT)).toEqual([at(4, 0), at(4, 4), at(8, 2), at(0, 2)]);
    expect(diametersOfOutline([at(1, 1)], FLAT)).toBeUndefined();
  });
});

describe("draggedShortAxis", () => {
  it("is square to the long axis in the patient", () => {
    // long axis from (0, 0) to (8, 2) is (4 mm, 4 mm): square to it is (4 mm, -4 mm), that is (8, -2) pixels
    const axis = draggedShortAxis([at(0, 0), at(8, 2), at(8, 0), at(0, 2)], FLAT);
    expect(axis?.[0]).toEqual({ x: expect.closeTo(8, 10), y: expect.closeTo(0, 10) });
    expect(axis?.[1]).toEqual({ x: expect.closeTo(0, 10), y: expect.closeTo(2, 10) });
    expect(draggedShortAxis([at(1, 1), at(1, 1), at(8, 0), at(0, 2)], FLAT)).toBeUndefined();
  });
});

describe("cobbLines", () => {
  const picture = { rows: 100, columns: 100 };

  it("meet in the picture", () => {
    // y = 10 and x = 50
    const found = cobbLines([at(0, 10), at(20, 10), at(50, 40), at(50, 80)], FLAT, picture);
    expect(found).toEqual({
      crossing: { x: expect.closeTo(50, 10), y: expect.closeTo(10, 10) },
      joint: [at(10, 10), at(50, 60)],
    });
  });

  it("meet outside of it, or nowhere, and are joined by their middles", () => {
    // y = 10 and y = 80 - x / 10 meet at x = 700
    const outside = cobbLines([at(0, 10), at(20, 10), at(0, 80), at(100, 70)], FLAT, picture);
    expect(outside).toEqual({ crossing: undefined, joint: [at(10, 10), at(50, 75)] });
    expect(cobbLines([at(0, 10), at(20, 10), at(0, 80), at(100, 80)], FLAT, picture)?.crossing).toBeUndefined();
    expect(cobbLines([at(0, 10), at(0, 10), at(0, 80), at(100, 80)], FLAT, picture)).toBeUndefined();
  });
});
