import { cross, dot, type PatientVector } from "../../../core/image/patient-vector.ts";
import type { Frame, FrameGeometry, PixelSpacing } from "../../../core/image/study-model.ts";
import { difference, scaled, sum } from "./patient-arithmetic.ts";
import { sliceGapRefusal, unsampledMm } from "./slice-gaps.ts";
import type { Volume } from "./volume.ts";
import type { VolumeRefusal } from "./volume-refusal.ts";
import { voxelValues } from "./voxel-values.ts";

export type VolumeAnswer =
  | { readonly kind: "volume"; readonly volume: Volume }
  | { readonly kind: "refused"; readonly refusal: VolumeRefusal };

const LEAST_SLICES = 3;
/** 1 GiB of voxels: 2048 slices of 512². */
const MOST_VOXELS = 2 ** 29;
/** Slices nearer than this along the normal are at one place; places within it of an even row are even (mm). */
const SAME_PLACE_MM = 0.01;
/** How far, in pixels, a slice may lie beside the line of the stack, or its far corner be turned away. */
const BESIDE_PIXELS = 0.25;
const TURNED_PIXELS = 0.5;
const SAME_SPACING = 1e-4;

interface Slice {
  readonly index: number;
  readonly frame: Frame;
  readonly geometry: FrameGeometry;
  readonly spacing: PixelSpacing;
  /** Along the first frame's normal, mm. */
  readonly along: number;
}

/**
 * The volume that frames of one series make, in any order, or why they make none. Geometry is read from position and
 * orientation only (PS3.3 C.7.6.2); the tilt tag says no sign and is often wrong.
 */
export function volumeOfFrames(frames: readonly Frame[]): VolumeAnswer {
  const refused = (refusal: VolumeRefusal): VolumeAnswer => ({ kind: "refused", refusal });
  const refusal = refusalOfFrames(frames);
  if (refusal) return refused(refusal);
  const slices = slicesOf(frames);
  const first = slices[0];
  const last = slices.at(-1);
  if (!first || !last) return refused({ reason: "too-few-slices", slices: 0 });
  const twice = slices.find((slice, k) => k > 0 && slice.along - (slices[k - 1]?.along ?? 0) < SAME_PLACE_MM);
  if (twice) return refused({ reason: "same-place", frames: [twice.index] });

  const { geometry, spacing, frame } = first;
  const { normal } = geometry;
  const depth = last.along - first.along;
  const sliceAxis = scaled(difference(last.geometry.position, geometry.position), 1 / depth);
  const pixelMm = Math.min(spacing.rowMm, spacing.columnMm);
  const beside = slices.filter((slice) => {
    const onLine = sum(geometry.position, scaled(sliceAxis, slice.along - first.along));
    return Math.hypot(...difference(slice.geometry.position, onLine)) > BESIDE_PIXELS * pixelMm;
  });
  if (beside.length > 0) return refused({ reason: "not-in-line", frames: beside.map(({ index }) => index) });
  const measured = Float64Array.from(slices, (slice) => slice.along - first.along);
  const thickness = slices.map((slice) => slice.frame.thicknessMm);
  const gapRefusal = sliceGapRefusal(measured, thickness);
  if (gapRefusal) {
    const pair = [gapRefusal.slice, gapRefusal.slice + 1].flatMap((k) => slices[k]?.index ?? []);
    return refused({ reason: gapRefusal.reason, frames: pair, gapMm: gapRefusal.gapMm });
  }
  const values = voxelValues(slices.map((slice) => slice.frame));
  if ("reason" in values)
    return refused(
      "frames" in values ? { ...values, frames: values.frames.flatMap((k) => slices[k]?.index ?? []) } : values,
    );

  const evenGapMm = evenGap(measured);
  const places = evenGapMm === undefined ? measured : measured.map((_, k) => k * evenGapMm);
  const columnStep = scaled(geometry.row, spacing.columnMm);
  const rowStep = scaled(geometry.column, spacing.rowMm);
  const box = dot(columnStep, cross(rowStep, sliceAxis));
  return {
    kind: "volume",
    volume: {
      columns: frame.format.columns,
      rows: frame.format.rows,
      slices: slices.length,
      frameOfSlice: slices.map(({ index }) => index),
      origin: geometry.position,
      columnStep,
      rowStep,
      normal,
      sliceAxis,
      places,
      evenGapMm,
      // the dual basis: 1 along its own step, 0 along the two others
      columnGradient: scaled(cross(rowStep, sliceAxis), 1 / box),
      rowGradient: scaled(cross(sliceAxis, columnStep), 1 / box),
      tiltDeg: (Math.atan2(Math.hypot(...cross(sliceAxis, normal)), dot(sliceAxis, normal)) * 180) / Math.PI,
      widestGapMm: places.reduce((widest, place, k) => Math.max(widest, place - (places[k - 1] ?? place)), 0),
      unsampledMm: unsampledMm(places, thickness),
      values,
    },
  };
}

