import { afterAll, beforeAll, expect, test } from "vitest";
import { PAYLOADS } from "../../core/api/payloads.ts";
import { asHub } from "../../core/infra/postgres/as-actor.ts";
import { requestReading } from "../../worker/jobs/request-reading.ts";
import { type DemoDistrict, openDemoDistrict, YANJI } from "../support/demo-district.ts";
import { type HttpHub, openHttpHub } from "../support/http-hub.ts";
import { type OwnRedis, startOwnRedis } from "../support/own-redis.ts";
import { completeStudyOf } from "../support/reading-desk.ts";

let district: DemoDistrict;
let redis: OwnRedis;
let hub: HttpHub;

beforeAll(async () => {
  district = await openDemoDistrict();
  redis = await startOwnRedis();
  hub = await openHttpHub(district, redis.url);
});
afterAll(async () => {
  await hub.close();
  await redis.stop();
  await district.close();
});

const WORDS = {
  accessionNumber: "",
  patient: { patientId: "YJ900", name: "欧阳小蝶", nameLatin: "Ouyang^Xiaodie", birthDate: "19500203", sex: "F" },
  clinicalHistory: "咳嗽两周",
  question: "除外肺炎",
  modality: "CT",
  description: "胸部CT平扫",
  stationAeTitle: "CT_YANJI",
  startDate: "20261201",
  startTime: "090000",
  urgency: "urgent",
};
const place = async (change: object = {}, who = "tech", siteId = "yanji") => {
  const answer = await hub.call("placeOrder", await hub.signIn(who), { body: { ...WORDS, siteId, ...change } });
  expect(answer.status).toBe(200);
  return PAYLOADS.placeOrder.answer.parse(answer.body);
};
const list = async (query: string, who = "tech") =>
  PAYLOADS.listOrders.answer.parse((await hub.call("listOrders", await hub.signIn(who), { query })).body);

test("an order is changed as long as its device has not begun, and by the site's own people", async () => {
  const order = await place();
  expect(order).toMatchObject({ stage: "scheduled", urgency: "urgent", site: { id: "yanji" }, study: null });
  const params = { orderId: order.id };
  const change = async (body: object, who = "tech") =>
    hub.call("changeOrder", await hub.signIn(who), { params, body: { ...WORDS, ...body } });
  const changed = await change({ startTime: "103000", description: "胸部CT增强", question: "", urgency: "routine" });
  expect(PAYLOADS.changeOrder.answer.parse(changed.body)).toMatchObject({
    id: order.id,
    accessionNumber: order.accessionNumber,
    studyInstanceUid: order.studyInstanceUid,
    startTime: "103000",
    description: "胸部CT增强",
    question: "",
    urgency: "routine",
  });
  expect((await change({ accessionNumber: "RENAMED-1" })).body).toMatchObject({ accessionNumber: "RENAMED-1" });
  const other = await place();
  expect(await change({ accessionNumber: other.accessionNumber })).toMatchObject({
    status: 409,
    body: { code: "order-exists" },
  });
  expect((await change({}, "tech2")).status).toBe(404); // another centre's
  expect((await change({}, "radiologist")).status).toBe(403);
  expect((await change({}, "admin")).status).toBe(403); // sees it, and does not order
  await district.db.updateTable("scheduled_step").set({ state: "started" }).where("order_id", "=", order.id).execute();
  expect(await change({})).toMatchObject({ status: 409, body: { code: "order-begun" } });
  expect(await auditOf("order.change")).toEqual([
    { actor: "tech", detail: { siteId: "yanji", accessionNumber: order.accessionNumber } },
    { actor: "tech", detail: { siteId: "yanji", accessionNumber: "RENAMED-1" } },
  ]);
});

const auditOf = async (action: string) =>
  (
    await district.db
      .selectFrom("audit_event")
      .select(["actor", "detail"])
      .where("action", "=", action)
      .where("outcome", "=", "done")
      .orderBy("id")
      .execute()
  ).map(({ actor, detail }) => ({ actor, detail }));

test("the list is of the days that are asked for, counts by stage and finds by name, ID and number", async () => {
  const day = "20270301";
  const [first, second] = [
    await place({ startDate: day, startTime: "110000" }),
    await place({
      startDate: day,
      startTime: "080000",
      patient: { ...WORDS.patient, patientId: "YJ%_1", name: "林小雨" },
    }),
  ];
  await place({ startDate: "20270302" });
  await hub.call("cancelOrder", await hub.signIn("tech"), { params: { orderId: first.id } });
  const span = `?from=${day}&to=${day}`;
  const whole = await list(span);
  expect(whole.orders.map(({ id }) => id)).toEqual([second.id, first.id]); // the earliest first
  expect(whole.counts).toEqual({ all: 2, scheduled: 1, cancelled: 1 });
  expect((await list(`${span}&stage=cancelled`)).orders.map(({ id }) => id)).toEqual([first.id]);
  const found = async (q: string) => (await list(`${span}&q=${encodeURIComponent(q)}`)).orders.length;
  expect(await found("林小雨")).toBe(1);
  expect(await found("ouyang xiao")).toBe(2);
  expect(await found("YJ%_1")).toBe(1); // signs of LIKE are letters
  expect(await found("%")).toBe(1);
  expect(await found(first.accessionNumber)).toBe(1);
  expect((await list(span, "tech2")).orders).toEqual([]);
  expect((await list(span, "admin")).orders).toHaveLength(2);
  expect((await list(`?from=${day}`)).counts).toEqual({}); // no end: not counted
});

test("images that come say so, found by accession number where the device did not take the UID along", async () => {
  const order = await place({ startDate: "20270401" });
  const uid = await completeStudyOf(district, YANJI);
  await district.db
    .updateTable("study")
    .set({ accession_number: order.accessionNumber })
    .where("study_instance_uid", "=", uid)
    .execute();
  const [listed] = (await list("?from=20270401&to=20270401")).orders;
  expect(listed).toMatchObject({
    stage: "arrived",
    state: "scheduled",
    study: { studyInstanceUid: uid, instanceCount: 1, state: "complete" },
    performed: null,
  });
  expect((await list("?from=20270401&to=20270401&stage=arrived")).counts).toMatchObject({ arrived: 1 });

  // what was ordered as urgent is asked to be read as urgent
  const { id: studyId } = await district.db
    .selectFrom("study")
    .select("id")
    .where("study_instance_uid", "=", uid)
    .executeTakeFirstOrThrow();
  await requestReading({ db: district.db, inReadingTransaction: district.inReadingTransaction })({ studyId });
  const task = await asHub(district.db, (tx) =>
    tx
      .selectFrom("reading_task")
      .select(["urgency", "question"])
      .where("study_id", "=", studyId)
      .executeTakeFirstOrThrow(),
  );
  expect({ ...task }).toEqual({ urgency: "urgent", question: "除外肺炎" });
});

test("the stations are those of one's own sites", async () => {
  const stations = async (who: string) =>
    PAYLOADS.listStations.answer
      .parse((await hub.call("listStations", await hub.signIn(who))).body)
      .stations.map(({ title }) => title);
  expect(await stations("tech")).toEqual(["CT_YANJI", "ECG_YANJI", "STORESCU"]);
  expect(await stations("gp2")).toEqual(["CT_CHANGBAI"]);
  expect((await hub.call("listStations", await hub.signIn("radiologist"))).status).toBe(403);
});
