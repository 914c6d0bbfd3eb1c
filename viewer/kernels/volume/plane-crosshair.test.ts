import { describe, expect, it } from "vitest";
import { dot, type PatientVector, unit } from "../../../core/image/patient-vector.ts";
import { phantomForTests, STRAIGHT_STACK, tiltedStack } from "./phantom-for-tests.ts";
import { obliquePlane, PLANE_AXES, type Plane, planeNormal, planeOver, reachAlong, volumeCentre } from "./plane.ts";
import {
  lineOnPlane,
  patientPointOnPlane,
  planeLetters,
  planeMoved,
  planeThrough,
  planeTurned,
  pointOnPlane,
} from "./plane-crosshair.ts";

/** 100 × 80 pixels of 0.5 mm about (10, 20, 30). */
const plane = (axes: Pick<Plane, "right" | "down">): Plane =>
  obliquePlane({ ...axes, centre: [10, 20, 30], columns: 100, rows: 80, mmPerPixel: 0.5 });
const axial = plane(PLANE_AXES.axial);
const coronal = plane(PLANE_AXES.coronal);
const sagittal = plane(PLANE_AXES.sagittal);

function expectNear(found: readonly number[], wanted: readonly number[]): void {
  expect(found.length).toBe(wanted.length);
  for (const [axis, value] of found.entries()) expect(value).toBeCloseTo(wanted[axis] ?? Number.NaN, 9);
}

describe("a point on planes", () => {
  it("is where its mm put it", () => {
    const point: PatientVector = [15, 18, 33];
    // from the centre: 5 mm left, 2 mm to the front, 3 mm to the head; 2 pixels a mm from the middle (50, 40)
    expect(pointOnPlane(axial, point)).toEqual({ x: 60, y: 36, behindMm: 3 });
    // into the screen of the coronal is to the back, of the sagittal to the right of the patient
    expect(pointOnPlane(coronal, point)).toEqual({ x: 60, y: 34, behindMm: -2 });
    expect(pointOnPlane(sagittal, point)).toEqual({ x: 46, y: 34, behindMm: -5 });
  });

  it("comes back from the image", () => {
    const oblique = plane({ right: [1, 1, 0], down: [0, 0.3, -1] });
    const image = { x: 12.5, y: 71 };
    expect(pointOnPlane(oblique, patientPointOnPlane(oblique, image)).x).toBeCloseTo(12.5, 9);
    expect(pointOnPlane(oblique, patientPointOnPlane(oblique, image)).y).toBeCloseTo(71, 9);
    expect(pointOnPlane(oblique, patientPointOnPlane(oblique, image)).behindMm).toBeCloseTo(0, 9);
  });

  it("draws the plane to itself without moving the image sideways", () => {
    expectNear(planeThrough(coronal, [0, 0, 0]).centre, [10, 0, 30]);
    expectNear(planeMoved(axial, -4).centre, [10, 20, 26]);
  });
});

describe("planeTurned", () => {
  it("turns clockwise as seen in the image whose normal is the axis, about the crosshair", () => {
    const crosshair: PatientVector = [12, 20, 30];
    // in the axial image the coronal plane's line runs left to right; a quarter turn clockwise brings its right (L) to P
    const turned = planeTurned(coronal, crosshair, planeNormal(axial), Math.PI / 2);
    expectNear(turned.right, [0, 1, 0]);
    expectNear(turned.down, [0, 0, -1]);
    // the centre was 2 mm right of the crosshair (towards R); a quarter turn brings R to A
    expectNear(turned.centre, [12, 18, 30]);
    expect(planeLetters(turned)).toEqual({ left: "A", right: "P", top: "H", bottom: "F" });
    expect(pointOnPlane(turned, crosshair).behindMm).toBeCloseTo(0, 9);
  });

  it("keeps the crosshair in the plane and the axes square over many small turns", () => {
    const crosshair: PatientVector = [11, 20, 27];
    let turned = coronal;
    for (let step = 0; step < 3600; step++) turned = planeTurned(turned, crosshair, [1, 2, 3], Math.PI / 1800);
    // 3600 tenths of a degree: once around
    for (const key of ["right", "down", "centre"] as const) expectNear(turned[key], coronal[key]);
    expect(dot(turned.right, turned.down)).toBeCloseTo(0, 12);
  });
});

