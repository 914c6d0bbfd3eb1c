import type { PatientVector } from "../../core/image/patient-vector.ts";

export function between(from: PatientVector, to: PatientVector): PatientVector {
  return [to[0] - from[0], to[1] - from[1], to[2] - from[2]];
}

/** The point `times` the direction further: millimetres, when the direction is a unit vector. */
export function movedBy(point: PatientVector, direction: PatientVector, times: number): PatientVector {
  return [point[0] + direction[0] * times, point[1] + direction[1] * times, point[2] + direction[2] * times];
}

/** Between two points in millimetres, on any plane or through the volume. */
export function patientDistanceMm(a: PatientVector, b: PatientVector): number {
  return Math.hypot(...between(a, b));
}
