import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PAYLOADS } from "../../core/api/payloads.ts";
import { freePort } from "../../core/infra/embedded/free-port.ts";
import { asHub } from "../../core/infra/postgres/as-actor.ts";
import { enqueueTransfers } from "../../core/infra/postgres/transfer-queries.ts";
import { outboxFailed } from "../../core/infra/queue/outbox-relay.ts";
import { PutOff } from "../../core/jobs/put-off.ts";
import { startDimseServer } from "../../server/dimse/dimse-server.ts";
import { forwardStudy } from "../../worker/jobs/forward-study.ts";
import { collectingReceiver } from "../dimse/collecting-receiver.ts";
import { type DemoDistrict, openDemoDistrict, YANJI } from "../support/demo-district.ts";
import { type Answered, type HttpHub, openHttpHub } from "../support/http-hub.ts";
import { type OwnRedis, startOwnRedis } from "../support/own-redis.ts";
import { completeStudyOf } from "../support/reading-desk.ts";

let district: DemoDistrict;
let redis: OwnRedis;
let hub: HttpHub;
let port: number;

beforeAll(async () => {
  district = await openDemoDistrict();
  redis = await startOwnRedis();
  hub = await openHttpHub(district, redis.url);
  port = await freePort();
  await district.db
    .insertInto("application_entity")
    .values([
      { title: "PACS", site_id: "yanji", host: "127.0.0.1", port },
      { title: "PACS_B", site_id: "changbai", host: "127.0.0.1", port },
      { title: "CENTRE", site_id: "qzx", host: "127.0.0.1", port },
    ])
    .execute();
});
afterAll(async () => {
  await hub.close();
  await redis.stop();
  await district.close();
});

type Options = Parameters<HttpHub["call"]>[2];
const asAdmin = async (operation: Parameters<HttpHub["call"]>[0], options: Options = {}) =>
  hub.call(operation, await hub.signIn("admin"), options);
const of = (title: string, body?: unknown): Options => ({ params: { title }, ...(body === undefined ? {} : { body }) });
const destination = async (title = "PACS") => {
  const { destinations } = PAYLOADS.listDestinations.answer.parse((await asAdmin("listDestinations")).body);
  const found = destinations.find((each) => each.title === title);
  if (!found) throw new Error(`${title} is not listed`);
  return found;
};
const audited = async (action: string) =>
  (
    await district.db
      .selectFrom("audit_event")
      .select(["actor", "detail", "outcome"])
      .where("action", "=", action)
      .orderBy("id")
      .execute()
  ).map((line) => ({ ...line }));
const problem = ({ status, body }: Answered) => {
  const { code, detail } = body as { code: string; detail: Record<string, unknown> };
  return { status, code, detail };
};
const FORWARD = { siteId: "yanji", source: "", modality: "*", destination: "PACS" };
const PRIORS = { siteId: "yanji", source: "PACS", modality: "CT", issuer: "", years: 5, mostStudies: 3 };

async function studyIdOf(studyInstanceUid: string): Promise<string> {
  const row = await district.db
    .selectFrom("study")
    .select("id")
    .where("study_instance_uid", "=", studyInstanceUid)
    .executeTakeFirstOrThrow();
  return row.id;
}
const transfersOf = async (studyId: string) =>
  (
    await sql<{
      id: string;
      destination: string;
    }>`SELECT id, destination FROM transfer WHERE study_id = ${studyId}`.execute(district.db)
  ).rows;
const enqueued = async (studyId: string) => {
  await asHub(district.db, (tx) => enqueueTransfers(tx, studyId));
  return transfersOf(studyId);
};
const caller = { aeTitle: "HUB", timeouts: { connectMs: 1000, responseMs: 1000 } };
const forward = (transferId: string) =>
  forwardStudy({ db: district.db, blobs: district.blobs, caller })({ transferId });

