import { type RawBuilder, sql } from "kysely";
import { type Actor, may, sitesFor } from "../../../access/actor.ts";
import type { SiteRef } from "../../../api/payloads/payload-parts.ts";
import type { Answer, Query } from "../../../api/payloads.ts";
import { DomainError } from "../../../errors.ts";
import { searchPattern } from "../../../study/search-text.ts";
import { asActor, type HubTx } from "../as-actor.ts";
import type { Database } from "../database.ts";
import { personOf } from "../person-of.ts";
import { SUMMARY_COLUMNS, SUMMARY_JOINS, type SummaryRow, studySummary } from "./summary-rows.ts";

type PatientIdentity = Answer<"getPatient">["patient"];
type NamedPatient = NonNullable<Answer<"getStudy">["conflictWith"]>;

/**
 * Patients by name, pinyin or ID, former ones too; who was merged away is not among them. As with studies, the hub itself
 * finds the ids, because under row-level security Postgres uses no trigram index; what is read by id is read under it.
 */
export async function listPatients(
  db: Database,
  actor: Actor,
  { q, siteId, limit }: Query<"listPatients">,
): Promise<Answer<"listPatients">> {
  const conditions: RawBuilder<unknown>[] = [sql`p.merged_into IS NULL`];
  if (!may(actor, "patient.reconcile"))
    conditions.push(sql`p.issuer = ANY (${sitesFor(actor, "patient.reconcile") as string[]})`);
  if (siteId) conditions.push(sql`p.issuer = ${siteId}`);
  if (q.trim() !== "") {
    const like = searchPattern(q);
    conditions.push(sql`(p.search_text LIKE ${like} OR p.id IN (
      SELECT m.merged_into FROM patient m WHERE m.merged_into IS NOT NULL AND m.search_text LIKE ${like}))`);
  }
  const found = await sql<{ id: string }>`
    SELECT p.id FROM patient p WHERE ${sql.join(conditions, sql` AND `)} ORDER BY p.id DESC LIMIT ${limit + 1}`.execute(
    db,
  );
  const ids = found.rows.slice(0, limit).map(({ id }) => id);
  if (ids.length === 0) return { patients: [], hasMore: false };
  return { patients: await asActor(db, actor, (tx) => patientsOf(tx, ids)), hasMore: found.rows.length > limit };
}

export async function getPatient(tx: HubTx, patientKey: string): Promise<Answer<"getPatient">> {
  const [patient] = await patientsOf(tx, [patientKey]);
  if (!patient) throw new DomainError("not-found");
  const studies = await sql<Answer<"getPatient">["studies"][number]>`
    SELECT s.study_instance_uid AS "studyInstanceUid", s.site_id AS "siteId", s.study_date AS "studyDate", s.description,
      s.modalities, EXISTS (SELECT 1 FROM reading_task t WHERE t.study_id = s.id AND t.final_at IS NOT NULL) AS "isReported"
    FROM study s WHERE s.patient_id = ${patientKey} ORDER BY s.study_date DESC, s.id DESC LIMIT 100`.execute(tx);
  return { patient, studies: studies.rows };
}

interface PatientRow {
  readonly id: string;
  readonly patient_id: string;
  readonly name_alphabetic: string;
  readonly name_ideographic: string;
  readonly name_phonetic: string;
  readonly birth_date: string;
  readonly sex: string;
  readonly site: SiteRef;
  readonly study_count: string;
  readonly last_study_date: string | null;
  readonly linked: PatientIdentity["linked"] | null;
}

async function patientsOf(tx: HubTx, ids: readonly string[]): Promise<PatientIdentity[]> {
  const { rows } = await sql<PatientRow>`
    SELECT p.id, p.patient_id, p.name_alphabetic, p.name_ideographic, p.name_phonetic, p.birth_date, p.sex,
      ${siteJson("o")} AS site, count(s.id) AS study_count, max(s.study_date) AS last_study_date,
      (SELECT jsonb_agg(jsonb_build_object('patientKey', y.id::text, 'site', ${siteJson("z")}, 'patientId', y.patient_id,
          'name', ${displayName("y")}) ORDER BY y.id)
        FROM patient y JOIN site z ON z.id = y.issuer
        WHERE ${personOf("y")} = ${personOf("p")} AND y.id <> p.id AND y.merged_into IS NULL) AS linked
    FROM patient p JOIN site o ON o.id = p.issuer LEFT JOIN study s ON s.patient_id = p.id
    WHERE p.id = ANY (${ids}::bigint[]) GROUP BY p.id, o.id ORDER BY p.id DESC`.execute(tx);
  return rows.map((row) => ({
    patientKey: row.id,
    site: row.site,
    patientId: row.patient_id,
    ...shownName({ alphabetic: row.name_alphabetic, ideographic: row.name_ideographic }),
    alphabetic: row.name_alphabetic,
    ideographic: row.name_ideographic,
    phonetic: row.name_phonetic,
    birthDate: row.birth_date,
    sex: row.sex,
    studyCount: Number(row.study_count),
    lastStudyDate: row.last_study_date ?? "",
    linked: row.linked ?? [],
  }));
}

