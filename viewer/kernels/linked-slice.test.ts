import { describe, expect, it } from "vitest";
import { cross, dot, type PatientVector, unit } from "../../core/image/patient-vector.ts";
import { framePlane, imagePoint, type PlacedFrame, patientPoint } from "./frame-plane.ts";
import { linkedSlice, linkOffsetMm } from "./linked-slice.ts";
import { referenceLine } from "./reference-line.ts";

const X: PatientVector = [1, 0, 0];
const Y: PatientVector = [0, 1, 0];
const DOWN: PatientVector = [0, 0, -1];

/** A picture of 100 × 80 pixels of 0.5 mm across and 1 mm down. */
function placed(position: PatientVector, row: PatientVector, column: PatientVector): PlacedFrame {
  const normal = unit(cross(row, column));
  return {
    geometry: { position, row, column, normal, along: dot(position, normal) },
    spacing: { rowMm: 1, columnMm: 0.5, at: "patient" },
    format: {
      rows: 80,
      columns: 100,
      samplesPerPixel: 1,
      photometricInterpretation: "MONOCHROME2",
      planarConfiguration: 0,
      bitsAllocated: 16,
      bitsStored: 16,
      pixelRepresentation: 1,
    },
  };
}

function plane(frame: PlacedFrame) {
  const found = framePlane(frame);
  if (!found) throw new Error("a frame of the test has no place");
  return found;
}

const stack = (count: number, gapMm: number, from = 0): readonly PlacedFrame[] =>
  Array.from({ length: count }, (_, index) => placed([0, 0, from + index * gapMm], X, Y));

describe("framePlane", () => {
  it("takes pixels to the patient and back, from the centre of the first", () => {
    const coronal = plane(placed([10, 20, 30], X, DOWN));
    expect(patientPoint(coronal, { x: 0.5, y: 0.5 })).toEqual([10, 20, 30]);
    // 20 columns of 0.5 mm to the left of the patient, 7 rows of 1 mm to the feet
    expect(patientPoint(coronal, { x: 20.5, y: 7.5 })).toEqual([20, 20, 23]);
    expect(imagePoint(coronal, [20, 99, 23])).toEqual({ x: 20.5, y: 7.5 });
  });

  it("is none where millimetres are not the patient's", () => {
    const frame = placed([0, 0, 0], X, Y);
    expect(framePlane({ ...frame, geometry: undefined })).toBeUndefined();
    expect(framePlane({ ...frame, spacing: undefined })).toBeUndefined();
    expect(framePlane({ ...frame, spacing: { rowMm: 1, columnMm: 1, at: "imager" } })).toBeUndefined();
  });
});

describe("linkedSlice", () => {
  it("is the nearest by place, whatever the gaps", () => {
    const source = plane(placed([0, 0, 12.4], X, Y));
    expect(linkedSlice(source, stack(10, 5))).toEqual({ index: 2, offMm: expect.closeTo(-2.4, 12) });
    expect(linkedSlice(source, stack(100, 0.625))?.index).toBe(20); // 12.5
    // the other stack ends at 6 mm: its last slice, and how far off that is
    expect(linkedSlice(source, stack(4, 2))).toEqual({ index: 3, offMm: expect.closeTo(-6.4, 12) });
  });

  it("takes a stack scanned the other way, and one whose rows run the other way", () => {
    const source = plane(placed([0, 0, 12.4], X, Y));
    expect(linkedSlice(source, stack(10, -5, 45))?.index).toBe(7); // 45 - 35 = 10
    const prone = Array.from({ length: 10 }, (_, index) => placed([49.5, 0, index * 5], [-1, 0, 0], Y));
    expect(linkedSlice(source, prone)?.index).toBe(2);
  });

  it("goes by the middle of the picture where a stack is tilted by less than 2.5 degrees, and no further", () => {
    const tilted = (deg: number): readonly PlacedFrame[] => {
      const angle = (deg * Math.PI) / 180;
      const column: PatientVector = [0, Math.cos(angle), Math.sin(angle)];
      return Array.from({ length: 20 }, (_, index) => placed([0, 0, index], X, column));
    };
    // at the middle, 39.5 mm down the picture, a tilt of 2 degrees is 1.38 mm: 10 mm is nearest to slice 9 (8.62 + 1.38)
    expect(linkedSlice(plane(placed([0, 0, 10], X, Y)), tilted(2))?.index).toBe(9);
    expect(linkedSlice(plane(placed([0, 0, 10], X, Y)), tilted(3))).toBeUndefined();
    expect(linkedSlice(plane(placed([0, 0, 10], X, Y)), [placed([0, 0, 0], X, DOWN)])).toBeUndefined();
  });

  it("keeps the offset the reader set between two studies", () => {
    const prior = stack(40, 3, -800);
    const current = stack(60, 2, 100);
    const at = (index: number) => plane(current[index] ?? placed([0, 0, 0], X, Y));
    // slice 11 of this study (122 mm) beside slice 5 of the prior (-785 mm)
    const offset = linkOffsetMm(at(11), prior, 5);
    expect(offset).toBe(-907);
    expect(linkedSlice(at(11), prior, offset)).toEqual({ index: 5, offMm: 0 });
    // 6 mm on here is 6 mm on there: two slices of 3 mm
    expect(linkedSlice(at(14), prior, offset)).toEqual({ index: 7, offMm: 0 });
    expect(linkOffsetMm(at(11), [placed([0, 0, 0], X, DOWN)], 0)).toBeUndefined();
    expect(linkOffsetMm(at(11), prior, 400)).toBeUndefined();
  });

  it("keeps the offset where a slice of the stack is turned round", () => {
    const turned = placed([49.5, 0, 20], [-1, 0, 0], Y); // its normal points to the feet
    const mixed = [...stack(4, 5), turned];
    const source = plane(placed([0, 0, 100], X, Y));
    expect(linkOffsetMm(source, mixed, 4)).toBe(-80);
    expect(linkedSlice(source, mixed, -80)).toEqual({ index: 4, offMm: 0 });
    expect(linkedSlice(source, mixed, -90)).toEqual({ index: 2, offMm: 0 });
  });

  it("passes over frames without a place", () => {
    const source = plane(placed([0, 0, 0], X, Y));
    const frames = [{ ...placed([0, 0, 0], X, Y), geometry: undefined }, placed([0, 0, 3], X, Y)];
    expect(linkedSlice(source, frames)?.index).toBe(1);
    expect(linkedSlice(source, [])).toBeUndefined();
  });
});

