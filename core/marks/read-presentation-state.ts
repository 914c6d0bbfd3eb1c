import {
  type DicomJsonDataset,
  itemsOf,
  numberOf,
  numbersOf,
  personNameOf,
  stringOf,
  stringsOf,
} from "../image/dicom-json.ts";
import { type EvidencePlaces, type ImageReference, imageReferenceOf } from "./image-reference.ts";
import type {
  DisplayedArea,
  ForImages,
  GraphicLayer,
  PresentationState,
  PresentedWindow,
  ReadPresentationState,
} from "./presentation-state.ts";
import { graphicAnnotations } from "./read-graphic-annotations.ts";
import { shuttersOf } from "./read-shutters.ts";

const PRESENTATION_STATES = "1.2.840.10008.5.1.4.1.1.11.";
const MAX_IMAGES = 100_000;
const MAX_ITEMS = 10_000;

/** Undefined for what is no presentation state. Whatever is odd in it is left out; never throws, and its size is bounded. */
export function presentationStateOf(dataset: DicomJsonDataset): ReadPresentationState | undefined {
  const sopClassUid = stringOf(dataset, "00080016") ?? "";
  if (!sopClassUid.startsWith(PRESENTATION_STATES)) return undefined;
  const places = placesOf(dataset);
  const { annotations, isCut } = graphicAnnotations(dataset, (item) => forImages(item, places));
  const sizes = ["00081115", "00283110", "0070005A", "00700060"].map((tag) => itemsOf(dataset, tag).length);
  const isTooMuch = isCut || places.size >= MAX_IMAGES || sizes.some((size) => size > MAX_ITEMS);
  return {
    sopClassUid,
    sopInstanceUid: stringOf(dataset, "00080018") ?? "",
    label: stringOf(dataset, "00700080") ?? "",
    description: stringOf(dataset, "00700081") ?? "",
    creator: personNameOf(dataset, "00700084"),
    creationDate: stringOf(dataset, "00700082") ?? "",
    creationTime: stringOf(dataset, "00700083") ?? "",
    images: seriesItems(dataset)
      .flatMap((series) => itemsOf(series, "00081140"))
      .slice(0, MAX_IMAGES)
      .flatMap((item) => imageReferenceOf(item, places) ?? []),
    rescale: rescaleOf(dataset),
    windows: bounded(dataset, "00283110").flatMap((item) => windowsOf(item, forImages(item, places))),
    areas: bounded(dataset, "0070005A").flatMap((item) => areaOf(item, forImages(item, places)) ?? []),
    ...spatialTransformation(dataset),
    isInverted: stringOf(dataset, "20500020") === "INVERSE",
    layers: bounded(dataset, "00700060").map(layerOf),
    annotations,
    shutters: shuttersOf(dataset),
    leftOut: [...leftOutOf(dataset), ...(isTooMuch ? (["too-much"] as const) : [])],
  };
}

function bounded(dataset: DicomJsonDataset, tag: string): readonly DicomJsonDataset[] {
  return itemsOf(dataset, tag).slice(0, MAX_ITEMS);
}

function seriesItems(dataset: DicomJsonDataset): readonly DicomJsonDataset[] {
  return bounded(dataset, "00081115");
}

/** A presentation state refers to images of its own study (PS3.3 §C.11.11). */
function placesOf(dataset: DicomJsonDataset): EvidencePlaces {
  const studyInstanceUid = stringOf(dataset, "0020000D") ?? "";
  const places = new Map<string, { studyInstanceUid: string; seriesInstanceUid: string }>();
  for (const series of seriesItems(dataset)) {
    const seriesInstanceUid = stringOf(series, "0020000E") ?? "";
    for (const image of itemsOf(series, "00081140")) {
      if (places.size >= MAX_IMAGES) return places;
      places.set(stringOf(image, "00081155") ?? "", { studyInstanceUid, seriesInstanceUid });
    }
  }
  return places;
}

