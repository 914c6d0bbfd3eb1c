import type { DataSet, Element } from "dicom-parser";
import { DomainError } from "../errors.ts";
import { binaryText, isBinaryVr, isVr, valuesOf } from "./dicom-json-values.ts";
import { elementOfTag } from "./dictionary.ts";

/** One attribute of the DICOM JSON model (PS3.18 F.2.2). */
export interface DicomJsonAttribute {
  readonly vr: string;
  readonly Value?: readonly unknown[];
  readonly InlineBinary?: string;
  readonly BulkDataURI?: string;
}

/** A data set in the DICOM JSON model: eight upper-case hex digits → attribute. */
export type DicomJsonDataSet = Readonly<Record<string, DicomJsonAttribute>>;

export interface DicomJsonOptions {
  /** Binary values up to this many bytes stand in the answer as InlineBinary. */
  readonly inlineBytes?: number;
  /** Other values above this many bytes are bulk data too. */
  readonly valueBytes?: number;
  /** Items within items beyond this depth are left out. */
  readonly depth?: number;
  /**
   * Where the bytes of a bulk value can be fetched; `path` is its tag, within sequences `sequence/item/tag` with items
   * from 0. Without it, or where it gives null, bulk values are left out, as PS3.18 §F.2.2 allows.
   */
  readonly bulkDataUri?: (path: string) => string | null;
}

const DEFAULTS = { inlineBytes: 1024, valueBytes: 64 * 1024, depth: 32, bulkDataUri: () => null };
/** Attributes in one answer: a data set with more is made to hurt. */
const MAX_ATTRIBUTES = 500_000;
const PIXEL_DATA = new Set(["7FE00008", "7FE00009", "7FE00010"]);

interface Walk {
  readonly options: Required<DicomJsonOptions>;
  attributes: number;
}

interface Level {
  readonly depth: number;
  readonly path: string;
  readonly characterSet: string | undefined;
  readonly isSigned: boolean;
}

/**
 * The data set as DICOM JSON (PS3.18 Annex F): text decoded by the character set in force (an item's own holds in it),
 * IS and DS as numbers where they are legal ones, VRs of Implicit VR (and UN of public elements) from the dictionary,
 * pixel data, group lengths and group 0002 left out. Throws DomainError `dicom-unreadable`, nothing else.
 */
export function dicomJson(dataSet: DataSet, options: DicomJsonOptions = {}): DicomJsonDataSet {
  const walk: Walk = { options: { ...DEFAULTS, ...options }, attributes: 0 };
  try {
    const json = levelOf(dataSet, walk, { depth: 0, path: "", characterSet: undefined, isSigned: false });
    // The answer is UTF-8 whatever the instance was, and says so when it says anything (PS3.18 §F.2).
    return json["00080005"] ? { ...json, "00080005": { vr: "CS", Value: ["ISO_IR 192"] } } : json;
  } catch (error) {
    if (error instanceof DomainError) throw error;
    throw new DomainError("dicom-unreadable", {}, { cause: error });
  }
}

/** The items of one sequence of a data set, whose texts are in `characterSet`. Throws as `dicomJson` does. */
export function sequenceItems(
  dataSet: DataSet,
  element: Element,
  characterSet: string | undefined,
  options: DicomJsonOptions,
): readonly DicomJsonDataSet[] {
  const walk: Walk = { options: { ...DEFAULTS, ...options }, attributes: 0 };
  const level: Level = { depth: 0, path: "", characterSet, isSigned: dataSet.uint16("x00280103") === 1 };
  try {
    return (element.items ?? []).map((item) =>
      item.dataSet ? levelOf(item.dataSet, walk, { ...level, depth: 1 }) : {},
    );
  } catch (error) {
    if (error instanceof DomainError) throw error;
    throw new DomainError("dicom-unreadable", {}, { cause: error });
  }
}

/**
 * The text of it with attributes in ascending order of tag at every level (PS3.18 §F.2.2); an object of JavaScript gives
 * keys that look like whole numbers first.
 */
export function dicomJsonText(json: DicomJsonDataSet): string {
  const attributes = Object.keys(json)
    .sort()
    .map((tag) => {
      const attribute = json[tag] as DicomJsonAttribute;
      if (attribute.vr !== "SQ" || !attribute.Value) return `"${tag}":${JSON.stringify(attribute)}`;
      const items = attribute.Value.map((item) => dicomJsonText(item as DicomJsonDataSet));
      return `"${tag}":{"vr":"SQ","Value":[${items.join(",")}]}`;
    });
  return `{${attributes.join(",")}}`;
}

