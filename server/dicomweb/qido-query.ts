import { elementOfName } from "../../core/dicom/dictionary.ts";
import { DomainError } from "../../core/errors.ts";
import {
  type ArchiveQuery,
  type Condition,
  type Match,
  QUERY_KEYS,
  type QueryLevel,
} from "../../core/infra/postgres/archive-queries.ts";

export interface QidoQuery extends ArchiveQuery {
  /** Which parts of the request were not understood or not supported, for the Warning of PS3.18 §8.3.4. */
  readonly ignored: readonly string[];
}

export interface QidoParameter {
  readonly name: string;
  readonly value: string;
}

/** As many results at most in one answer; the rest is fetched by `offset`. */
export const MAX_RESULTS = 5000;
const MAX_VALUES = 1000;
const LEVELS: readonly QueryLevel[] = ["study", "series", "instance"];

/** Accept and the like may stand in the query (PS3.18 §8.3.3); they are read elsewhere. */
const OTHER_PARAMETERS = new Set(["accept", "charset", "_"]);

/**
 * The query in the parameters of a search (PS3.18 §8.3.4): keywords or tags, wildcards, lists of UIDs, ranges, paging.
 * What is not supported is left aside and named. Throws `request-invalid` for a value that makes no sense.
 */
export function qidoQuery(
  level: QueryLevel,
  parameters: readonly QidoParameter[],
  path: readonly Condition[],
): QidoQuery {
  const conditions: Condition[] = [...path];
  const ignored: string[] = [];
  const isFuzzy = parameters.some(({ name, value }) => name === "fuzzymatching" && value === "true");
  let limit = MAX_RESULTS;
  let offset = 0;
  for (const { name, value } of parameters) {
    if (name === "limit") limit = Math.min(count(name, value), MAX_RESULTS);
    else if (name === "offset") offset = count(name, value);
    else if (name === "includefield") ignored.push(...unknownFields(value));
    else if (name === "fuzzymatching") assertOneOf(name, value, ["true", "false"]);
    else if (!OTHER_PARAMETERS.has(name)) {
      const element = elementOfName(name);
      const key = element && QUERY_KEYS[element.tag];
      if (!element || !key || LEVELS.indexOf(key.level) > LEVELS.indexOf(level)) ignored.push(name);
      else {
        const match = matchOf(element.vr, element.keyword, value, isFuzzy);
        if (match) conditions.push({ tag: element.tag, match });
      }
    }
  }
  return { level, conditions, limit, offset, ignored };
}

/** Undefined: universal matching, which asks nothing (PS3.4 §C.2.2.2.3). */
export function matchOf(vr: string, keyword: string, given: string, isFuzzy: boolean): Match | undefined {
  const value = given.trim();
  if (value === "" || /^\*+$/.test(value)) return undefined;
  if (value.length > 64 * MAX_VALUES || value.includes("\0")) throw invalid(keyword);
  switch (vr) {
    case "UI":
      return { kind: "equals", values: list(keyword, value, /^[0-9.]{1,64}$/) };
    case "DA":
      return range(keyword, value, /^\d{8}$/);
    case "TM":
      return range(keyword, value, /^\d{2}(\d{2}(\d{2}(\.\d{1,6})?)?)?$/);
    case "IS": {
      if (!/^[+-]?\d{1,9}$/.test(value)) throw invalid(keyword);
      return { kind: "number", value: Number(value) };
    }
    case "PN":
      if (isFuzzy) return { kind: "words", words: value.split(/[\s^=*?,]+/).filter((word) => word !== "") };
      return { kind: "name", pattern: value };
  }
  if (keyword === "ModalitiesInStudy" && !/[*?]/.test(value))
    return { kind: "equals", values: list(keyword, value, /^[\w ]{1,16}$/) };
  return /[*?]/.test(value) ? { kind: "pattern", pattern: value } : { kind: "equals", values: [value] };
}

/** UIDs stand in a list by comma, or by backslash as in DIMSE. */
function list(keyword: string, value: string, form: RegExp): readonly string[] {
  const values = value.split(/[,\\]/).map((one) => one.trim());
  if (values.length > MAX_VALUES || !values.every((one) => form.test(one))) throw invalid(keyword);
  return values;
}

function range(keyword: string, value: string, form: RegExp): Match {
  const [from = "", to, ...more] = value.split("-").map((end) => end.trim());
  const ends = [from, to ?? from];
  if (more.length > 0 || !ends.every((end) => end === "" || form.test(end)) || ends.every((end) => end === ""))
    throw invalid(keyword);
  return { kind: "range", from: from || null, to: (to ?? from) || null };
}

function count(name: string, value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw invalid(name);
  return Number(value);
}

/** Every attribute of the index is in every answer, so that a field asked for is there already, or not to be had. */
function unknownFields(value: string): string[] {
  return value
    .split(",")
    .flatMap((field) => (field === "all" || elementOfName(field.trim()) ? [] : [`includefield=${field}`]));
}

function assertOneOf(name: string, value: string, values: readonly string[]): void {
  if (!values.includes(value)) throw invalid(name);
}

function invalid(parameter: string): DomainError {
  return new DomainError("request-invalid", { where: parameter });
}
