import {
  type DicomJsonDataset,
  itemsOf,
  numberOf,
  numbersOf,
  type PersonName,
  personNameOf,
  stringOf,
  stringsOf,
} from "../image/dicom-json.ts";
import { type CodedConcept, conceptOf } from "./coded-concept.ts";
import { type EvidencePlaces, type ImageReference, imageReferenceOf } from "./image-reference.ts";

/** A content item of any maker (PS3.3 §C.17.3): what it is called, what it says, and what it refers to. */
export interface ContentItem {
  readonly relationship: string;
  readonly valueType: string;
  readonly concept: CodedConcept | undefined;
  /** TEXT, DATE, TIME, DATETIME and UIDREF as stored; empty for the others. */
  readonly text: string;
  /** CODE. */
  readonly code: CodedConcept | undefined;
  /** NUM; undefined where there is a reason instead of a number. */
  readonly number: { readonly value: number; readonly unit: CodedConcept | undefined } | undefined;
  /** PNAME. */
  readonly person: PersonName | undefined;
  /** IMAGE, COMPOSITE, WAVEFORM. */
  readonly reference: ImageReference | undefined;
  /** SCOORD, SCOORD3D. */
  readonly graphic: Graphic | undefined;
  /** Where it is in the tree, 1\2\1, when it stands for another item of it. */
  readonly sameAs: readonly number[] | undefined;
  readonly children: readonly ContentItem[];
}

export interface Graphic {
  readonly graphicType: string;
  readonly data: readonly number[];
  /** Of SCOORD3D. */
  readonly frameOfReferenceUid: string | undefined;
}

export interface ContentTree {
  readonly root: ContentItem;
  /** There was more than is read of any document. */
  readonly isCut: boolean;
}

const MAX_ITEMS = 20_000;
const MAX_DEPTH = 32;
const MAX_NUMBERS = 300_000;
const MAX_LETTERS = 100_000;
const TEXT_TAGS: Readonly<Record<string, string>> = {
  TEXT: "0040A160",
  DATETIME: "0040A120",
  DATE: "0040A121",
  TIME: "0040A122",
  UIDREF: "0040A124",
};

interface Walk {
  readonly places: EvidencePlaces;
  items: number;
  numbers: number;
  isCut: boolean;
}

/** The content of a structured document. Whatever is odd in it is left out; it never throws and its size is bounded. */
export function contentTreeOf(dataset: DicomJsonDataset, places: EvidencePlaces): ContentTree {
  const walk: Walk = { places, items: 0, numbers: 0, isCut: false };
  const root = contentItem(dataset, walk, 0);
  return { root, isCut: walk.isCut };
}

function contentItem(item: DicomJsonDataset, walk: Walk, depth: number): ContentItem {
  walk.items += 1;
  const valueType = stringOf(item, "0040A040") ?? "";
  const sameAs = numbersOf(item, "0040DB73");
  return {
    relationship: stringOf(item, "0040A010") ?? "",
    valueType,
    concept: conceptOf(item, "0040A043"),
    text: textOf(item, valueType, walk),
    code: valueType === "CODE" ? conceptOf(item, "0040A168") : undefined,
    number: valueType === "NUM" ? measuredValue(item) : undefined,
    person: valueType === "PNAME" ? personNameOf(item, "0040A123") : undefined,
    reference: referenceOf(item, walk.places),
    graphic: valueType.startsWith("SCOORD") ? graphicOf(item, valueType, walk) : undefined,
    sameAs: sameAs.length > 0 ? sameAs : undefined,
    children: childrenOf(item, walk, depth),
  };
}

function childrenOf(item: DicomJsonDataset, walk: Walk, depth: number): readonly ContentItem[] {
  const children: ContentItem[] = [];
  for (const child of itemsOf(item, "0040A730")) {
    if (walk.items >= MAX_ITEMS || depth >= MAX_DEPTH) {
      walk.isCut = true;
      break;
    }
    children.push(contentItem(child, walk, depth + 1));
  }
  return children;
}

function textOf(item: DicomJsonDataset, valueType: string, walk: Walk): string {
  const tag = Object.hasOwn(TEXT_TAGS, valueType) ? TEXT_TAGS[valueType] : undefined;
  if (tag === undefined) return "";
  const text = stringsOf(item, tag).join("\\").trim();
  // metadata only link to a value of more than 64 KiB
  if (text.length > MAX_LETTERS || item[tag]?.BulkDataURI !== undefined) walk.isCut = true;
  return text.slice(0, MAX_LETTERS);
}

function measuredValue(item: DicomJsonDataset): ContentItem["number"] {
  const [measured] = itemsOf(item, "0040A300");
  // the double where DS was too short for it
  const value = numberOf(measured, "0040A161") ?? numberOf(measured, "0040A30A");
  return value === undefined ? undefined : { value, unit: conceptOf(measured, "004008EA") };
}

function referenceOf(item: DicomJsonDataset, places: EvidencePlaces): ImageReference | undefined {
  const [reference] = itemsOf(item, "00081199");
  return reference && imageReferenceOf(reference, places);
}

function graphicOf(item: DicomJsonDataset, valueType: string, walk: Walk): Graphic | undefined {
  const data = numbersOf(item, "00700022");
  walk.numbers += data.length;
  // metadata only link to a value of more than 64 KiB
  if (walk.numbers > MAX_NUMBERS || item["00700022"]?.BulkDataURI !== undefined) {
    walk.isCut = true;
    return undefined;
  }
  return {
    graphicType: stringOf(item, "00700023") ?? "",
    data,
    frameOfReferenceUid: valueType === "SCOORD3D" ? (stringOf(item, "30060024") ?? "") : undefined,
  };
}
