import { type RawBuilder, sql } from "kysely";
import { type Actor, assertMay, may, sitesFor } from "../../../access/actor.ts";
import type { Answer, Body, Query } from "../../../api/payloads.ts";
import type { AuditAction } from "../../../audit/audit-actions.ts";
import { newUid } from "../../../dicom/uid.ts";
import { DomainError } from "../../../errors.ts";
import { dayInZone } from "../../../order/working-calendar.ts";
import { announceChange } from "../announce-change.ts";
import type { HubTx } from "../as-actor.ts";
import { escaped } from "../like-pattern.ts";
import { writeAudit } from "../write-audit.ts";

type Order = Answer<"placeOrder">;

interface OrderRow {
  readonly id: string;
  readonly site_id: string;
  readonly site_name: string;
  readonly site_name_en: string;
  readonly accession_number: string;
  readonly patient_id: string;
  readonly patient_name: string;
  readonly patient_name_latin: string;
  readonly patient_birth_date: string;
  readonly patient_sex: Order["patient"]["sex"];
  readonly clinical_history: string;
  readonly question: string;
  readonly urgency: Order["urgency"];
  readonly requesting_physician: string;
  readonly placed_at: Date;
  readonly study_instance_uid: string;
  readonly modality: string;
  readonly description: string;
  readonly station_ae_title: string;
  readonly start_date: string;
  readonly start_time: string;
  readonly state: Order["state"];
  readonly stage: Order["stage"];
  readonly study: Order["study"];
  readonly performed: {
    readonly aeTitle: string;
    readonly beganAt: string;
    readonly endedAt: string | null;
    readonly made: number;
    readonly missing: number;
  } | null;
}

/** The study of a step: the scanner takes its UID from the worklist, or at least its accession number. */
const STUDY = sql`LEFT JOIN LATERAL (
    SELECT x.study_instance_uid, x.instance_count, x.state FROM study x
    WHERE x.site_id = s.site_id AND x.instance_count > 0 AND (x.study_instance_uid = s.study_instance_uid
      OR x.accession_number = o.accession_number)
    ORDER BY x.study_instance_uid = s.study_instance_uid DESC, x.id DESC LIMIT 1) y ON true`;

const STAGE = sql`CASE WHEN s.state IN ('scheduled', 'started') AND y.study_instance_uid IS NOT NULL THEN 'arrived' ELSE s.state END`;
const FROM = sql`FROM scheduled_step s JOIN standing_order o ON o.id = s.order_id JOIN site z ON z.id = s.site_id ${STUDY}`;

const COLUMNS = sql`
  o.id, o.site_id, z.name AS site_name, z.name_en AS site_name_en, o.accession_number, o.patient_id, o.patient_name,
  o.patient_name_latin, o.patient_birth_date, o.patient_sex, o.clinical_history, o.question, o.urgency,
  o.requesting_physician, o.placed_at, s.study_instance_uid, s.modality, s.description, s.station_ae_title, s.start_date,
  s.start_time, s.state, ${STAGE} AS stage,
  CASE WHEN y.study_instance_uid IS NOT NULL THEN jsonb_build_object('studyInstanceUid', y.study_instance_uid,
    'instanceCount', y.instance_count, 'state', y.state) END AS study,
  (SELECT jsonb_build_object('aeTitle', max(p.ae_title), 'beganAt', min(p.created_at),
      'endedAt', CASE WHEN bool_and(p.ended_at IS NOT NULL) THEN max(p.ended_at) END,
      'made', sum(p.instance_count), 'missing', sum(m.missing))
    FROM performed_step p LEFT JOIN LATERAL (SELECT count(*) AS missing FROM missing_instance i
      WHERE i.performed_step_uid = p.sop_instance_uid AND NOT hub_has_instance(i.sop_instance_uid)) m ON true
    WHERE p.scheduled_step_id = s.id HAVING count(*) > 0) AS performed`;