function levelOf(dataSet: DataSet, walk: Walk, outer: Level): DicomJsonDataSet {
  const level: Level = {
    ...outer,
    characterSet: dataSet.elements.x00080005 ? latin(dataSet, dataSet.elements.x00080005) : outer.characterSet,
    isSigned: dataSet.elements.x00280103 ? dataSet.uint16("x00280103") === 1 : outer.isSigned,
  };
  const json: Record<string, DicomJsonAttribute> = {};
  for (const key of Object.keys(dataSet.elements).sort()) {
    const element = dataSet.elements[key];
    const tag = key.slice(1).toUpperCase();
    if (!element || !belongs(tag) || (tag === "00080005" && level.depth > 0)) continue;
    if (++walk.attributes > MAX_ATTRIBUTES) throw new DomainError("dicom-unreadable");
    const attribute = attributeOf(dataSet, element, tag, walk, level);
    if (attribute) json[tag] = attribute;
  }
  return json;
}

/** No group lengths, no file meta, no item delimiters, no padding, no pixel data. */
function belongs(tag: string): boolean {
  return !(
    tag.endsWith("0000") ||
    tag.startsWith("0002") ||
    tag.startsWith("FFFE") ||
    tag === "FFFCFFFC" ||
    PIXEL_DATA.has(tag)
  );
}

function attributeOf(dataSet: DataSet, element: Element, tag: string, walk: Walk, level: Level) {
  const vr = vrOf(element, tag, level.isSigned);
  if (vr === "SQ") return sequenceOf(element, tag, walk, level);
  if (element.dataOffset + element.length > dataSet.byteArray.length) return undefined; // the file ends within it
  const path = level.path + tag;
  const bytes = dataSet.byteArray.subarray(element.dataOffset, element.dataOffset + element.length);
  if (bytes.length === 0) return { vr };
  if (isBinaryVr(vr)) {
    if (bytes.length <= walk.options.inlineBytes) return { vr, InlineBinary: binaryText(bytes) };
    return bulk(vr, path, walk);
  }
  if (bytes.length > walk.options.valueBytes) return bulk(vr, path, walk);
  const parser = element.parser ?? dataSet.byteArrayParser;
  const Value = valuesOf(bytes, vr, parser, level.characterSet);
  return Value.some((value) => value !== null) ? { vr, Value } : { vr };
}

function bulk(vr: string, path: string, walk: Walk): DicomJsonAttribute | undefined {
  const uri = walk.options.bulkDataUri(path);
  return uri === null ? undefined : { vr, BulkDataURI: uri };
}

function sequenceOf(element: Element, tag: string, walk: Walk, level: Level): DicomJsonAttribute | undefined {
  if (level.depth >= walk.options.depth) return undefined;
  const items = element.items ?? [];
  if (items.length === 0) return { vr: "SQ" };
  const Value = items.map((item, index) =>
    item.dataSet
      ? levelOf(item.dataSet, walk, { ...level, depth: level.depth + 1, path: `${level.path}${tag}/${index}/` })
      : {},
  );
  return { vr: "SQ", Value };
}

/** The element's own VR when it is one; else the dictionary's; private elements of Implicit VR are UN (PS3.5 §6.2.2). */
function vrOf(element: Element, tag: string, isSigned: boolean): string {
  if (element.items !== undefined) return "SQ";
  const own = element.vr !== undefined && isVr(element.vr) ? element.vr : undefined;
  if (own !== undefined && own !== "UN") return own;
  const isPrivate = Number.parseInt(tag.slice(3, 4), 16) % 2 === 1;
  if (isPrivate) return own === undefined && /^....00[1-9A-F]./.test(tag) ? "LO" : "UN"; // gggg,0010–00FF: creators
  const listed = elementOfTag(tag)?.vr;
  // A sequence that dicom-parser did not open, within UN of defined length: its bytes are what we have.
  if (listed === undefined || (listed === "SQ" && own === "UN")) return "UN";
  if (listed === "xs") return isSigned ? "SS" : "US";
  if (listed === "ox" || listed === "lt") return "OW";
  return listed;
}

function latin(dataSet: DataSet, element: Element): string {
  const end = Math.min(element.dataOffset + Math.min(element.length, 1024), dataSet.byteArray.length);
  return String.fromCharCode(...dataSet.byteArray.subarray(element.dataOffset, end)).replace(/[\0 ]+$/, "");
}
