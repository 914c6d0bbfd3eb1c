import { dot, type PatientVector } from "../../core/image/patient-vector.ts";
import type { Frame, FrameGeometry, PixelSpacing } from "../../core/image/study-model.ts";
import type { ImagePoint } from "./distance-mm.ts";
import { between, movedBy } from "./patient-distance.ts";

/** Where a frame lies in the patient. */
export interface FramePlane {
  readonly geometry: FrameGeometry;
  readonly spacing: PixelSpacing;
  readonly rows: number;
  readonly columns: number;
}

export type PlacedFrame = Pick<Frame, "geometry" | "spacing" | "format">;

/** Undefined for a frame without place or spacing, and for one whose spacing holds at the detector only. */
export function framePlane(frame: PlacedFrame): FramePlane | undefined {
  const { geometry, spacing, format } = frame;
  if (!geometry || spacing?.at !== "patient") return undefined;
  return { geometry, spacing, rows: format.rows, columns: format.columns };
}

/** PS3.3 C.7.6.2.1.1, for points whose (0.5, 0.5) is the centre of the first pixel. */
export function patientPoint({ geometry, spacing }: FramePlane, { x, y }: ImagePoint): PatientVector {
  const along = movedBy(geometry.position, geometry.row, (x - 0.5) * spacing.columnMm);
  return movedBy(along, geometry.column, (y - 0.5) * spacing.rowMm);
}

/** The foot of a point on the frame, in the frame's pixels, inside the picture or not. */
export function imagePoint({ geometry, spacing }: FramePlane, point: PatientVector): ImagePoint {
  const from = between(geometry.position, point);
  return {
    x: dot(from, geometry.row) / spacing.columnMm + 0.5,
    y: dot(from, geometry.column) / spacing.rowMm + 0.5,
  };
}

export function centreOf(plane: FramePlane): PatientVector {
  return patientPoint(plane, { x: plane.columns / 2, y: plane.rows / 2 });
}

/** As for a stack: normals within about 2.5 degrees, whichever way round. */
const PARALLEL = 0.999;

export function areParallel(a: FrameGeometry, b: FrameGeometry): boolean {
  return Math.abs(dot(a.normal, b.normal)) >= PARALLEL;
}
