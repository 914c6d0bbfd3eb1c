import { describe, expect, it } from "vitest";
import { cross, type PatientVector, unit } from "../../../core/image/patient-vector.ts";
import { distanceMm, type ImagePoint } from "../distance-mm.ts";
import { difference, scaled, sum } from "./patient-arithmetic.ts";
import {
  type Field,
  type Phantom,
  type PhantomStack,
  phantomForTests,
  STRAIGHT_STACK,
  tiltedStack,
  UNEVEN_PLACES,
} from "./phantom-for-tests.ts";
import { obliquePlane, PLANE_AXES, type Plane, planeOver } from "./plane.ts";
import { patientPointOnPlane, planeLetters, pointOnPlane } from "./plane-crosshair.ts";
import { type PlaneImage, planeImage } from "./plane-image.ts";
import type { Volume } from "./volume.ts";
import { voxelOfPatientPoint } from "./voxel-place.ts";
import { OUTSIDE } from "./voxel-values.ts";

const TILTS = [-15, -7, 0, 10, 18.5, 25];
const NAMES = ["axial", "coronal", "sagittal"] as const;
const OBLIQUE = { right: unit([3, 1, 1]), down: unit([-1, 4, -1]) } as const;

/** Values that trilinear interpolation gives back exactly, but for rounding of voxels and of pixels: half and half. */
const ramp: Field = ([x, y, z]) => 200 + 5 * x - 7 * y + 9 * z;

const STACKS: readonly (readonly [string, PhantomStack])[] = [
  ...TILTS.map((tilt) => [`tilt ${tilt}`, tiltedStack(tilt)] as const),
  ...TILTS.map((tilt) => [`tilt ${tilt}, uneven`, tiltedStack(tilt, UNEVEN_PLACES)] as const),
  ["uneven, last slice first", tiltedStack(0, UNEVEN_PLACES.toReversed())],
  ["pixels not square", { ...STRAIGHT_STACK, rowMm: 0.8 }],
];

function pixelPoint(plane: Plane, x: number, y: number): PatientVector {
  return patientPointOnPlane(plane, { x: x + 0.5, y: y + 0.5 });
}

/** How deep inside the box of voxel centres a point is, in voxels; down to -0.5 is still inside the volume. */
function depthInside(volume: Volume, point: PatientVector): number {
  const sizes = [volume.columns, volume.rows, volume.slices] as const;
  const depths = voxelOfPatientPoint(volume, point).map((at, axis) => Math.min(at, (sizes[axis] ?? 0) - 1 - at));
  return Math.min(...depths);
}

function expectField({ volume }: Phantom, plane: Plane, image: PlaneImage, field: Field): void {
  let compared = 0;
  let worst = 0;
  let misplaced = 0;
  for (let y = 0; y < image.rows; y++)
    for (let x = 0; x < image.columns; x++) {
      const value = image.pixels[y * image.columns + x] ?? Number.NaN;
      const point = pixelPoint(plane, x, y);
      const depth = depthInside(volume, point);
      if (Math.abs(depth + 0.5) > 1e-6 && (value === OUTSIDE) !== depth < -0.5) misplaced++;
      if (depth < 0) continue;
      worst = Math.max(worst, Math.abs(value - field(point)));
      compared++;
    }
  expect(misplaced).toBe(0);
  expect(compared).toBeGreaterThan(400);
  expect(worst).toBeLessThanOrEqual(1.001);
}

