import { cross, dot, type PatientVector } from "../../core/image/patient-vector.ts";
import { between } from "./patient-distance.ts";

/** Between two directions, 0 to 180; by both sine and cosine, which keeps small angles and those near 180 exact. */
export function directionAngleDeg(u: PatientVector, v: PatientVector): number {
  return (Math.atan2(Math.hypot(...cross(u, v)), dot(u, v)) * 180) / Math.PI;
}

/** The angle at `vertex` between its two arms, 0 to 180, of points in millimetres; undefined when an arm has no length. */
export function angleDeg(a: PatientVector, vertex: PatientVector, b: PatientVector): number | undefined {
  const [first, second] = [between(vertex, a), between(vertex, b)];
  if (Math.hypot(...first) === 0 || Math.hypot(...second) === 0) return undefined;
  return directionAngleDeg(first, second);
}