function forImages(item: DicomJsonDataset, places: EvidencePlaces): ForImages {
  const images: ImageReference[] = [];
  for (const reference of itemsOf(item, "00081140")) {
    const image = imageReferenceOf(reference, places);
    if (image) images.push(image);
    if (images.length >= MAX_ITEMS) break;
  }
  return images;
}

function rescaleOf(dataset: DicomJsonDataset): PresentationState["rescale"] {
  const slope = numberOf(dataset, "00281053");
  const intercept = numberOf(dataset, "00281052");
  if (slope === undefined || slope === 0 || intercept === undefined) return undefined;
  return { slope, intercept, type: stringOf(dataset, "00281054") ?? "" };
}

function windowsOf(item: DicomJsonDataset, images: ForImages): readonly PresentedWindow[] {
  const widths = numbersOf(item, "00281051");
  const explanations = stringsOf(item, "00281055");
  const name = stringOf(item, "00281056");
  const voiFunction = name === "SIGMOID" || name === "LINEAR_EXACT" ? name : "LINEAR";
  return numbersOf(item, "00281050").flatMap((center, index) => {
    const width = widths[index];
    if (width === undefined || width <= 0) return [];
    return [{ images, window: { center, width }, voiFunction, explanation: explanations[index] ?? "" }];
  });
}

function areaOf(item: DicomJsonDataset, images: ForImages): DisplayedArea | undefined {
  // the pixels seen in the top left and bottom right corner: after rotation and flip any two that are opposite (§C.10.4)
  const [x1, y1] = numbersOf(item, "00700052");
  const [x2, y2] = numbersOf(item, "00700053");
  if (x1 === undefined || y1 === undefined || x2 === undefined || y2 === undefined) return undefined;
  const [vertical = 1, horizontal = 1] = numbersOf(item, "00700102").filter((each) => each > 0);
  return {
    images,
    topLeft: [Math.min(x1, x2), Math.min(y1, y2)],
    bottomRight: [Math.max(x1, x2), Math.max(y1, y2)],
    size: sizeOf(item),
    pixelAspectRatio: [vertical, horizontal],
  };
}

function sizeOf(item: DicomJsonDataset): DisplayedArea["size"] {
  const mode = stringOf(item, "00700100");
  const [row, column] = numbersOf(item, "00700101");
  if (mode === "TRUE SIZE" && row !== undefined && column !== undefined && row > 0 && column > 0)
    return { mode, spacingMm: [row, column] };
  const ratio = numberOf(item, "00700103");
  if (mode === "MAGNIFY" && ratio !== undefined && ratio > 0) return { mode, ratio };
  return { mode: "SCALE TO FIT" };
}

function spatialTransformation(dataset: DicomJsonDataset): Pick<PresentationState, "rotation" | "isFlipped"> {
  const rotation = numberOf(dataset, "00700042");
  return {
    rotation: rotation === 90 || rotation === 180 || rotation === 270 ? rotation : 0,
    isFlipped: stringOf(dataset, "00700041") === "Y",
  };
}

function layerOf(item: DicomJsonDataset): GraphicLayer {
  const grey = numberOf(item, "00700066");
  return {
    name: stringOf(item, "00700002") ?? "",
    order: numberOf(item, "00700062") ?? 0,
    description: stringOf(item, "00700068") ?? "",
    grey: grey !== undefined && grey >= 0 && grey <= 0xffff ? grey : undefined,
  };
}

function leftOutOf(dataset: DicomJsonDataset): ReadPresentationState["leftOut"] {
  const has = (tag: string): boolean => dataset[tag] !== undefined;
  const hasVoiTable = bounded(dataset, "00283110").some((item) => itemsOf(item, "00283010").length > 0);
  return [
    ...(hasVoiTable ? (["voi-table"] as const) : []),
    ...(has("00283000") ? (["modality-table"] as const) : []),
    ...(stringsOf(dataset, "00181600").length > shuttersOf(dataset).length ? (["shutter"] as const) : []),
    ...(Object.keys(dataset).some((tag) => /^60..(3000|1001)$/.test(tag)) ? (["overlay"] as const) : []),
    ...(has("00286100") ? (["mask"] as const) : []),
  ];
}
