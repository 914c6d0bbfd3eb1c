import { describe, expect, it } from "vitest";
import type { PatientVector } from "../../../core/image/patient-vector.ts";
import type { Frame } from "../../../core/image/study-model.ts";
import { sum } from "./patient-arithmetic.ts";
import {
  evenPlaces,
  type PhantomStack,
  phantomFrames,
  STRAIGHT_STACK,
  tiltedStack,
  UNEVEN_PLACES,
} from "./phantom-for-tests.ts";
import type { Volume } from "./volume.ts";
import { volumeOfFrames } from "./volume-of-frames.ts";
import type { VolumeRefusal } from "./volume-refusal.ts";
import { patientPointOfVoxel, type VoxelIndex, voxelOfPatientPoint } from "./voxel-place.ts";

function volumeOf(frames: readonly Frame[]): Volume {
  const answer = volumeOfFrames(frames);
  if (answer.kind === "refused") throw new Error(answer.refusal.reason);
  return answer.volume;
}

function refusalOf(frames: readonly Frame[]): VolumeRefusal {
  const answer = volumeOfFrames(frames);
  if (answer.kind === "volume") throw new Error("it made a volume");
  return answer.refusal;
}

const straight = phantomFrames(STRAIGHT_STACK);
const stacked = (change: Partial<PhantomStack>): readonly Frame[] => phantomFrames({ ...STRAIGHT_STACK, ...change });

/** The frames with the tenth changed. */
function with10(change: (frame: Frame) => Partial<Frame>): readonly Frame[] {
  return straight.map((frame, index) => (index === 10 ? { ...frame, ...change(frame) } : frame));
}

describe("volumeOfFrames", () => {
  it("sorts slices by place, whatever the order of the frames", () => {
    const backwards = volumeOf(straight.toReversed());
    expect(backwards.frameOfSlice).toEqual(Array.from({ length: 36 }, (_, k) => 35 - k));
    const shuffled = straight.toSorted(
      (a, b) => (((a.instanceNumber ?? 0) * 7) % 36) - (((b.instanceNumber ?? 0) * 7) % 36),
    );
    const volume = volumeOf(shuffled);
    expect(volume.frameOfSlice.map((index) => shuffled[index]?.instanceNumber)).toEqual(
      Array.from({ length: 36 }, (_, k) => k + 1),
    );
    expect(volume).toMatchObject({
      columns: 64,
      rows: 56,
      slices: 36,
      evenGapMm: 2,
      widestGapMm: 2,
      unsampledMm: 0,
      tiltDeg: 0,
    });
  });

  it.each([-15, -5, 0, 10, 18.5, 25])("reads a tilt of %d degrees off positions and orientation", (tiltDeg) => {
    const volume = volumeOf(phantomFrames(tiltedStack(tiltDeg)));
    expect(volume.tiltDeg).toBeCloseTo(Math.abs(tiltDeg), 4);
    expect(volume.evenGapMm).toBeCloseTo(2, 9);
  });

  it.each<[string, PhantomStack]>([
    ["straight", STRAIGHT_STACK],
    ["tilted", tiltedStack(18.5)],
    ["tilted back, uneven", tiltedStack(-15, UNEVEN_PLACES)],
    ["coronal, pixels not square", { ...STRAIGHT_STACK, column: [0, 0, -1], axis: [0, 1, 0], rowMm: 0.5 }],
  ])("places voxels and finds them again: %s", (_, stack) => {
    const frames = phantomFrames(stack);
    const volume = volumeOf(frames);
    for (const [k, index] of volume.frameOfSlice.entries())
      expectNear(patientPointOfVoxel(volume, [0, 0, k]), frames[index]?.geometry?.position ?? [NaN, NaN, NaN]);
    for (const voxel of [
      [0, 0, 0],
      [63, 55, 24],
      [10.25, 3.5, 14.5],
      [-2, 60, 13.9],
      [5, 5, -1.5],
      [5, 5, 40],
    ] as VoxelIndex[])
      expectNear(voxelOfPatientPoint(volume, patientPointOfVoxel(volume, voxel)), voxel);
  });

  it("takes thick slices above thin ones, and says how they lie", () => {
    const volume = volumeOf(stacked({ places: UNEVEN_PLACES, thicknessMm: 3.5 }));
    expect(volume.evenGapMm).toBeUndefined();
    expect(volume.widestGapMm).toBeCloseTo(3.5, 9);
    expect(volume.unsampledMm).toBeCloseTo(0, 9);
  });
});

