import { DomainError } from "../errors.ts";
import type { DicomJsonAttribute, DicomJsonDataSet } from "./dicom-json.ts";
import { isBinaryVr, isVr } from "./dicom-json-values.ts";
import { elementOfTag } from "./dictionary.ts";

const NUMBER_VRS = new Set(["FD", "FL", "SL", "SS", "UL", "US"]);
const NUMBER_OR_TEXT_VRS = new Set(["DS", "IS", "SV", "UV"]);
/** In the default repertoire whatever (0008,0005) says (PS3.5 §6.1.2.3): ASCII without control characters. */
const PLAIN_TEXT_VRS = new Set(["AE", "AS", "CS", "DA", "DS", "DT", "IS", "TM", "UI", "UR"]);
const NAME_GROUPS = ["Alphabetic", "Ideographic", "Phonetic"] as const;
const MAX_DEPTH = 32;

/**
 * A data set in the DICOM JSON model (PS3.18 annex F) that came from outside. What a file's data set does not hold is left
 * out: group lengths, delimiters, and (0008,0005), because JSON is UTF-8 whatever it says there. Throws `dicom-unreadable`
 * with the attribute that is wrong.
 */
export function parseDicomJson(json: unknown): DicomJsonDataSet {
  return level(json, "", 0);
}

function level(json: unknown, of: string, depth: number): DicomJsonDataSet {
  if (json === null && depth > 0) return {}; // an empty item
  if (!isObject(json) || depth > MAX_DEPTH) throw wrong(of);
  const dataSet: Record<string, DicomJsonAttribute> = {};
  for (const [name, attribute] of Object.entries(json)) {
    if (!/^[0-9A-Fa-f]{8}$/.test(name)) throw wrong(of);
    const tag = name.toUpperCase();
    if (tag.endsWith("0000") || tag.startsWith("FFFE") || tag === "00080005") continue;
    dataSet[tag] = attributeOf(attribute, tag, depth);
  }
  return dataSet;
}

function attributeOf(json: unknown, tag: string, depth: number): DicomJsonAttribute {
  if (!isObject(json)) throw wrong(tag);
  const { vr, Value, InlineBinary, BulkDataURI } = json;
  const given = [Value, InlineBinary, BulkDataURI].filter((one) => one !== undefined && one !== null);
  if (typeof vr !== "string" || !isVr(vr) || given.length > 1) throw wrong(tag);
  if (typeof BulkDataURI === "string" && vr !== "SQ") return { vr, BulkDataURI };
  if (typeof InlineBinary === "string" && isBinaryVr(vr)) {
    if (InlineBinary.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(InlineBinary)) throw wrong(tag);
    return { vr, InlineBinary };
  }
  if (given.length === 0) return { vr };
  if (!Array.isArray(Value) || isBinaryVr(vr)) throw wrong(tag);
  return {
    vr,
    Value: Value.map((value) => (vr === "SQ" ? level(value, tag, depth + 1) : parsedValue(value, vr, tag))),
  };
}

function parsedValue(value: unknown, vr: string, tag: string): unknown {
  if (value === null) {
    if (NUMBER_VRS.has(vr) && vr !== "FD" && vr !== "FL") throw wrong(tag);
    return null;
  }
  if (vr === "PN") return nameOf(value, tag);
  const isNumber = typeof value === "number" && Number.isFinite(value);
  if (NUMBER_VRS.has(vr)) {
    if (isNumber) return value;
  } else if (typeof value === "string") {
    if (!PLAIN_TEXT_VRS.has(vr) || /^[ -~]*$/.test(value)) return value;
  } else if (isNumber && NUMBER_OR_TEXT_VRS.has(vr)) return value;
  throw wrong(tag);
}

function nameOf(value: unknown, tag: string): Readonly<Record<string, string>> {
  if (!isObject(value)) throw wrong(tag);
  return Object.fromEntries(
    NAME_GROUPS.flatMap((group) => {
      const text = value[group];
      if (text === undefined || text === null) return [];
      if (typeof text !== "string") throw wrong(tag);
      return [[group, text]];
    }),
  );
}

function isObject(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

function wrong(tag: string): DomainError {
  return new DomainError("dicom-unreadable", tag === "" ? {} : { attribute: elementOfTag(tag)?.keyword ?? tag });
}
