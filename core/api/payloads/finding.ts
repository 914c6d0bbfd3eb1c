import { z } from "zod";
import { FINDING_KINDS, FINDING_SHAPES, fitsShape, MEASURES } from "../../reading/finding-kinds.ts";
import { Text, Uid } from "./payload-parts.ts";

/** Far beyond any image or patient, and still exact. */
const Coordinate = z.number().min(-1e6).max(1e6);
const Vector = z.tuple([Coordinate, Coordinate, Coordinate]).readonly();
const MOST_POINTS = 2000;

/** On one frame: in pixels, (0.5, 0.5) the centre of the first. */
const OnFrame = z.object({
  on: z.literal("frame"),
  /** `<SOP Instance UID>/<frame number>`, as `Frame.key`. */
  frameKey: z.string().regex(/^[0-9.]{1,64}\/[1-9]\d{0,5}$/),
  points: z
    .array(z.object({ x: Coordinate, y: Coordinate }).readonly())
    .min(1)
    .max(MOST_POINTS)
    .readonly(),
});

/** On a plane through the volume (MPR): in millimetres of a frame of reference (0020,0052). */
const InPatient = z.object({
  on: z.literal("patient"),
  frameOfReferenceUid: Uid,
  /** The plane it was drawn on: unit vectors to the right and down. */
  row: Vector,
  column: Vector,
  points: z.array(Vector).min(1).max(MOST_POINTS).readonly(),
});

const Size = z.number().min(0).max(1e6);

/** Of the pixels inside, rescaled; `unit` empty where the image claims none. */
const PixelValues = z.object({
  count: z.number().int().min(1),
  mean: z.number(),
  standardDeviation: z.number().min(0),
  min: z.number(),
  max: z.number(),
  unit: Text(16),
});

const FindingMeasures = z.object({
  /** Where millimetres and degrees hold: in the patient, at the detector only (PS3.3 10.7.1.3), or nowhere: no spacing. */
  at: z.enum(["patient", "imager", "none"]),
  lengthMm: Size.optional(),
  widthMm: Size.optional(),
  angleDeg: z.number().min(0).max(180).optional(),
  areaMm2: z.number().min(0).max(1e12).optional(),
  values: PixelValues.optional(),
});
export type FindingMeasures = z.infer<typeof FindingMeasures>;

/** A control character would break the line of a report or of a list. */
const Line = (max: number) => Text(max).regex(/^\P{Cc}*$/u);

/** What a reader marked on an image: where, what was measured when it was drawn, and what it is called. */
export const Finding = z
  .object({
    id: z.uuid(),
    kind: z.enum(FINDING_KINDS),
    place: z.discriminatedUnion("on", [OnFrame, InPatient]),
    measures: FindingMeasures,
    /** Counted through a study's findings of this kind; nodules always have one. */
    number: z.number().int().min(1).max(999).optional(),
    /** The reader's own words: where it is, or what. Empty for none. */
    label: Line(200),
  })
  .superRefine((finding, context) => {
    const refuse = (path: readonly (string | number)[], message: string): void =>
      context.addIssue({ code: "custom", path: [...path], message });
    const { kind, place, measures } = finding;
    if (!fitsShape(kind, place.points.length)) refuse(["place", "points"], `not the points of a ${kind}`);
    for (const name of MEASURES) {
      if (measures[name] === undefined) continue;
      if (!FINDING_SHAPES[kind].measures.includes(name)) refuse(["measures", name], `a ${kind} has no such measure`);
      else if (measures.at === "none" && name !== "values") refuse(["measures", name], "nothing to measure it by");
    }
    if ((measures.widthMm ?? 0) > (measures.lengthMm ?? 0)) refuse(["measures", "widthMm"], "wider than long");
    if (kind === "nodule" && finding.number === undefined) refuse(["number"], "a nodule has a number");
    if (kind === "text" && finding.label.trim() === "") refuse(["label"], "a text says something");
    if (place.on === "patient" && !areAxes(place.row, place.column)) refuse(["place", "row"], "not axes of a plane");
  });
export type Finding = z.infer<typeof Finding>;

type Direction = z.infer<typeof Vector>;

/** Unit vectors at right angles, within what sixteen decimals of a cosine leave. */
function areAxes(row: Direction, column: Direction): boolean {
  const dot = (a: Direction, b: Direction): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  return (
    Math.abs(dot(row, row) - 1) < 1e-3 && Math.abs(dot(column, column) - 1) < 1e-3 && Math.abs(dot(row, column)) < 1e-3
  );
}
