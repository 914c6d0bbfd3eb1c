import type { PatientVector } from "../image/patient-vector.ts";
import type { ImageReference } from "./image-reference.ts";

/** In pixels of the image: 0\0 is the top left corner of the first pixel, 1\1 its bottom right one (PS3.3 §C.18.6.1). */
export type ImagePoint = readonly [column: number, row: number];

/** Points in an image: a circle is its centre and a point of it, an ellipse the ends of its long and of its short axis. */
export interface ImageRegion {
  readonly in: "image";
  readonly image: ImageReference;
  readonly graphicType: "POINT" | "MULTIPOINT" | "POLYLINE" | "CIRCLE" | "ELLIPSE";
  readonly points: readonly ImagePoint[];
}

/** Points in the patient, mm (PS3.3 §C.18.9.1). */
export interface SpaceRegion {
  readonly in: "space";
  readonly frameOfReferenceUid: string;
  readonly graphicType: "POINT" | "MULTIPOINT" | "POLYLINE" | "POLYGON" | "ELLIPSE" | "ELLIPSOID";
  readonly points: readonly PatientVector[];
}

export type MarkedRegion = ImageRegion | SpaceRegion;
