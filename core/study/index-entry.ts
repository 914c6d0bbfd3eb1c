import type { DataSet } from "dicom-parser";
import { decodeText } from "../dicom/character-set.ts";
import { isUid } from "../dicom/uid.ts";
import { DomainError } from "../errors.ts";
import { filedLevels } from "./filed-levels.ts";
import { attributesOf, bytesOf, type DicomJson, integer, latin, trimmed } from "./index-attributes.ts";
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

/** LO and SH have 64 and 16 (PS3.5 §6.2); some write longer ones, and an index row of Postgres ends at 2704 bytes. */
const MAX_IDENTIFIER = 256;

/**
 * Reads the index entry of a data set. Throws `dicom-identifier-missing` or `dicom-identifier-invalid` with the
 * attribute's name when the instance cannot be told from others. A patient's ID that is cut would be somebody else's.
 */
export function indexEntryOf(dataSet: DataSet): IndexEntry {
  const code = (tag: string) => latin(dataSet, tag);
  return {
    ...levelsOf(dataSet),
    instance: {
      sopInstanceUid: identifier(dataSet, "x00080018", "SOPInstanceUID"),
      sopClassUid: identifier(dataSet, "x00080016", "SOPClassUID"),
      instanceNumber: integer(code("x00200013")),
      numberOfFrames: integer(code("x00280008")),
      attributes: attributesOf(dataSet, "instance", code("x00080005")),
    },
    rejection: rejectionNoteOf(dataSet),
  };
}

const levelsOf = filedLevels(readLevels);

/** What all instances of a series have in common, unless they contradict each other. */
function readLevels(dataSet: DataSet): Pick<IndexEntry, "patient" | "study" | "series"> {
  const characterSet = latin(dataSet, "x00080005");
  const text = (tag: string) => trimmed(decodeText(bytesOf(dataSet, tag), characterSet, "text"));
  const code = (tag: string) => latin(dataSet, tag);
  const name = indexedName(decodeText(bytesOf(dataSet, "x00100010"), characterSet, "person-name"));
  const level = (name: "study" | "series") => attributesOf(dataSet, name, characterSet);
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
      attributes: level("study"),
    },
    series: {
      seriesInstanceUid: identifier(dataSet, "x0020000e", "SeriesInstanceUID"),
      modality: code("x00080060") || "OT",
      seriesNumber: integer(code("x00200011")),
      description: text("x0008103e"),
      bodyPart: code("x00180015"),
      attributes: level("series"),
    },
  };
}

function identifier(dataSet: DataSet, tag: string, attribute: string): string {
  const uid = latin(dataSet, tag);
  if (uid === "") throw new DomainError("dicom-identifier-missing", { attribute });
  if (!isUid(uid)) throw new DomainError("dicom-identifier-invalid", { attribute });
  return uid;
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