/** Places an order with its one step; without an accession number the hub makes one, of the day and a count. */
export async function placeOrder(tx: HubTx, actor: Actor, body: Body<"placeOrder">): Promise<Order> {
  assertMay(actor, "order.place", [{ siteId: body.siteId, relation: "origin" }]);
  const site = await tx.selectFrom("site").select("time_zone").where("id", "=", body.siteId).executeTakeFirst();
  if (!site) throw new DomainError("not-found");
  const accessionNumber = body.accessionNumber || (await nextAccessionNumber(tx, body.siteId, site.time_zone));
  const order = await tx
    .insertInto("imaging_order")
    .values({
      site_id: body.siteId,
      accession_number: accessionNumber,
      ...wordsOf(body),
      requested_by: actor.accountId,
      requesting_physician: actor.displayName,
    })
    .onConflict((conflict) => conflict.columns(["site_id", "accession_number"]).doNothing())
    .returning("id")
    .executeTakeFirst();
  if (!order) throw new DomainError("order-exists", { accessionNumber });
  await tx
    .insertInto("scheduled_step")
    .values({
      order_id: order.id,
      site_id: body.siteId,
      number: accessionNumber,
      study_instance_uid: newUid(),
      modality: body.modality,
      description: body.description,
      station_ae_title: body.stationAeTitle,
      start_date: body.startDate,
      start_time: body.startTime,
    })
    .execute();
  await noteOrder(tx, actor, "order.place", { siteId: body.siteId, accessionNumber });
  return readOrder(tx, order.id);
}

/** What the site's people see: the steps of a day and after, the earliest first. */
export async function listOrders(tx: HubTx, actor: Actor, query: Query<"listOrders">): Promise<Answer<"listOrders">> {
  const { from, to, q, stage } = query;
  const conditions = [
    sql`(${may(actor, "order.view")} OR s.site_id = ANY (${sitesFor(actor, "order.view")}))`,
    sql`s.start_date >= ${from ?? ""} AND s.start_date <= ${to ?? "99999999"}`,
    ...(q ? [isNamed(q)] : []),
  ];
  const where = sql.join(conditions, sql` AND `);
  const { rows } =
    await sql<OrderRow>`SELECT ${COLUMNS} ${FROM} WHERE ${where} ${stage ? sql`AND ${STAGE} = ${stage}` : sql``}
    ORDER BY s.start_date, s.start_time, s.id LIMIT ${query.limit} OFFSET ${query.offset}`.execute(tx);
  return { orders: rows.map(orderOf), counts: from && to ? await countStages(tx, where) : {} };
}

async function countStages(tx: HubTx, where: RawBuilder<unknown>): Promise<Record<string, number>> {
  const { rows } = await sql<{ stage: string; count: number }>`
    SELECT ${STAGE} AS stage, count(*)::int AS count ${FROM} WHERE ${where} GROUP BY 1`.execute(tx);
  const all = rows.reduce((sum, { count }) => sum + count, 0);
  return { all, ...Object.fromEntries(rows.map(({ stage, count }) => [stage, count])) };
}

/** Name in either writing, patient ID, accession number. */
function isNamed(typed: string): RawBuilder<unknown> {
  const pattern = `%${escaped(typed.trim())}%`;
  return sql`(o.patient_name ILIKE ${pattern} OR replace(o.patient_name_latin, '^', ' ') ILIKE ${pattern}
    OR o.patient_id ILIKE ${pattern} OR o.accession_number ILIKE ${pattern})`;
}

/** What one may send an order to: the devices of one's own sites. As the hub, since the table is the administrator's. */
export async function listStations(tx: HubTx, actor: Actor): Promise<Answer<"listStations">> {
  const sites = sitesFor(actor, "order.place");
  if (sites.length === 0) return { stations: [] };
  const rows = await tx
    .selectFrom("application_entity")
    .select(["title", "site_id"])
    .where("site_id", "in", sites)
    .orderBy("title")
    .execute();
  return { stations: rows.map(({ title, site_id: siteId }) => ({ title, siteId })) };
}

/** All of it but the site, as long as its device has not begun. Throws `not-found`, `order-begun`, `order-exists`. */
export async function changeOrder(tx: HubTx, actor: Actor, orderId: string, body: Body<"changeOrder">): Promise<Order> {
  const before = await readOrder(tx, orderId);
  const { siteId } = before;
  assertMay(actor, "order.place", [{ siteId, relation: "origin" }]);
  const accessionNumber = body.accessionNumber || before.accessionNumber;
  const taken = await tx
    .selectFrom("imaging_order")
    .select("id")
    .where("site_id", "=", siteId)
    .where("accession_number", "=", accessionNumber)
    .where("id", "<>", orderId)
    .executeTakeFirst();
  if (taken) throw new DomainError("order-exists", { accessionNumber });
  const done = await tx
    .updateTable("scheduled_step")
    .set({
      number: accessionNumber,
      modality: body.modality,
      description: body.description,
      station_ae_title: body.stationAeTitle,
      start_date: body.startDate,
      start_time: body.startTime,
      changed_at: new Date(),
    })
    .where("order_id", "=", orderId)
    .where("state", "=", "scheduled")
    .executeTakeFirst();
  if (done.numUpdatedRows === 0n) throw new DomainError("order-begun", { state: before.state });
  await tx
    .updateTable("imaging_order")
    .set({ accession_number: accessionNumber, ...wordsOf(body) })
    .where("id", "=", orderId)
    .execute();
  await noteOrder(tx, actor, "order.change", { siteId, accessionNumber });
  return readOrder(tx, orderId);
}