describe("volumeOfFrames refuses", () => {
  const shifted = (geometry: Frame["geometry"], by: PatientVector): Frame["geometry"] =>
    geometry && { ...geometry, position: sum(geometry.position, by) };

  it.each<[string, readonly Frame[], VolumeRefusal]>([
    ["two slices", straight.slice(0, 2), { reason: "too-few-slices", slices: 2 }],
    ["none", [], { reason: "too-few-slices", slices: 0 }],
    [
      "more than memory is given for",
      straight.map((frame) => ({ ...frame, format: { ...frame.format, rows: 40_000, columns: 40_000 } })),
      { reason: "too-large", voxels: 36 * 1.6e9 },
    ],
    [
      "colour",
      with10(({ format }) => ({ format: { ...format, samplesPerPixel: 3 } })),
      { reason: "colour", frames: [10] },
    ],
    [
      "a palette",
      with10(({ format }) => ({ format: { ...format, photometricInterpretation: "PALETTE COLOR" } })),
      { reason: "colour", frames: [10] },
    ],
    ["a frame without geometry", with10(() => ({ geometry: undefined })), { reason: "no-geometry", frames: [10] }],
    ["no pixel spacing", with10(() => ({ spacing: undefined })), { reason: "no-pixel-spacing", frames: [10] }],
    [
      "a spacing at the detector",
      with10(() => ({ spacing: { rowMm: 1.25, columnMm: 1.25, at: "imager" } })),
      { reason: "no-pixel-spacing", frames: [10] },
    ],
    [
      "another size",
      with10(({ format }) => ({ format: { ...format, rows: 57 } })),
      { reason: "different-sizes", frames: [10] },
    ],
    [
      "another spacing",
      with10(() => ({ spacing: { rowMm: 1.25, columnMm: 1.26, at: "patient" } })),
      { reason: "different-spacings", frames: [10] },
    ],
    [
      // 1 degree: 0.017 · 64 columns, one pixel at the far edge
      "a slice turned by a degree",
      with10(({ geometry }) => ({
        geometry: geometry && { ...geometry, row: [0.99985, 0.01745, 0], column: [-0.01745, 0.99985, 0] },
      })),
      { reason: "not-parallel", frames: [10] },
    ],
    [
      "two slices at one place",
      with10(({ geometry }) => ({ geometry: shifted(geometry, [0, 0, 2]) })),
      { reason: "same-place", frames: [11] },
    ],
    [
      "a slice half a millimetre beside the line",
      with10(({ geometry }) => ({ geometry: shifted(geometry, [0.5, 0, 0]) })),
      { reason: "not-in-line", frames: [10] },
    ],
    [
      "4 mm missing of slices of 2 mm every 2 mm",
      straight.filter((_, index) => index !== 10 && index !== 11),
      { reason: "hole", frames: [9, 10], gapMm: 6 },
    ],
    [
      "the same without a slice thickness",
      stacked({ thicknessMm: undefined }).filter((_, index) => index !== 10 && index !== 11),
      { reason: "hole", frames: [9, 10], gapMm: 6 },
    ],
    [
      "1 mm of lung every 10 mm",
      stacked({ places: evenPlaces(20, 10), thicknessMm: 1 }),
      { reason: "slices-apart", frames: [0, 1], gapMm: 10 },
    ],
    [
      "PET-like slices, each with its own scale",
      straight.map((frame, index) => ({ ...frame, rescale: { slope: 0.1 + index, intercept: 0, unit: "BQML" } })),
      { reason: "different-values", frames: Array.from({ length: 35 }, (_, index) => index + 1) },
    ],
    [
      "32-bit pixels",
      with10(({ format }) => ({ format: { ...format, bitsAllocated: 32, bitsStored: 32 } })),
      { reason: "values-too-wide", frames: [10] },
    ],
  ])("%s", (_, frames, refusal) => {
    expect(refusalOf(frames)).toEqual(refusal);
  });

  it.each<[string, readonly Frame[]]>([
    ["a missing slice where its neighbours overlap it", stacked({ thicknessMm: 4 }).filter((_, index) => index !== 10)],
    [
      "a missing half millimetre",
      stacked({ places: evenPlaces(40, 0.5), thicknessMm: 0.5 }).filter((_, i) => i !== 10),
    ],
    ["5 mm every 10 mm, evenly", stacked({ places: evenPlaces(20, 10), thicknessMm: 5 })],
  ])("but not %s", (_, frames) => {
    expect(volumeOf(frames).slices).toBe(frames.length);
  });
});

function expectNear(found: readonly number[], wanted: readonly number[]): void {
  expect(found.length).toBe(wanted.length);
  for (const [axis, value] of found.entries()) expect(value).toBeCloseTo(wanted[axis] ?? Number.NaN, 9);
}
