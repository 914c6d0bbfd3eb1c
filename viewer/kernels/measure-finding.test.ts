import { describe, expect, it } from "vitest";
import type { PatientVector } from "../../core/image/patient-vector.ts";
import type { ImagePoint } from "./distance-mm.ts";
import { type MeasuredImage, measureInPatient, measureOnImage } from "./measure-finding.ts";

const points = (...numbers: readonly (readonly [number, number])[]): readonly ImagePoint[] =>
  numbers.map(([x, y]) => ({ x, y }));

/** 8 × 8 of HU = column + 10 × row, pixels 0.5 mm across and 2 mm down. */
const image: MeasuredImage = {
  rows: 8,
  columns: 8,
  pixels: Array.from({ length: 64 }, (_, index) => (index % 8) + 10 * Math.floor(index / 8) + 1024),
  rescale: { slope: 1, intercept: -1024, unit: "HU" },
  spacing: { rowMm: 2, columnMm: 0.5, at: "patient" },
};

describe("measureOnImage", () => {
  it.each([
    // 6 columns of 0.5 = 3 mm, 2 rows of 2 = 4 mm
    ["length", points([1, 1], [7, 3]), { lengthMm: 5 }],
    // across and down: square in pixels and in the patient
    ["angle", points([7, 1], [1, 1], [1, 3]), { angleDeg: 90 }],
    // the second axis is the longer one in millimetres: 2 rows = 4 mm, against 6 columns = 3 mm
    ["bidirectional", points([1, 2], [7, 2], [4, 1], [4, 3]), { lengthMm: 4, widthMm: 3 }],
    ["nodule", points([3, 3]), {}],
    ["nodule", points([1, 2], [7, 2]), { lengthMm: 3 }],
    ["arrow", points([1, 2], [7, 2]), {}],
    ["text", points([1, 2]), {}],
  ] as const)("%s", (kind, at, measures) => {
    expect(measureOnImage(kind, at, image)).toEqual({ measures: { at: "patient", ...measures }, refusal: undefined });
  });

  it("cobb: the acute angle, or the other when the reader takes it", () => {
    // 4 columns = 2 mm and 1 row = 2 mm: 45 degrees, drawn backwards
    const at = points([0, 0], [8, 0], [6, 4], [2, 3]);
    expect(measureOnImage("cobb", at, image).measures.angleDeg).toBeCloseTo(45, 12);
    expect(measureOnImage("cobb", at, image, { obtuse: true }).measures.angleDeg).toBeCloseTo(135, 12);
  });

  it("rectangle and freehand: area of the shape, values of the pixels inside", () => {
    // columns 2..3, rows 1..2: 12 13 22 23, 2 · 0.5 × 2 · 2 mm
    for (const kind of ["rectangle", "freehand"] as const)
      expect(measureOnImage(kind, points([2, 1], [4, 1], [4, 3], [2, 3]), image)).toEqual({
        measures: {
          at: "patient",
          areaMm2: 4,
          // mean 17.5, squares 5.5² + 4.5² + 4.5² + 5.5² = 101, / 4
          values: {
            count: 4,
            mean: 17.5,
            standardDeviation: expect.closeTo(Math.sqrt(25.25), 12),
            min: 12,
            max: 23,
            unit: "HU",
          },
        },
        refusal: undefined,
      });
  });

  it("ellipse: the axes in the patient", () => {
    // half diameters 2 columns = 1 mm and 2 rows = 4 mm
    const found = measureOnImage("ellipse", points([4, 4], [6, 4], [4, 6]), image).measures;
    expect(found).toMatchObject({ lengthMm: expect.closeTo(8, 12), widthMm: expect.closeTo(2, 12) });
    expect(found.areaMm2).toBeCloseTo(4 * Math.PI, 12);
    // the centres within 2 pixels of (4, 4): 12 of the 16 around it, symmetric about 3.5 and 3.5
    expect(found.values).toMatchObject({ count: 12, mean: expect.closeTo(38.5, 12) });
  });

  it("probe: the pixel, or the mean with its neighbours", () => {
    expect(measureOnImage("probe", points([3.9, 2.1]), image).measures.values).toEqual({
      count: 1,
      mean: 23,
      standardDeviation: 0,
      min: 23,
      max: 23,
      unit: "HU",
    });
    const around = measureOnImage("probe", points([3.9, 2.1]), image, { around: true }).measures.values;
    expect(around).toMatchObject({ count: 9, mean: expect.closeTo(23, 12), min: 12, max: 34 });
    // in a corner there are four
    expect(measureOnImage("probe", points([0, 0]), image, { around: true }).measures.values?.count).toBe(4);
    expect(measureOnImage("probe", points([8, 3]), image).measures).toEqual({ at: "patient" });
  });

  it("says that there is no spacing, and still gives the values", () => {
    const blind = { ...image, spacing: undefined };
    for (const kind of ["length", "angle", "cobb", "bidirectional"] as const) {
      const some = points([1, 1], [7, 1], [2, 3], [2, 6]).slice(
        0,
        { length: 2, angle: 3, cobb: 4, bidirectional: 4 }[kind],
      );
      expect(measureOnImage(kind, some, blind)).toEqual({ measures: { at: "none" }, refusal: "no-spacing" });
    }
    const roi = measureOnImage("rectangle", points([2, 1], [4, 1], [4, 3], [2, 3]), blind);
    expect(roi).toMatchObject({ measures: { at: "none", values: { count: 4 } }, refusal: "no-spacing" });
    expect(roi.measures.areaMm2).toBeUndefined();
    expect(measureOnImage("probe", points([1, 1]), blind).refusal).toBeUndefined();
  });

  it("keeps that a length was measured at the detector", () => {
    const detector = { ...image, spacing: { rowMm: 2, columnMm: 0.5, at: "imager" } } as const;
    expect(measureOnImage("length", points([1, 1], [7, 3]), detector).measures).toEqual({ at: "imager", lengthMm: 5 });
  });

  it("measures the shape of a colour image, whose pixels have no one value", () => {
    expect(
      measureOnImage("rectangle", points([2, 1], [4, 1], [4, 3], [2, 3]), { ...image, pixels: undefined }),
    ).toEqual({
      measures: { at: "patient", areaMm2: 4 },
      refusal: undefined,
    });
  });

  it("refuses what is no angle and what is not the points of the kind", () => {
    expect(measureOnImage("angle", points([1, 1], [1, 1], [3, 3]), image).refusal).toBe("no-extent");
    expect(measureOnImage("cobb", points([1, 1], [1, 1], [3, 3], [4, 4]), image).refusal).toBe("no-extent");
    expect(measureOnImage("angle", points([1, 1], [1, 1]), image).refusal).toBe("incomplete");
    expect(measureOnImage("freehand", points([1, 1], [2, 1]), image).refusal).toBe("incomplete");
  });
});

describe("measureInPatient", () => {
  const sagittal = { row: [0, 1, 0], column: [0, 0, -1] } as const;
  const at = (...numbers: readonly PatientVector[]): readonly PatientVector[] => numbers;

  it("measures on any plane", () => {
    expect(measureInPatient("length", at([5, 0, 0], [5, 3, -4]), sagittal).measures).toEqual({
      at: "patient",
      lengthMm: 5,
    });
    expect(measureInPatient("angle", at([5, 3, 0], [5, 0, 0], [5, 0, 9]), sagittal).measures.angleDeg).toBeCloseTo(
      90,
      12,
    );
    // 3 × 4 in the plane x = 5
    const square = at([5, 0, 0], [5, 3, 0], [5, 3, -4], [5, 0, -4]);
    expect(measureInPatient("freehand", square, sagittal).measures).toEqual({ at: "patient", areaMm2: 12 });
  });

  it("refuses an outline that is not in the plane", () => {
    const bent = at([5, 0, 0], [5, 3, 0], [6, 3, -4], [5, 0, -4]);
    expect(measureInPatient("freehand", bent, sagittal)).toEqual({
      measures: { at: "patient" },
      refusal: "not-planar",
    });
  });
});
