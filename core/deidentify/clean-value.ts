import { decodeText } from "../dicom/character-set.ts";
import type { DataElement, ValueElement } from "../dicom/data-elements.ts";
import { isUid } from "../dicom/uid.ts";
import { cleanedText, type Forbidden } from "./clean-text.ts";
import { CLINICAL_WORDS } from "./clinical-terms.ts";
import { isCodeString } from "./code-words.ts";
import type { DeidentifyOptions } from "./deidentify-options.ts";
import { textElement } from "./element-text.ts";
import { profileRow } from "./profile-row.ts";
import { shiftedDate } from "./shift-date.ts";
import { isShortCode } from "./short-codes.ts";

export interface ValueContext {
  readonly options: DeidentifyOptions;
  readonly shiftDays: number;
  readonly uid: (original: string) => string;
  readonly forbidden: Forbidden;
  /** Of the level the value stands in. */
  readonly characterSet: string;
}

/** VRs that are read alike: an element of another kind than its dictionary's says something else than it should. */
const KINDS: Readonly<Record<string, string>> = {
  LO: "text",
  LT: "text",
  SH: "text",
  ST: "text",
  UC: "text",
  UT: "text",
  DA: "DA",
  DT: "DT",
  TM: "TM",
  CS: "CS",
  UI: "UI",
  DS: "decimal",
  IS: "decimal",
  AS: "AS",
  US: "number",
  SS: "number",
  xs: "number",
  lt: "bulk",
  UL: "number",
  SL: "number",
  UV: "number",
  SV: "number",
  FL: "number",
  FD: "number",
  AT: "number",
  OB: "bulk",
  OW: "bulk",
  OF: "bulk",
  OD: "bulk",
  OL: "bulk",
  OV: "bulk",
  ox: "bulk",
};

/** Where bytes are samples: look-up tables of images, waveforms, what describes either. */
const BULK_GROUPS = new Set([0x0028, 0x003a, 0x5400]);
/** An ICC profile has texts of its own. */
const ICC_PROFILE = 0x00282000;
/** Body Part Examined, Content Label: code strings that people type. */
const TYPED_CODES = new Set([0x00180015, 0x00700080]);
/** Characters of a value (PS3.5 table 6.2-1), which spaces between words may exceed. */
const LONGEST: Readonly<Record<string, number>> = { SH: 16, LO: 64 };
const SIZES: Readonly<Record<string, number>> = { US: 2, SS: 2, UL: 4, SL: 4, FL: 4, AT: 4, FD: 8, UV: 8, SV: 8 };

/**
 * The element with what of its value tells nothing of the patient; null when it cannot be kept. PN, AE, UR and UN never are:
 * where they may stand the profile's table says so.
 */
export function cleanValue(element: ValueElement, dictionaryVr: string, context: ValueContext): DataElement | null {
  const { tag, vr, value } = element;
  const kind = KINDS[dictionaryVr];
  const isOpen = dictionaryVr === "lt" && KINDS[vr] === "number";
  if (kind === undefined || (KINDS[vr] !== kind && !isOpen)) return null;
  if (isOpen || kind === "number") return value.length % (SIZES[vr] ?? 1) === 0 ? element : null;
  if (kind === "bulk")
    return BULK_GROUPS.has(Math.floor(tag / 0x10000)) && tag !== ICC_PROFILE ? { tag, vr, value } : null;
  const values = decodeText(value, context.characterSet, "text").split("\\");
  const cleanEach = values.map((each) => cleanOne(each.trim(), tag, kind, context));
  // of several codes (Image Type) the others keep their places
  const kept = kind === "CS" && values.length > 1 ? cleanEach.map((each) => each ?? "") : cleanEach;
  if (kept.some((each) => each === null)) return null;
  const text = kept.map((each) => each?.slice(0, LONGEST[vr])).join("\\");
  return textElement(tag, vr, /^\\*$/.test(text) ? "" : text);
}

function cleanOne(value: string, tag: number, kind: string, context: ValueContext): string | null {
  if (value === "") return "";
  switch (kind) {
    case "text":
      return cleanWords(value, tag, context);
    case "DA":
    case "DT":
    case "TM":
      return context.options.modifiedDates ? shiftedDate(value, kind, context.shiftDays) : null;
    case "UI":
      return cleanUid(value, tag, context);
    case "decimal":
      return /^[+-]?\d{0,15}(\.\d{0,15})?([eE][+-]?\d{1,3})?$/.test(value) && value.length <= 16 ? value : null;
    case "AS":
      return cleanAge(value);
    default:
      return cleanCodeString(value, tag, context);
  }
}

/** Short codes where the tag has them, and with the option the clinical words between. */
function cleanWords(value: string, tag: number, { options, forbidden }: ValueContext): string {
  const isKept = (part: string) => isShortCode(tag, part) && !forbidden.has(part.toLowerCase());
  if (!value.split(/\s+/).some(isKept)) return options.cleanDescriptors ? cleanedText(value, forbidden) : "";
  return value
    .split(/\s+/)
    .map((part) => (isKept(part) ? part : options.cleanDescriptors ? cleanedText(part, forbidden) : ""))
    .filter((part) => part !== "")
    .join(" ");
}

/** A registered UID says what something is; every other one which it is. */
function cleanUid(value: string, tag: number, context: ValueContext): string {
  const isRegistered = isUid(value) && value.startsWith("1.2.840.10008.");
  return isRegistered && !profileRow(tag)?.basic.startsWith("U") ? value : context.uid(value);
}

/** E.3.7: who is older than 89 is not told apart. */
function cleanAge(value: string): string | null {
  const [, number = "", unit = ""] = /^(\d{3})([DWMY])$/.exec(value) ?? [];
  if (number === "") return null;
  return unit === "Y" && Number(number) > 89 ? "090Y" : value;
}

/** Made of the standard's words; not of a person's. */
function cleanCodeString(value: string, tag: number, context: ValueContext): string | null {
  if (TYPED_CODES.has(tag)) return cleanedText(value, context.forbidden).toUpperCase();
  const isPersonal = value
    .toLowerCase()
    .split(/[ _]/)
    .some((word) => word.length > 2 && context.forbidden.has(word) && !CLINICAL_WORDS.has(word));
  return isCodeString(value) && !isPersonal ? value : null;
}

const DUMMIES: Readonly<Record<string, string>> = {
  AE: "REMOVED",
  AS: "000Y",
  CS: "REMOVED",
  DA: "19000101",
  DS: "0",
  DT: "19000101000000",
  IS: "0",
  LO: "REMOVED",
  LT: "REMOVED",
  PN: "REMOVED",
  SH: "REMOVED",
  ST: "REMOVED",
  TM: "000000",
  UC: "REMOVED",
  UR: "urn:removed",
  UT: "REMOVED",
};

/** A value of the VR that is nobody's; for bytes none. */
export function dummyValue({ tag }: { readonly tag: number }, vr: string, context: ValueContext): DataElement {
  if (vr === "UI") return textElement(tag, vr, context.uid(`dummy ${tag}`));
  return textElement(tag, vr === "ox" ? "OB" : vr, DUMMIES[vr] ?? "");
}
