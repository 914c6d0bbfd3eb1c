import type { DataElement, ValueElement } from "../dicom/data-elements.ts";
import { elementOfTag } from "../dicom/dictionary.ts";
import { isPublicCode, isPublicScheme } from "./clean-code.ts";
import { forbiddenParts } from "./clean-text.ts";
import { cleanValue, dummyValue, type ValueContext } from "./clean-value.ts";
import type { DeidentifyOptions } from "./deidentify-options.ts";
import { methodsOf } from "./deidentify-options.ts";
import { hexOf, textElement, textOf } from "./element-text.ts";
import { forbiddenWords } from "./forbidden-words.ts";
import { profileRow } from "./profile-row.ts";
import { isSafeCreator, mayBeSafePrivate, safePrivateVr } from "./safe-private.ts";

/** How one patient of an export is called in it. */
export interface DeidentifyRequest {
  readonly options: DeidentifyOptions;
  /** Stands as name and ID. */
  readonly pseudonym: string;
  readonly shiftDays: number;
  readonly uid: (original: string) => string;
  /** What was corrected of the patient after the instance was made (PIR): its header still says it the old way. */
  readonly corrected?: CorrectedPatient;
}

export interface CorrectedPatient {
  readonly alphabetic?: string;
  readonly ideographic?: string;
  readonly phonetic?: string;
  readonly patientId?: string;
  readonly sex?: string;
  readonly age?: string;
}

const SPECIFIC_CHARACTER_SET = 0x00080005;
const PATIENT_SEX = 0x00100040;
const PATIENT_AGE = 0x00101010;
const CODE_VALUE = 0x00080100;
const CODING_SCHEME = 0x00080102;
const CODING_SCHEME_VERSION = 0x00080103;
const CODE_MEANING = 0x00080104;
const CODE_TAGS = new Set([CODE_VALUE, CODING_SCHEME, CODING_SCHEME_VERSION]);
const TEMPORAL = new Set(["DA", "DT", "TM"]);
const TEXTS = new Set(["LO", "LT", "SH", "ST", "UC", "UT"]);
const DUMMY_TEXT = Buffer.from("REMOVED");
/** Descriptors about the person, the visit, the findings: their words are history, not description. They go with the option, too. */
const ABOUT_THE_PERSON = new Set([0x0010, 0x0012, 0x0038, 0x4008]);
/** Of the patient, the trial, the request, the visit, the interpretation, signatures: what the table does not name goes. */
const CLOSED_GROUPS = new Set([0x0010, 0x0012, 0x0032, 0x0038, 0x0400, 0x4008, 0x4ffe]);
/**
 * References to other instances of which nothing but UIDs is known: with others they are the dummy that the table asks for. An
 * empty one is not valid in any of the exported classes.
 */
const REFERENCES = new Set([0x00081111]);
/** Sequences that no exported class needs, so that X is what is left of their code: institution, operators, studies. */
const NEEDED_NOWHERE = new Set([0x00080082, 0x00081072, 0x00081110]);
/** What stands for a code of somebody's own scheme, which may be a person's or an institution's; its meaning is a text as others. */
const REMOVED_CODE = [textElement(CODE_VALUE, "SH", "REMOVED"), textElement(CODING_SCHEME, "SH", "99REMOVED")];
/** Anatomical Orientation Type, Requested Procedure Code Sequence. */
const OPEN_AMONG_CLOSED = new Set([0x00102210, 0x00321064]);

/**
 * The data set as PS3.15 Annex E has it with the options. Whatever the table does not speak of is kept only when it is in the
 * dictionary, of the VR the dictionary gives it, and of a kind that cannot tell who the patient is: numbers, codes of public
 * schemes, clinical words. Texts come out in UTF-8.
 */
