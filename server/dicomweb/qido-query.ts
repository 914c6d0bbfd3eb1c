import { elementOfTag } from "../../core/dicom/dictionary.ts";
import { DomainError } from "../../core/errors.ts";
import {
  type Condition,
  type Match,
  type QueryLevel,
  queryLevelOf,
} from "../../core/infra/postgres/archive-conditions.ts";
import type { ArchiveQuery } from "../../core/infra/postgres/archive-queries.ts";
import { type HeaderFields, headerFields, isOfLevel, tagPath } from "./qido-fields.ts";
import { combinedMoments } from "./qido-moments.ts";

export interface QidoQuery extends ArchiveQuery {
  /** What is to be read from headers beside the index; undefined when the index answers all of it. */
  readonly fields?: HeaderFields;
  /** The limit is the hub's own, not the one that was asked for. */
  readonly isCut: boolean;
  /** Which parts of the request were not understood or not supported, for the Warning of PS3.18 §8.3.4. */
  readonly ignored: readonly string[];
}

export interface QidoParameter {
  readonly name: string;
  readonly value: string;
}

/** As many results at most in one answer; the rest is fetched by `offset`. */
export const MAX_RESULTS = 5000;
/** Where a header is read for each result. */
const MAX_HEADERS = 200;
/** What lies further is asked for by date: the database counts its way to an offset. */
const MAX_OFFSET = 100_000;
const MAX_VALUES = 1000;
const MAX_TEXT = 1024;

/** Accept and the like may stand in the query (PS3.18 §8.3.3); they are read elsewhere. */
const OTHER_PARAMETERS = new Set(["accept", "charset", "_"]);
const SWITCHES = ["fuzzymatching", "emptyvaluematching", "multiplevaluematching"] as const;
const TIMEZONE_OFFSET = "00080201";

type Switches = Readonly<Record<(typeof SWITCHES)[number], boolean>>;

/**
 * The query in the parameters of a search (PS3.18 §8.3.4): keywords or tags, also within sequences, wildcards, lists of
 * UIDs, ranges, paging. What is not supported is left aside and named. Throws `request-invalid` for a value that makes no
 * sense.
 */
export function qidoQuery(
  level: QueryLevel,
  parameters: readonly QidoParameter[],
  path: readonly Condition[],
): QidoQuery {
  const valuesOf = (wanted: string) => parameters.flatMap(({ name, value }) => (name === wanted ? [value] : []));
  const isOn = (name: string) =>
    valuesOf(name)
      .map((value) => isTrue(name, value))
      .includes(true);
  const switches = {
    fuzzymatching: isOn("fuzzymatching"),
    emptyvaluematching: isOn("emptyvaluematching"),
    multiplevaluematching: isOn("multiplevaluematching"),
  };
  const { ignored, ...fields } = headerFields(level, valuesOf("includefield"));
  const needsHeaders = fields.all || fields.paths.length > 0;
  const most = needsHeaders ? MAX_HEADERS : MAX_RESULTS;
  const limits = valuesOf("limit").map((value) => count("limit", value));
  const offset =
    valuesOf("offset")
      .map((value) => count("offset", value))
      .at(-1) ?? 0;
  if (offset > MAX_OFFSET) throw invalid("offset");
  const wanted = limits.at(-1) ?? Number.POSITIVE_INFINITY;
  const conditions: Condition[] = [];
  for (const { name, value } of parameters) {
    if (["limit", "offset", "includefield", ...SWITCHES].includes(name) || OTHER_PARAMETERS.has(name)) continue;
    const key = matchKey(name, level);
    if (key?.tag === TIMEZONE_OFFSET) assertZoneOffset(value);
    if (!key || key.tag === TIMEZONE_OFFSET || (key.vr === "SQ" && value !== "")) ignored.push(name);
    else conditions.push(...conditionOf(key, value, switches));
  }
  return {
    level,
    conditions: [...path, ...combinedMoments(conditions)],
    limit: Math.min(wanted, most),
    isCut: wanted > most,
    offset,
    ignored,
    ...(needsHeaders ? { fields } : {}),
  };
}

interface MatchKey {
  readonly tag: string;
  readonly within: readonly string[];
  readonly vr: string;
  readonly keyword: string;
}

