import { type RawBuilder, sql } from "kysely";
import { keptLevel, keptSql } from "./kept-attributes.ts";
import { escaped, likePattern } from "./like-pattern.ts";

export type QueryLevel = "study" | "series" | "instance";

/** One thing a query asks of one attribute; values within are "any of". DICOM wildcards `*` and `?` in patterns. */
export type Match =
  | { readonly kind: "equals"; readonly values: readonly string[] }
  | { readonly kind: "pattern"; readonly pattern: string }
  /** Both ends included; null is open. */
  | { readonly kind: "range"; readonly from: string | null; readonly to: string | null }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "name"; readonly pattern: string }
  /** Each word somewhere among names, pinyin and initials. */
  | { readonly kind: "words"; readonly words: readonly string[] }
  | { readonly kind: "empty" };

export interface Condition {
  /** Eight hex digits, of those that `queryLevelOf` knows. */
  readonly tag: string;
  readonly match: Match;
  /** Tags within the items of a sequence that is kept, from outside in. */
  readonly within?: readonly string[];
  /** For a range of dates: the times at its ends, as one range of moments (PS3.4 §C.2.2.2.5.1). */
  readonly times?: { readonly tag: string; readonly from: string | null; readonly to: string | null };
}

interface QueryKey {
  readonly level: QueryLevel;
  readonly text: RawBuilder<string>;
}

const key = (level: QueryLevel, text: RawBuilder<string>): QueryKey => ({ level, text });
const kept = (level: QueryLevel, tag: string): QueryKey =>
  key(level, sql<string>`coalesce(${sql.ref(`${level}.attributes`)} -> ${sql.lit(tag)} -> 'Value' ->> 0, '')`);

/** What stands in a column of its own; the rest of what a query may ask for is kept among the attributes. */
const QUERY_KEYS: Readonly<Record<string, QueryKey>> = {
  "0020000D": key("study", sql<string>`study.study_instance_uid`),
  "00080020": key("study", sql<string>`study.study_date`),
  "00080030": key("study", sql<string>`study.study_time`),
  "00080050": key("study", sql<string>`study.accession_number`),
  "00080061": key("study", sql<string>`study.modalities`),
  "00080090": key("study", sql<string>`study.referring_physician`),
  "00081030": key("study", sql<string>`study.description`),
  "00200010": key("study", sql<string>`study.dicom_study_id`),
  "00100010": key("study", sql<string>`study.search_text`),
  "00100020": kept("study", "00100020"),
  "00100030": key("study", sql<string>`study.patient_birth_date`),
  "00100040": key("study", sql<string>`study.patient_sex`),
  "0020000E": key("series", sql<string>`series.series_instance_uid`),
  "00080060": key("series", sql<string>`series.modality`),
  "00200011": key("series", sql<string>`series.series_number`),
  "0008103E": key("series", sql<string>`series.description`),
  "00180015": key("series", sql<string>`series.body_part`),
  "00080018": key("instance", sql<string>`instance.sop_instance_uid`),
  "00080016": key("instance", sql<string>`instance.sop_class_uid`),
  "00200013": key("instance", sql<string>`instance.instance_number`),
};

/** The level of the rows that a condition on this attribute is asked of; undefined when the index does not know it. */
export function queryLevelOf(tag: string): QueryLevel | undefined {
  return QUERY_KEYS[tag]?.level ?? keptLevel(tag);
}

const STUDY_TIME = "00080030";
const PATIENT_NAME = "00100010";
const PATIENT_ID = "00100020";
const MODALITIES_IN_STUDY = "00080061";

/** Uses the rows named study, series and instance, down to the level of the condition's key. */
export function conditionSql({ tag, match, within = [], times }: Condition): RawBuilder<unknown> {
  if (times && match.kind === "range") return momentsSql(tag, match, times);
  const text = QUERY_KEYS[tag]?.text;
  if (!text || within.length > 0) return keptSql([tag, ...within], match);
  if (tag === MODALITIES_IN_STUDY) return modalitiesSql(match);
  switch (match.kind) {
    case "equals":
      return allOf(
        match.values.length === 1 ? sql`${text} = ${match.values[0]}` : sql`${text} = ANY (${match.values})`,
        tag === PATIENT_ID && match.values.length === 1 ? indexed(match.values[0] as string) : null,
      );
    case "pattern":
      return allOf(sql`${text} LIKE ${likePattern(match.pattern)}`, tag === PATIENT_ID ? indexed(match.pattern) : null);
    case "range":
      return allOf(
        sql`${text} <> ''`,
        match.from === null ? null : sql`${text} >= ${match.from}`,
        match.to === null ? null : upTo(tag, text, match.to),
      );
    case "number":
      return sql`${text} = ${match.value}`;
    case "empty":
      return tag === PATIENT_NAME ? sql`study.patient_name = ''` : sql`coalesce(${text}::text, '') = ''`;
    case "name":
      return tag === PATIENT_NAME
        ? patientNameSql(match.pattern)
        : sql`${text} ILIKE ${likePattern(spaced(match.pattern))}`;
    case "words":
      return tag === PATIENT_NAME
        ? allOf(...match.words.map((word) => sql`${text} LIKE ${`%${escaped(word.toLowerCase())}%`}`))
        : allOf(...match.words.map((word) => sql`${text} ILIKE ${`%${escaped(word)}%`}`));
  }
}