export function deidentifyDataSet(stored: readonly DataElement[], request: DeidentifyRequest): readonly DataElement[] {
  const { alphabetic = "", ideographic = "", phonetic = "", patientId = "" } = request.corrected ?? {};
  const also = [alphabetic, ideographic, phonetic, patientId].flatMap(forbiddenParts);
  const forbidden = new Set([...forbiddenWords(stored), ...also]);
  const kept = deidentifyLevel(withCorrected(stored, request.corrected), { ...request, forbidden, characterSet: "" });
  const own = ownElements(request);
  const replaced = new Set(own.map(({ tag }) => tag));
  return [...kept.filter(({ tag }) => !replaced.has(tag)), ...own];
}

/** Sex and age as they are known now; a correction may also say that the age is not. */
function withCorrected(elements: readonly DataElement[], { sex, age }: CorrectedPatient = {}): readonly DataElement[] {
  const known = [
    ...(sex === undefined ? [] : [textElement(PATIENT_SEX, "CS", sex)]),
    ...(age === undefined ? [] : [textElement(PATIENT_AGE, "AS", age)]),
  ];
  if (known.length === 0) return elements;
  return [...elements.filter(({ tag }) => !known.some((each) => each.tag === tag)), ...known];
}

/** What says to whoever gets the data set that it was made so (PS3.3 C.7.1.1, C.12.1). */
function ownElements({ options, pseudonym }: DeidentifyRequest): readonly DataElement[] {
  const methods = methodsOf(options);
  return [
    textElement(SPECIFIC_CHARACTER_SET, "CS", "ISO_IR 192"),
    textElement(0x00100010, "PN", pseudonym),
    textElement(0x00100020, "LO", pseudonym),
    textElement(0x00120062, "CS", "YES"),
    textElement(0x00120063, "LO", methods.map(({ meaning }) => meaning.slice(0, 64)).join("\\")),
    {
      tag: 0x00120064,
      vr: "SQ",
      items: methods.map(({ code, meaning }) => [
        textElement(CODE_VALUE, "SH", code),
        textElement(CODING_SCHEME, "SH", "DCM"),
        textElement(CODE_MEANING, "LO", meaning.slice(0, 64)),
      ]),
    },
    textElement(0x00280303, "CS", options.modifiedDates ? "MODIFIED" : "REMOVED"),
  ];
}

function deidentifyLevel(elements: readonly DataElement[], outer: ValueContext): readonly DataElement[] {
  const context = { ...outer, characterSet: textOf(elements, SPECIFIC_CHARACTER_SET) || outer.characterSet };
  const code = codeOf(elements);
  const stands = code.isUnknown ? REMOVED_CODE : [];
  const kept = elements.flatMap((element) => {
    const { tag } = element;
    if (tag === SPECIFIC_CHARACTER_SET || stands.some((each) => each.tag === tag)) return [];
    // a second element of the same tag was not looked at
    if (CODE_TAGS.has(tag))
      return code.keeps.has(tag) && textOf([element], tag) === textOf(elements, tag) ? [element] : [];
    const kept = isPrivate(tag) ? keptPrivate(elements, element, context) : keptPublic(element, context);
    // a code without its meaning is not valid (PS3.3 §8.3), and the value says it as well
    if (tag === CODE_MEANING && code.keeps.has(CODE_VALUE) && (isEmpty(kept) || isDummy(kept)))
      return [textElement(tag, "LO", textOf(elements, CODE_VALUE))];
    return kept ? [kept] : [];
  });
  return [...kept, ...stands];
}

/** Of a code sequence's item, what may stay of the code itself. */
function codeOf(level: readonly DataElement[]): {
  readonly keeps: ReadonlySet<number>;
  /** There is a code, and nobody can say what it tells. */
  readonly isUnknown: boolean;
} {
  const scheme = textOf(level, CODING_SCHEME);
  const value = textOf(level, CODE_VALUE);
  if (value === "") return { keeps: new Set(isPublicScheme(scheme) ? [CODING_SCHEME] : []), isUnknown: false };
  const isKept = isPublicCode({ value, scheme, version: textOf(level, CODING_SCHEME_VERSION) });
  return { keeps: isKept ? CODE_TAGS : new Set(), isUnknown: !isKept };
}