describe("forward rules", () => {
  test("are added, changed and deleted, each with its line in the audit", async () => {
    const made = PAYLOADS.createForwardRule.answer.parse((await asAdmin("createForwardRule", { body: FORWARD })).body);
    expect(made).toMatchObject(FORWARD);
    const params = { ruleId: made.id };
    const changed = { ...FORWARD, modality: "CT", source: "CT_YANJI" };
    expect((await asAdmin("changeForwardRule", { params, body: changed })).body).toEqual({ id: made.id, ...changed });
    expect((await asAdmin("listForwardRules")).body).toEqual({ rules: [{ id: made.id, ...changed }] });
    expect((await asAdmin("deleteForwardRule", { params })).status).toBe(204);
    expect((await asAdmin("deleteForwardRule", { params })).status).toBe(404);
    expect((await asAdmin("changeForwardRule", { params, body: changed })).status).toBe(404);
    expect((await audited("forward-rule.save")).map(({ actor }) => actor)).toEqual(["admin", "admin"]);
    expect(await audited("forward-rule.delete")).toEqual([{ actor: "admin", outcome: "done", detail: changed }]);
  });

  test("name what is there and may see the studies, and stand once", async () => {
    const add = async (change: Partial<typeof FORWARD>) =>
      problem(await asAdmin("createForwardRule", { body: { ...FORWARD, ...change } }));
    expect(await add({ destination: "PACS_B" })).toMatchObject({ status: 403, code: "destination-may-not-see" });
    for (const [change, where] of [
      [{ destination: "NOBODY" }, "destination"],
      [{ destination: "CT_YANJI" }, "destination"], // nobody has said where it is
      [{ siteId: "nowhere" }, "siteId"],
      [{ source: "CT_CHANGBAI" }, "source"],
      [{ source: "PACS" }, "source"], // back to where it came from
      [{ modality: "c;t" }, "modality"],
    ] as const)
      expect(await add(change)).toMatchObject({ status: 400, detail: { where } });
    const made = await asAdmin("createForwardRule", { body: { ...FORWARD, destination: "CENTRE" } }); // it reads for yanji
    expect(made.status).toBe(200);
    expect(await add({ destination: "CENTRE" })).toMatchObject({ status: 409, code: "rule-exists" });
    await district.db.deleteFrom("forward_rule").execute();
  });

  test("of one device send on what that device sent", async () => {
    await asAdmin("createForwardRule", { body: { ...FORWARD, source: "CT_YANJI" } });
    const [ofCt, ofOther] = [
      await studyIdOf(await completeStudyOf(district, YANJI)),
      await studyIdOf(await completeStudyOf(district, { ...YANJI, sender: "STORESCU" })),
    ];
    expect(YANJI.sender).toBe("CT_YANJI");
    expect(await enqueued(ofCt)).toMatchObject([{ destination: "PACS" }]);
    expect(await enqueued(ofOther)).toEqual([]);
    await district.db.deleteFrom("forward_rule").execute();
    await district.db.deleteFrom("outbox").execute();
  });
});

test("rules for earlier studies are added, changed and deleted, for a PACS of the site itself", async () => {
  const made = PAYLOADS.createPriorRule.answer.parse((await asAdmin("createPriorRule", { body: PRIORS })).body);
  const params = { ruleId: made.id };
  const changed = { ...PRIORS, modality: "*", years: null, mostStudies: 20, issuer: "HOSPITAL" };
  expect((await asAdmin("changePriorRule", { params, body: changed })).body).toEqual({ id: made.id, ...changed });
  expect((await asAdmin("listPriorRules")).body).toEqual({ rules: [{ id: made.id, ...changed }] });
  const add = async (change: object) => problem(await asAdmin("createPriorRule", { body: { ...changed, ...change } }));
  expect(await add({})).toMatchObject({ status: 409, code: "rule-exists" });
  expect(await add({ source: "PACS_B" })).toMatchObject({ status: 400, detail: { where: "source" } });
  expect(await add({ source: "CT_YANJI" })).toMatchObject({ status: 400, detail: { where: "source" } });
  expect(await add({ mostStudies: 0 })).toMatchObject({ status: 400, detail: { where: "mostStudies" } });
  expect(await add({ issuer: "a*" })).toMatchObject({ status: 400, detail: { where: "issuer" } });
  expect((await asAdmin("deletePriorRule", { params })).status).toBe(204);
  expect(await audited("prior-rule.save")).toHaveLength(2);
  expect(await audited("prior-rule.delete")).toHaveLength(1);
});

