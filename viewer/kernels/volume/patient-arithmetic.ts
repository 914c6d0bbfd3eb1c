import type { PatientVector } from "../../../core/image/patient-vector.ts";

export function sum(a: PatientVector, b: PatientVector): PatientVector {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
}

export function difference(a: PatientVector, b: PatientVector): PatientVector {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

export function scaled(a: PatientVector, factor: number): PatientVector {
  return [a[0] * factor, a[1] * factor, a[2] * factor];
}
