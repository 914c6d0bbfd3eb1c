import type { DataSet } from "dicom-parser";
import { decodeText } from "../dicom/character-set.ts";
import { isUid } from "../dicom/uid.ts";
import { DomainError } from "../errors.ts";
import { type RejectionNote, rejectionNoteOf } from "./rejection-note.ts";
import { searchText } from "./search-text.ts";

/** What the index keeps of an instance, level by level. Texts are decoded and trimmed; absent ones are empty. */
export interface IndexEntry {
  readonly patient: {
    readonly patientId: string;
    readonly alphabetic: string;
    readonly ideographic: string;
    readonly phonetic: string;
    /** Han name when there is one, else the latin one, carets as spaces. */
    readonly display: string;
    readonly latin: string;
    readonly birthDate: string;
    readonly sex: string;
    readonly searchText: string;
  };
  readonly study: {
    readonly studyInstanceUid: string;
    readonly studyDate: string;
    readonly studyTime: string;
    readonly accessionNumber: string;
    readonly studyId: string;
    readonly description: string;
    readonly referringPhysician: string;
    readonly patientAge: string;
    readonly searchText: string;
    readonly attributes: DicomJson;
  };
  readonly series: {
    readonly seriesInstanceUid: string;
    readonly modality: string;
    readonly seriesNumber: number | null;
    readonly description: string;
    readonly bodyPart: string;
    readonly attributes: DicomJson;
  };
  readonly instance: {
    readonly sopInstanceUid: string;
    readonly sopClassUid: string;
    readonly instanceNumber: number | null;
    readonly numberOfFrames: number | null;
    readonly attributes: DicomJson;
  };
  /** What the instance says of others, when it is a rejection note. */
  readonly rejection: RejectionNote | null;
}

/** PS3.18 Annex F, as far as the index's own attributes need it. */
export type DicomJson = Readonly<Record<string, { readonly vr: string; readonly Value?: readonly unknown[] }>>;

/** Attributes a query at that level answers from the index: tag → VR. */
export const STUDY_ATTRIBUTES = {
  "00080020": "DA",
  "00080030": "TM",
  "00080050": "SH",
  "00080090": "PN",
  "00080201": "SH",
  "00081030": "LO",
  "00100010": "PN",
  "00100020": "LO",
  "00100030": "DA",
  "00100040": "CS",
  "00101010": "AS",
  "0020000D": "UI",
  "00200010": "SH",
} as const;
export const SERIES_ATTRIBUTES = {
  "00080021": "DA",
  "00080031": "TM",
  "00080060": "CS",
  "00080070": "LO",
  "0008103E": "LO",
  "00081010": "SH",
  "00081090": "LO",
  "00180015": "CS",
  "00181030": "LO",
  "0020000E": "UI",
  "00200011": "IS",
  "00200052": "UI",
  "00200060": "CS",
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
} as const;

/** Texts in the index are cut here: longer ones are damage, not data. */
const MAX_TEXT = 1024;
/** LO and SH have 64 and 16 (PS3.5 §6.2); some write longer ones, and an index row of Postgres ends at 2704 bytes. */
const MAX_IDENTIFIER = 256;

/**
 * Reads the index entry of a data set. Throws `dicom-identifier-missing` or `dicom-identifier-invalid` with the
 * attribute's name when the instance cannot be told from others. A patient's ID that is cut would be somebody else's.
 */
