import type { FindingMeasures } from "../../core/api/payloads/finding.ts";
import type { PatientVector } from "../../core/image/patient-vector.ts";
import { type FindingKind, fitsShape } from "../../core/reading/finding-kinds.ts";
import { angleDeg } from "./angle-deg.ts";
import { cobbAngle } from "./cobb-angle.ts";
import type { ImagePoint } from "./distance-mm.ts";
import { patientDistanceMm } from "./patient-distance.ts";
import { IMAGE_AXES, imageMm, onPlane, type PlaneAxes, spreadAcrossMm } from "./plane-axes.ts";
import { polygonArea } from "./polygon-area.ts";
import { polygonStatistics } from "./polygon-statistics.ts";
import { probeValue } from "./probe-value.ts";
import type { RoiImage } from "./roi-statistics.ts";
import type { PixelStatistics } from "./running-statistics.ts";
import { ellipseSize, ellipseStatistics } from "./turned-ellipse.ts";

/** Why something is not measured; the texts of the page say it to the reader. */
export type MeasureRefusal =
  /** No pixel spacing: pixels are not millimetres, and may not be square either. */
  | "no-spacing"
  /** Not the points of this kind. */
  | "incomplete"
  /** An arm, a line or an outline without extent. */
  | "no-extent"
  /** An outline whose points do not lie in its plane. */
  | "not-planar"
  /** An outline that crosses itself more often than can be meant. */
  | "scribble";

export interface MeasuredFinding {
  readonly measures: FindingMeasures;
  /** Undefined when all that the kind can say was measured. */
  readonly refusal: MeasureRefusal | undefined;
}

/** An image of one value a pixel; without `pixels` (colour, or not there yet) only the geometry is measured. */
export type MeasuredImage = Omit<RoiImage, "pixels"> & { readonly pixels: RoiImage["pixels"] | undefined };

export interface MeasureChoice {
  /** Of the two angles between the lines of Cobb: the one beyond 90 degrees. */
  readonly obtuse?: boolean;
  /** Of a probe: the mean with the eight neighbours, instead of the one pixel. */
  readonly around?: boolean;
}

/** Points of one frame. Degrees and millimetres come from its spacing, values from the pixels themselves. */
export function measureOnImage(
  kind: FindingKind,
  points: readonly ImagePoint[],
  image: MeasuredImage,
  choice: MeasureChoice = {},
): MeasuredFinding {
  if (!fitsShape(kind, points.length)) return { measures: { at: "none" }, refusal: "incomplete" };
  const { spacing } = image;
  const values = valuesInside(kind, points, image, choice);
  const sized: Sized = spacing
    ? sizes(kind, imageMm(points, spacing), IMAGE_AXES, choice)
    : { refusal: hasSize(kind) ? "no-spacing" : undefined };
  return {
    measures: { at: spacing?.at ?? "none", ...sized.found, ...(values && { values }) },
    refusal: sized.refusal,
  };
}

/** Points of a plane through the volume, mm. There are no pixels of its own there, so nothing is said about values. */
export function measureInPatient(
  kind: FindingKind,
  points: readonly PatientVector[],
  axes: PlaneAxes,
  choice: MeasureChoice = {},
): MeasuredFinding {
  if (!fitsShape(kind, points.length)) return { measures: { at: "patient" }, refusal: "incomplete" };
  const { found, refusal } = sizes(kind, points, axes, choice);
  return { measures: { at: "patient", ...found }, refusal };
}

interface Sized {
  readonly found?: Omit<FindingMeasures, "at" | "values">;
  readonly refusal: MeasureRefusal | undefined;
}

/** A tenth of the finest voxel: what is further out of the plane was not drawn on it. */
const PLANAR_MM = 0.02;

function hasSize(kind: FindingKind): boolean {
  return kind !== "probe" && kind !== "arrow" && kind !== "text";
}

function sizes(kind: FindingKind, points: readonly PatientVector[], axes: PlaneAxes, { obtuse }: MeasureChoice): Sized {
  const [a, b, c, d] = points;
  switch (kind) {
    case "length":
    case "bidirectional":
    case "nodule": {
      if (!a || !b) return { refusal: undefined }; // a nodule's place alone
      const one = patientDistanceMm(a, b);
      if (!c || !d) return { found: { lengthMm: one }, refusal: undefined };
      const other = patientDistanceMm(c, d);
      return { found: { lengthMm: Math.max(one, other), widthMm: Math.min(one, other) }, refusal: undefined };
    }
    case "angle": {
      const angle = a && b && c && angleDeg(a, b, c);
      return angle === undefined ? { refusal: "no-extent" } : { found: { angleDeg: angle }, refusal: undefined };
    }
    case "cobb": {
      const angle = a && b && c && d && cobbAngle([a, b], [c, d]);
      if (!angle) return { refusal: "no-extent" };
      return { found: { angleDeg: obtuse ? angle.obtuseDeg : angle.acuteDeg }, refusal: undefined };
    }
    case "ellipse":
    case "rectangle":
    case "freehand":
      return areaOf(kind, points, axes);
    default:
      return { refusal: undefined };
  }
}

function areaOf(kind: "ellipse" | "rectangle" | "freehand", points: readonly PatientVector[], axes: PlaneAxes): Sized {
  if (spreadAcrossMm(points, axes) > PLANAR_MM) return { refusal: "not-planar" };
  const flat = onPlane(points, axes);
  const [a, b, c] = flat;
  if (kind === "ellipse")
    return a && b && c ? { found: ellipseSize([a, b, c]), refusal: undefined } : { refusal: "incomplete" };
  const { mm2 } = polygonArea(flat);
  return mm2 === undefined ? { refusal: "scribble" } : { found: { areaMm2: mm2 }, refusal: undefined };
}

function valuesInside(
  kind: FindingKind,
  points: readonly ImagePoint[],
  { pixels, ...rest }: MeasuredImage,
  { around }: MeasureChoice,
): FindingMeasures["values"] {
  if (!pixels) return undefined;
  const found = statisticsOf(kind, points, { ...rest, pixels }, around === true);
  return found && { ...found, unit: rest.rescale.unit };
}

function statisticsOf(
  kind: FindingKind,
  points: readonly ImagePoint[],
  image: RoiImage,
  around: boolean,
): PixelStatistics | undefined {
  const [a, b, c] = points;
  if (kind === "rectangle" || kind === "freehand") return polygonStatistics(image, points);
  if (kind === "ellipse") return a && b && c && ellipseStatistics(image, [a, b, c]);
  const probed = kind === "probe" && a ? probeValue(image, a) : undefined;
  if (!probed || around) return probed?.around;
  const { value } = probed;
  return { count: 1, mean: value, standardDeviation: 0, min: value, max: value };
}