/** A step that has begun is not taken back: its device ends it. */
export async function cancelOrder(tx: HubTx, actor: Actor, orderId: string): Promise<Order> {
  const order = await readOrder(tx, orderId);
  assertMay(actor, "order.place", [{ siteId: order.siteId, relation: "origin" }]);
  const done = await tx
    .updateTable("scheduled_step")
    .set({ state: "cancelled", changed_at: new Date() })
    .where("order_id", "=", orderId)
    .where("state", "=", "scheduled")
    .executeTakeFirst();
  if (done.numUpdatedRows === 0n) throw new DomainError("order-begun", { state: order.state });
  await noteOrder(tx, actor, "order.cancel", order);
  return readOrder(tx, orderId);
}

/** In the audit, and told to the open pages of the site. */
async function noteOrder(
  tx: HubTx,
  actor: Actor,
  action: Extract<AuditAction, `order.${string}`>,
  { siteId, accessionNumber }: Pick<Order, "siteId" | "accessionNumber">,
): Promise<void> {
  const who = { actor: actor.username, accountId: actor.accountId };
  await writeAudit(tx, { ...who, action, outcome: "done", detail: { siteId, accessionNumber } });
  await announceChange(tx, { topic: "order", siteIds: [siteId] });
}

const wordsOf = ({ patient, clinicalHistory, question, urgency }: Body<"changeOrder">) => ({
  patient_id: patient.patientId,
  patient_name: patient.name,
  patient_name_latin: patient.nameLatin,
  patient_birth_date: patient.birthDate,
  patient_sex: patient.sex,
  clinical_history: clinicalHistory,
  question,
  urgency,
});

async function readOrder(tx: HubTx, orderId: string): Promise<Order> {
  const { rows } = await sql<OrderRow>`SELECT ${COLUMNS} ${FROM} WHERE o.id = ${orderId}`.execute(tx);
  if (!rows[0]) throw new DomainError("not-found");
  return orderOf(rows[0]);
}

/** The day and a number, 13 characters: `20261125-0042`. Two at once get two. */
async function nextAccessionNumber(tx: HubTx, siteId: string, timeZone: string): Promise<string> {
  const day = dayInZone(Date.now(), timeZone);
  await sql`SELECT pg_advisory_xact_lock(hashtext(${`order ${siteId} ${day}`}))`.execute(tx);
  const { rows } = await sql<{ last: string }>`
    SELECT accession_number AS last FROM imaging_order
    WHERE site_id = ${siteId} AND accession_number ~ ${`^${day}-[0-9]{4,7}$`}
    ORDER BY length(accession_number) DESC, accession_number DESC LIMIT 1`.execute(tx);
  const count = Number(rows[0]?.last.slice(day.length + 1) ?? 0) + 1;
  return `${day}-${String(count).padStart(4, "0")}`;
}

function orderOf(row: OrderRow): Order {
  return {
    id: row.id,
    siteId: row.site_id,
    site: { id: row.site_id, name: row.site_name, nameEn: row.site_name_en },
    accessionNumber: row.accession_number,
    patient: {
      patientId: row.patient_id,
      name: row.patient_name,
      nameLatin: row.patient_name_latin,
      birthDate: row.patient_birth_date,
      sex: row.patient_sex,
    },
    clinicalHistory: row.clinical_history,
    question: row.question,
    urgency: row.urgency,
    requestingPhysician: row.requesting_physician,
    placedAt: row.placed_at.toISOString(),
    studyInstanceUid: row.study_instance_uid,
    modality: row.modality,
    description: row.description,
    stationAeTitle: row.station_ae_title,
    startDate: row.start_date,
    startTime: row.start_time,
    state: row.state,
    stage: row.stage,
    study: row.study,
    performed: row.performed && {
      ...row.performed,
      beganAt: new Date(row.performed.beganAt).toISOString(),
      endedAt: row.performed.endedAt && new Date(row.performed.endedAt).toISOString(),
    },
  };
}