function keptPublic(element: DataElement, context: ValueContext): DataElement | null {
  const { tag } = element;
  const group = Math.floor(tag / 0x10000);
  const isGraphic = (group >= 0x5000 && group <= 0x50ff) || (group >= 0x6000 && group <= 0x60ff);
  if (group < 0x0008 || isGraphic || (tag & 0xffff) === 0) return null;
  const entry = elementOfTag(hexOf(tag));
  if (!entry) return null;
  const row = profileRow(tag);
  const { options } = context;
  if (!row && CLOSED_GROUPS.has(group) && !OPEN_AMONG_CLOSED.has(tag)) return null;
  if (!row) return orDummy(cleaned(element, entry.vr, context), element, entry.vr, context);
  if (row.isCharacteristic && options.patientCharacteristics) return cleaned(element, entry.vr, context);
  if (TEMPORAL.has(entry.vr) && options.modifiedDates && !row.isNeverShifted) {
    const shifted = cleaned(element, entry.vr, context);
    if (shifted) return shifted;
  }
  if (row.hasDescriptors && options.cleanDescriptors && !ABOUT_THE_PERSON.has(group)) {
    const described = TEXTS.has(entry.vr) || entry.vr === "SQ" ? cleaned(element, entry.vr, context) : null;
    if (described && !isEmpty(described)) return described;
  }
  if (row.basic === "X") return null;
  if (row.basic === "U" || row.basic === "U*") return cleaned(element, entry.vr, context);
  if (NEEDED_NOWHERE.has(tag)) return null;
  if (REFERENCES.has(tag)) return cleaned(element, entry.vr, context);
  if (entry.vr === "SQ") return { tag, vr: "SQ", items: [] };
  if (row.basic === "Z") return { tag, vr: entry.vr, value: Buffer.alloc(0) };
  return dummyValue(element as ValueElement, entry.vr, context);
}

/** The element with only what may stay of its value; null when nothing of it may. */
function cleaned(element: DataElement, dictionaryVr: string, context: ValueContext): DataElement | null {
  if (!("items" in element)) return cleanValue(element, dictionaryVr, context);
  if (dictionaryVr !== "SQ") return null;
  return { tag: element.tag, vr: "SQ", items: element.items.map((item) => deidentifyLevel(item, context)) };
}

/** Of a text of which no word may stay, one that is nobody's: the attribute may be of Type 1 in its IOD. */
function orDummy(
  kept: DataElement | null,
  element: DataElement,
  vr: string,
  context: ValueContext,
): DataElement | null {
  const hadText = !("items" in element) && element.value.some((byte) => byte !== 0x20 && byte !== 0);
  const isText = TEXTS.has(vr) || vr === "CS";
  return kept && isText && hadText && isEmpty(kept) ? dummyValue(element as ValueElement, vr, context) : kept;
}

function isDummy(element: DataElement | null): boolean {
  return element !== null && !("items" in element) && element.value.equals(DUMMY_TEXT);
}

function isEmpty(element: DataElement | null): boolean {
  return element === null || ("items" in element ? element.items.length === 0 : element.value.length === 0);
}

function isPrivate(tag: number): boolean {
  return (Math.floor(tag / 0x10000) & 1) === 1;
}

/** A safe attribute, or the creator of a block that has one (PS3.5 §7.8.1). */
function keptPrivate(level: readonly DataElement[], element: DataElement, context: ValueContext): DataElement | null {
  if (!context.options.safePrivate || "items" in element) return null;
  const { tag } = element;
  const number = tag & 0xffff;
  if (number >= 0x10 && number <= 0xff) {
    const creator = textOf([element], tag);
    if (!isSafeCreator(creator)) return null;
    const block = level.filter((each) => each.tag >>> 16 === tag >>> 16 && (each.tag & 0xffff) >> 8 === number);
    const isNeeded = block.some((each) => keptPrivate(level, each, context) !== null);
    return isNeeded ? textElement(tag, "LO", creator) : null;
  }
  if (!mayBeSafePrivate(tag)) return null;
  const vr = safePrivateVr(textOf(level, tag - number + (number >> 8)), tag);
  if (vr === undefined) return null;
  return cleanValue(element.vr === "UN" ? { ...element, vr } : element, vr, context);
}
