import type { DataSet, Element } from "dicom-parser";
import { decodeText } from "../dicom/character-set.ts";
import { sequenceItems } from "../dicom/dicom-json.ts";
import { DomainError } from "../errors.ts";

/** PS3.18 Annex F, as far as the index's own attributes need it. */
export type DicomJson = Readonly<Record<string, { readonly vr: string; readonly Value?: readonly unknown[] }>>;

/** Attributes a query at that level answers from the index: tag → VR. */
export const STUDY_ATTRIBUTES = {
  "00080020": "DA",
  "00080030": "TM",
  "00080050": "SH",
  "00080051": "SQ",
  "00080090": "PN",
  "00080201": "SH",
  "00081030": "LO",
  "00081032": "SQ",
  "00081060": "PN",
  "00081080": "LO",
  "00081110": "SQ",
  "00100010": "PN",
  "00100020": "LO",
  "00100030": "DA",
  "00100040": "CS",
  "00101010": "AS",
  "0020000D": "UI",
  "00200010": "SH",
  "00321032": "PN",
  "00321033": "LO",
  "00321060": "LO",
  "00380010": "LO",
} as const;
export const SERIES_ATTRIBUTES = {
  "00080021": "DA",
  "00080031": "TM",
  "00080060": "CS",
  "00080070": "LO",
  "00080080": "LO",
  "0008103E": "LO",
  "00081010": "SH",
  "00081040": "LO",
  "00081050": "PN",
  "00081070": "PN",
  "00081090": "LO",
  "00081111": "SQ",
  "00180015": "CS",
  "00181000": "LO",
  "00181030": "LO",
  "00185100": "CS",
  "0020000E": "UI",
  "00200011": "IS",
  "00200052": "UI",
  "00200060": "CS",
  "00400244": "DA",
  "00400245": "TM",
  "00400253": "SH",
  "00400254": "LO",
  "00400260": "SQ",
  "00400275": "SQ",
} as const;
export const INSTANCE_ATTRIBUTES = {
  "00080016": "UI",
  "00080018": "UI",
  "00080023": "DA",
  "00080033": "TM",
  "00200013": "IS",
  "00280008": "IS",
  "00280010": "US",
  "00280011": "US",
  "00280100": "US",
  // of documents; an image has none of them
  "0040A043": "SQ",
  "0040A491": "CS",
  "0040A493": "CS",
  "00420010": "ST",
  "00700080": "CS",
} as const;

const rowsOf = (table: Readonly<Record<string, string>>) =>
  Object.entries(table).map(([tag, vr]) => ({ tag, key: `x${tag.toLowerCase()}`, vr }));
const ROWS = {
  study: rowsOf(STUDY_ATTRIBUTES),
  series: rowsOf(SERIES_ATTRIBUTES),
  instance: rowsOf(INSTANCE_ATTRIBUTES),
};

/** Texts in the index are cut here: longer ones are damage, not data. */
const MAX_TEXT = 1024;
/** Of a sequence that is kept: a few codes or requests. */
const MAX_SEQUENCE_BYTES = 4096;
const MAX_SEQUENCE_DEPTH = 3;

/** What a data set has of a level's attributes. */
export function attributesOf(
  dataSet: DataSet,
  level: "study" | "series" | "instance",
  characterSet: string,
): DicomJson {
  const attributes: Record<string, { vr: string; Value?: readonly unknown[] }> = {};
  for (const { tag, key, vr } of ROWS[level]) {
    const element = dataSet.elements[key];
    if (!element) continue;
    const values = vr === "SQ" ? itemsOf(dataSet, element, characterSet) : valuesOf(dataSet, key, vr, characterSet);
    if (values === null) continue;
    attributes[tag] = values.length > 0 ? { vr, Value: values } : { vr };
  }
  return attributes;
}

function valuesOf(dataSet: DataSet, tag: string, vr: string, characterSet: string): readonly unknown[] {
  if (vr === "US") {
    // a file may end within the value that it announces
    const value = bytesOf(dataSet, tag).length >= 2 ? dataSet.uint16(tag) : undefined;
    return value === undefined ? [] : [value];
  }
  const kind = vr === "PN" ? "person-name" : "text";
  const decoded = trimmed(
    decodeText(bytesOf(dataSet, tag), vr === "UI" || vr === "DA" || vr === "TM" ? undefined : characterSet, kind),
  );
  if (decoded === "") return [];
  if (vr === "PN") {
    const groups = decoded.split("=").map((part) => part.trim());
    const names = ["Alphabetic", "Ideographic", "Phonetic"] as const;
    return [Object.fromEntries(names.flatMap((group, i) => (groups[i] ? [[group, groups[i]]] : [])))];
  }
  if (vr === "ST") return [decoded];
  const parts = decoded.split("\\").map((part) => part.trim());
  return vr === "IS" ? parts.flatMap((part) => integer(part) ?? []) : parts;
}

/** Null where they are too many to be kept, or cannot be read: the index goes without them rather than the instance. */
function itemsOf(dataSet: DataSet, element: Element, characterSet: string): readonly unknown[] | null {
  if (element.length > MAX_SEQUENCE_BYTES) return null;
  try {
    return sequenceItems(dataSet, element, characterSet, { depth: MAX_SEQUENCE_DEPTH, inlineBytes: 0 }).map(withoutNul);
  } catch (error) {
    if (error instanceof DomainError) return null;
    throw error;
  }
}

/** Postgres keeps no NUL in jsonb. */
function withoutNul(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll("\0", "").toWellFormed();
  if (Array.isArray(value)) return value.map(withoutNul);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withoutNul(one)]));
}

export function bytesOf(dataSet: DataSet, tag: string): Uint8Array {
  const element = dataSet.elements[tag];
  if (!element) return new Uint8Array();
  const length = Math.min(element.length, 4 * MAX_TEXT, dataSet.byteArray.length - element.dataOffset);
  return dataSet.byteArray.subarray(element.dataOffset, element.dataOffset + Math.max(0, length));
}

export function latin(dataSet: DataSet, tag: string): string {
  return trimmed(Buffer.from(bytesOf(dataSet, tag)).toString("latin1"));
}

/** Padding goes, and NUL and unpaired surrogates too: Postgres keeps neither in text. */
export function trimmed(text: string): string {
  return text.replaceAll("\0", "").trim().slice(0, MAX_TEXT).toWellFormed();
}

/** IS: at most 12 characters, 32 bits (PS3.5 §6.2); null for anything else. */
export function integer(text: string): number | null {
  const first = text.split("\\")[0]?.trim() ?? "";
  if (!/^[+-]?\d{1,11}$/.test(first)) return null;
  const value = Number(first);
  return Math.abs(value) < 2 ** 31 ? value : null;
}
