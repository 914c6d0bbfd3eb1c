import { type RawBuilder, sql } from "kysely";
import type { Actor } from "../../access/actor.ts";
import type { DicomJsonDataSet } from "../../dicom/dicom-json.ts";
import type { CancelRequest } from "../../reading/cancel-request.ts";
import type { TaskState } from "../../reading/task-moves.ts";
import { type WorkitemPlace, type WorkitemState, workitemPlace, workitemUid } from "../../reading/workitem.ts";
import { type Condition, conditionSql } from "./archive-conditions.ts";
import { asActor, type HubTx } from "./as-actor.ts";
import type { Database } from "./database.ts";
import { mayView } from "./may-view.ts";

/** One thing a search asks of workitems. */
export type WorkitemCondition =
  | { readonly of: "study"; readonly condition: Condition }
  | { readonly of: "task"; readonly taskId: string }
  | { readonly of: "uid"; readonly uids: readonly string[] }
  | { readonly of: "state"; readonly states: readonly WorkitemState[] }
  | { readonly of: "urgency"; readonly urgencies: readonly string[] }
  | { readonly of: "readiness"; readonly isReady: boolean }
  | { readonly of: "centre"; readonly name: string }
  | { readonly of: "issuer"; readonly issuers: readonly string[] }
  | { readonly of: "label"; readonly labels: readonly string[] }
  /** Nothing of it is in any workitem of the hub, or the same in each. */
  | { readonly of: "constant"; readonly isMet: boolean }
  /** Instants in ms since the epoch, both ends included; null is open. */
  | {
      readonly of: "requested" | "due";
      readonly from: number | null;
      readonly to: number | null;
    };

export interface WorkitemQuery {
  readonly conditions: readonly WorkitemCondition[];
  readonly limit: number;
  readonly offset: number;
}

export interface WorkitemRow {
  readonly taskId: string;
  readonly givenUid: string | null;
  readonly number: number;
  readonly livingNumber: number;
  readonly state: TaskState;
  readonly urgency: string;
  readonly modality: string;
  readonly clinicalHistory: string;
  readonly question: string;
  readonly requestedAt: Date;
  /** When this workitem came to be: as the task was asked for, or as the one before it ended. */
  readonly madeAt: Date;
  readonly dueAt: Date;
  readonly changedAt: Date;
  readonly claimedAt: Date | null;
  readonly finalAt: Date | null;
  readonly endedAt: Date | null;
  /** The newest request to cancel this workitem. */
  readonly cancelRequest: CancelRequest | null;
  readonly centre: string;
  readonly requesterName: string | null;
  readonly readerName: string | null;
  readonly studyId: string;
  readonly studyInstanceUid: string;
  readonly isReady: boolean;
  readonly studyAttributes: DicomJsonDataSet;
  readonly issuer: string;
  readonly accessionNumber: string;
  readonly description: string;
  readonly timeZone: string;
  readonly pdfSopInstanceUid: string | null;
  readonly series: readonly WorkitemSeries[];
}

export interface WorkitemSeries {
  readonly seriesInstanceUid: string;
  /** Only where one workitem is read alone. */
  readonly instances: readonly (readonly [sopClassUid: string, sopInstanceUid: string])[] | null;
}

/** The states of each, in so many letters, so that Postgres sees that the index of living tasks holds them all. */
const TASK_STATES_OF: Readonly<Record<WorkitemState, RawBuilder<unknown>>> = {
  SCHEDULED: sql`t.state IN ('ordered', 'ready')`,
  "IN PROGRESS": sql`t.state IN ('claimed', 'preliminary')`,
  COMPLETED: sql`t.state IN ('final', 'delivered', 'acknowledged')`,
  CANCELED: sql`t.state = 'withdrawn'`,
};

const IS_READY = sql`(t.state <> 'ordered' AND study.state = 'complete')`;
const NEWEST_FIRST = sql`t.requested_at DESC, t.id`;
/** References of one workitem to instances. */
const MAX_INSTANCES = 20_000;

