import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { framesForTests } from "../../core/decode/frames-for-tests.ts";
import { dicomJson } from "../../core/dicom/dicom-json.ts";
import { readPart10 } from "../../core/dicom/read-part10.ts";
import { framesOfInstance } from "../../core/image/frames-of-instance.ts";
import { dot } from "../../core/image/patient-vector.ts";
import type { Frame } from "../../core/image/study-model.ts";
import { sum } from "../../viewer/kernels/volume/patient-arithmetic.ts";
import { obliquePlane, PLANE_AXES, planeOver, volumeCentre } from "../../viewer/kernels/volume/plane.ts";
import { planeImage } from "../../viewer/kernels/volume/plane-image.ts";
import type { Volume } from "../../viewer/kernels/volume/volume.ts";
import { volumeOfFrames } from "../../viewer/kernels/volume/volume-of-frames.ts";
import { patientPointOfVoxel, voxelOfPatientPoint } from "../../viewer/kernels/volume/voxel-place.ts";
import { OUTSIDE, writeSlice } from "../../viewer/kernels/volume/voxel-values.ts";
import { SHARED_DATA } from "../support/shared-data.ts";

const FOLDER = path.join(SHARED_DATA, "dicom/ct");

interface RealSeries {
  readonly frames: readonly Frame[];
  readonly volume: Volume;
  readonly voxels: Int16Array;
}

function readSeries(name: string): RealSeries {
  const files = readdirSync(path.join(FOLDER, name)).map((file) => path.join(FOLDER, name, file));
  const frames = files.flatMap((file) => framesOfInstance(dicomJson(readPart10(readFileSync(file), true).dataSet)));
  const answer = volumeOfFrames(frames);
  if (answer.kind === "refused") throw new Error(answer.refusal.reason);
  const { volume } = answer;
  const area = volume.columns * volume.rows;
  const voxels = new Int16Array(new SharedArrayBuffer(area * volume.slices * 2));
  for (const [slice, index] of volume.frameOfSlice.entries()) {
    const bytes = framesForTests(files[index] ?? "")[0]?.bytes;
    if (!bytes) throw new Error("no pixels");
    const { bitsStored, pixelRepresentation } = frames[index]?.format ?? { bitsStored: 0, pixelRepresentation: 0 };
    if (bitsStored < 12) throw new Error("not the file this test was written for");
    const stored =
      pixelRepresentation === 1 ? new Int16Array(bytes.buffer, 0, area) : new Uint16Array(bytes.buffer, 0, area);
    writeSlice(volume.values, voxels, slice, stored, area);
  }
  return { frames, volume, voxels };
}

