import { type RawBuilder, sql } from "kysely";
import type { Actor } from "../../access/actor.ts";
import { POLICY_ROWS, type PolicyRole } from "../../access/policy.ts";
import type { DicomJsonDataSet } from "../../dicom/dicom-json.ts";
import { asActor, type HubTx } from "./as-actor.ts";
import type { Database } from "./database.ts";
import { findNewestStudies } from "./find-newest-studies.ts";
import { isOneOf } from "./is-one-of.ts";
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

export interface ArchiveQuery {
  readonly level: QueryLevel;
  readonly conditions: readonly Condition[];
  readonly limit: number;
  readonly offset: number;
}

export interface ArchiveMatch {
  /** Of the row of the query's level. */
  readonly id: string;
  readonly studyInstanceUid: string;
  readonly modalities: readonly string[];
  readonly seriesCount: number;
  readonly studyInstanceCount: number;
  readonly studyAttributes: DicomJsonDataSet;
  readonly series?: {
    readonly seriesInstanceUid: string;
    readonly instanceCount: number;
    readonly attributes: DicomJsonDataSet;
  };
  readonly instance?: { readonly sopInstanceUid: string; readonly attributes: DicomJsonDataSet };
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

/**
 * The rows that match and that the actor may see, newest studies first, then by number; ids break ties, so that pages
 * neither miss nor repeat. Two statements: the hub itself finds the ids, asking for the actor's sites in so many words,
 * because under row-level security Postgres uses no trigram index (LIKE is not leakproof); what is then read by id is
 * read under it.
 */
export async function findInArchive(db: Database, actor: Actor, query: ArchiveQuery): Promise<readonly ArchiveMatch[]> {
  const ids = await findIds(db, actor, query);
  return ids.length === 0 ? [] : asActor(db, actor, (tx) => readMatches(tx, query.level, ids));
}

export const JOINS: Readonly<Record<QueryLevel, RawBuilder<unknown>>> = {
  study: sql`study`,
  series: sql`study JOIN series ON series.study_id = study.id`,
  instance: sql`study JOIN series ON series.study_id = study.id JOIN seen_instance AS instance ON instance.series_id = series.id`,
};

const NEWEST_FIRST = sql`study.study_date DESC, study.id DESC`;
const BY_SERIES = sql`${NEWEST_FIRST}, series.series_number NULLS LAST, series.id`;
/** A study or a series of which nothing may be seen is not found. */
export const NOT_EMPTY: Readonly<Record<QueryLevel, RawBuilder<unknown>>> = {
  study: sql`study.instance_count > 0`,
  series: sql`series.instance_count > 0`,
  instance: sql`true`,
};
export const ORDERS: Readonly<Record<QueryLevel, RawBuilder<unknown>>> = {
  study: NEWEST_FIRST,
  series: BY_SERIES,
  instance: sql`${BY_SERIES}, instance.instance_number NULLS LAST, instance.id`,
};

async function findIds(db: Database, actor: Actor, query: ArchiveQuery): Promise<readonly string[]> {
  const { level, conditions, limit, offset } = query;
  const [isSeen, matches] = [mayView(actor.grants), and(NOT_EMPTY[level], ...conditions.map(conditionSql))];
  if (level === "study" && conditions.some(isByTrigrams)) {
    const newest = await findNewestStudies(db, { isSeen, matches, onlySite: onlyOrigin(actor.grants), limit, offset });
    if (newest) return newest;
  }
  const found = await sql<{ id: string }>`SELECT ${sql.ref(`${level}.id`)} AS id FROM ${JOINS[level]}
    WHERE ${isSeen} AND ${matches} ORDER BY ${ORDERS[level]} LIMIT ${limit} OFFSET ${offset}`.execute(db);
  return found.rows.map((row) => row.id);
}

/** Conditions of which the trigram index of the search text answers something. */
function isByTrigrams({ tag, match: { kind } }: Condition): boolean {
  return kind === "words" || (kind === "name" && tag === PATIENT_NAME) || (kind === "pattern" && tag === PATIENT_ID);
}

interface Grant {
  readonly siteId: string | null;
  readonly role: PolicyRole;
}

const VIEW_ROWS = POLICY_ROWS.filter((row) => row.action === "study.view");

/** What these roles give a view of, each as the site and its relation to the study. */
function viewsOf(grants: readonly Grant[]) {
  return grants.flatMap(({ role, siteId }) =>
    VIEW_ROWS.flatMap((row) => (row.role === role ? [{ relation: row.relation, siteId }] : [])),
  );
}

/** The site whose own studies are all that may be seen; null when there are others, too. */
function onlyOrigin(grants: readonly Grant[]): string | null {
  const views = viewsOf(grants);
  const [siteId = null, ...others] = new Set(views.map((view) => view.siteId));
  return others.length === 0 && views.every(({ relation }) => relation === "origin") ? siteId : null;
}

/** The policy's rows for `study.view` as a condition on `study`, for who holds these roles. */
export function mayView(grants: readonly Grant[]): RawBuilder<unknown> {
  const held = viewsOf(grants);
  if (held.some(({ relation }) => relation === "any")) return sql`true`;
  if (held.length === 0) return sql`false`;
  // a site's own are told by the study itself, in the order of an index
  const own = held.flatMap(({ relation, siteId }) => (relation === "origin" && siteId !== null ? [siteId] : []));
  const ofOwn = isOneOf("study.site_id", own);
  if (own.length === held.length) return ofOwn;
  const pairs = held.map(({ relation, siteId }) => sql`(${siteId}, ${relation})`);
  return sql`EXISTS (SELECT 1 FROM study_access a
    WHERE a.study_id = study.id AND (a.site_id, a.relation) IN (${sql.join(pairs)}))`;
}

async function readMatches(tx: HubTx, level: QueryLevel, ids: readonly string[]): Promise<readonly ArchiveMatch[]> {
  const columns = [
    sql`${sql.ref(`${level}.id`)}::text AS id, study.study_instance_uid AS "studyInstanceUid", study.modalities, study.series_count AS "seriesCount",
      study.instance_count AS "studyInstanceCount", study.attributes AS "studyAttributes"`,
    ...(level === "study"
      ? []
      : [
          sql`jsonb_build_object('seriesInstanceUid', series.series_instance_uid,
            'instanceCount', series.instance_count, 'attributes', series.attributes) AS series`,
        ]),
    ...(level === "instance"
      ? [
          sql`jsonb_build_object('sopInstanceUid', instance.sop_instance_uid,
            'attributes', instance.attributes) AS instance`,
        ]
      : []),
  ];
  const found = await sql<ArchiveMatch>`SELECT ${sql.join(columns)} FROM ${JOINS[level]}
    WHERE ${sql.ref(`${level}.id`)} = ANY (${ids}::bigint[]) ORDER BY ${ORDERS[level]}`.execute(tx);
  return found.rows;
}

/** Uses the rows named study, series and instance, down to the level of the condition's key. */
export function conditionSql({ tag, match, within = [], times }: Condition): RawBuilder<unknown> {
  if (times && match.kind === "range") return momentsSql(tag, match, times);
  const text = QUERY_KEYS[tag]?.text;
  if (!text || within.length > 0) return keptSql([tag, ...within], match);
  if (tag === MODALITIES_IN_STUDY) return modalitiesSql(match);
  switch (match.kind) {
    case "equals":
      return and(
        match.values.length === 1 ? sql`${text} = ${match.values[0]}` : sql`${text} = ANY (${match.values})`,
        tag === PATIENT_ID && match.values.length === 1 ? indexed(match.values[0] as string) : null,
      );
    case "pattern":
      return and(sql`${text} LIKE ${likePattern(match.pattern)}`, tag === PATIENT_ID ? indexed(match.pattern) : null);
    case "range":
      return and(
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
        ? and(...match.words.map((word) => sql`${text} LIKE ${`%${escaped(word.toLowerCase())}%`}`))
        : and(...match.words.map((word) => sql`${text} ILIKE ${`%${escaped(word)}%`}`));
  }
}

/** From the first moment to the last: the time counts on the days at the ends, so that a night is one range. */
function momentsSql(
  tag: string,
  dates: { readonly from: string | null; readonly to: string | null },
  times: NonNullable<Condition["times"]>,
): RawBuilder<unknown> {
  const [date, time] = [momentText(tag), momentText(times.tag)];
  const { from, to } = dates;
  return and(
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
  return and(indexed(pattern), inPinyin ? sql`(${inGroups} OR ${inPinyin})` : inGroups);
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
  return and(
    anchored
      ? sql`(study.search_text LIKE ${`${escaped(first)}%`} OR study.search_text LIKE ${`% ${escaped(first)}%`})`
      : sql`study.search_text LIKE ${`%${escaped(first)}%`}`,
    ...runs.slice(1).map((run) => sql`study.search_text LIKE ${`%${escaped(run)}%`}`),
  );
}

function and(...conditions: readonly (RawBuilder<unknown> | null)[]): RawBuilder<unknown> {
  const present = conditions.filter((condition) => condition !== null);
  return present.length === 0 ? sql`true` : sql`(${sql.join(present, sql` AND `)})`;
}

function spaced(pattern: string): string {
  return pattern.replace(/\^/g, " ").replace(/\s+/g, " ").trim();
}

// Retrieve ------------------------------------------------------------------------------------------------------------

/** What retrieving needs to know of an instance. */
export interface StoredInstance {
  readonly id: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
  readonly sopClassUid: string;
  readonly transferSyntaxUid: string;
  readonly blobKey: string;
  readonly byteLength: number;
  readonly pixelDataOffset: number | null;
}

/** The study's own id, when the account of `tx` may see it. */
export async function findStudyId(tx: HubTx, studyInstanceUid: string): Promise<string | null> {
  const row = await tx
    .selectFrom("study")
    .select("id")
    .where("study_instance_uid", "=", studyInstanceUid)
    .executeTakeFirst();
  return row?.id ?? null;
}

/**
 * The instances of a study that may be seen, or of one of its series, in reading order; for who may reject, on request those
 * that were rejected for their quality, too (IHE RAD TF-2 §4.66.4.1.3).
 */
export async function listStoredInstances(
  tx: HubTx,
  studyId: string,
  seriesInstanceUid: string | null,
  { withPoorOnes = false }: { readonly withPoorOnes?: boolean } = {},
): Promise<readonly StoredInstance[]> {
  const rows = await tx
    .selectFrom((withPoorOnes ? "instance" : "seen_instance as instance") as "instance")
    .$if(withPoorOnes, (q) => q.where((e) => e.or([e("hidden_as", "is", null), e("hidden_as", "=", "quality")])))
    .innerJoin("series", "series.id", "instance.series_id")
    .select([
      "instance.id",
      "series.series_instance_uid",
      "instance.sop_instance_uid",
      "instance.sop_class_uid",
      "instance.transfer_syntax_uid",
      "instance.blob_key",
      "instance.byte_length",
      "instance.pixel_data_offset",
    ])
    .where("series.study_id", "=", studyId)
    .$if(seriesInstanceUid !== null, (q) => q.where("series.series_instance_uid", "=", seriesInstanceUid ?? ""))
    .orderBy(sql`series.series_number NULLS LAST, series.id, instance.instance_number NULLS LAST, instance.id`)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    seriesInstanceUid: row.series_instance_uid,
    sopInstanceUid: row.sop_instance_uid,
    sopClassUid: row.sop_class_uid,
    transferSyntaxUid: row.transfer_syntax_uid,
    blobKey: row.blob_key,
    byteLength: Number(row.byte_length),
    pixelDataOffset: row.pixel_data_offset === null ? null : Number(row.pixel_data_offset),
  }));
}

/** A series as it is now: a kept answer is held against count and version. */
export interface SeriesState {
  readonly id: string;
  readonly seriesInstanceUid: string;
  readonly instanceCount: number;
  /** Another one whenever instances were hidden, shown again, deleted or moved. */
  readonly version: number;
}

/** The study's series of which something may be seen, in reading order. */
export async function listSeriesCounts(tx: HubTx, studyId: string): Promise<readonly SeriesState[]> {
  return tx
    .selectFrom("series")
    .select(["id", "series_instance_uid as seriesInstanceUid", "instance_count as instanceCount", "version"])
    .where("study_id", "=", studyId)
    .where("instance_count", ">", 0)
    .orderBy(sql`series_number NULLS LAST, id`)
    .execute();
}
