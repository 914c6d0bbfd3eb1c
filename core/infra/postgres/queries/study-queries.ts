import { type RawBuilder, sql } from "kysely";
import { type Actor, may } from "../../../access/actor.ts";
import type { Answer, Query } from "../../../api/payloads.ts";
import { DomainError } from "../../../errors.ts";
import { searchPattern } from "../../../study/search-text.ts";
import { asActor, type HubTx } from "../as-actor.ts";
import type { Database } from "../database.ts";
import { isOneOf } from "../is-one-of.ts";
import { personOf } from "../person-of.ts";
import { type HeaderPatient, namedPatient } from "./patient-queries.ts";
import { listRejections } from "./rejection-queries.ts";
import { isNamed, SUMMARY_COLUMNS, SUMMARY_JOINS, type SummaryRow, studySummary } from "./summary-rows.ts";

const FROM = sql`FROM study s LEFT JOIN reading_task t ON t.study_id = s.id AND t.state <> 'withdrawn'`;

/** What devices say they made of the study, and how much of that is not here. */
const REPORTED = sql`(
  SELECT jsonb_build_object('made', sum(p.instance_count), 'missing', coalesce(sum(m.missing), 0))
  FROM performed_step p LEFT JOIN LATERAL (
    SELECT count(*) AS missing FROM missing_instance x
    WHERE x.performed_step_uid = p.sop_instance_uid AND NOT hub_has_instance(x.sop_instance_uid)) m ON true
  WHERE p.study_instance_uid = s.study_instance_uid HAVING sum(p.instance_count) > 0) AS reported`;

interface ReportedColumn {
  readonly reported: { readonly made: number; readonly missing: number } | null;
}

const STAGES = {
  receiving: sql`s.state = 'receiving'`,
  unasked: sql`s.state = 'complete' AND s.purpose = 'reading' AND t.id IS NULL`,
  waiting: sql`t.state IN ('ordered', 'ready', 'claimed', 'preliminary')`,
  reported: sql`t.state IN ('final', 'delivered', 'acknowledged')`,
} as const;

/** So many of the newest are counted: a board is of what is going on. */
const COUNTED = 10_000;

/**
 * The studies that the caller's sites made, newest first, with how many of the newest stand at each stage. As with searches,
 * the hub itself finds and counts, asking for the caller's sites in so many words; what is read by id is read as the caller.
 */
export async function listStudies(
  db: Database,
  actor: Actor,
  siteIds: readonly string[] | "all",
  query: Query<"listStudies">,
): Promise<Answer<"listStudies">> {
  const conditions: RawBuilder<unknown>[] = [sql`s.originals_deleted_at IS NULL`];
  if (siteIds !== "all") conditions.push(isOneOf("s.site_id", siteIds));
  if (query.q) conditions.push(sql`(${isNamed(query.q)} OR lower(s.description) LIKE ${searchPattern(query.q)})`);
  if (query.modality) conditions.push(sql`${query.modality} = ANY (s.modalities)`);
  if (query.from) conditions.push(sql`s.study_date >= ${query.from}`);
  if (query.to) conditions.push(sql`s.study_date <= ${query.to}`);
  const where = sql.join(conditions, sql` AND `);
  const stage = query.stage ? sql`AND ${STAGES[query.stage]}` : sql``;
  const newestFirst = sql`ORDER BY s.first_received_at DESC, s.id DESC`;
  const found = await sql<{ id: string }>`
    SELECT s.id ${FROM} WHERE ${where} ${stage} ${newestFirst} LIMIT ${query.limit} OFFSET ${query.offset}`.execute(db);
  const ids = found.rows.map(({ id }) => id);
  const rows = await asActor(db, actor, (tx) =>
    sql<SummaryRow & ReportedColumn>`
    SELECT ${SUMMARY_COLUMNS}, ${REPORTED} ${FROM} ${SUMMARY_JOINS} WHERE s.id = ANY (${ids}::bigint[]) ${newestFirst}`.execute(
      tx,
    ),
  );
  const counted = await sql<Record<keyof typeof STAGES | "all", string>>`
    SELECT count(*) AS all, ${sql.join(
      Object.entries(STAGES).map(([name, condition]) => sql`count(*) FILTER (WHERE ${condition}) AS ${sql.ref(name)}`),
    )} FROM (SELECT s.id, s.state, s.purpose FROM study s WHERE ${where} ${newestFirst} LIMIT ${COUNTED}) AS s
    LEFT JOIN reading_task t ON t.study_id = s.id AND t.state <> 'withdrawn'`.execute(db);
  const counts = Object.fromEntries(
    Object.entries(counted.rows[0] ?? {}).map(([name, count]) => [name, Number(count)]),
  );
  const studies = rows.rows.map((row) => ({ ...studySummary(row), reported: row.reported }));
  return { studies, total: counts[query.stage ?? "all"] ?? 0, counts };
}