/**
 * The living workitem of each task that matches and that the actor may see, newest first. As `findInArchive`: the hub finds
 * the ids by the actor's sites, what is then read by id is read under row-level security.
 */
export async function findWorkitems(db: Database, actor: Actor, query: WorkitemQuery): Promise<readonly WorkitemRow[]> {
  const where = sql.join([mayView(actor.grants), ...query.conditions.map(conditionOf)], sql` AND `);
  const found = await sql<{ id: string }>`SELECT t.id FROM reading_task t JOIN study ON study.id = t.study_id
    WHERE ${where} ORDER BY ${NEWEST_FIRST} LIMIT ${query.limit} OFFSET ${query.offset}`.execute(db);
  const ids = found.rows.map((row) => row.id);
  if (ids.length === 0) return [];
  return asActor(db, actor, async (tx) => {
    const { rows } = await sql<WorkitemRow>`${selectWorkitems(sql`t.workitem_number`, sql`NULL::jsonb`)}
      WHERE t.id = ANY (${ids}::uuid[]) ORDER BY ${NEWEST_FIRST}`.execute(tx);
    return rows;
  });
}

/** Where a UID leads, when the account of `tx` may see it: to a task, and to which of its workitems. */
export async function findWorkitem(tx: HubTx, uid: string): Promise<WorkitemPlace | null> {
  const derived = workitemPlace(uid);
  const row = await tx
    .selectFrom("reading_task")
    .select(["id", "workitem_uid", "workitem_number"])
    .where((e) => e.or([e("workitem_uid", "=", uid), ...(derived ? [e("id", "=", derived.taskId)] : [])]))
    .executeTakeFirst();
  if (!row) return null;
  const number = row.workitem_uid === uid ? 0 : (derived?.number ?? 0);
  const isThere = number <= row.workitem_number && uidOf(row.id, number, row.workitem_uid) === uid;
  return isThere ? { taskId: row.id, number } : null;
}

/** One workitem under the rights of `tx`, with the instances it is about when asked; null where it is not to be seen. */
export async function readWorkitem(
  tx: HubTx,
  place: WorkitemPlace,
  { withInstances = false }: { readonly withInstances?: boolean } = {},
): Promise<WorkitemRow | null> {
  const references = sql`(SELECT jsonb_agg(jsonb_build_array(i.sop_class_uid, i.sop_instance_uid)) FROM (
    SELECT x.sop_class_uid, x.sop_instance_uid FROM seen_instance x WHERE x.series_id = series.id
    ORDER BY x.instance_number NULLS LAST, x.id LIMIT ${MAX_INSTANCES}) i)`;
  const { rows } =
    await sql<WorkitemRow>`${selectWorkitems(sql`${place.number}::integer`, withInstances ? references : sql`NULL::jsonb`)}
    WHERE t.id = ${place.taskId} AND t.workitem_number >= ${place.number}`.execute(tx);
  return rows[0] ?? null;
}

/** The UID of a workitem: the one its client gave to the task's first, or a derived one. */
export function uidOf(taskId: string, number: number, givenUid: string | null): string {
  return number === 0 && givenUid !== null ? givenUid : workitemUid({ taskId, number });
}

