import type { PixelSpacing } from "../../core/image/study-model.ts";
import { cobbAngle } from "./cobb-angle.ts";
import type { ImagePoint } from "./distance-mm.ts";
import { outlineDiameters, type Segment, shortAxisThrough } from "./outline-diameters.ts";
import { IMAGE_AXES, imageMm, imagePixel, onPlane } from "./plane-axes.ts";

type Four = readonly [ImagePoint, ImagePoint, ImagePoint, ImagePoint];

/** The corners of a rectangle in turn, from two opposite ones, as it is dragged. */
export function rectangleCorners(a: ImagePoint, b: ImagePoint): Four {
  return [a, { x: b.x, y: a.y }, b, { x: a.x, y: b.y }];
}

/** The points of a bidirectional finding from a drawn outline, right angles being those of the patient, not of the pixels. */
export function diametersOfOutline(outline: readonly ImagePoint[], spacing: PixelSpacing): Four | undefined {
  const found = outlineDiameters(inMm(outline, spacing));
  if (!found) return undefined;
  const [[a, b], [c, d]] = [inPixels(found.long, spacing), inPixels(found.short, spacing)];
  return [a, b, c, d];
}

/** The short axis of a bidirectional finding while its end is dragged, as `shortAxisThrough`, in pixels. */
export function draggedShortAxis(
  [from, to, dragged, other]: Four,
  spacing: PixelSpacing,
): readonly [ImagePoint, ImagePoint] | undefined {
  const [a, b, c, d] = inMm([from, to, dragged, other], spacing);
  const axis = a && b && c && d && shortAxisThrough([a, b], c, d);
  return axis && inPixels(axis, spacing);
}

export interface CobbLines {
  /** Where the prolonged lines meet inside the picture: the angle is drawn there. */
  readonly crossing: ImagePoint | undefined;
  /** From the middle of one line to that of the other: where they meet outside, the angle is written at this. */
  readonly joint: readonly [ImagePoint, ImagePoint];
}

/** What is drawn between the two lines of Cobb, in pixels; undefined when one of them has no length. */
export function cobbLines(
  points: Four,
  spacing: PixelSpacing,
  picture: { readonly rows: number; readonly columns: number },
): CobbLines | undefined {
  const [a, b, c, d] = imageMm(points, spacing);
  const angle = a && b && c && d && cobbAngle([a, b], [c, d]);
  if (!angle) return undefined;
  const [flat] = onPlane(angle.crossing ? [angle.crossing] : [], IMAGE_AXES);
  const crossing = flat && imagePixel(flat, spacing);
  const isInside =
    crossing && crossing.x >= 0 && crossing.y >= 0 && crossing.x <= picture.columns && crossing.y <= picture.rows;
  const middle = (p: ImagePoint, q: ImagePoint): ImagePoint => ({ x: (p.x + q.x) / 2, y: (p.y + q.y) / 2 });
  return {
    crossing: isInside ? crossing : undefined,
    joint: [middle(points[0], points[1]), middle(points[2], points[3])],
  };
}

function inMm(points: readonly ImagePoint[], spacing: PixelSpacing): readonly ImagePoint[] {
  return onPlane(imageMm(points, spacing), IMAGE_AXES);
}

function inPixels([from, to]: Segment, spacing: PixelSpacing): readonly [ImagePoint, ImagePoint] {
  return [imagePixel(from, spacing), imagePixel(to, spacing)];
}
