/** A point or direction in the patient coordinate system of DICOM: +x left, +y posterior, +z head (PS3.3 C.7.6.2.1.1). */
export type PatientVector = readonly [x: number, y: number, z: number];

export function dot(a: PatientVector, b: PatientVector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

export function cross(a: PatientVector, b: PatientVector): PatientVector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

export function unit(a: PatientVector): PatientVector {
  const length = Math.hypot(...a);
  return length === 0 ? a : [a[0] / length, a[1] / length, a[2] / length];
}

export function vectorFrom(numbers: readonly number[], offset = 0): PatientVector | undefined {
  const [x, y, z] = numbers.slice(offset, offset + 3);
  return x === undefined || y === undefined || z === undefined ? undefined : [x, y, z];
}
