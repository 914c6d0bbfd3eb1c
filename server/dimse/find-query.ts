import { elementOfTag } from "../../core/dicom/dictionary.ts";
import { DomainError } from "../../core/errors.ts";
import { type Condition, type QueryLevel, queryLevelOf } from "../../core/infra/postgres/archive-conditions.ts";
import type { DeviceQuery } from "../../core/infra/postgres/device-queries.ts";
import type { RetrieveLevel } from "../../core/study/retrieve-scope.ts";
import { matchOf } from "../dicomweb/qido-query.ts";
import { identifierFault } from "./dimse-fault.ts";
import { isAnswered, PATIENT_RELATED, SOP_CLASSES_IN_STUDY } from "./find-answer.ts";
import type { QueryRoot } from "./query-retrieve-sop-classes.ts";
import type { Identifier, IdentifierKey } from "./read-identifier.ts";
import { queryLevel, singleUniqueValue, uniqueKeysDownTo } from "./retrieve-scope.ts";

export interface FindQuery {
  readonly query: Omit<DeviceQuery, "aeTitle" | "siteId">;
  /** Tags to be answered: what was asked for and is known, and the unique keys down to the level. */
  readonly fields: ReadonlySet<string>;
  /** An optional key was asked for that is not known, or not matched on: the answers say FF01 (PS3.4 §C.4.1.1.4). */
  readonly hasUnsupportedKeys: boolean;
}

const PATIENT_NAME = "00100010";
const PATIENT_ID = "00100020";
const ISSUER = "00100021";
const LEVELS: readonly RetrieveLevel[] = ["PATIENT", "STUDY", "SERIES", "IMAGE"];
const LEVEL_OF_TABLE: Readonly<Record<QueryLevel, RetrieveLevel>> = {
  study: "STUDY",
  series: "SERIES",
  instance: "IMAGE",
};

/**
 * What a C-FIND identifier asks (PS3.4 §C.4.1): hierarchical, so each unique key above the level has one value. Other
 * keys above the level narrow as well, which §C.4.1.2.2 leaves to the provider. Throws DimseFault A900.
 */
export function findQuery(root: QueryRoot, identifier: Identifier): FindQuery {
  const level = queryLevel(root, identifier);
  const uniqueKeys = uniqueKeysDownTo(root, level);
  const above = uniqueKeys.slice(0, -1);
  const conditions: Condition[] = [];
  let patientId: string | null = null;
  for (const key of above) {
    const value = singleUniqueValue(identifier, key);
    if (key.level === "PATIENT") patientId = value;
    else conditions.push({ tag: key.tag, match: { kind: "equals", values: [value] } });
  }
  const fields = new Set(uniqueKeys.map((key) => key.tag));
  const skipped = new Set(["00080052", "00080053", ...above.map((key) => key.tag)]);
  let issuer: string | null = null;
  let hasUnsupportedKeys = false;
  for (const [tag, key] of identifier.keys) {
    if (skipped.has(tag)) continue;
    if (!isAnswered(tag, level)) {
      hasUnsupportedKeys = true;
      continue;
    }
    fields.add(tag);
    // what is asked within its items is not read, so that every item is answered
    if (key.vr === "SQ") hasUnsupportedKeys = true;
    if (isUniversal(key.text)) continue;
    if (tag === ISSUER) issuer = key.text;
    else if (isMatched(tag, level)) conditions.push(...conditionsOf(tag, key));
    else hasUnsupportedKeys = true;
  }
  return {
    query: {
      level,
      conditions,
      patientId,
      issuer,
      namesPatient: patientId !== null || conditions.some(({ tag }) => tag.startsWith("0010")),
      counts: {
        ofPatient: PATIENT_RELATED.some((tag) => fields.has(tag)),
        sopClasses: fields.has(SOP_CLASSES_IN_STUDY),
      },
    },
    fields,
    hasUnsupportedKeys,
  };
}

function isUniversal(text: string): boolean {
  return /^\**$/.test(text);
}

function isMatched(tag: string, level: RetrieveLevel): boolean {
  const keyLevel = queryLevelOf(tag);
  if (!keyLevel) return false;
  // The patient's own attributes stand in the index at study level.
  if (tag.startsWith("0010")) return true;
  return LEVELS.indexOf(LEVEL_OF_TABLE[keyLevel]) <= LEVELS.indexOf(level);
}

function conditionsOf(tag: string, { vr, text }: IdentifierKey): Condition[] {
  const keyword = elementOfTag(tag)?.keyword ?? tag;
  // Each component group that is given is matched for itself; Patient IDs may have an `=` in them.
  const parts = vr === "PN" || tag === PATIENT_NAME ? text.split("=").filter((part) => !isUniversal(part)) : [text];
  try {
    return parts.flatMap((part) => {
      const match = matchOf(tag === PATIENT_ID ? "LO" : vr, keyword, part, false);
      return match ? [{ tag, match }] : [];
    });
  } catch (error) {
    if (error instanceof DomainError) throw identifierFault(`${keyword} has a value that is not allowed`);
    throw error;
  }
}