/** Conditions of which the trigram index of the search text answers something. */
export function isByTrigrams({ tag, match: { kind } }: Condition): boolean {
  return kind === "words" || (kind === "name" && tag === PATIENT_NAME) || (kind === "pattern" && tag === PATIENT_ID);
}

/** From the first moment to the last: the time counts on the days at the ends, so that a night is one range. */
function momentsSql(
  tag: string,
  dates: { readonly from: string | null; readonly to: string | null },
  times: NonNullable<Condition["times"]>,
): RawBuilder<unknown> {
  const [date, time] = [momentText(tag), momentText(times.tag)];
  const { from, to } = dates;
  return allOf(
    sql`${date} <> ''`,
    from === null ? null : sql`${date} >= ${from}`,
    from === null || times.from === null ? null : sql`(${date} > ${from} OR ${time} >= ${times.from})`,
    to === null ? null : sql`${date} <= ${to}`,
    to === null || times.to === null ? null : sql`(${date} < ${to} OR ${notAfter(time, times.to)})`,
    sql`${time} <> ''`,
  );
}

function momentText(tag: string): RawBuilder<string> {
  return QUERY_KEYS[tag]?.text ?? kept(keptLevel(tag) ?? "study", tag).text;
}

function notAfter(time: RawBuilder<string>, to: string): RawBuilder<unknown> {
  return sql`left(${time}, ${to.length}) <= ${to}`;
}

/** "10" as the end of a time range means until 10:59:59.999999 (PS3.4 §C.2.2.2.5); dates are whole, and have an index. */
function upTo(tag: string, text: RawBuilder<string>, to: string): RawBuilder<unknown> {
  return tag === STUDY_TIME ? notAfter(text, to) : sql`${text} <= ${to}`;
}

function modalitiesSql(match: Match): RawBuilder<unknown> {
  if (match.kind === "equals") return sql`study.modalities && ${match.values}::text[]`;
  const pattern = match.kind === "pattern" ? likePattern(match.pattern) : "%";
  return sql`EXISTS (SELECT 1 FROM unnest(study.modalities) AS modality WHERE modality LIKE ${pattern})`;
}

/**
 * A pattern over each component group, letters of either case, carets and blanks the same; in latin letters also over
 * single words of the name and over the pinyin of a Han name, whole or initials. The trigram index narrows first.
 */
function patientNameSql(pattern: string): RawBuilder<unknown> {
  const like = likePattern(spaced(pattern));
  const group = (name: string) =>
    sql`replace(coalesce(study.attributes -> '00100010' -> 'Value' -> 0 ->> ${sql.lit(name)}, ''), '^', ' ') ILIKE ${like}`;
  const inGroups = sql`(${group("Alphabetic")} OR ${group("Ideographic")} OR ${group("Phonetic")})`;
  const asWord = `% ${likePattern(spaced(pattern).toLowerCase())} %`;
  const inPinyin = /^[a-z ?*]*[a-z][a-z ?*]*$/i.test(pattern)
    ? sql`' ' || study.search_text || ' ' LIKE ${asWord}`
    : null;
  return allOf(indexed(pattern), inPinyin ? sql`(${inGroups} OR ${inPinyin})` : inGroups);
}

/**
 * What the trigram index can say about a pattern: every run of its letters is in the search text, the first one at the
 * beginning of a word unless a wildcard stands before it. Never asks more than the pattern does.
 */
function indexed(pattern: string): RawBuilder<unknown> | null {
  // Han names stand in the search text without carets and blanks
  const plain = pattern.toLowerCase().replace(/(?<=\p{Script=Han})[\^\s]+(?=\p{Script=Han})/gu, "");
  const runs = plain.split(/[*?^=\s]+/).filter((run) => run !== "");
  const [first] = runs;
  if (first === undefined) return null;
  const anchored = !/^[*?^=\s]/.test(plain);
  return allOf(
    anchored
      ? sql`(study.search_text LIKE ${`${escaped(first)}%`} OR study.search_text LIKE ${`% ${escaped(first)}%`})`
      : sql`study.search_text LIKE ${`%${escaped(first)}%`}`,
    ...runs.slice(1).map((run) => sql`study.search_text LIKE ${`%${escaped(run)}%`}`),
  );
}

export function allOf(...conditions: readonly (RawBuilder<unknown> | null)[]): RawBuilder<unknown> {
  const present = conditions.filter((condition) => condition !== null);
  return present.length === 0 ? sql`true` : sql`(${sql.join(present, sql` AND `)})`;
}

function spaced(pattern: string): string {
  return pattern.replace(/\^/g, " ").replace(/\s+/g, " ").trim();
}
