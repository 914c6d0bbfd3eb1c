import { describe, expect, it } from "vitest";
import type { PatientVector } from "../../core/image/patient-vector.ts";
import { angleDeg } from "./angle-deg.ts";
import { cobbAngle } from "./cobb-angle.ts";
import { imageMm } from "./plane-axes.ts";

describe("angleDeg", () => {
  it.each<[string, PatientVector, PatientVector, PatientVector, number]>([
    ["a right angle", [1, 0, 0], [0, 0, 0], [0, 3, 0], 90],
    ["a straight one", [-2, 0, 0], [0, 0, 0], [5, 0, 0], 180],
    ["arms one on the other", [2, 0, 0], [0, 0, 0], [5, 0, 0], 0],
    ["half of a right angle, away from the origin", [11, 20, 30], [10, 20, 30], [11, 21, 30], 45],
    // (1,1,0)·(0,1,1) = 1, lengths √2: cos = 1/2
    ["through the volume", [1, 1, 0], [0, 0, 0], [0, 1, 1], 60],
  ])("%s", (_, a, vertex, b, deg) => {
    expect(angleDeg(a, vertex, b)).toBeCloseTo(deg, 10);
  });

  it("keeps a small angle exact", () => {
    // atan(1e-8) in degrees; its cosine is 1 to sixteen digits
    expect(angleDeg([1, 0, 0], [0, 0, 0], [1, 1e-8, 0])).toBeCloseTo((1e-8 * 180) / Math.PI, 14);
  });

  it("is none without an arm", () => {
    expect(angleDeg([1, 1, 1], [1, 1, 1], [2, 2, 2])).toBeUndefined();
  });

  it("is that of the patient where pixels are not square", () => {
    // rows 2 mm apart: one pixel down is twice one across, atan(2) from the horizontal
    const [a, vertex, b] = imageMm(
      [
        { x: 1, y: 0 },
        { x: 0, y: 0 },
        { x: 1, y: 1 },
      ],
      { rowMm: 2, columnMm: 1, at: "patient" },
    );
    expect(a && vertex && b && angleDeg(a, vertex, b)).toBeCloseTo((Math.atan(2) * 180) / Math.PI, 12);
  });
});

describe("cobbAngle", () => {
  const level = [
    [0, 0, 0],
    [10, 0, 0],
  ] as const;

  it("does not mind which way a line was drawn, and gives both angles", () => {
    // falling by 10 in 10: 45 degrees
    const steep: readonly [PatientVector, PatientVector] = [
      [20, 30, 0],
      [30, 40, 0],
    ];
    for (const second of [steep, [steep[1], steep[0]]] as const) {
      const found = cobbAngle(level, second);
      expect(found?.acuteDeg).toBeCloseTo(45, 12);
      expect(found?.obtuseDeg).toBeCloseTo(135, 12);
      // y = x + 10 meets y = 0 at x = -10: left of the picture
      expect(found?.crossing?.[0]).toBeCloseTo(-10, 10);
      expect(found?.crossing?.[1]).toBeCloseTo(0, 10);
    }
  });

  it("finds a crossing far outside, and none of parallel lines", () => {
    // 1 mm in 1000: y = 100 - x/1000 meets y = 0 at x = 100 000
    const far = cobbAngle(level, [
      [0, 100, 0],
      [1000, 99, 0],
    ]);
    expect(far?.crossing?.[0]).toBeCloseTo(100_000, 4);
    expect(far?.acuteDeg).toBeCloseTo((Math.atan(0.001) * 180) / Math.PI, 10);
    const parallel = cobbAngle(level, [
      [0, 40, 0],
      [-3, 40, 0],
    ]);
    expect(parallel).toEqual({ acuteDeg: 0, obtuseDeg: 180, crossing: undefined });
  });

  it("is none of a line without length", () => {
    expect(
      cobbAngle(level, [
        [5, 5, 5],
        [5, 5, 5],
      ]),
    ).toBeUndefined();
  });
});
