import { isUid } from "../../core/dicom/uid.ts";
import type { RetrieveLevel, RetrieveScope } from "../../core/study/retrieve-scope.ts";
import { identifierFault } from "./dimse-fault.ts";
import type { QueryRoot } from "./query-retrieve-sop-classes.ts";
import type { Identifier } from "./read-identifier.ts";

interface UniqueKey {
  readonly level: RetrieveLevel;
  readonly tag: string;
  readonly keyword: string;
}

/** Levels from the top, each with its unique key (PS3.4 §C.6.1.1, §C.6.2.1). */
const UNIQUE_KEYS: readonly UniqueKey[] = [
  { level: "PATIENT", tag: "00100020", keyword: "Patient ID" },
  { level: "STUDY", tag: "0020000D", keyword: "Study Instance UID" },
  { level: "SERIES", tag: "0020000E", keyword: "Series Instance UID" },
  { level: "IMAGE", tag: "00080018", keyword: "SOP Instance UID" },
];

const MAX_UIDS = 10_000;

/** The level that the identifier names, when the model has it. Throws DimseFault A900. */
export function queryLevel(root: QueryRoot, identifier: Identifier): RetrieveLevel {
  const level = identifier.keys.get("00080052")?.text;
  if (!level) throw identifierFault("Query/Retrieve Level is missing");
  const known = uniqueKeysOf(root).find((key) => key.level === level);
  if (!known) throw identifierFault("Query/Retrieve Level is not one of this model");
  return known.level;
}

/** The unique keys from the top of the model down to `level`. */
export function uniqueKeysDownTo(root: QueryRoot, level: RetrieveLevel): readonly UniqueKey[] {
  const keys = uniqueKeysOf(root);
  return keys.slice(0, keys.findIndex((key) => key.level === level) + 1);
}

function uniqueKeysOf(root: QueryRoot): readonly UniqueKey[] {
  return root === "patient" ? UNIQUE_KEYS : UNIQUE_KEYS.slice(1);
}

/** The value of a unique key above the level that is asked at: exactly one, no wildcards (PS3.4 §C.4.1.2.2.1). */
export function singleUniqueValue(identifier: Identifier, { tag, keyword }: UniqueKey): string {
  const values = valuesOf(identifier, tag);
  const [value] = values;
  if (value === undefined) throw identifierFault(`${keyword} is missing`);
  if (values.length > 1) throw identifierFault(`${keyword} has more than one value`);
  if (tag === "00100020" ? /[*?]/.test(value) : !isUid(value))
    throw identifierFault(`${keyword} is not a single value`);
  return value;
}

/**
 * What a C-GET or C-MOVE identifier asks for (PS3.4 §C.4.2.2, §C.4.3.2): one value for each unique key above the level,
 * at the level itself one Patient ID or a list of UIDs; all other keys are of no meaning here. Throws DimseFault A900.
 */
export function retrieveScope(root: QueryRoot, identifier: Identifier): RetrieveScope {
  const level = queryLevel(root, identifier);
  const wanted = new Map<string, readonly string[]>();
  for (const key of uniqueKeysDownTo(root, level)) {
    const isList = key.level === level && level !== "PATIENT";
    wanted.set(key.level, isList ? uidList(identifier, key) : [singleUniqueValue(identifier, key)]);
  }
  return {
    level,
    patientId: wanted.get("PATIENT")?.[0] ?? null,
    studyInstanceUids: wanted.get("STUDY") ?? [],
    seriesInstanceUids: wanted.get("SERIES") ?? [],
    sopInstanceUids: wanted.get("IMAGE") ?? [],
  };
}

function uidList(identifier: Identifier, { tag, keyword }: UniqueKey): readonly string[] {
  const values = valuesOf(identifier, tag);
  if (values.length === 0) throw identifierFault(`${keyword} is missing`);
  if (values.length > MAX_UIDS) throw identifierFault(`${keyword} has more than ${MAX_UIDS} values`);
  if (!values.every(isUid)) throw identifierFault(`${keyword} is not a list of UIDs`);
  return values;
}

function valuesOf(identifier: Identifier, tag: string): readonly string[] {
  const text = identifier.keys.get(tag)?.text ?? "";
  return text
    .split("\\")
    .map((value) => value.replace(/[\0 ]+$/, "").trimStart())
    .filter((value) => value !== "");
}