describe("planeImage", () => {
  it.each(STACKS)("has each pixel's value from its own place: %s", (_, stack) => {
    const phantom = phantomForTests(stack, ramp);
    for (const axes of [...NAMES.map((name) => PLANE_AXES[name]), OBLIQUE])
      for (const [through, mm] of [
        [[0, 0, 0], 1.25],
        [[3.3, -8.1, 5.7], 0.9],
      ] as const) {
        const plane = planeOver(phantom.volume, axes, through, mm);
        expectField(phantom, plane, planeImage(phantom.volume, phantom.voxels, plane), ramp);
      }
  });

  const AXIS_PAIRS: readonly (readonly [string, PatientVector, PatientVector])[] = [
    ["L P", [1, 0, 0], [0, 1, 0]],
    ["R A", [-1, 0, 0], [0, -1, 0]],
    ["P L", [0, 1, 0], [1, 0, 0]],
    ["L F", [1, 0, 0], [0, 0, -1]],
    ["H R", [0, 0, 1], [-1, 0, 0]],
    ["P F", [0, 1, 0], [0, 0, -1]],
    ["H A", [0, 0, 1], [0, -1, 0]],
  ];
  it.each(AXIS_PAIRS)("looks the same however the slices were cut: rows %s", (_, row, column) => {
    const stack = { ...STRAIGHT_STACK, row, column, axis: cross(row, column) };
    const phantom = phantomForTests(stack, ramp);
    for (const name of NAMES) {
      const plane = planeOver(phantom.volume, PLANE_AXES[name], [2, 3, -4], 1.1);
      expectField(phantom, plane, planeImage(phantom.volume, phantom.voxels, plane), ramp);
    }
  });

  it("has left on the right, front or head on top, and says so", () => {
    // a bright ball to the left, front and head of the middle
    const ball: PatientVector = [20, -15, 18];
    const field: Field = (point) => 1000 * Math.exp(-((Math.hypot(...difference(point, ball)) / 4) ** 2));
    const { volume, voxels } = phantomForTests(tiltedStack(12), field);
    const middleOf = (name: (typeof NAMES)[number]): readonly [number, number] => {
      const plane = planeOver(volume, PLANE_AXES[name], ball, 1);
      const { x, y } = weightedMiddle(planeImage(volume, voxels, plane));
      const origin = pointOnPlane(plane, [0, 0, 0]);
      return [Math.round(x - origin.x), Math.round(y - origin.y)];
    };
    expect(middleOf("axial")).toEqual([20, -15]);
    expect(middleOf("coronal")).toEqual([20, -18]);
    expect(middleOf("sagittal")).toEqual([-15, -18]);
    const letters = NAMES.map((name) => planeLetters(planeOver(volume, PLANE_AXES[name], ball)));
    expect(letters).toEqual([
      { left: "R", right: "L", top: "A", bottom: "P" },
      { left: "R", right: "L", top: "H", bottom: "F" },
      { left: "A", right: "P", top: "H", bottom: "F" },
    ]);
  });

  it.each(TILTS)("shows a sphere as a circle of its size: tilt %d", (tilt) => {
    const centre: PatientVector = [2.2, -1.7, 3.1];
    const radius = 18;
    const field: Field = (point) => (Math.hypot(...difference(point, centre)) < radius ? 500 : -500);
    for (const places of [STRAIGHT_STACK.places, UNEVEN_PLACES]) {
      const { volume, voxels } = phantomForTests(tiltedStack(tilt, places), field);
      for (const axes of [...NAMES.map((name) => PLANE_AXES[name]), OBLIQUE]) {
        const plane = planeOver(volume, axes, centre, 0.5);
        const { pixels } = planeImage(volume, voxels, plane);
        const inside = pixels.reduce((count, value) => count + (value !== OUTSIDE && value > 0 ? 1 : 0), 0);
        // voxels of up to 1.25 × 1.25 × 3.5 mm round the edge: within 3 % of π r², a shear by 15 degrees keeps the area,
        const { across, down, both } = spread(pixels, plane.columns);
        expect(inside * 0.25).toBeGreaterThan(Math.PI * radius ** 2 * 0.97);
        expect(inside * 0.25).toBeLessThan(Math.PI * radius ** 2 * 1.03);
        // but not the moments, r²/4 each way and none across: 81 mm², a shear would add 81 tan 15° = 22 to the last
        expect(Math.abs(across * 0.25 - radius ** 2 / 4)).toBeLessThan(4);
        expect(Math.abs(down * 0.25 - radius ** 2 / 4)).toBeLessThan(4);
        expect(Math.abs(both * 0.25)).toBeLessThan(2);
      }
    }
  });

  it.each(TILTS)("measures a known length within half a pixel: tilt %d", (tilt) => {
    const ends: readonly PatientVector[] = [
      [-21.3, -4.4, -17.9],
      [17.6, 9.2, 14.8],
    ];
    const [a, b] = ends as [PatientVector, PatientVector];
    const lengthMm = Math.hypot(...difference(b, a));
    const field: Field = (point) =>
      ends.reduce((all, end) => all + 2000 * Math.exp(-((Math.hypot(...difference(point, end)) / 3.5) ** 2)), 0);
    for (const places of [STRAIGHT_STACK.places, UNEVEN_PLACES]) {
      const { volume, voxels } = phantomForTests(tiltedStack(tilt, places), field);
      const along = unit(difference(b, a));
      const axes = { right: along, down: cross(along, [0, 1, 0]) };
      const plane = planeOver(volume, axes, a, 0.7);
      const image = planeImage(volume, voxels, plane);
      const middle = pointOnPlane(plane, scaled(sum(a, b), 0.5)).x;
      const left = weightedMiddle(image, (x) => x < middle);
      const right = weightedMiddle(image, (x) => x >= middle);
      const spacing = { rowMm: 0.7, columnMm: 0.7, at: "patient" } as const;
      expect(Math.abs(distanceMm(left, right, spacing) - lengthMm)).toBeLessThan(0.35);
      // and each end is where it should be
      for (const [found, end] of [
        [left, a],
        [right, b],
      ] as const) {
        const wanted = pointOnPlane(plane, end);
        expect(distanceMm(found, wanted, spacing)).toBeLessThan(0.35);
      }
    }
  });

  it("gives the voxels themselves in the plane of a slice", () => {
    const { volume, voxels } = phantomForTests(STRAIGHT_STACK, ([x, y, z]) => Math.round(900 * Math.sin(x * y + z)));
    const { columns, rows } = volume;
    for (const slice of [0, 17, 35]) {
      const centre: PatientVector = [0, 0, STRAIGHT_STACK.places[slice] ?? Number.NaN];
      const plane = obliquePlane({ ...PLANE_AXES.axial, centre, columns, rows, mmPerPixel: 1.25 });
      const { pixels, inside, min, max } = planeImage(volume, voxels, plane);
      const own = voxels.subarray(slice * columns * rows, (slice + 1) * columns * rows);
      expect([...pixels]).toEqual([...own]);
      expect({ inside, min, max }).toEqual({ inside: columns * rows, min: Math.min(...own), max: Math.max(...own) });
    }
  });

  it("needs nothing that does not pass to a worker", () => {
    const { volume, voxels } = phantomForTests(tiltedStack(-15, UNEVEN_PLACES), ramp);
    const plane = planeOver(volume, OBLIQUE, [0, 0, 0]);
    const there = planeImage(structuredClone(volume), new Int16Array(voxels.buffer), structuredClone(plane));
    expect(there).toEqual(planeImage(volume, voxels, plane));
  });

  it("is OUTSIDE all over beside the volume, and writes into the pixels it is given", () => {
    const { volume, voxels } = phantomForTests(STRAIGHT_STACK, () => 40);
    const into = new Int16Array(100);
    const plane = { ...PLANE_AXES.coronal, centre: [0, 500, 0], columns: 10, rows: 10, mmPerPixel: 1 } as const;
    const image = planeImage(volume, voxels, plane, { into });
    expect(image.pixels).toBe(into);
    expect(image).toMatchObject({ inside: 0, min: 0, max: 0 });
    expect(new Set(into)).toEqual(new Set([OUTSIDE]));
    expect(() => planeImage(volume, voxels, plane, { into: new Int16Array(99) })).toThrow(RangeError);
    expect(() => planeImage(volume, voxels.subarray(1), plane)).toThrow(RangeError);
  });
});

