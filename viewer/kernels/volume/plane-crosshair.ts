import { cross, dot, type PatientVector, unit } from "../../../core/image/patient-vector.ts";
import type { ImagePoint } from "../distance-mm.ts";
import { type EdgeLetters, edgeLetters } from "../orientation-letters.ts";
import { difference, scaled, sum } from "./patient-arithmetic.ts";
import { obliquePlane, type Plane, planeNormal } from "./plane.ts";

/** Planes nearer to parallel than this have no line worth drawing (sine of the angle). */
const PARALLEL = 1e-6;

/** Where the foot of a point is on a plane's image, and how far the point lies behind the plane (before it: negative), mm. */
export function pointOnPlane(plane: Plane, point: PatientVector): ImagePoint & { readonly behindMm: number } {
  const way = difference(point, plane.centre);
  return {
    x: dot(way, plane.right) / plane.mmPerPixel + plane.columns / 2,
    y: dot(way, plane.down) / plane.mmPerPixel + plane.rows / 2,
    behindMm: dot(way, planeNormal(plane)),
  };
}

export function patientPointOnPlane(plane: Plane, { x, y }: ImagePoint): PatientVector {
  const { centre, right, down, columns, rows, mmPerPixel } = plane;
  const across = scaled(right, (x - columns / 2) * mmPerPixel);
  return sum(centre, sum(across, scaled(down, (y - rows / 2) * mmPerPixel)));
}

/** The same image, moved along its normal until it holds the point. */
export function planeThrough(plane: Plane, point: PatientVector): Plane {
  return planeMoved(plane, pointOnPlane(plane, point).behindMm);
}

/** Deeper into the screen by so many mm; towards the viewer when negative. */
export function planeMoved(plane: Plane, mm: number): Plane {
  return { ...plane, centre: sum(plane.centre, scaled(planeNormal(plane), mm)) };
}

/**
 * The plane turned about a line through `about`. Seen with the axis pointing away from the eye the turn is clockwise: to
 * drag the crosshair's lines in one image, turn the other planes about that image's normal.
 */
export function planeTurned(plane: Plane, about: PatientVector, axis: PatientVector, angleRad: number): Plane {
  const turn = turnAbout(unit(axis), angleRad);
  const centre = sum(about, turn(difference(plane.centre, about)));
  // made square again, so that a thousand small drags do not skew it
  return obliquePlane({ ...plane, centre, right: turn(plane.right), down: turn(plane.down) });
}

/** Rodrigues: v cos a + (k × v) sin a + k (k · v)(1 - cos a). */
function turnAbout(axis: PatientVector, angleRad: number): (way: PatientVector) => PatientVector {
  const cos = Math.cos(angleRad);
  const sin = Math.sin(angleRad);
  return (way) => sum(sum(scaled(way, cos), scaled(cross(axis, way), sin)), scaled(axis, dot(axis, way) * (1 - cos)));
}

/** Where another plane, taken as endless, cuts an image: from edge to edge. Undefined when parallel or beside the image. */
export function lineOnPlane(plane: Plane, other: Plane): readonly [ImagePoint, ImagePoint] | undefined {
  const normal = planeNormal(other);
  // distance behind the other plane at image point (x, y): at + x · perX + y · perY
  const perX = dot(plane.right, normal) * plane.mmPerPixel;
  const perY = dot(plane.down, normal) * plane.mmPerPixel;
  const steep = Math.hypot(perX, perY);
  if (steep < PARALLEL * plane.mmPerPixel) return undefined;
  const middle = { x: plane.columns / 2, y: plane.rows / 2 };
  const away = dot(difference(plane.centre, other.centre), normal) / steep;
  const way = { x: -perY / steep, y: perX / steep };
  const foot = { x: middle.x - (away * perX) / steep, y: middle.y - (away * perY) / steep };
  const [xFrom, xTo] = stretchWithin(foot.x, way.x, plane.columns);
  const [yFrom, yTo] = stretchWithin(foot.y, way.y, plane.rows);
  const from = Math.max(xFrom, yFrom);
  const to = Math.min(xTo, yTo);
  if (!(from < to)) return undefined;
  const at = (t: number): ImagePoint => ({ x: foot.x + t * way.x, y: foot.y + t * way.y });
  return [at(from), at(to)];
}

/** For which t `start + t · step` is within 0 … size. */
function stretchWithin(start: number, step: number, size: number): readonly [number, number] {
  if (step === 0)
    return start >= 0 && start <= size
      ? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
      : [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const ends = [-start / step, (size - start) / step];
  return [Math.min(...ends), Math.max(...ends)];
}

export function planeLetters({ right, down }: Plane): EdgeLetters {
  return edgeLetters(right, down, { rotationDeg: 0, flipHorizontal: false, flipVertical: false });
}
