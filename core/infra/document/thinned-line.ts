/**
 * FL in Explicit VR holds 65534 bytes (PS3.5 §7.1.2), 5461 points in space, and metadata no more either. A line drawn by hand
 * has so many only when they lie closer than anybody can see.
 */
const MOST_POINTS = 4000;

/** Points of a line, evenly fewer where they are too many for a document; the first and the last stay. */
export function thinnedLine<P>(points: readonly P[]): readonly P[] {
  if (points.length <= MOST_POINTS) return points;
  const step = (points.length - 1) / (MOST_POINTS - 1);
  return Array.from({ length: MOST_POINTS }, (_, i) => points[Math.round(i * step)] as P);
}
