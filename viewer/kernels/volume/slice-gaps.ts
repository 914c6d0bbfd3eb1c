/** A gap this much wider than the middle one of the stack looks like missing slices … */
const HOLE_GAPS = 1.9;
/** … and is a hole unless the slices are thick enough to reach over it, but for this share of the thickness … */
const HOLE_THICKNESS = 0.5;
/** … or this much (mm). */
const HOLE_MM = 1;
/** High-resolution lungs, 1 mm every 10 mm: a slice for each so many of its thickness, and mm that are in no slice. */
const APART_THICKNESS = 4;
const APART_MM = 3;

export interface GapRefusal {
  readonly reason: "hole" | "slices-apart";
  /** The gap is between this slice and the next. */
  readonly slice: number;
  readonly gapMm: number;
}

/**
 * Whether a volume over these slices would show as body what nobody scanned. Uneven gaps as such are fine: thick slices
 * above thin ones, an overlap in between. Thickness is that of each slice, undefined where the header has none.
 */
export function sliceGapRefusal(
  places: Float64Array,
  thicknessMm: readonly (number | undefined)[],
): GapRefusal | undefined {
  const gaps = gapsOf(places);
  const middle = gaps.toSorted()[Math.floor((gaps.length - 1) / 2)] ?? 0;
  for (const [slice, gapMm] of gaps.entries()) {
    const thickness = thicknessOver(thicknessMm, slice);
    if (thickness !== undefined && gapMm > APART_THICKNESS * thickness && gapMm - thickness > APART_MM)
      return { reason: gapMm > HOLE_GAPS * middle ? "hole" : "slices-apart", slice, gapMm };
    const between = gapMm - (thickness ?? middle);
    if (gapMm > HOLE_GAPS * middle && between > Math.max(HOLE_MM, HOLE_THICKNESS * (thickness ?? middle)))
      return { reason: "hole", slice, gapMm };
  }
  return undefined;
}

/** The most that lies between two slices and in neither, mm; undefined when no pair says its thickness. */
export function unsampledMm(places: Float64Array, thicknessMm: readonly (number | undefined)[]): number | undefined {
  let most: number | undefined;
  for (const [slice, gapMm] of gapsOf(places).entries()) {
    const thickness = thicknessOver(thicknessMm, slice);
    if (thickness !== undefined) most = Math.max(most ?? 0, gapMm - thickness);
  }
  return most;
}

function gapsOf(places: Float64Array): Float64Array {
  return places.subarray(1).map((place, k) => place - (places[k] ?? 0));
}

/** What two neighbours cover of the way between their middles: half of each. A thickness of 0 says nothing. */
function thicknessOver(thicknessMm: readonly (number | undefined)[], slice: number): number | undefined {
  const here = thicknessMm[slice] || thicknessMm[slice + 1];
  const next = thicknessMm[slice + 1] || here;
  return here && next ? (here + next) / 2 : undefined;
}