/** Studies whose instances disagree about who the patient is, oldest first. */
export async function listIdentityConflicts(
  tx: HubTx,
  actor: Actor,
  { limit, offset }: Query<"listIdentityConflicts">,
): Promise<Answer<"listIdentityConflicts">> {
  const own = may(actor, "patient.reconcile")
    ? sql`true`
    : sql`s.site_id = ANY (${sitesFor(actor, "patient.reconcile") as string[]})`;
  const where = sql`s.identity_conflict AND ${own}`;
  const { rows } = await sql<
    SummaryRow & {
      patient_key: string;
      filed: HeaderPatient;
      conflict_with: HeaderPatient | null;
      other: string | null;
    }
  >`
    SELECT ${SUMMARY_COLUMNS}, s.patient_id AS patient_key, hub_name_patient(p) AS filed, s.conflict_with,
      (SELECT coalesce(y.merged_into, y.id)::text FROM patient y WHERE y.issuer = s.site_id AND y.patient_id <> ''
        AND y.patient_id = s.conflict_with ->> 'patientId') AS other
    FROM study s LEFT JOIN reading_task t ON t.study_id = s.id AND t.state <> 'withdrawn' ${SUMMARY_JOINS}
    WHERE ${where} ORDER BY s.id LIMIT ${limit} OFFSET ${offset}`.execute(tx);
  const counted = await sql<{ all: string }>`SELECT count(*) AS all FROM study s WHERE ${where}`.execute(tx);
  return {
    conflicts: rows.map((row) => ({
      study: studySummary(row),
      patientKey: row.patient_key,
      filedUnder: namedPatient(row.filed) as NamedPatient,
      conflictWith: namedPatient(row.conflict_with),
      otherKey: row.other,
    })),
    total: Number(counted.rows[0]?.all ?? 0),
  };
}

/** As the index's entry names her. */
export interface HeaderPatient {
  readonly patientId: string;
  readonly alphabetic: string;
  readonly ideographic: string;
  readonly birthDate: string;
  readonly sex: string;
}

export function namedPatient(header: HeaderPatient | null): NamedPatient | null {
  if (!header) return null;
  const { patientId, birthDate, sex } = header;
  return { patientId, ...shownName(header), birthDate, sex };
}

function shownName({ alphabetic, ideographic }: { readonly alphabetic: string; readonly ideographic: string }) {
  const latin = alphabetic.replaceAll("^", " ").trim();
  return { name: ideographic.replaceAll("^", "").trim() || latin, nameLatin: latin };
}

interface ChangeRow {
  readonly id: string;
  readonly kind: Answer<"undoPatientChange">["kind"];
  readonly study_id: string | null;
  readonly site: SiteRef;
  readonly patient: HeaderPatient;
  readonly other: HeaderPatient | null;
  readonly other_site: SiteRef | null;
  readonly reason: string;
  readonly at: Date;
  readonly account_name: string;
  readonly undone_at: Date | null;
  readonly undone_by_name: string | null;
  readonly difference: Answer<"undoPatientChange">["difference"];
}

/** Newest first; of one study those that were laid over it. */
export async function listPatientChanges(
  tx: HubTx,
  { studyInstanceUid, limit, offset }: Query<"listPatientChanges">,
): Promise<Answer<"listPatientChanges">> {
  const where = studyInstanceUid
    ? sql`c.id IN (SELECT x.change_id FROM patient_change_study x JOIN study s ON s.id = x.study_id
        WHERE s.study_instance_uid = ${studyInstanceUid})`
    : sql`true`;
  const { rows } = await changeRows(tx, sql`${where} ORDER BY c.id DESC LIMIT ${limit} OFFSET ${offset}`);
  const counted = await sql<{ all: string }>`SELECT count(*) AS all FROM patient_change c WHERE ${where}`.execute(tx);
  return { changes: rows.map(patientChange), total: Number(counted.rows[0]?.all ?? 0) };
}

export async function getPatientChange(tx: HubTx, changeId: string): Promise<Answer<"undoPatientChange">> {
  const { rows } = await changeRows(tx, sql`c.id = ${changeId}`);
  if (!rows[0]) throw new DomainError("not-found");
  return patientChange(rows[0]);
}

function changeRows(tx: HubTx, rest: RawBuilder<unknown>) {
  return sql<ChangeRow>`
    SELECT c.id, c.kind, c.study_id, ${siteJson("o")} AS site, c.named -> 'patient' AS patient,
      nullif(c.named -> 'other', 'null') AS other, CASE WHEN z.id IS NOT NULL THEN ${siteJson("z")} END AS other_site,
      c.reason, c.at, c.account_name, c.undone_at, c.undone_by_name, c.difference
    FROM patient_change c JOIN site o ON o.id = c.site_id LEFT JOIN site z ON z.id = c.named -> 'other' ->> 'issuer'
    WHERE ${rest}`.execute(tx);
}

function patientChange(row: ChangeRow): Answer<"undoPatientChange"> {
  const patient = namedPatient(row.patient) as NamedPatient;
  const other = namedPatient(row.other);
  return {
    id: row.id,
    kind: row.kind,
    ofPatient: row.study_id === null,
    site: row.site,
    patient,
    other: other && row.other_site ? { ...other, site: row.other_site } : null,
    reason: row.reason,
    at: row.at.toISOString(),
    by: row.account_name,
    undoneAt: row.undone_at?.toISOString() ?? null,
    undoneBy: row.undone_by_name,
    difference: row.difference,
  };
}

function siteJson(table: string): RawBuilder<unknown> {
  const column = (name: string) => sql.ref(`${table}.${name}`);
  return sql`jsonb_build_object('id', ${column("id")}, 'name', ${column("name")}, 'nameEn', ${column("name_en")})`;
}

function displayName(table: string): RawBuilder<unknown> {
  const column = (name: string) => sql.ref(`${table}.${name}`);
  return sql`coalesce(nullif(replace(${column("name_ideographic")}, '^', ''), ''), replace(${column("name_alphabetic")}, '^', ' '))`;
}