export function indexEntryOf(dataSet: DataSet): IndexEntry {
  const characterSet = latin(dataSet, "x00080005");
  const text = (tag: string) => trimmed(decodeText(bytesOf(dataSet, tag), characterSet, "text"));
  const code = (tag: string) => latin(dataSet, tag);
  const name = indexedName(decodeText(bytesOf(dataSet, "x00100010"), characterSet, "person-name"));
  const level = (table: Readonly<Record<string, string>>) => attributesOf(dataSet, table, characterSet);
  const patientId = text("x00100020");
  if (patientId.length > MAX_IDENTIFIER) throw new DomainError("dicom-identifier-invalid", { attribute: "PatientID" });
  const accessionNumber = text("x00080050").slice(0, MAX_IDENTIFIER).toWellFormed();
  const description = text("x00081030");
  const found = searchText([name.alphabetic, name.ideographic, name.phonetic], [patientId, accessionNumber]);
  return {
    patient: {
      patientId,
      ...name,
      display: name.ideographic.replaceAll("^", "").trim() || spaced(name.alphabetic),
      latin: spaced(name.alphabetic),
      birthDate: code("x00100030"),
      sex: code("x00100040"),
      searchText: found,
    },
    study: {
      studyInstanceUid: identifier(dataSet, "x0020000d", "StudyInstanceUID"),
      studyDate: code("x00080020"),
      studyTime: code("x00080030"),
      accessionNumber,
      studyId: text("x00200010"),
      description,
      referringPhysician: spaced(text("x00080090").split("=").at(1) || text("x00080090").split("=").at(0) || ""),
      patientAge: code("x00101010"),
      searchText: found,
      attributes: level(STUDY_ATTRIBUTES),
    },
    series: {
      seriesInstanceUid: identifier(dataSet, "x0020000e", "SeriesInstanceUID"),
      modality: code("x00080060") || "OT",
      seriesNumber: integer(code("x00200011")),
      description: text("x0008103e"),
      bodyPart: code("x00180015"),
      attributes: level(SERIES_ATTRIBUTES),
    },
    instance: {
      sopInstanceUid: identifier(dataSet, "x00080018", "SOPInstanceUID"),
      sopClassUid: identifier(dataSet, "x00080016", "SOPClassUID"),
      instanceNumber: integer(code("x00200013")),
      numberOfFrames: integer(code("x00280008")),
      attributes: level(INSTANCE_ATTRIBUTES),
    },
    rejection: rejectionNoteOf(dataSet),
  };
}

function identifier(dataSet: DataSet, tag: string, attribute: string): string {
  const uid = latin(dataSet, tag);
  if (uid === "") throw new DomainError("dicom-identifier-missing", { attribute });
  if (!isUid(uid)) throw new DomainError("dicom-identifier-invalid", { attribute });
  return uid;
}

function bytesOf(dataSet: DataSet, tag: string): Uint8Array {
  const element = dataSet.elements[tag];
  if (!element) return new Uint8Array();
  const length = Math.min(element.length, 4 * MAX_TEXT, dataSet.byteArray.length - element.dataOffset);
  return dataSet.byteArray.subarray(element.dataOffset, element.dataOffset + Math.max(0, length));
}

function latin(dataSet: DataSet, tag: string): string {
  return trimmed(Buffer.from(bytesOf(dataSet, tag)).toString("latin1"));
}

/** Padding goes, and NUL and unpaired surrogates too: Postgres keeps neither in text. */
function trimmed(text: string): string {
  return text.replaceAll("\0", "").trim().slice(0, MAX_TEXT).toWellFormed();
}

function spaced(component: string): string {
  return component.replaceAll("^", " ").replace(/\s+/g, " ").trim();
}

/** The groups of a PN value as the index keeps them. */
export function indexedName(text: string): { alphabetic: string; ideographic: string; phonetic: string } {
  const [alphabetic = "", ideographic = "", phonetic = ""] = trimmed(text)
    .split("=")
    .map((part) => part.trim().replace(/\^+$/, ""));
  // A Han name written in the first group, as many devices do, is an ideographic one.
  return ideographic === "" && /\p{Script=Han}/u.test(alphabetic)
    ? { alphabetic: "", ideographic: alphabetic, phonetic }
    : { alphabetic, ideographic, phonetic };
}

/** IS: at most 12 characters, 32 bits (PS3.5 §6.2); null for anything else. */
function integer(text: string): number | null {
  const first = text.split("\\")[0]?.trim() ?? "";
  if (!/^[+-]?\d{1,11}$/.test(first)) return null;
  const value = Number(first);
  return Math.abs(value) < 2 ** 31 ? value : null;
}

function attributesOf(dataSet: DataSet, table: Readonly<Record<string, string>>, characterSet: string): DicomJson {
  const attributes: Record<string, { vr: string; Value?: readonly unknown[] }> = {};
  for (const [tag, vr] of Object.entries(table)) {
    const key = `x${tag.toLowerCase()}`;
    if (!dataSet.elements[key]) continue;
    const values = valuesOf(dataSet, key, vr, characterSet);
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
  const parts = decoded.split("\\").map((part) => part.trim());
  return vr === "IS" ? parts.flatMap((part) => integer(part) ?? []) : parts;
}