/** Undefined for what the index does not know at this level. */
function matchKey(name: string, level: QueryLevel): MatchKey | undefined {
  const path = tagPath(name);
  const elements = path?.map(elementOfTag);
  const [first, last] = [elements?.[0], elements?.at(-1)];
  if (!path || !first || !last || elements?.slice(0, -1).some((element) => element?.vr !== "SQ")) return undefined;
  const keyLevel = queryLevelOf(first.tag);
  if (first.tag !== TIMEZONE_OFFSET && (!keyLevel || !isOfLevel(keyLevel, level))) return undefined;
  return { tag: first.tag, within: path.slice(1), vr: last.vr, keyword: last.keyword };
}

function conditionOf({ tag, within, vr, keyword }: MatchKey, value: string, switches: Switches): Condition[] {
  const where = { tag, ...(within.length > 0 ? { within } : {}) };
  // PS3.18 §8.3.4.5: two quotation marks ask for what is empty
  if (switches.emptyvaluematching && value.trim() === '""') return [{ ...where, match: { kind: "empty" } }];
  const isList = switches.multiplevaluematching && value.includes("\\") && !/[*?]/.test(value) && TEXT_VRS.has(vr);
  const match: Match | undefined = isList
    ? { kind: "equals", values: list(keyword, value.trim(), /^[^\0]{1,64}$/u, /\\/) }
    : matchOf(vr, keyword, value, switches.fuzzymatching);
  return match ? [{ ...where, match }] : [];
}

const TEXT_VRS = new Set(["AE", "AS", "CS", "LO", "LT", "SH", "ST", "UC", "UR", "UT"]);

/** Undefined: universal matching, which asks nothing (PS3.4 §C.2.2.2.3). */
export function matchOf(vr: string, keyword: string, given: string, isFuzzy: boolean): Match | undefined {
  const value = given.trim();
  if (value === "" || /^\*+$/.test(value)) return undefined;
  const mayBeList = vr === "UI" || keyword === "ModalitiesInStudy";
  if (value.length > (mayBeList ? 65 * MAX_VALUES : MAX_TEXT) || value.includes("\0")) throw invalid(keyword);
  switch (vr) {
    case "UI":
      return { kind: "equals", values: list(keyword, value, /^[0-9.]{1,64}$/) };
    case "DA":
      return range(keyword, value, DATE);
    case "TM":
      return range(keyword, value, TIME);
    case "IS":
    case "US":
    case "UL":
    case "SS":
    case "SL": {
      if (!/^[+-]?\d{1,9}$/.test(value)) throw invalid(keyword);
      return { kind: "number", value: Number(value) };
    }
    case "DS":
    case "FL":
    case "FD": {
      if (!/^[+-]?\d{1,15}(\.\d{1,15})?$/.test(value)) throw invalid(keyword);
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
function list(keyword: string, value: string, form: RegExp, separator = /[,\\]/): readonly string[] {
  const values = value.split(separator).map((one) => one.trim());
  if (values.length > MAX_VALUES || !values.every((one) => form.test(one))) throw invalid(keyword);
  return values;
}

const DATE = /^\d{4}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/;
const TIME = /^([01]\d|2[0-3])([0-5]\d(([0-5]\d|60)(\.\d{1,6})?)?)?$/;

/** PS3.4 §C.2.2.2.5: a range of dates from later to earlier is none. Of times, see `combinedMoments`. */
function range(keyword: string, value: string, form: RegExp): Match {
  const [from = "", to, ...more] = value.split("-").map((end) => end.trim());
  const ends = [from, to ?? from];
  if (more.length > 0 || !ends.every((end) => end === "" || form.test(end)) || ends.every((end) => end === ""))
    throw invalid(keyword);
  if (form === DATE && to !== undefined && to !== "" && from > to) throw invalid(keyword);
  return { kind: "range", from: from || null, to: (to ?? from) || null };
}

function count(name: string, value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw invalid(name);
  return Number(value);
}

function isTrue(name: string, value: string): boolean {
  if (value !== "true" && value !== "false") throw invalid(name);
  return value === "true";
}

/** A plus in a query is a blank when it is not encoded. */
function assertZoneOffset(value: string): void {
  if (!/^[ +-](0\d|1[0-4])[0-5]\d$/.test(value)) throw invalid("TimezoneOffsetFromUTC");
}

function invalid(parameter: string): DomainError {
  return new DomainError("request-invalid", { where: parameter });
}
