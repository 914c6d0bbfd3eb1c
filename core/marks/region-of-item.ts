import { type PatientVector, vectorFrom } from "../image/patient-vector.ts";
import type { ContentItem } from "./content-tree.ts";
import type { ImagePoint, ImageRegion, MarkedRegion, SpaceRegion } from "./marked-region.ts";

const IMAGE_TYPES = ["POINT", "MULTIPOINT", "POLYLINE", "CIRCLE", "ELLIPSE"] as const;
const SPACE_TYPES = ["POINT", "MULTIPOINT", "POLYLINE", "POLYGON", "ELLIPSE", "ELLIPSOID"] as const;
/** What a shape needs to be drawn, and for some is all it has. */
const POINTS: Readonly<Record<string, readonly [least: number, most: number]>> = {
  POINT: [1, 1],
  CIRCLE: [2, 2],
  ELLIPSE: [4, 4],
  ELLIPSOID: [6, 6],
};
const ANY_NUMBER = [1, Number.POSITIVE_INFINITY] as const;

/** What an SCOORD or SCOORD3D item marks; undefined when its image, its shape or its points do not make sense. */
export function regionOfItem(root: ContentItem, item: ContentItem): MarkedRegion | undefined {
  const { graphic } = item;
  if (!graphic) return undefined;
  const { graphicType, data, frameOfReferenceUid } = graphic;
  if (frameOfReferenceUid !== undefined) return spaceRegion(graphicType, data, frameOfReferenceUid);
  const type = IMAGE_TYPES.find((each) => each === graphicType);
  const image = item.children
    .filter((child) => child.relationship === "SELECTED FROM")
    .map((child) => (child.sameAs ? itemAt(root, child.sameAs) : child)?.reference)
    .find((reference) => reference !== undefined);
  const points = pairs(data);
  if (!type || !image || !hasPoints(type, points.length)) return undefined;
  return { in: "image", image, graphicType: type, points } satisfies ImageRegion;
}

function spaceRegion(
  graphicType: string,
  data: readonly number[],
  frameOfReferenceUid: string,
): SpaceRegion | undefined {
  const type = SPACE_TYPES.find((each) => each === graphicType);
  const points: PatientVector[] = [];
  for (let at = 0; at + 2 < data.length; at += 3) points.push(vectorFrom(data, at) ?? [0, 0, 0]);
  if (!type || frameOfReferenceUid === "" || !hasPoints(type, points.length)) return undefined;
  return { in: "space", frameOfReferenceUid, graphicType: type, points };
}

function hasPoints(type: string, count: number): boolean {
  const [least, most] = POINTS[type] ?? ANY_NUMBER;
  return count >= least && count <= most;
}

function pairs(data: readonly number[]): readonly ImagePoint[] {
  return Array.from({ length: Math.floor(data.length / 2) }, (_, i) => [data[i * 2] ?? 0, data[i * 2 + 1] ?? 0]);
}

/** By-reference relations say where the other item is: 1 is the root, then the place among its children (§C.17.3.2.5). */
function itemAt(root: ContentItem, path: readonly number[]): ContentItem | undefined {
  return path.slice(1).reduce<ContentItem | undefined>((item, place) => item?.children[place - 1], root);
}
