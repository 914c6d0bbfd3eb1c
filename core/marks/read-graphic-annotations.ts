import { type DicomJsonDataset, itemsOf, numbersOf, stringOf, stringsOf } from "../image/dicom-json.ts";
import type {
  AnnotationUnits,
  DrawnGraphic,
  DrawnPoint,
  DrawnText,
  ForImages,
  GraphicAnnotation,
} from "./presentation-state.ts";

const GRAPHIC_TYPES = ["POINT", "POLYLINE", "INTERPOLATED", "CIRCLE", "ELLIPSE"] as const;
const POINTS: Readonly<Record<(typeof GRAPHIC_TYPES)[number], readonly [least: number, most: number]>> = {
  POINT: [1, 1],
  POLYLINE: [2, Number.POSITIVE_INFINITY],
  INTERPOLATED: [2, Number.POSITIVE_INFINITY],
  CIRCLE: [2, 2],
  ELLIPSE: [4, 4],
};
const MAX_OBJECTS = 10_000;
const MAX_NUMBERS = 300_000;
/** ST holds 1024; some write more. */
const MAX_LETTERS = 10_000;

/** Graphics and texts of a presentation state (PS3.3 §C.10.5); what cannot be drawn is left out. Bounded over all of them. */
export function graphicAnnotations(
  dataset: DicomJsonDataset,
  imagesOf: (item: DicomJsonDataset) => ForImages,
): { readonly annotations: readonly GraphicAnnotation[]; readonly isCut: boolean } {
  const room = { objects: MAX_OBJECTS, numbers: MAX_NUMBERS };
  const annotations: GraphicAnnotation[] = [];
  let isCut = false;
  for (const item of itemsOf(dataset, "00700001")) {
    const graphicItems = itemsOf(item, "00700009");
    const textItems = itemsOf(item, "00700008");
    room.objects -= 1 + graphicItems.length + textItems.length;
    for (const { "00700022": data } of graphicItems) {
      room.numbers -= data?.Value?.length ?? 0;
      // metadata only link to a value of more than 64 KiB
      if (data?.BulkDataURI !== undefined) isCut = true;
    }
    if (room.objects < 0 || room.numbers < 0) return { annotations, isCut: true };
    annotations.push({
      images: imagesOf(item),
      layer: stringOf(item, "00700002") ?? "",
      graphics: graphicItems.flatMap((graphic) => graphicOf(graphic) ?? []),
      texts: textItems.flatMap((text) => textOf(text) ?? []),
    });
  }
  return { annotations, isCut };
}

function graphicOf(item: DicomJsonDataset): DrawnGraphic | undefined {
  const units = unitsOf(item, "00700005");
  const graphicType = GRAPHIC_TYPES.find((each) => each === stringOf(item, "00700023"));
  const data = numbersOf(item, "00700022");
  const points = Array.from(
    { length: Math.floor(data.length / 2) },
    (_, i): DrawnPoint => [data[i * 2] ?? 0, data[i * 2 + 1] ?? 0],
  );
  if (!units || !graphicType) return undefined;
  const [least, most] = POINTS[graphicType];
  if (points.length < least || points.length > most) return undefined;
  return { units, graphicType, points, isFilled: stringOf(item, "00700024") === "Y" };
}

function textOf(item: DicomJsonDataset): DrawnText | undefined {
  const text = stringsOf(item, "00700006").join("\\").trim().slice(0, MAX_LETTERS);
  const boxUnits = unitsOf(item, "00700003");
  const [topLeft, bottomRight] = [pointOf(item, "00700010"), pointOf(item, "00700011")];
  const anchorUnits = unitsOf(item, "00700004");
  const at = pointOf(item, "00700014");
  const box = boxUnits && topLeft && bottomRight ? { units: boxUnits, topLeft, bottomRight } : undefined;
  const anchor =
    anchorUnits && at ? { units: anchorUnits, at, isVisible: stringOf(item, "00700015") === "Y" } : undefined;
  return text === "" || (!box && !anchor) ? undefined : { text, box, anchor };
}

/** MATRIX is of whole slides, which are not read here. */
function unitsOf(item: DicomJsonDataset, tag: string): AnnotationUnits | undefined {
  const units = stringOf(item, tag);
  return units === "PIXEL" || units === "DISPLAY" ? units : undefined;
}

function pointOf(item: DicomJsonDataset, tag: string): DrawnPoint | undefined {
  const [column, row] = numbersOf(item, tag);
  return column === undefined || row === undefined ? undefined : [column, row];
}
