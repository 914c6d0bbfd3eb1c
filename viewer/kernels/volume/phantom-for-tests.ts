import { cross, dot, type PatientVector, unit } from "../../../core/image/patient-vector.ts";
import type { Frame } from "../../../core/image/study-model.ts";
import { scaled, sum } from "./patient-arithmetic.ts";
import type { Volume } from "./volume.ts";
import { volumeOfFrames } from "./volume-of-frames.ts";
import { writeSlice } from "./voxel-values.ts";

export interface PhantomStack {
  readonly columns: number;
  readonly rows: number;
  readonly columnMm: number;
  readonly rowMm: number;
  readonly row: PatientVector;
  readonly column: PatientVector;
  /** Of each slice along the normal from the stack's middle, in the order of the frames. */
  readonly places: readonly number[];
  /** How the stack goes, of any length; the normal when it is straight. */
  readonly axis: PatientVector;
  readonly thicknessMm: number | undefined;
}

export const STRAIGHT_STACK: PhantomStack = {
  columns: 64,
  rows: 56,
  columnMm: 1.25,
  rowMm: 1.25,
  row: [1, 0, 0],
  column: [0, 1, 0],
  places: evenPlaces(36, 2),
  axis: [0, 0, 1],
  thicknessMm: 2,
};

export function evenPlaces(count: number, gapMm: number): readonly number[] {
  return Array.from({ length: count }, (_, k) => (k - (count - 1) / 2) * gapMm);
}

/** As real head series are: thin slices below, thick ones above, one overlap where they meet. */
export const UNEVEN_PLACES: readonly number[] = (() => {
  const places = [0];
  for (let k = 0; k < 25; k++) places.push((places[k] ?? 0) + (k < 14 ? 2 : k === 14 ? 0.7 : 3.5));
  const middle = (places.at(-1) ?? 0) / 2;
  return places.map((place) => place - middle);
})();

/** Gantry tilted by turning about the patient's left-right axis: the table still moves straight towards the head. */
export function tiltedStack(tiltDeg: number, places: readonly number[] = STRAIGHT_STACK.places): PhantomStack {
  const tilt = (tiltDeg * Math.PI) / 180;
  return { ...STRAIGHT_STACK, column: [0, Math.cos(tilt), -Math.sin(tilt)], places, thicknessMm: undefined };
}

/** Frames of a stack around the patient origin. The tilt tag is not even there to be read. */
export function phantomFrames(stack: PhantomStack): readonly Frame[] {
  const { row, column, columns, rows } = stack;
  const normal = unit(cross(row, column));
  const axis = scaled(stack.axis, 1 / dot(stack.axis, normal));
  const corner = sum(
    scaled(row, (-(columns - 1) / 2) * stack.columnMm),
    scaled(column, (-(rows - 1) / 2) * stack.rowMm),
  );
  return stack.places.map((place, index): Frame => {
    const position = sum(corner, scaled(axis, place));
    return {
      key: `${index}/1`,
      sopInstanceUid: String(index),
      sopClassUid: "1.2.840.10008.5.1.4.1.1.2",
      seriesInstanceUid: "1",
      instanceNumber: index + 1,
      frameNumber: 1,
      format: {
        rows,
        columns,
        samplesPerPixel: 1,
        photometricInterpretation: "MONOCHROME2",
        planarConfiguration: 0,
        bitsAllocated: 16,
        bitsStored: 12,
        pixelRepresentation: 0,
      },
      geometry: { position, row, column, normal, along: dot(position, normal) },
      patientOrientation: undefined,
      spacing: { rowMm: stack.rowMm, columnMm: stack.columnMm, at: "patient" },
      thicknessMm: stack.thicknessMm,
      rescale: { slope: 1, intercept: -1024, unit: "HU" },
      windows: [],
      voiFunction: "LINEAR",
      lossy: undefined,
      palette: undefined,
      transferSyntaxUid: undefined,
    };
  });
}

export type Field = (point: PatientVector) => number;

export interface Phantom {
  readonly volume: Volume;
  readonly voxels: Int16Array;
}

/** A stack of the field's HU, each pixel from its own place in the header, over memory that workers may share. */
export function phantomForTests(stack: PhantomStack, field: Field): Phantom {
  const frames = phantomFrames(stack);
  const answer = volumeOfFrames(frames);
  if (answer.kind === "refused") throw new Error(answer.refusal.reason);
  const { volume } = answer;
  const area = stack.rows * stack.columns;
  const voxels = new Int16Array(new SharedArrayBuffer(area * frames.length * 2));
  for (const [slice, index] of volume.frameOfSlice.entries()) {
    const geometry = frames[index]?.geometry;
    if (!geometry) throw new Error("no geometry");
    const stored = new Uint16Array(area);
    for (let y = 0; y < stack.rows; y++)
      for (let x = 0; x < stack.columns; x++) {
        const inSlice = sum(scaled(geometry.row, x * stack.columnMm), scaled(geometry.column, y * stack.rowMm));
        stored[y * stack.columns + x] = Math.round(field(sum(geometry.position, inSlice))) + 1024;
      }
    writeSlice(volume.values, voxels, slice, stored, area);
  }
  return { volume, voxels };
}
