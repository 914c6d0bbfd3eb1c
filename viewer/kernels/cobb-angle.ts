import { dot, type PatientVector } from "../../core/image/patient-vector.ts";
import { directionAngleDeg } from "./angle-deg.ts";
import { between, movedBy } from "./patient-distance.ts";

/** Two points of a line, mm. */
export type Line = readonly [from: PatientVector, to: PatientVector];

export interface CobbAngle {
  /** Which way a line was drawn does not matter: this one is 0 to 90. */
  readonly acuteDeg: number;
  /** The other of the two, 90 to 180: for a curve beyond 90 degrees the reader takes it. */
  readonly obtuseDeg: number;
  /**
   * Where the prolonged lines meet, in the picture or far outside it; undefined where they are as good as parallel. Of lines
   * that are not in one plane, the point of the first that is nearest to the second.
   */
  readonly crossing: PatientVector | undefined;
}

/** Below this the crossing runs away from the picture by a hundred thousand times what was drawn. */
const PARALLEL_SINE2 = 1e-10;

/** Between the two lines (the end plates of the curve's end vertebrae); undefined when one of them has no length. */
export function cobbAngle(first: Line, second: Line): CobbAngle | undefined {
  const u = between(...first);
  const v = between(...second);
  const [uu, uv, vv] = [dot(u, u), dot(u, v), dot(v, v)];
  if (uu === 0 || vv === 0) return undefined;
  const angle = directionAngleDeg(u, v);
  const acuteDeg = Math.min(angle, 180 - angle);
  // The nearest points of two lines: w·u + s u·u - t u·v = 0 and w·v + s u·v - t v·v = 0, solved for s.
  const w = between(second[0], first[0]);
  const determinant = uu * vv - uv * uv;
  const s = (uv * dot(w, v) - vv * dot(w, u)) / determinant;
  return {
    acuteDeg,
    obtuseDeg: 180 - acuteDeg,
    crossing: determinant > PARALLEL_SINE2 * uu * vv ? movedBy(first[0], u, s) : undefined,
  };
}