describe("lineOnPlane", () => {
  it("is the other plane's cut, from edge to edge", () => {
    const through = planeThrough(coronal, [0, 24, 0]);
    // y = 24 is 4 mm behind the middle: 8 pixels below it
    expectLine(lineOnPlane(axial, through), [
      [0, 48],
      [100, 48],
    ]);
    expectLine(lineOnPlane(sagittal, planeThrough(axial, [0, 0, 25])), [
      [0, 50],
      [100, 50],
    ]);
  });

  it("slants with the other plane and ends at the image's edge", () => {
    const slanted = planeTurned(coronal, coronal.centre, planeNormal(axial), Math.PI / 4);
    // through the middle (50, 40) at 45 degrees clockwise, down to the right; the image is 80 high
    expectLine(lineOnPlane(axial, slanted), [
      [10, 0],
      [90, 80],
    ]);
  });

  it("is none where planes are parallel or meet beside the image", () => {
    expect(lineOnPlane(axial, planeMoved(axial, 3))).toBeUndefined();
    expect(lineOnPlane(axial, planeThrough(coronal, [0, 41, 0]))).toBeUndefined(); // 21 mm below the middle of 40 mm
  });

  function expectLine(line: ReturnType<typeof lineOnPlane>, ends: readonly (readonly [number, number])[]): void {
    const found = line?.map(({ x, y }) => [x, y] as const).toSorted((a, b) => a[0] - b[0]) ?? [];
    expect(found.length).toBe(2);
    for (const [index, end] of found.entries()) expectNear(end, ends[index] ?? []);
  }
});

describe("planes over a volume", () => {
  it("shows all of it, to the outer edges of its voxels", () => {
    const { volume } = phantomForTests(STRAIGHT_STACK, () => 0);
    // 64 × 1.25 = 80 mm, 56 × 1.25 = 70 mm, 36 × 2 = 72 mm, about the patient origin
    expect(reachAlong(volume, [1, 0, 0])).toEqual({ from: -40, to: 40 });
    expect(reachAlong(volume, [0, 0, 1])).toEqual({ from: -36, to: 36 });
    expectNear(volumeCentre(volume), [0, 0, 0]);
    const coronalOver = planeOver(volume, PLANE_AXES.coronal, [7, 11, -3], 0.5);
    expect(coronalOver).toMatchObject({ columns: 160, rows: 144, mmPerPixel: 0.5 });
    expectNear(coronalOver.centre, [0, 11, 0]);
    expect(planeOver(volume, PLANE_AXES.axial, [0, 0, 0])).toMatchObject({ columns: 64, rows: 56, mmPerPixel: 1.25 });
  });

  it("reaches further where slices are shifted by a tilt", () => {
    const { volume } = phantomForTests(tiltedStack(20), () => 0);
    const { from, to } = reachAlong(volume, [0, 0, 1]);
    // 72 mm along the normal are 72 / cos 20° along z, the slices' own height 70 sin 20°
    expect(to - from).toBeCloseTo(72 / Math.cos(Math.PI / 9) + 70 * Math.sin(Math.PI / 9), 6);
  });

  it("never grows beyond 4096 pixels", () => {
    const { volume } = phantomForTests(STRAIGHT_STACK, () => 0);
    const fine = planeOver(volume, PLANE_AXES.axial, [0, 0, 0], 0.001);
    expect(fine.columns).toBe(4096);
    expect(fine.mmPerPixel).toBeCloseTo(80 / 4096, 9);
  });

  it("refuses what is no plane", () => {
    const base = { centre: [0, 0, 0], columns: 10, rows: 10, mmPerPixel: 1 } as const;
    expect(() => obliquePlane({ ...base, right: [1, 0, 0], down: [-2, 0, 0] })).toThrow(RangeError);
    expect(() => obliquePlane({ ...base, right: [1, 0, 0], down: [0, 1, 0], columns: 1e9 })).toThrow(RangeError);
    expect(() => obliquePlane({ ...base, right: [1, 0, 0], down: [0, 1, 0], mmPerPixel: Number.NaN })).toThrow(
      RangeError,
    );
    const square = obliquePlane({ ...base, right: [2, 0, 0], down: [1, 1, 0] });
    expectNear(square.right, [1, 0, 0]);
    expectNear(square.down, unit([0, 1, 0]));
  });
});