describe("planeImage of a slab", () => {
  // a sheet of 1000 HU, |x - 5| ≤ 2, and one of -900 HU, |x + 12| ≤ 2, in water
  const sheets: Field = ([x]) => (Math.abs(x - 5) <= 2 ? 1000 : Math.abs(x + 12) <= 2 ? -900 : 0);
  const phantom = phantomForTests({ ...STRAIGHT_STACK, columnMm: 0.5, columns: 160 }, sheets);
  const middleOf = (x: number, mode: "average" | "mip" | "minip", thicknessMm: number): number => {
    const plane = obliquePlane({ ...PLANE_AXES.sagittal, centre: [x, 0, 0], columns: 41, rows: 41, mmPerPixel: 1 });
    const { pixels, min, max } = planeImage(phantom.volume, phantom.voxels, plane, { slab: { mode, thicknessMm } });
    expect(min).toBe(max); // the sheets go through all of it
    return pixels[20 * 41 + 20] ?? Number.NaN;
  };

  it("keeps the brightest, the darkest, or the mean of its thickness", () => {
    expect(middleOf(0, "mip", 0)).toBe(0);
    expect(middleOf(0, "mip", 10)).toBe(1000);
    expect(middleOf(-2, "mip", 8)).toBe(0); // up to x = 2
    expect(middleOf(-8, "minip", 8)).toBe(-900);
    expect(middleOf(-8, "minip", 3)).toBe(0);
    // 8 voxels of 0.5 mm, 3.25 to 6.75: 4 of 15 mm, 266.7
    expect(Math.abs(middleOf(5, "average", 15) - 267)).toBeLessThanOrEqual(3);
  });

  it("averages over the layers that are inside", () => {
    // the volume ends at y = 35, the slab would reach to 44
    const water = phantomForTests(STRAIGHT_STACK, () => 60);
    const plane = planeOver(water.volume, PLANE_AXES.coronal, [0, 34, 0], 1);
    const image = planeImage(water.volume, water.voxels, plane, { slab: { mode: "average", thicknessMm: 20 } });
    expect(image).toMatchObject({ min: 60, max: 60, inside: image.columns * image.rows });
  });

  it("misses no slice that is thin against a thick slab", () => {
    // one slice of 36 is bright: in any slab through it the brightest keeps 0.7 of its value
    const { volume, voxels } = phantomForTests(tiltedStack(15), () => 0);
    voxels.fill(1000, 17 * volume.columns * volume.rows, 18 * volume.columns * volume.rows);
    for (const axes of [PLANE_AXES.axial, OBLIQUE]) {
      const plane = obliquePlane({ ...axes, centre: [0, 0, 0], columns: 9, rows: 9, mmPerPixel: 1 });
      const { min } = planeImage(volume, voxels, plane, { slab: { mode: "mip", thicknessMm: 12 } });
      expect(min).toBeGreaterThanOrEqual(700 - 1); // layers within 0.3 of a voxel
    }
  });
});