describe("referenceLine", () => {
  // coronal at y = 20, x from -0.25 to 49.75, z from 60.5 down to -19.5
  const coronal = plane(placed([0, 20, 60], X, DOWN));

  it("of an axial slice in a coronal one is level, at its height", () => {
    // 10 mm: 50 mm below the first row's centre, which is at 0.5
    expect(referenceLine(plane(placed([0, 0, 10], X, Y)), coronal)).toEqual(
      expect.arrayContaining([
        { x: expect.closeTo(0, 10), y: expect.closeTo(50.5, 10) },
        { x: expect.closeTo(100, 10), y: expect.closeTo(50.5, 10) },
      ]),
    );
  });

  it("is as long as the slice, and no longer than the picture", () => {
    // the axial one moved 30 mm to the left of the patient: its left edge -0.25 + 30 = 29.75 mm is column 60; the right edge is out
    const line = referenceLine(plane(placed([30, 0, 10], X, Y)), coronal);
    expect(line?.map(({ x }) => Math.round(x * 1e9) / 1e9).sort((a, b) => a - b)).toEqual([60, 100]);
  });

  it("of a slice whose edge lies just in the plane is that edge", () => {
    // its first row's outer edge is at y = 20.5 - 0.5
    const line = referenceLine(plane(placed([0, 20.5, 10], X, Y)), coronal);
    expect(line?.map(({ x }) => x).sort((a, b) => a - b)).toEqual([0, 100]);
  });

  it("is none where the slices do not meet or are parallel", () => {
    expect(referenceLine(plane(placed([0, 0, 90], X, Y)), coronal)).toBeUndefined(); // above the picture
    expect(referenceLine(plane(placed([0, 40, 10], X, Y)), coronal)).toBeUndefined(); // begins behind it
    expect(referenceLine(plane(placed([200, 0, 10], X, Y)), coronal)).toBeUndefined(); // beside it
    expect(referenceLine(plane(placed([0, 21, 60], X, DOWN)), coronal)).toBeUndefined();
  });

  it("of an oblique slice lies in both planes", () => {
    const oblique = plane(
      placed([5, 0, 0], unit([1, 0.2, 0.3]), unit(cross(unit([0.1, -0.9, 0.4]), unit([1, 0.2, 0.3])))),
    );
    const line = referenceLine(oblique, coronal);
    expect(line).toBeDefined();
    for (const end of line ?? []) {
      const point = patientPoint(coronal, end);
      expect(dot(point, oblique.geometry.normal)).toBeCloseTo(oblique.geometry.along, 9);
      expect(end.x).toBeGreaterThanOrEqual(-1e-9);
      expect(end.x).toBeLessThanOrEqual(100 + 1e-9);
    }
  });
});
