export const FINDING_KINDS = [
  "length",
  "angle",
  "cobb",
  "bidirectional",
  "ellipse",
  "rectangle",
  "freehand",
  "probe",
  "arrow",
  "text",
  "nodule",
] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

/** What can be measured, with the unit in the name. `lengthMm` of two axes is the longer, `widthMm` the one across. */
export const MEASURES = ["lengthMm", "widthMm", "angleDeg", "areaMm2", "values"] as const;
export type MeasureName = (typeof MEASURES)[number];

export interface FindingShape {
  /** How many points, each number that may be. */
  readonly points: readonly number[] | { readonly least: number; readonly most: number };
  readonly measures: readonly MeasureName[];
}

/**
 * Points by kind: a length its ends; an angle end, vertex, end; Cobb the ends of one line and of the other; bidirectional the
 * ends of the long axis and of the short one; an ellipse its centre and the ends of two half diameters (`TurnedEllipse`); a
 * rectangle its corners in turn; an arrow tip and tail; a nodule the place alone, or the ends of one axis, or of both.
 */
export const FINDING_SHAPES: Readonly<Record<FindingKind, FindingShape>> = {
  length: { points: [2], measures: ["lengthMm"] },
  angle: { points: [3], measures: ["angleDeg"] },
  cobb: { points: [4], measures: ["angleDeg"] },
  bidirectional: { points: [4], measures: ["lengthMm", "widthMm"] },
  ellipse: { points: [3], measures: ["lengthMm", "widthMm", "areaMm2", "values"] },
  rectangle: { points: [4], measures: ["areaMm2", "values"] },
  // a hand-drawn outline on a large screen has some hundreds
  freehand: { points: { least: 3, most: 2000 }, measures: ["areaMm2", "values"] },
  probe: { points: [1], measures: ["values"] },
  arrow: { points: [2], measures: [] },
  text: { points: [1], measures: [] },
  nodule: { points: [1, 2, 4], measures: ["lengthMm", "widthMm"] },
};

export function fitsShape(kind: FindingKind, count: number): boolean {
  const { points } = FINDING_SHAPES[kind];
  return "least" in points ? count >= points.least && count <= points.most : points.includes(count);
}