/** Middle of the brightness, in image points. */
function weightedMiddle({ pixels, columns }: PlaneImage, takes: (x: number) => boolean = () => true): ImagePoint {
  let weight = 0;
  let x = 0;
  let y = 0;
  for (const [index, value] of pixels.entries()) {
    const column = index % columns;
    if (value < 50 || !takes(column + 0.5)) continue;
    weight += value;
    x += value * (column + 0.5);
    y += value * (Math.floor(index / columns) + 0.5);
  }
  return { x: x / weight, y: y / weight };
}

/** Second moments of the bright pixels, in pixels². */
function spread(pixels: Int16Array, columns: number): { across: number; down: number; both: number } {
  const bright = [...pixels.entries()].filter(([, value]) => value !== OUTSIDE && value > 0);
  const xs = bright.map(([index]) => index % columns);
  const ys = bright.map(([index]) => Math.floor(index / columns));
  const mean = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0) / values.length;
  const [x, y] = [mean(xs), mean(ys)];
  const moment = (as: readonly number[], a: number, bs: readonly number[], b: number): number =>
    mean(as.map((value, index) => (value - a) * ((bs[index] ?? 0) - b)));
  return { across: moment(xs, x, xs, x), down: moment(ys, y, ys, y), both: moment(xs, x, ys, y) };
}