// Needs ../shared/data beside the project, which a plain clone has not.
describe.skipIf(!existsSync(FOLDER))("volumes of real series", () => {
  it("reads a tilted head with thin slices below thick ones", () => {
    const { volume, frames } = readSeries("ge-head-tilt-variable-gap");
    // positions move along z by 4.22, once 1.14, then 7.38 mm; along the normal cos 18.5° of that
    expect(volume).toMatchObject({ slices: 28, evenGapMm: undefined });
    expect(volume.tiltDeg).toBeCloseTo(18.5, 1);
    expect(volume.widestGapMm).toBeCloseTo(7.38 * Math.cos((18.5 * Math.PI) / 180), 2);
    const steps = [...volume.places].map((place, k) => place - (volume.places[k - 1] ?? place));
    expect(steps[14]).toBeCloseTo(1.14 * Math.cos((18.5 * Math.PI) / 180), 2);
    for (const [slice, index] of volume.frameOfSlice.entries()) {
      const position = frames[index]?.geometry?.position ?? [Number.NaN, Number.NaN, Number.NaN];
      const [i, j, k] = voxelOfPatientPoint(volume, position);
      expect(Math.hypot(i, j, k - slice)).toBeLessThan(1e-6);
    }
  });

  it("reads a tilt that no tag tells, and an untilted phantom whatever the order of its files", () => {
    const tilted = readSeries("gantrytilting").volume;
    // column direction (0, 0.9703, -0.2419), table along z: 14 degrees; steps of 5 mm · cos 14°
    expect(tilted.tiltDeg).toBeCloseTo(14, 2);
    expect(tilted.evenGapMm).toBeCloseTo(5 * Math.cos((14 * Math.PI) / 180), 4);
    const phantom = readSeries("philips-phantom-5mm").volume;
    expect(phantom.tiltDeg).toBeCloseTo(0, 6);
    expect(phantom.places.length).toBe(phantom.slices);
  });

  it.each(["ge-head-tilt-variable-gap", "gantrytilting", "philips-phantom-5mm"])(
    "gives %s's own slices back, and its voxels in every plane",
    (name) => {
      const { volume, voxels } = readSeries(name);
      const { columns, rows } = volume;
      const area = columns * rows;
      const middle = Math.floor(volume.slices / 2);
      const axes = { right: volume.columnStep, down: volume.rowStep };
      const centre = patientPointOfVoxel(volume, [(columns - 1) / 2, (rows - 1) / 2, middle]);
      const mmPerPixel = Math.hypot(...volume.columnStep);
      const own = planeImage(volume, voxels, obliquePlane({ ...axes, centre, columns, rows, mmPerPixel }));
      const slice = voxels.subarray(middle * area, (middle + 1) * area);
      let worst = 0;
      for (let index = 0; index < area; index++)
        worst = Math.max(worst, Math.abs((own.pixels[index] ?? 0) - (slice[index] ?? 0)));
      expect(worst).toBe(0);

      for (const direction of ["axial", "coronal", "sagittal"] as const) {
        const through = volumeCentre(volume);
        const plane = planeOver(volume, PLANE_AXES[direction], through);
        const image = planeImage(volume, voxels, plane);
        expect(image.inside).toBeGreaterThan(1000);
        // every pixel against the eight voxels around it, worked out one by one
        let compared = 0;
        for (let y = 0; y < image.rows; y += 7)
          for (let x = 0; x < image.columns; x += 11) {
            const value = image.pixels[y * image.columns + x] ?? Number.NaN;
            const mm = [
              (x - (image.columns - 1) / 2) * plane.mmPerPixel,
              (y - (image.rows - 1) / 2) * plane.mmPerPixel,
            ];
            const point = sum(plane.centre, [
              dot([plane.right[0], plane.down[0], 0], [mm[0] ?? 0, mm[1] ?? 0, 0]),
              dot([plane.right[1], plane.down[1], 0], [mm[0] ?? 0, mm[1] ?? 0, 0]),
              dot([plane.right[2], plane.down[2], 0], [mm[0] ?? 0, mm[1] ?? 0, 0]),
            ]);
            const [i, j, k] = voxelOfPatientPoint(volume, point);
            if (i < 0 || j < 0 || k < 0 || i > columns - 1 || j > rows - 1 || k > volume.slices - 1) continue;
            let wanted = 0;
            for (const [di, dj, dk] of CORNERS) {
              const [ci, cj, ck] = [Math.floor(i) + di, Math.floor(j) + dj, Math.floor(k) + dk];
              const weight = (1 - Math.abs(i - ci)) * (1 - Math.abs(j - cj)) * (1 - Math.abs(k - ck));
              if (weight > 0) wanted += weight * (voxels[ci + cj * columns + ck * area] ?? 0);
            }
            expect(value).not.toBe(OUTSIDE);
            expect(Math.abs(value - wanted)).toBeLessThan(0.51);
            compared++;
          }
        expect(compared).toBeGreaterThan(20);
      }
    },
  );
});

const CORNERS = [0, 1].flatMap((di) => [0, 1].flatMap((dj) => [0, 1].map((dk) => [di, dj, dk] as const)));
