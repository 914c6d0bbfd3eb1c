/** A closed line in a plane, in mm: x0, y0, x1, y1, …; x to the patient's left, y to the back (PS3.3 C.7.6.2.1.1). */
export type Outline = Float64Array;
export type Point = readonly [x: number, y: number];

/** A smooth closed line through the points (uniform Catmull-Rom). */
export function smoothOutline(points: readonly Point[], stepsPerPoint = 8): Outline {
  const count = points.length;
  const outline = new Float64Array(count * stepsPerPoint * 2);
  const at = (index: number): Point => points[(index + count) % count] ?? [0, 0];
  for (let index = 0; index < count; index++) {
    const [a, b, c, d] = [at(index - 1), at(index), at(index + 1), at(index + 2)];
    for (let step = 0; step < stepsPerPoint; step++) {
      const t = step / stepsPerPoint;
      const target = (index * stepsPerPoint + step) * 2;
      outline[target] = catmullRom(a[0], b[0], c[0], d[0], t);
      outline[target + 1] = catmullRom(a[1], b[1], c[1], d[1], t);
    }
  }
  return outline;
}

/** A point of the smooth open line through the points; `part` from 0 to 1 along them. */
export function pointAlong(points: readonly Point[], part: number): Point {
  const last = points.length - 1;
  const scaled = Math.min(Math.max(part, 0), 1) * last;
  const index = Math.min(Math.floor(scaled), last - 1);
  const at = (i: number): Point => points[Math.min(Math.max(i, 0), last)] ?? [0, 0];
  const [a, b, c, d] = [at(index - 1), at(index), at(index + 1), at(index + 2)];
  const t = scaled - index;
  return [catmullRom(a[0], b[0], c[0], d[0], t), catmullRom(a[1], b[1], c[1], d[1], t)];
}

function catmullRom(a: number, b: number, c: number, d: number, t: number): number {
  return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t * t * t);
}

export interface EllipseShape {
  readonly x: number;
  readonly y: number;
  readonly rx: number;
  readonly ry: number;
  /** Radians, from x towards y. */
  readonly turn?: number;
  /** How far from an ellipse, as a part of the radius, and a number that says which of the many such shapes. */
  readonly wobble?: number;
  readonly variant?: number;
}

export function ellipseOutline({ x, y, rx, ry, turn = 0, wobble = 0, variant = 0 }: EllipseShape): Outline {
  const steps = Math.max(12, Math.min(96, Math.ceil(Math.max(rx, ry) * 2)));
  const outline = new Float64Array(steps * 2);
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  for (let step = 0; step < steps; step++) {
    const angle = (2 * Math.PI * step) / steps;
    const radius = 1 + wobble * (Math.sin(2 * angle + variant * 1.7) * 0.6 + Math.sin(3 * angle + variant * 2.9) * 0.4);
    const [ex, ey] = [rx * radius * Math.cos(angle), ry * radius * Math.sin(angle)];
    outline[step * 2] = x + ex * cos - ey * sin;
    outline[step * 2 + 1] = y + ex * sin + ey * cos;
  }
  return outline;
}

/** A band of a width between two points, with round ends. */
export function bandOutline([x0, y0]: Point, [x1, y1]: Point, widthMm: number): Outline {
  const length = Math.hypot(x1 - x0, y1 - y0);
  return superellipseOutline(
    (x0 + x1) / 2,
    (y0 + y1) / 2,
    length / 2 + widthMm / 2,
    widthMm / 2,
    4,
    Math.atan2(y1 - y0, x1 - x0),
  );
}

/** |x/rx|^power + |y/ry|^power = 1: between an ellipse (2) and a box (large). */
export function superellipseOutline(x: number, y: number, rx: number, ry: number, power: number, turn = 0): Outline {
  const steps = 64;
  const outline = new Float64Array(steps * 2);
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const bend = (value: number): number => Math.sign(value) * Math.abs(value) ** (2 / power);
  for (let step = 0; step < steps; step++) {
    const angle = (2 * Math.PI * step) / steps;
    const [ex, ey] = [rx * bend(Math.cos(angle)), ry * bend(Math.sin(angle))];
    outline[step * 2] = x + ex * cos - ey * sin;
    outline[step * 2 + 1] = y + ex * sin + ey * cos;
  }
  return outline;
}

/** The outline drawn nearer to its middle by about `mm` on every side. */
export function insetOutline(outline: Outline, mm: number): Outline {
  const count = outline.length / 2;
  const inset = new Float64Array(outline.length);
  const value = (index: number, axis: 0 | 1): number => outline[((index + count) % count) * 2 + axis] ?? 0;
  let doubledArea = 0;
  for (let i = 0; i < count; i++) doubledArea += value(i, 0) * value(i + 1, 1) - value(i + 1, 0) * value(i, 1);
  const inward = doubledArea > 0 ? 1 : -1;
  for (let i = 0; i < count; i++) {
    const [tx, ty] = [value(i + 1, 0) - value(i - 1, 0), value(i + 1, 1) - value(i - 1, 1)];
    const length = Math.hypot(tx, ty) || 1;
    inset[i * 2] = value(i, 0) - (inward * mm * ty) / length;
    inset[i * 2 + 1] = value(i, 1) + (inward * mm * tx) / length;
  }
  return inset;
}

/** Rows [depth, …values] in rising depth: the values in between, linear. Nothing outside the first and last depth. */
export function atDepth(depthMm: number, frames: readonly (readonly number[])[]): readonly number[] | undefined {
  const after = frames.findIndex((frame) => (frame[0] ?? 0) >= depthMm);
  const high = frames[after];
  if (!high) return undefined;
  const low = frames[after - 1];
  if (!low) return (high[0] ?? 0) === depthMm ? high.slice(1) : undefined;
  const [from, to] = [low[0] ?? 0, high[0] ?? 0];
  const t = (depthMm - from) / (to - from);
  return high.slice(1).map((value, index) => (low[index + 1] ?? value) * (1 - t) + value * t);
}
