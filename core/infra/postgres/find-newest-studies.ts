import { type RawBuilder, sql } from "kysely";
import type { Database } from "./database.ts";

export interface WantedStudies {
  /** Of `study`: may it be seen? */
  readonly isSeen: RawBuilder<unknown>;
  /** Of `study`: does it match? Something of it the trigram index can answer. */
  readonly matches: RawBuilder<unknown>;
  /** Where only studies of one site may be seen: that site. */
  readonly onlySite: string | null;
  readonly limit: number;
  readonly offset: number;
}

/** Fewer matches than this are sorted at once. */
const FEW = 500;
/** More of them lie so close together that a page is full after so many studies for each of its rows. */
const LOOKED_AT_PER_ROW = 40;
const MOST_LOOKED_AT = 20_000;

/**
 * The newest studies of a search by name, without sorting all that are called so: a common name has a tenth of the archive.
 * Few matches are all read; of many the newest are found by walking back from the newest study, so far and no further. Null
 * when neither was enough: then they are too many to be few and too few to be many.
 */
export async function findNewestStudies(db: Database, wanted: WantedStudies): Promise<readonly string[] | null> {
  if (wanted.limit + wanted.offset <= FEW) {
    const few = await amongFew(db, wanted);
    if (few) return few;
  }
  return amongNewest(db, wanted);
}

/** Whether it is seen is asked only once they are known to be few, and of each: IS TRUE keeps that from becoming a join. */
async function amongFew(db: Database, { isSeen, matches, limit, offset }: WantedStudies): Promise<string[] | null> {
  const { rows } = await sql<{ ids: string[] | null }>`
    WITH found AS MATERIALIZED (SELECT study.id, study.study_date, study.site_id FROM study WHERE ${matches} LIMIT ${FEW + 1})
    SELECT CASE WHEN (SELECT count(*) FROM found) <= ${FEW} THEN ARRAY(
      SELECT study.id::text FROM found AS study WHERE (${isSeen}) IS TRUE
      ORDER BY study.study_date DESC, study.id DESC LIMIT ${limit} OFFSET ${offset}) END AS ids`.execute(db);
  return rows[0]?.ids ?? null;
}

/** The matches among the newest are the newest matches: enough of them, and nothing older need be looked at. */
async function amongNewest(db: Database, wanted: WantedStudies): Promise<string[] | null> {
  const { isSeen, matches, onlySite, limit, offset } = wanted;
  const lookedAt = Math.min(MOST_LOOKED_AT, LOOKED_AT_PER_ROW * (limit + offset));
  const { rows } = await sql<{ id: string }>`
    SELECT study.id::text AS id FROM (
      SELECT * FROM study WHERE ${onlySite === null ? sql`true` : sql`study.site_id = ${onlySite}`}
      ORDER BY study.study_date DESC, study.id DESC LIMIT ${lookedAt}) AS study
    WHERE ${matches} AND ${isSeen}
    ORDER BY study.study_date DESC, study.id DESC LIMIT ${limit} OFFSET ${offset}`.execute(db);
  return rows.length === limit ? rows.map(({ id }) => id) : null;
}