describe("a destination", () => {
  let transferId: string;

  test("tells what waits, what failed and why, and is left alone for a while", async () => {
    await asAdmin("createForwardRule", { body: FORWARD });
    const [transfer] = await enqueued(await studyIdOf(await completeStudyOf(district, YANJI)));
    transferId = transfer?.id ?? "";
    expect(await destination()).toMatchObject({
      site: { id: "yanji" },
      host: "127.0.0.1",
      port,
      maxOutgoing: 2,
      state: "running",
      queued: 1,
      failed: 0,
      doneLastDay: 0,
      lastFailure: null,
    });
    await expect(forward(transferId)).rejects.toMatchObject({ failure: "unreachable" });
    expect(await destination()).toMatchObject({
      state: "backing-off",
      backOff: { failures: 1 },
      lastFailure: { failure: "unreachable: ECONNREFUSED" },
    });
  });

  test("is held by an administrator, so that nothing goes there, until it is resumed", async () => {
    await district.db.deleteFrom("destination_pause").execute();
    const soon = new Date(Date.now() + 3_600_000).toISOString();
    expect((await asAdmin("holdDestination", of("PACS", { reason: "换交换机", until: soon }))).body).toMatchObject({
      state: "held",
      hold: { reason: "换交换机", until: soon },
    });
    const error = await forward(transferId).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(PutOff);
    expect((error as PutOff).until?.toISOString()).toBe(soon);
    const listed = PAYLOADS.listTransfers.answer.parse((await asAdmin("listTransfers")).body).transfers;
    expect(listed.find(({ id }) => id === transferId)?.nextAt).toBe(soon);

    const past = new Date(Date.now() - 1000).toISOString();
    expect(problem(await asAdmin("holdDestination", of("PACS", { reason: "x", until: past })))).toMatchObject({
      detail: { where: "until" },
    });
    await asAdmin("holdDestination", of("PACS", { reason: "等院方通知", until: null }));
    await expect(forward(transferId)).rejects.toBeInstanceOf(PutOff);

    const before = await district.db.selectFrom("outbox").select("id").where("name", "=", "forward-study").execute();
    expect((await asAdmin("resumeDestination", of("PACS"))).body).toMatchObject({ state: "running", hold: null });
    const after = await district.db.selectFrom("outbox").select("id").where("name", "=", "forward-study").execute();
    // the job that was put off for a quarter of an hour is replaced by one for now
    expect(after).toHaveLength(1);
    expect(after).not.toEqual(before);
    expect((await audited("destination.hold")).map(({ detail }) => detail)).toEqual([
      { title: "PACS", until: soon },
      { title: "PACS", until: null },
    ]);
    expect(await audited("destination.resume")).toHaveLength(1);
  });

  test("a hold that has ended is none", async () => {
    await asAdmin("holdDestination", of("PACS", { reason: "x", until: new Date(Date.now() + 60_000).toISOString() }));
    await sql`UPDATE destination_hold SET until = now() - interval '1 second'`.execute(district.db);
    expect(await destination()).toMatchObject({ state: "running", hold: null });
    await expect(forward(transferId)).rejects.toMatchObject({ failure: "unreachable" });
  });

  test("has all that was given up tried again, and counts what is done", async () => {
    const row = await district.db
      .selectFrom("outbox")
      .select("id")
      .where("name", "=", "forward-study")
      .executeTakeFirstOrThrow();
    await outboxFailed(district.db, row.id, "unreachable");
    expect(await destination()).toMatchObject({ queued: 0, failed: 1 });
    expect((await asAdmin("retryTransfers", of("CENTRE"))).body).toEqual({ retried: 0 });
    expect((await asAdmin("retryTransfers", of("PACS"))).body).toEqual({ retried: 1 });
    expect(await destination()).toMatchObject({ state: "running", queued: 1, failed: 0 });
    expect((await audited("transfer.retry-all")).at(-1)).toMatchObject({
      actor: "admin",
      detail: { destination: "PACS", transfers: 1 },
    });

    const receiver = collectingReceiver();
    const device = await startDimseServer({
      port,
      host: "127.0.0.1",
      aeTitle: "PACS",
      findApplicationEntity: async () => ({ siteId: "-" }),
      receiver,
      log: () => undefined,
    });
    try {
      await forward(transferId);
    } finally {
      await device.close();
    }
    await district.db.deleteFrom("outbox").where("name", "=", "forward-study").execute();
    expect(await destination()).toMatchObject({ queued: 0, failed: 0, doneLastDay: 1, lastFailure: null });
    const list = async (query: string) =>
      PAYLOADS.listTransfers.answer
        .parse((await asAdmin("listTransfers", { query })).body)
        .transfers.map(({ id }) => id);
    expect(await list("?state=done&peer=PACS")).toContain(transferId);
    expect(await list("?state=waiting&peer=PACS")).toEqual([]);
    expect(await list("?peer=CENTRE")).toEqual([]);
  });

  test("what is not to be tried any more is abandoned, and can be asked for again", async () => {
    const [transfer] = await enqueued(await studyIdOf(await completeStudyOf(district, YANJI)));
    const id = transfer?.id ?? "";
    const params = { transferId: id };
    const abandoned = await asAdmin("abandonTransfer", { params });
    expect(abandoned.body).toMatchObject({ id, state: "given-up", failure: "abandoned", nextAt: null });
    expect(problem(await asAdmin("abandonTransfer", { params }))).toMatchObject({ code: "transfer-not-waiting" });
    expect((await asAdmin("abandonTransfer", { params: { transferId: crypto.randomUUID() } })).status).toBe(404);
    // the job that was put off comes back, and nobody is called: nobody listens
    await expect(forward(id)).rejects.toMatchObject({ code: "transfer-abandoned" });
    expect(await destination()).toMatchObject({ queued: 0, failed: 1, state: "running" });
    expect((await asAdmin("retryTransfer", { params })).body).toMatchObject({ state: "waiting" });
    await expect(forward(id)).rejects.toMatchObject({ failure: "unreachable" });
    expect(await audited("transfer.abandon")).toMatchObject([{ actor: "admin", detail: { destination: "PACS" } }]);
    await district.db.deleteFrom("outbox").where("name", "=", "forward-study").execute();
    await district.db.deleteFrom("destination_pause").execute();
  });

  test("takes as many calls at a time as it is set to", async () => {
    expect((await asAdmin("changeDestination", of("PACS", { maxOutgoing: 5 }))).body).toMatchObject({ maxOutgoing: 5 });
    expect(problem(await asAdmin("changeDestination", of("PACS", { maxOutgoing: 0 })))).toMatchObject({ status: 400 });
    expect((await asAdmin("changeDestination", of("CT_YANJI", { maxOutgoing: 2 }))).status).toBe(404); // not callable
    expect(await audited("destination.change")).toHaveLength(1);
  });
});