function selectWorkitems(number: RawBuilder<unknown>, instances: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    SELECT t.id AS "taskId", t.workitem_uid AS "givenUid", ${number} AS number, t.workitem_number AS "livingNumber",
      t.state, t.urgency, t.modality, t.clinical_history AS "clinicalHistory", t.question, t.requested_at AS "requestedAt",
      coalesce((SELECT b.ended_at FROM replaced_workitem b WHERE b.task_id = t.id AND b.number = ${number} - 1),
        t.requested_at) AS "madeAt",
      t.due_at AS "dueAt", t.claimed_at AS "claimedAt", t.final_at AS "finalAt", coalesce(w.ended_at, CASE WHEN t.state = 'withdrawn' THEN c.asked_at END) AS "endedAt",
      greatest(t.requested_at, t.on_list_at, t.claimed_at, t.submitted_at, t.final_at, w.ended_at) AS "changedAt",
      CASE WHEN c.reason IS NOT NULL THEN jsonb_build_object('reason', c.reason, 'codes', c.codes, 'contactName', c.contact_name,
        'contactUri', c.contact_uri, 'requestingAeTitle', c.requesting_ae_title) END AS "cancelRequest",
      centre.name AS centre, q.display_name AS "requesterName",
      coalesce(w.display_name, r.display_name) AS "readerName",
      study.id AS "studyId", study.study_instance_uid AS "studyInstanceUid", ${IS_READY} AS "isReady",
      study.attributes AS "studyAttributes", p.issuer, study.accession_number AS "accessionNumber", study.description,
      origin.time_zone AS "timeZone", t.pdf_sop_instance_uid AS "pdfSopInstanceUid",
      coalesce((SELECT jsonb_agg(jsonb_build_object('seriesInstanceUid', series.series_instance_uid, 'instances', ${instances})
          ORDER BY series.series_number NULLS LAST, series.id)
        FROM series WHERE series.study_id = study.id), '[]') AS series
    FROM reading_task t JOIN study ON study.id = t.study_id JOIN patient p ON p.id = study.patient_id
      JOIN site origin ON origin.id = t.site_id JOIN site centre ON centre.id = t.centre_site_id
      LEFT JOIN account q ON q.id = t.requested_by LEFT JOIN account r ON r.id = t.reader_id
      LEFT JOIN LATERAL (SELECT x.* FROM workitem_cancel_request x
        WHERE x.task_id = t.id AND x.number = ${number} ORDER BY x.id DESC LIMIT 1) c ON true
      LEFT JOIN LATERAL (SELECT x.ended_at, a.display_name FROM replaced_workitem x LEFT JOIN account a ON a.id = x.reader_id
        WHERE x.task_id = t.id AND x.number = ${number}) w ON true`;
}

function conditionOf(condition: WorkitemCondition): RawBuilder<unknown> {
  switch (condition.of) {
    case "study":
      return conditionSql(condition.condition);
    case "task":
      return sql`t.id = ${condition.taskId}::uuid`;
    case "uid":
      return uidSql(condition.uids);
    case "state":
      return anyOf(condition.states.map((state) => TASK_STATES_OF[state]));
    case "urgency":
      return sql`t.urgency = ANY (${condition.urgencies})`;
    case "readiness":
      return sql`${IS_READY} = ${condition.isReady}`;
    case "centre":
      return sql`t.centre_site_id IN (SELECT id FROM site WHERE ${condition.name} IN (name, name_en))`;
    case "issuer":
      return sql`EXISTS (SELECT 1 FROM patient x WHERE x.id = study.patient_id AND x.issuer = ANY (${condition.issuers}))`;
    case "label":
      return sql`'Reading ' || t.modality = ANY (${condition.labels})`;
    case "constant":
      return condition.isMet ? sql`true` : sql`false`;
    case "requested":
      return between(sql`t.requested_at`, condition.from, condition.to);
    case "due":
      return between(sql`t.due_at`, condition.from, condition.to);
  }
}

/** Only the living workitem of a task is in a search. */
function uidSql(uids: readonly string[]): RawBuilder<unknown> {
  const places = uids.map(workitemPlace).filter((place) => place !== null);
  return anyOf([
    sql`(t.workitem_uid = ANY (${uids}) AND t.workitem_number = 0)`,
    ...places.map(
      ({ taskId, number }) =>
        sql`(t.id = ${taskId}::uuid AND t.workitem_number = ${number} AND (${number} > 0 OR t.workitem_uid IS NULL))`,
    ),
  ]);
}

function between(instant: RawBuilder<unknown>, from: number | null, to: number | null): RawBuilder<unknown> {
  return sql`(${instant} >= ${from === null ? "-infinity" : new Date(from)}::timestamptz
    AND ${instant} <= ${to === null ? "infinity" : new Date(to)}::timestamptz)`;
}

function anyOf(conditions: readonly RawBuilder<unknown>[]): RawBuilder<unknown> {
  return conditions.length === 0 ? sql`false` : sql`(${sql.join(conditions, sql` OR `)})`;
}
