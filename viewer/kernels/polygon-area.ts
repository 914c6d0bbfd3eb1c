import type { ImagePoint } from "./distance-mm.ts";

/** Of a drawn outline this many crossings are a scribble; the work of its area grows with them. */
const MOST_CROSSINGS = 1000;

export interface PolygonArea {
  /** What is inside by the even-odd rule, as the statistics count it; undefined for a scribble. */
  readonly mm2: number | undefined;
  readonly crossesItself: boolean;
}

/**
 * The area of a closed polygon of points in millimetres of one plane. By the shoelace formula while no two sides touch; the
 * formula takes away or doubles the loops of an outline that crosses itself, so that one is cut into strips instead.
 */
export function polygonArea(outline: readonly ImagePoint[]): PolygonArea {
  // a hand that rests draws the same corner twice, which is no crossing
  const points = outline.filter(({ x, y }, index) => {
    const before = outline.at(index - 1);
    return outline.length === 1 || before?.x !== x || before.y !== y;
  });
  const crossings = crossingHeights(points);
  if (crossings.length === 0) return { mm2: Math.abs(signedArea(points)), crossesItself: false };
  return {
    mm2: crossings.length > MOST_CROSSINGS ? undefined : evenOddArea(points, crossings),
    crossesItself: true,
  };
}

/** The shoelace formula; the sign says which way round. Taken from the first point, so that far from the origin nothing is lost. */
export function signedArea(points: readonly ImagePoint[]): number {
  const origin = points[0];
  if (!origin) return 0;
  let twice = 0;
  for (const [a, b] of sidesOf(points))
    twice += (a.x - origin.x) * (b.y - origin.y) - (b.x - origin.x) * (a.y - origin.y);
  return twice / 2;
}

export function sidesOf(points: readonly ImagePoint[]): readonly (readonly [ImagePoint, ImagePoint])[] {
  return points.map((point, index) => [point, points[(index + 1) % points.length] ?? point] as const);
}

/** Heights at which two sides that are not neighbours touch; stops once there are too many. */
function crossingHeights(points: readonly ImagePoint[]): readonly number[] {
  const sides = sidesOf(points);
  const heights: number[] = [];
  for (const [i, [a, b]] of sides.entries()) {
    for (let j = i + 2; j < sides.length; j++) {
      if (i === 0 && j === sides.length - 1) continue; // the last side ends where the first begins
      const [c, d] = sides[j] ?? [a, b];
      if (Math.max(a.y, b.y) < Math.min(c.y, d.y) || Math.max(c.y, d.y) < Math.min(a.y, b.y)) continue;
      const [rx, ry, sx, sy] = [b.x - a.x, b.y - a.y, d.x - c.x, d.y - c.y];
      const determinant = rx * sy - ry * sx;
      if (determinant === 0) continue; // parallel: where they overlap, nothing lies between them
      const t = ((c.x - a.x) * sy - (c.y - a.y) * sx) / determinant;
      const u = ((c.x - a.x) * ry - (c.y - a.y) * rx) / determinant;
      if (t < 0 || t > 1 || u < 0 || u > 1) continue;
      heights.push(a.y + t * ry);
      if (heights.length > MOST_CROSSINGS) return heights;
    }
  }
  return heights;
}

/** Between two heights without a corner or crossing the sides are straight and keep their order: width at half height × height. */
function evenOddArea(points: readonly ImagePoint[], crossings: readonly number[]): number {
  const sides = sidesOf(points);
  const heights = [...new Set([...points.map(({ y }) => y), ...crossings])].sort((a, b) => a - b);
  let area = 0;
  for (const [index, top] of heights.entries()) {
    const bottom = heights[index + 1];
    if (bottom === undefined) break;
    area += widthAt(sides, (top + bottom) / 2) * (bottom - top);
  }
  return area;
}

function widthAt(sides: ReturnType<typeof sidesOf>, y: number): number {
  return crossingsAt(sides, y).reduce((width, x, index) => width + (index % 2 === 0 ? -x : x), 0);
}

/** Where the sides cross a height, from left to right: inside lies between the first and second, third and fourth … */
export function crossingsAt(sides: ReturnType<typeof sidesOf>, y: number): readonly number[] {
  const found: number[] = [];
  for (const [a, b] of sides) {
    // the upper end belongs to a side, the lower one does not: a corner counts once, or twice at a tip
    if (a.y <= y === b.y <= y) continue;
    found.push(a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x));
  }
  return found.sort((left, right) => left - right);
}
