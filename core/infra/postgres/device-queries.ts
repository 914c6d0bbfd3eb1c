import { type RawBuilder, sql } from "kysely";
import type { DicomJsonDataSet } from "../../dicom/dicom-json.ts";
import type { RetrieveLevel } from "../../study/retrieve-scope.ts";
import { type Condition, conditionSql, type QueryLevel } from "./archive-conditions.ts";
import { JOINS, NOT_EMPTY, ORDERS } from "./archive-queries.ts";
import { asHub } from "./as-actor.ts";
import type { Database } from "./database.ts";
import { mayView } from "./may-view.ts";
import { writeAudit } from "./write-audit.ts";

/** A C-FIND as the archive understands it. */
export interface DeviceQuery {
  /** The calling AE title and its site: what that site may see is what it finds. */
  readonly aeTitle: string;
  readonly siteId: string;
  readonly level: RetrieveLevel;
  readonly conditions: readonly Condition[];
  /** At Patient Root below PATIENT: of the identity, not of a study's own header. */
  readonly patientId: string | null;
  readonly issuer: string | null;
  /** It asks for a person, so it is told to the audit. */
  readonly namesPatient: boolean;
  /** What costs more than the row itself, and so is counted on request only. */
  readonly counts: { readonly ofPatient: boolean; readonly sopClasses: boolean };
}

export interface DeviceMatch {
  readonly patient: {
    readonly patientId: string;
    readonly issuer: string;
    readonly alphabetic: string;
    readonly ideographic: string;
    readonly phonetic: string;
    readonly birthDate: string;
    readonly sex: string;
  };
  /** Of what the site may see. */
  readonly ofPatient?: { readonly studies: number; readonly series: number; readonly instances: number };
  readonly study?: {
    readonly studyInstanceUid: string;
    readonly studyDate: string;
    readonly timeZone: string;
    readonly modalities: readonly string[];
    readonly seriesCount: number;
    readonly instanceCount: number;
    readonly sopClassUids?: readonly string[];
    readonly attributes: DicomJsonDataSet;
  };
  readonly series?: {
    readonly seriesInstanceUid: string;
    readonly instanceCount: number;
    readonly attributes: DicomJsonDataSet;
  };
  readonly instance?: { readonly sopInstanceUid: string; readonly attributes: DicomJsonDataSet };
}

const TABLES: Readonly<Record<Exclude<RetrieveLevel, "PATIENT">, QueryLevel>> = {
  STUDY: "study",
  SERIES: "series",
  IMAGE: "instance",
};

/** The ids of what matches, at most `limit`, newest studies first. Writes the audit line in the same transaction. */
export async function listDeviceMatches(db: Database, query: DeviceQuery, limit: number): Promise<readonly string[]> {
  return asHub(db, async (tx) => {
    const found = await sql<{ id: string }>`${idsSql(query)} LIMIT ${limit}`.execute(tx);
    if (query.namesPatient) {
      const detail = { operation: "C-FIND", level: query.level, matches: found.rows.length };
      await writeAudit(tx, { actor: query.aeTitle, action: "study.query", outcome: "done", detail });
    }
    return found.rows.map((row) => row.id);
  });
}

function idsSql({ level, conditions, patientId, issuer, siteId }: DeviceQuery): RawBuilder<{ id: string }> {
  const table = level === "PATIENT" ? "study" : TABLES[level];
  const ofStudy = [mayView([{ siteId, role: "device" }]), NOT_EMPTY[table], ...conditions.map(conditionSql)];
  const ofPatient = [
    ...(patientId === null ? [] : [sql`patient.patient_id = ${patientId}`]),
    ...(issuer === null ? [] : [sql`patient.issuer = ${issuer}`]),
  ];
  if (level === "PATIENT") {
    // Who has no Patient ID cannot be named at this level, where it is the unique key.
    return sql`SELECT patient.id FROM patient WHERE ${sql.join([sql`patient.patient_id <> ''`, ...ofPatient], sql` AND `)}
      AND EXISTS (SELECT 1 FROM study WHERE study.patient_id = patient.id AND ${sql.join(ofStudy, sql` AND `)})
      ORDER BY patient.id DESC`;
  }
  if (ofPatient.length > 0)
    ofStudy.push(sql`study.patient_id IN (SELECT patient.id FROM patient WHERE ${sql.join(ofPatient, sql` AND `)})`);
  return sql`SELECT ${sql.ref(`${table}.id`)} AS id FROM ${JOINS[table]} WHERE ${sql.join(ofStudy, sql` AND `)}
    ORDER BY ${ORDERS[table]}`;
}

/** What is answered of these ids, in their order. */
export async function readDeviceMatches(
  db: Database,
  { level, counts, siteId }: DeviceQuery,
  ids: readonly string[],
): Promise<readonly DeviceMatch[]> {
  const columns = [
    sql`jsonb_build_object('patientId', patient.patient_id, 'issuer', patient.issuer,
      'alphabetic', patient.name_alphabetic, 'ideographic', patient.name_ideographic,
      'phonetic', patient.name_phonetic, 'birthDate', patient.birth_date, 'sex', patient.sex) AS patient`,
    ...(counts.ofPatient ? [ofPatientSql(siteId)] : []),
    ...(level === "PATIENT" ? [] : [studySql(counts.sopClasses)]),
    ...(level === "SERIES" || level === "IMAGE" ? [seriesSql] : []),
    ...(level === "IMAGE" ? [instanceSql] : []),
  ];
  const table = level === "PATIENT" ? "patient" : TABLES[level];
  const from =
    level === "PATIENT"
      ? sql`patient`
      : sql`${JOINS[TABLES[level]]} JOIN patient ON patient.id = study.patient_id JOIN site ON site.id = study.site_id`;
  const found = await sql<DeviceMatch>`SELECT ${sql.join(columns)}
    FROM ${from} JOIN unnest(${ids}::bigint[]) WITH ORDINALITY AS wanted (id, n) ON wanted.id = ${sql.ref(`${table}.id`)}
    ORDER BY wanted.n`.execute(db);
  return found.rows;
}

const ofPatientSql = (siteId: string) => sql`(SELECT jsonb_build_object('studies', count(*),
    'series', coalesce(sum(study.series_count), 0), 'instances', coalesce(sum(study.instance_count), 0))
  FROM study WHERE study.patient_id = patient.id AND study.instance_count > 0 AND ${mayView([{ siteId, role: "device" }])}) AS "ofPatient"`;

const studySql = (withSopClasses: boolean) => sql`jsonb_build_object('studyInstanceUid', study.study_instance_uid,
    'studyDate', study.study_date, 'timeZone', site.time_zone, 'modalities', study.modalities,
    'seriesCount', study.series_count, 'instanceCount', study.instance_count, 'attributes', study.attributes
    ${
      withSopClasses
        ? sql`, 'sopClassUids', (SELECT array_agg(DISTINCT instance.sop_class_uid) FROM seen_instance AS instance
            WHERE instance.study_id = study.id)`
        : sql``
    }) AS study`;

const seriesSql = sql`jsonb_build_object('seriesInstanceUid', series.series_instance_uid,
  'instanceCount', series.instance_count, 'attributes', series.attributes) AS series`;

const instanceSql = sql`jsonb_build_object('sopInstanceUid', instance.sop_instance_uid,
  'attributes', instance.attributes) AS instance`;
