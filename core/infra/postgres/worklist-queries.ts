import { type RawBuilder, sql } from "kysely";
import type { Database } from "./database.ts";

/** What a scanner may narrow its worklist by (PS3.4 table K.6-1); null: everything. Texts may hold `*` and `?`. */
export interface WorklistQuery {
  readonly siteId: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly fromTime: string | null;
  readonly toTime: string | null;
  readonly modality: string | null;
  readonly stationAeTitle: string | null;
  readonly stepId: string | null;
  readonly accessionNumber: string | null;
  readonly patientId: string | null;
  readonly patientName: string | null;
  readonly studyInstanceUid: string | null;
}

export interface WorklistRow {
  readonly accessionNumber: string;
  readonly patientId: string;
  readonly patientName: string;
  readonly patientNameLatin: string;
  readonly patientBirthDate: string;
  readonly patientSex: string;
  readonly clinicalHistory: string;
  readonly question: string;
  readonly requestingPhysician: string;
  readonly number: string;
  readonly studyInstanceUid: string;
  readonly modality: string;
  readonly description: string;
  readonly stationAeTitle: string;
  readonly startDate: string;
  readonly startTime: string;
  readonly urgency: "routine" | "urgent";
  readonly state: "scheduled" | "started";
}

/** Steps of the site that are still to be done, the earliest first; one for any device fits every station. */
export async function findWorklist(db: Database, query: WorklistQuery, limit: number): Promise<readonly WorklistRow[]> {
  const conditions = [
    sql`s.site_id = ${query.siteId} AND s.state IN ('scheduled', 'started')`,
    ...(query.from === null ? [] : [sql`s.start_date >= ${query.from}`]),
    ...(query.to === null ? [] : [sql`s.start_date <= ${query.to}`]),
    ...(query.fromTime === null ? [] : [sql`s.start_time >= ${query.fromTime}`]),
    ...(query.toTime === null ? [] : [sql`left(s.start_time, ${query.toTime.length}) <= ${query.toTime}`]),
    ...like(sql`s.modality`, query.modality),
    ...(query.stationAeTitle === null
      ? []
      : [sql`(s.station_ae_title = '' OR s.station_ae_title LIKE ${pattern(query.stationAeTitle)})`]),
    ...like(sql`s.number`, query.stepId),
    ...like(sql`o.accession_number`, query.accessionNumber),
    ...like(sql`o.patient_id`, query.patientId),
    ...(query.patientName === null
      ? []
      : [
          sql`(o.patient_name ILIKE ${pattern(query.patientName)} OR replace(o.patient_name_latin, '^', ' ') ILIKE ${pattern(
            query.patientName.replaceAll("^", " "),
          )})`,
        ]),
    ...like(sql`s.study_instance_uid`, query.studyInstanceUid),
  ];
  const { rows } = await sql<WorklistRow>`
    SELECT o.accession_number AS "accessionNumber", o.patient_id AS "patientId", o.patient_name AS "patientName",
      o.patient_name_latin AS "patientNameLatin", o.patient_birth_date AS "patientBirthDate", o.patient_sex AS "patientSex",
      o.clinical_history AS "clinicalHistory", o.question, o.requesting_physician AS "requestingPhysician", s.number,
      s.study_instance_uid AS "studyInstanceUid", s.modality, s.description, s.station_ae_title AS "stationAeTitle",
      s.start_date AS "startDate", s.start_time AS "startTime", o.urgency, s.state
    FROM scheduled_step s JOIN standing_order o ON o.id = s.order_id
    WHERE ${sql.join(conditions, sql` AND `)} ORDER BY s.start_date, s.start_time, s.id LIMIT ${limit}`.execute(db);
  return rows;
}

/** The character set that the administrator has set for this device. */
export async function characterSetOf(db: Database, aeTitle: string): Promise<string | null> {
  const row = await db
    .selectFrom("application_entity")
    .select("character_set")
    .where("title", "=", aeTitle)
    .executeTakeFirst();
  return row?.character_set ?? null;
}

function like(column: RawBuilder<unknown>, text: string | null): RawBuilder<unknown>[] {
  return text === null ? [] : [sql`${column} LIKE ${pattern(text)}`];
}

function pattern(text: string): string {
  return text
    .replace(/[\\%_]/g, (letter) => `\\${letter}`)
    .replaceAll("*", "%")
    .replaceAll("?", "_");
}
