import { type RawBuilder, sql } from "kysely";
import type { Actor } from "../../access/actor.ts";
import type { DicomJsonDataSet } from "../../dicom/dicom-json.ts";
import { allOf, type Condition, conditionSql, isByTrigrams, type QueryLevel } from "./archive-conditions.ts";
import { asActor, type HubTx } from "./as-actor.ts";
import type { Database } from "./database.ts";
import { findNewestStudies } from "./find-newest-studies.ts";
import { mayView, onlyOrigin } from "./may-view.ts";

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
  const [isSeen, matches] = [mayView(actor.grants), allOf(NOT_EMPTY[level], ...conditions.map(conditionSql))];
  if (level === "study" && conditions.some(isByTrigrams)) {
    const newest = await findNewestStudies(db, { isSeen, matches, onlySite: onlyOrigin(actor.grants), limit, offset });
    if (newest) return newest;
  }
  const found = await sql<{ id: string }>`SELECT ${sql.ref(`${level}.id`)} AS id FROM ${JOINS[level]}
    WHERE ${isSeen} AND ${matches} ORDER BY ${ORDERS[level]} LIMIT ${limit} OFFSET ${offset}`.execute(db);
  return found.rows.map((row) => row.id);
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