describe("an AE title is deleted", () => {
  const remove = async (title: string) => problem(await asAdmin("deleteApplicationEntity", of(title)));
  const inUse = (title: string, uses: object) => ({
    status: 409,
    code: "application-entity-in-use",
    detail: { title, forwardRules: 0, priorRules: 0, transfers: 0, orders: 0, ...uses },
  });

  test("only once no rule, transfer or order names it; the answer says what does", async () => {
    const { db } = district;
    await db.deleteFrom("forward_rule").execute();
    for (const body of [FORWARD, { ...FORWARD, source: "ECG_YANJI", modality: "ECG" }])
      await asAdmin("createForwardRule", { body });
    await asAdmin("createPriorRule", { body: PRIORS });
    const studyId = await studyIdOf(await completeStudyOf(district, YANJI));
    await enqueued(studyId);
    expect(await remove("PACS")).toEqual(inUse("PACS", { forwardRules: 2, priorRules: 1, transfers: 1 }));
    expect(await remove("ECG_YANJI")).toEqual(inUse("ECG_YANJI", { forwardRules: 1 }));
    const order = await hub.call("placeOrder", await hub.signIn("tech2"), {
      body: {
        siteId: "changbai",
        accessionNumber: "",
        patient: { patientId: "CB1", name: "林小雨", nameLatin: "Lin^Xiaoyu", birthDate: "19800101", sex: "F" },
        clinicalHistory: "",
        question: "",
        modality: "CT",
        description: "胸部CT平扫",
        stationAeTitle: "CT_CHANGBAI",
        startDate: "20261201",
        startTime: "090000",
      },
    });
    expect(order.status).toBe(200);
    expect(await remove("CT_CHANGBAI")).toEqual(inUse("CT_CHANGBAI", { orders: 1 }));
    expect(
      await db.selectFrom("application_entity").select("title").where("title", "=", "PACS").execute(),
    ).toHaveLength(1);

    await db.deleteFrom("forward_rule").execute();
    await db.deleteFrom("prior_rule").execute();
    await db.deleteFrom("outbox").where("name", "=", "forward-study").execute();
    const orderId = PAYLOADS.placeOrder.answer.parse(order.body).id;
    await hub.call("cancelOrder", await hub.signIn("tech2"), { params: { orderId } });
    for (const title of ["PACS", "ECG_YANJI", "CT_CHANGBAI"])
      expect((await asAdmin("deleteApplicationEntity", of(title))).status).toBe(204);
    expect(await remove("PACS")).toMatchObject({ status: 404 });
    // what went there before is still told of
    expect((await asAdmin("listTransfers", { query: "?peer=PACS" })).status).toBe(200);
  });
});