/** What a frame alone, or beside the first, can have against it. */
function refusalOfFrames(frames: readonly Frame[]): VolumeRefusal | undefined {
  const [first] = frames;
  if (!first || frames.length < LEAST_SLICES) return { reason: "too-few-slices", slices: frames.length };
  const { rows, columns } = first.format;
  const voxels = rows * columns * frames.length;
  if (voxels > MOST_VOXELS) return { reason: "too-large", voxels };
  const where = (is: (frame: Frame) => boolean): number[] =>
    frames.flatMap((frame, index) => (is(frame) ? [index] : []));
  const { geometry, spacing } = first;
  const faults = [
    { reason: "colour", is: isColour },
    { reason: "no-geometry", is: (frame) => frame.geometry === undefined },
    { reason: "no-pixel-spacing", is: (frame) => frame.spacing?.at !== "patient" },
    { reason: "different-sizes", is: ({ format }) => format.rows !== rows || format.columns !== columns },
    { reason: "different-spacings", is: (frame) => !sameSpacing(frame.spacing, spacing) },
    { reason: "not-parallel", is: (frame) => isTurned(frame.geometry, geometry, first.format) },
  ] as const satisfies readonly { readonly reason: string; readonly is: (frame: Frame) => boolean }[];
  for (const { reason, is } of faults) {
    const found = where(is);
    if (found.length > 0) return { reason, frames: found };
  }
  return undefined;
}

function isColour({ format }: Frame): boolean {
  return format.samplesPerPixel !== 1 || !format.photometricInterpretation.startsWith("MONOCHROME");
}

function sameSpacing(a: PixelSpacing | undefined, b: PixelSpacing | undefined): boolean {
  if (!a || !b) return false;
  const near = (left: number, right: number): boolean => Math.abs(left - right) <= SAME_SPACING * right;
  return near(a.rowMm, b.rowMm) && near(a.columnMm, b.columnMm);
}

/** Turned so far against the first that the far corner lies beside where it should. */
function isTurned(
  a: FrameGeometry | undefined,
  b: FrameGeometry | undefined,
  { rows, columns }: Frame["format"],
): boolean {
  if (!a || !b) return true;
  const across = Math.hypot(...difference(a.row, b.row)) * columns;
  const down = Math.hypot(...difference(a.column, b.column)) * rows;
  return across > TURNED_PIXELS || down > TURNED_PIXELS;
}

function slicesOf(frames: readonly Frame[]): readonly Slice[] {
  const normal: PatientVector = frames[0]?.geometry?.normal ?? [0, 0, 1];
  return frames
    .flatMap((frame, index): Slice[] =>
      frame.geometry && frame.spacing
        ? [
            {
              index,
              frame,
              geometry: frame.geometry,
              spacing: frame.spacing,
              along: dot(frame.geometry.position, normal),
            },
          ]
        : [],
    )
    .sort((a, b) => a.along - b.along);
}

function evenGap(places: Float64Array): number | undefined {
  const gap = (places.at(-1) ?? 0) / (places.length - 1);
  return places.every((place, k) => Math.abs(place - k * gap) <= SAME_PLACE_MM) ? gap : undefined;
}
