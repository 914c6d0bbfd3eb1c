import type { DicomJsonAttribute, DicomJsonDataSet } from "../dicom/dicom-json.ts";
import { zoneOffset } from "../dicom/zone-offset.ts";
import { dayInZone, timeInZone } from "../order/working-calendar.ts";
import { indexedName } from "../study/index-entry.ts";
import type { ChangeKind } from "./change-kinds.ts";
import type { LaidIdentity } from "./patient-change.ts";

/** What lies over the patient of a study's instances on their way out. */
export interface IdentityOverlay {
  /** The newest change: with another one the instances look otherwise. */
  readonly changeId: string;
  readonly laid: LaidIdentity & { readonly kind: ChangeKind; readonly age?: string };
  readonly issuer: string;
  /** Milliseconds since the epoch. */
  readonly changedAt: number;
  readonly timeZone: string;
}

/** How a data set is to be changed. */
export interface AttributeChanges {
  readonly set: DicomJsonDataSet;
  readonly removed: readonly string[];
  /** To be added at the end of Original Attributes Sequence (0400,0561). */
  readonly originals: DicomJsonDataSet;
}

export const ORIGINAL_ATTRIBUTES = "04000561";
const NAME = "00100010";
const PATIENT_ID = "00100020";
const ISSUER = "00100021";
const BIRTH_DATE = "00100030";
const SEX = "00100040";
const AGE = "00101010";

/**
 * Attributes of the patient module (PS3.3 C.7.1.1, C.2.2, C.2.3) that tell of the person whom the study was wrongly filed
 * under: qualifiers of the issuer, birth time, other IDs and names, address, telephone, mother, insurance, comments.
 */
const OF_ANOTHER: readonly string[] = [
  "00100022",
  "00100024",
  "00100026",
  "00100032",
  "00100033",
  "00100034",
  "00100050",
  "00101000",
  "00101001",
  "00101002",
  "00101005",
  "00101040",
  "00101060",
  "00101080",
  "00101081",
  "00101090",
  "00102150",
  "00102152",
  "00102154",
  "00102155",
  "00102180",
  "001021B0",
  "001021F0",
  "00104000",
];

/** Every attribute that an overlay may look at. */
export const OVERLAID: readonly string[] = [NAME, PATIENT_ID, ISSUER, BIRTH_DATE, SEX, AGE, ...OF_ANOTHER];

/** What the overlay changes of this header; null when the header says all of it already. */
export function identityChanges(header: DicomJsonDataSet, overlay: IdentityOverlay): AttributeChanges | null {
  const { laid } = overlay;
  const wanted: Record<string, DicomJsonAttribute> = {
    ...(laid.alphabetic !== undefined && { [NAME]: nameOf(laid) }),
    ...(laid.patientId !== undefined && { [PATIENT_ID]: one("LO", laid.patientId) }),
    ...(laid.birthDate !== undefined && { [BIRTH_DATE]: one("DA", laid.birthDate) }),
    ...(laid.sex !== undefined && { [SEX]: one("CS", laid.sex) }),
    ...(laid.age && { [AGE]: one("AS", laid.age) }),
  };
  if (laid.patientId !== undefined && (header[ISSUER] || !isSame(PATIENT_ID, header, wanted)))
    wanted[ISSUER] = one("LO", overlay.issuer);
  const gone = [...(laid.isAnother ? OF_ANOTHER : []), ...(laid.age === "" ? [AGE] : [])];
  const set = Object.fromEntries(Object.entries(wanted).filter(([tag]) => !isSame(tag, header, wanted)));
  const removed = gone.filter((tag) => header[tag] !== undefined);
  const touched = [...Object.keys(set), ...removed];
  if (touched.length === 0) return null;
  const before = Object.fromEntries(touched.flatMap((tag) => (header[tag] ? [[tag, header[tag]]] : [])));
  return { set, removed, originals: originalsItem(before, overlay) };
}

/** The header as the hub gives it out. */
export function overlaidJson(header: DicomJsonDataSet, overlay: IdentityOverlay | null): DicomJsonDataSet {
  const changes = overlay && identityChanges(header, overlay);
  if (!changes) return header;
  const { set, removed, originals } = changes;
  const kept = Object.fromEntries(Object.entries(header).filter(([tag]) => !removed.includes(tag)));
  const items = header[ORIGINAL_ATTRIBUTES]?.Value ?? [];
  return { ...kept, ...set, [ORIGINAL_ATTRIBUTES]: { vr: "SQ", Value: [...items, originals] } };
}

/** One item of Original Attributes Sequence (PS3.3 C.12.1). */
function originalsItem(before: DicomJsonDataSet, { changedAt, timeZone, laid }: IdentityOverlay): DicomJsonDataSet {
  const day = dayInZone(changedAt, timeZone);
  return {
    "04000550": { vr: "SQ", Value: [before] },
    "04000562": one("DT", `${day}${timeInZone(changedAt, timeZone)}${zoneOffset(timeZone, day)}`),
    "04000563": one("LO", "TELE-READING HUB"),
    "04000564": { vr: "LO" },
    // a merge brings two IDs of one person together; what was moved or corrected was wrong (PS3.3 C.12.1.1.9)
    "04000565": one("CS", laid.kind === "merge" ? "COERCE" : "CORRECT"),
  };
}

function nameOf({ alphabetic = "", ideographic = "", phonetic = "" }: LaidIdentity): DicomJsonAttribute {
  const groups = {
    ...(alphabetic && { Alphabetic: alphabetic }),
    ...(ideographic && { Ideographic: ideographic }),
    ...(phonetic && { Phonetic: phonetic }),
  };
  return Object.keys(groups).length > 0 ? { vr: "PN", Value: [groups] } : { vr: "PN" };
}

function one(vr: string, value: string): DicomJsonAttribute {
  return value === "" ? { vr } : { vr, Value: [value] };
}

function isSame(tag: string, header: DicomJsonDataSet, wanted: DicomJsonDataSet): boolean {
  const [is, should] = [header[tag], wanted[tag]].map((attribute) => JSON.stringify(textOf(tag, attribute)));
  return is === should;
}

/** Padding and the group in which a Han name stands are no difference. */
function textOf(tag: string, attribute: DicomJsonAttribute | undefined): unknown {
  const value = attribute?.Value?.[0];
  if (tag !== NAME) return String(value ?? "").trim();
  const groups = (value ?? {}) as Readonly<Record<string, string | undefined>>;
  return indexedName([groups.Alphabetic, groups.Ideographic, groups.Phonetic].map((group) => group ?? "").join("="));
}