test("transfers, destinations and rules are the administrator's alone", async () => {
  const params = { title: "CENTRE", transferId: crypto.randomUUID(), ruleId: "00000000-0000-4000-8000-000000000000" };
  for (const who of ["tech", "gp", "radiologist", "reviewer"])
    for (const operation of [
      "listDestinations",
      "changeDestination",
      "holdDestination",
      "resumeDestination",
      "retryTransfers",
      "abandonTransfer",
      "listForwardRules",
      "createForwardRule",
      "changeForwardRule",
      "deleteForwardRule",
      "listPriorRules",
      "createPriorRule",
      "changePriorRule",
      "deletePriorRule",
    ] as const)
      expect([operation, (await hub.call(operation, await hub.signIn(who), { params })).status]).toEqual([
        operation,
        403,
      ]);
});

test("the audit gives the lines of one action, and all refused requests together", async () => {
  const lines = async (query: string) =>
    PAYLOADS.listAuditEvents.answer.parse((await asAdmin("listAuditEvents", { query })).body).events;
  const saved = await lines("?action=forward-rule.save&limit=2");
  expect(saved.map(({ action }) => action)).toEqual(["forward-rule.save", "forward-rule.save"]);
  const refused = await lines("?action=request");
  expect(refused.length).toBeGreaterThan(0);
  for (const { action, outcome } of refused) {
    expect(action).toMatch(/^[A-Z]+ \/api\//);
    expect(outcome).toBe("refused");
  }
  expect((await asAdmin("listAuditEvents", { query: "?action=no.such" })).status).toBe(400);
});
