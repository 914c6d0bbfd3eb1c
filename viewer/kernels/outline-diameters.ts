import type { ImagePoint } from "./distance-mm.ts";
import { crossingsAt, sidesOf } from "./polygon-area.ts";

export type Segment = readonly [from: ImagePoint, to: ImagePoint];

export interface OutlineDiameters {
  readonly long: Segment;
  readonly short: Segment;
}

/**
 * The long axis of an outline and its longest perpendicular, all in millimetres of one plane: the longest distance between
 * two of its points (RECIST 1.1; of a hollow outline it may run outside), then the longest chord inside the outline at right
 * angles to it. Undefined when the outline has no extent or nothing lies across.
 */
export function outlineDiameters(outline: readonly ImagePoint[]): OutlineDiameters | undefined {
  const long = longestBetween(outline);
  if (!long) return undefined;
  const short = longestAcross(outline, long);
  return short && { long, short };
}

function longestBetween(points: readonly ImagePoint[]): Segment | undefined {
  let longest = 0;
  let found: Segment | undefined;
  for (const [index, a] of points.entries()) {
    for (let other = index + 1; other < points.length; other++) {
      const b = points[other] ?? a;
      const length2 = (b.x - a.x) ** 2 + (b.y - a.y) ** 2;
      if (length2 <= longest) continue;
      longest = length2;
      found = [a, b];
    }
  }
  return found;
}

/** The longest chord at right angles to an axis. Between two corners a chord's length is linear, so it is longest at one. */
export function longestAcross(outline: readonly ImagePoint[], [from, to]: Segment): Segment | undefined {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  if (length === 0) return undefined;
  const [cos, sin] = [(to.x - from.x) / length, (to.y - from.y) / length];
  // turned so that the axis is vertical and chords across it are level: x across, y along
  const turned = outline.map(
    ({ x, y }): ImagePoint => ({
      x: (x - from.x) * -sin + (y - from.y) * cos,
      y: (x - from.x) * cos + (y - from.y) * sin,
    }),
  );
  const back = (x: number, y: number): ImagePoint => ({
    x: from.x - x * sin + y * cos,
    y: from.y + x * cos + y * sin,
  });
  // A corner's own height sees the sides below it; upside down, those above.
  const below = longestLevel(turned);
  const above = longestLevel(turned.map(({ x, y }) => ({ x, y: -y })));
  const best = above.width > below.width ? { ...above, y: -above.y } : below;
  return best.width > 0 ? [back(best.left, best.y), back(best.left + best.width, best.y)] : undefined;
}

function longestLevel(points: readonly ImagePoint[]) {
  const sides = sidesOf(points);
  let best = { width: 0, left: 0, y: 0 };
  for (const { y } of points) {
    const crossings = crossingsAt(sides, y);
    for (let pair = 0; pair + 1 < crossings.length; pair += 2) {
      const left = crossings[pair] ?? 0;
      const width = (crossings[pair + 1] ?? left) - left;
      if (width > best.width) best = { width, left, y };
    }
  }
  return best;
}

/**
 * The short axis while one of its ends is dragged: it goes through `dragged`, stays at right angles to the long axis, and its
 * other end keeps its distance from that. In millimetres; undefined when the long axis has no length.
 */
export function shortAxisThrough([from, to]: Segment, dragged: ImagePoint, other: ImagePoint): Segment | undefined {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  if (length === 0) return undefined;
  const [cos, sin] = [(to.x - from.x) / length, (to.y - from.y) / length];
  // never beyond the ends of the long axis
  const along = Math.min(length, Math.max(0, (dragged.x - from.x) * cos + (dragged.y - from.y) * sin));
  const across = (point: ImagePoint): number => (point.y - from.y) * cos - (point.x - from.x) * sin;
  const at = (distance: number): ImagePoint => ({
    x: from.x + along * cos - distance * sin,
    y: from.y + along * sin + distance * cos,
  });
  return [at(across(dragged)), at(across(other))];
}