export async function getStudy(
  tx: HubTx,
  actor: Actor,
  studyInstanceUid: string,
): Promise<Answer<"getStudy"> & { readonly studyId: string }> {
  const found = await sql<
    SummaryRow &
      ReportedColumn & { id: string; patient_key: string; person: string; conflict_with: HeaderPatient | null }
  >`
    SELECT s.id, s.patient_id AS patient_key, ${personOf("p")} AS person, s.conflict_with, ${SUMMARY_COLUMNS}, ${REPORTED} ${FROM} ${SUMMARY_JOINS} WHERE s.study_instance_uid = ${studyInstanceUid}`.execute(
    tx,
  );
  const row = found.rows[0];
  if (!row) throw new DomainError("not-found");
  const series = await tx
    .selectFrom("series")
    .select(["series_instance_uid", "modality", "series_number", "description", "instance_count"])
    .where("study_id", "=", row.id)
    .where("instance_count", ">", 0)
    .orderBy("series_number")
    .orderBy("id")
    .execute();
  const priors = await sql<SummaryRow>`
    SELECT ${SUMMARY_COLUMNS} ${FROM} ${SUMMARY_JOINS}
    WHERE ${personOf("p")} = ${row.person}::bigint AND s.id <> ${row.id}
    ORDER BY s.study_date DESC, s.study_time DESC LIMIT 50`.execute(tx);
  const mayReject = may(actor, "study.reject", [{ siteId: row.origin_id, relation: "origin" }]);
  return {
    studyId: row.id,
    mayReject,
    rejections: mayReject ? [...(await listRejections(tx, actor, row.id))] : [],
    study: studySummary(row),
    reported: row.reported && {
      ...row.reported,
      missingOf: row.reported.missing === 0 ? [] : await missingOf(tx, row.id, studyInstanceUid),
    },
    patientKey: row.patient_key,
    conflictWith: namedPatient(row.conflict_with),
    series: series.map((s) => ({
      seriesInstanceUid: s.series_instance_uid,
      modality: s.modality,
      number: s.series_number,
      description: s.description,
      instanceCount: s.instance_count,
    })),
    priors: priors.rows.map((prior) => ({
      studyInstanceUid: prior.study_instance_uid,
      studyDate: prior.study_date,
      description: prior.description,
      modalities: prior.modalities,
      site: { id: prior.origin_id, name: prior.origin_name, nameEn: prior.origin_name_en },
      reportTaskId: prior.final_at ? prior.task_id : null,
    })),
  };
}

/** By series, as it is numbered where some of it is here. */
async function missingOf(tx: HubTx, studyId: string, studyInstanceUid: string) {
  const { rows } = await sql<NonNullable<Answer<"getStudy">["reported"]>["missingOf"][number]>`
    SELECT m.series_instance_uid AS "seriesInstanceUid", e.series_number AS number,
      coalesce(nullif(e.description, ''), max(m.series_description)) AS description, count(DISTINCT m.sop_instance_uid)::int AS missing
    FROM missing_instance m LEFT JOIN series e ON e.study_id = ${studyId} AND e.series_instance_uid = m.series_instance_uid
    WHERE m.study_instance_uid = ${studyInstanceUid} AND NOT hub_has_instance(m.sop_instance_uid)
    GROUP BY m.series_instance_uid, e.series_number, e.description ORDER BY e.series_number, m.series_instance_uid LIMIT 200`.execute(
    tx,
  );
  return rows;
}

/** Which of these instances are in the archive with just these bytes. */
export async function findStoredInstances(
  tx: HubTx,
  body: { readonly instances: readonly { sopInstanceUid: string; dataSetSha256: string }[] },
): Promise<string[]> {
  if (body.instances.length === 0) return [];
  const { rows } = await sql<{ sop_instance_uid: string }>`
    SELECT i.sop_instance_uid FROM instance i
    JOIN unnest(${body.instances.map((x) => x.sopInstanceUid)}::text[], ${body.instances.map((x) => x.dataSetSha256)}::text[]) AS w (uid, sha)
      ON w.uid = i.sop_instance_uid AND decode(w.sha, 'hex') = i.data_set_sha256`.execute(tx);
  return rows.map((row) => row.sop_instance_uid);
}
