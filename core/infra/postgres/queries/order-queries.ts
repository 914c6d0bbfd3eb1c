import { sql } from "kysely";
import { type Actor, assertMay, may, sitesFor } from "../../../access/actor.ts";
import type { Answer, Body, Query } from "../../../api/payloads.ts";
import { newUid } from "../../../dicom/uid.ts";
import { DomainError } from "../../../errors.ts";
import { dayInZone } from "../../../order/working-calendar.ts";
import type { HubTx } from "../as-actor.ts";
import { writeAudit } from "../write-audit.ts";

type Order = Answer<"placeOrder">;

interface OrderRow {
  readonly id: string;
  readonly site_id: string;
  readonly accession_number: string;
  readonly patient_id: string;
  readonly patient_name: string;
  readonly patient_name_latin: string;
  readonly patient_birth_date: string;
  readonly patient_sex: Order["patient"]["sex"];
  readonly clinical_history: string;
  readonly question: string;
  readonly study_instance_uid: string;
  readonly modality: string;
  readonly description: string;
  readonly station_ae_title: string;
  readonly start_date: string;
  readonly start_time: string;
  readonly state: Order["state"];
}

/** The patient as corrected since. */
const selectOrders = sql`
  SELECT o.id, o.site_id, o.accession_number, o.patient_id, o.patient_name, o.patient_name_latin, o.patient_birth_date,
    o.patient_sex, o.clinical_history, o.question, s.study_instance_uid, s.modality, s.description, s.station_ae_title,
    s.start_date, s.start_time, s.state
  FROM standing_order o JOIN scheduled_step s ON s.order_id = o.id`;

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
      patient_id: body.patient.patientId,
      patient_name: body.patient.name,
      patient_name_latin: body.patient.nameLatin,
      patient_birth_date: body.patient.birthDate,
      patient_sex: body.patient.sex,
      clinical_history: body.clinicalHistory,
      question: body.question,
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
  await writeAudit(tx, {
    actor: actor.username,
    accountId: actor.accountId,
    action: "order.place",
    outcome: "done",
    detail: { siteId: body.siteId, accessionNumber },
  });
  return readOrder(tx, order.id);
}

/** What the site's people see: the steps of a day and after, the earliest first. */
export async function listOrders(tx: HubTx, actor: Actor, query: Query<"listOrders">): Promise<Answer<"listOrders">> {
  const sites = sitesFor(actor, "order.view");
  const { rows } = await sql<OrderRow>`${selectOrders}
    WHERE (${may(actor, "order.view")} OR s.site_id = ANY (${sites})) AND s.start_date >= ${query.from ?? ""} AND s.start_date <= ${query.to ?? "99999999"}
    ORDER BY s.start_date, s.start_time, s.id LIMIT ${query.limit} OFFSET ${query.offset}`.execute(tx);
  return { orders: rows.map(orderOf) };
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
  await writeAudit(tx, {
    actor: actor.username,
    accountId: actor.accountId,
    action: "order.cancel",
    outcome: "done",
    detail: { siteId: order.siteId, accessionNumber: order.accessionNumber },
  });
  return readOrder(tx, orderId);
}

async function readOrder(tx: HubTx, orderId: string): Promise<Order> {
  const { rows } = await sql<OrderRow>`${selectOrders} WHERE o.id = ${orderId}`.execute(tx);
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
    studyInstanceUid: row.study_instance_uid,
    modality: row.modality,
    description: row.description,
    stationAeTitle: row.station_ae_title,
    startDate: row.start_date,
    startTime: row.start_time,
    state: row.state,
  };
}
