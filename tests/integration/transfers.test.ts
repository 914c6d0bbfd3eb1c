import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PAYLOADS } from "../../core/api/payloads.ts";
import { freePort } from "../../core/infra/embedded/free-port.ts";
import { asHub } from "../../core/infra/postgres/as-actor.ts";
import { enqueuePriors, findPriorSearch, noteMoved } from "../../core/infra/postgres/prior-queries.ts";
import { enqueueTransfers, findTransfer } from "../../core/infra/postgres/transfer-queries.ts";
import { outboxFailed } from "../../core/infra/queue/outbox-relay.ts";
import { startDimseServer } from "../../server/dimse/dimse-server.ts";
import { fetchPriors } from "../../worker/jobs/fetch-priors.ts";
import { forwardStudy } from "../../worker/jobs/forward-study.ts";
import { type DemoDistrict, openDemoDistrict, YANJI } from "../support/demo-district.ts";
import { type HttpHub, openHttpHub } from "../support/http-hub.ts";
import { type OwnRedis, startOwnRedis } from "../support/own-redis.ts";
import { completeStudyOf } from "../support/reading-desk.ts";

let district: DemoDistrict;
let redis: OwnRedis;
let hub: HttpHub;
let port: number;
let studyInstanceUid: string;
let studyId: string;

beforeAll(async () => {
  district = await openDemoDistrict();
  redis = await startOwnRedis();
  hub = await openHttpHub(district, redis.url);
  port = await freePort();
  const { db } = district;
  await db
    .insertInto("application_entity")
    .values({ title: "PACS", site_id: "yanji", host: "127.0.0.1", port })
    .execute();
  await db.insertInto("forward_rule").values({ site_id: "yanji", modality: "*", destination: "PACS" }).execute();
  await db.insertInto("prior_rule").values({ site_id: "yanji", source: "PACS", modality: "*", years: null }).execute();
  studyInstanceUid = await completeStudyOf(district, YANJI);
  const row = await db
    .selectFrom("study")
    .select("id")
    .where("study_instance_uid", "=", studyInstanceUid)
    .executeTakeFirstOrThrow();
  studyId = row.id;
  await db.deleteFrom("outbox").execute();
  await asHub(db, async (tx) => {
    await enqueueTransfers(tx, studyId);
    await enqueuePriors(tx, studyId, { isByHand: true });
  });
});
afterAll(async () => {
  await hub.close();
  await redis.stop();
  await district.close();
});

const list = async (query = "") => {
  const answer = await hub.call("listTransfers", await hub.signIn("admin"), { query });
  expect(answer.status).toBe(200);
  return PAYLOADS.listTransfers.answer.parse(answer.body).transfers;
};
const jobRows = () =>
  district.db
    .selectFrom("outbox")
    .select(["id", "name", "failed_at"])
    .where("kind", "=", "job")
    .orderBy("id")
    .execute();
const caller = { aeTitle: "HUB", timeouts: { connectMs: 1000, responseMs: 1000 } };

describe("the administrator's list of transfers", () => {
  test("shows what waits, why, and when it comes again; newest first, page by page", async () => {
    const [priors, forward] = await list();
    expect(priors).toMatchObject({ kind: "priors", peer: "PACS", state: "waiting", attempts: 0, ofInstances: null });
    expect(forward).toMatchObject({
      kind: "forward",
      peer: "PACS",
      studyInstanceUid,
      site: { id: "yanji" },
      state: "waiting",
      attempts: 0,
      failure: null,
      instances: 0,
      ofInstances: 1,
      refused: 0,
    });
    const forwardNow = forwardStudy({ db: district.db, blobs: district.blobs, caller });
    await expect(forwardNow({ transferId: forward?.id ?? "" })).rejects.toMatchObject({ failure: "unreachable" });
    const [, failed] = await list();
    expect(failed).toMatchObject({ state: "waiting", attempts: 1, failure: "unreachable: ECONNREFUSED" });
    // its own back-off is 2 s, the destination's 5 s: the later one counts
    expect(new Date(failed?.nextAt ?? 0).getTime()).toBeGreaterThan(Date.now() + 3000);

    expect(await list("?limit=1")).toMatchObject([{ kind: "priors" }]);
    expect(await list(`?limit=1&before=${priors?.number}`)).toMatchObject([{ kind: "forward" }]);
    expect(await list(`?before=${forward?.number}`)).toEqual([]);
  });

  test("tells what was given up, and begins it again at once", async () => {
    const [, forward] = await list();
    const row = (await jobRows()).find(({ name }) => name === "forward-study");
    await outboxFailed(district.db, row?.id ?? "", "unreachable");
    expect(await list("?state=given-up")).toMatchObject([{ id: forward?.id, state: "given-up", nextAt: null }]);
    expect(await list("?state=waiting")).toMatchObject([{ kind: "priors" }]);

    const params = { transferId: forward?.id ?? "" };
    const answer = await hub.call("retryTransfer", await hub.signIn("admin"), { params });
    expect(PAYLOADS.retryTransfer.answer.parse(answer.body)).toMatchObject({ state: "waiting", attempts: 0 });
    expect((await jobRows()).filter(({ name }) => name === "forward-study")).toMatchObject([{ failed_at: null }]);
    expect(await district.rowCount("destination_pause")).toBe(0);
    const lines = await district.db
      .selectFrom("audit_event")
      .selectAll()
      .where("action", "=", "transfer.retry")
      .execute();
    expect(lines).toMatchObject([
      { actor: "admin", detail: { kind: "forward", destination: "PACS", studyInstanceUid } },
    ]);
  });

  test("counts what is done once its job is", async () => {
    const [priors] = await list();
    await sql`INSERT INTO prior_study (transfer_id, study_instance_uid, site_id, outcome, reason, instances) VALUES
      (${priors?.id}, '1.2.3', 'yanji', 'received', NULL, 7), (${priors?.id}, '1.2.4', 'yanji', 'received', NULL, 5),
      (${priors?.id}, '1.2.5', 'yanji', 'skipped', 'birth-date-differs', 0)`.execute(district.db);
    await district.db.deleteFrom("outbox").where("name", "=", "fetch-priors").execute();
    expect(await list()).toMatchObject([
      { state: "done", instances: 12, refused: 1, nextAt: null },
      { kind: "forward" },
    ]);
  });

  test("is for administrators only; nobody else begins a transfer again or calls a device", async () => {
    const params = { transferId: (await list())[0]?.id ?? "", title: "PACS" };
    for (const who of ["tech", "gp", "radiologist", "reviewer"])
      for (const operation of ["listTransfers", "retryTransfer", "echoApplicationEntity"] as const)
        expect((await hub.call(operation, await hub.signIn(who), { params })).status).toBe(403);
    expect((await hub.call("listTransfers", null)).status).toBe(401);
  });

  test("knows no transfer of another id", async () => {
    const params = { transferId: "00000000-0000-4000-8000-000000000000" };
    expect((await hub.call("retryTransfer", await hub.signIn("admin"), { params })).status).toBe(404);
  });
});

describe("an echo from the page", () => {
  const echo = async (title: string) =>
    hub.call("echoApplicationEntity", await hub.signIn("admin"), { params: { title } });

  test("says that a device answers, or why it does not", async () => {
    expect((await echo("PACS")).body).toEqual({
      ok: false,
      milliseconds: null,
      failure: "unreachable",
      reason: "unreachable: ECONNREFUSED",
    });
    const known = new Set(["HUB"]);
    const device = await startDimseServer({
      port,
      host: "127.0.0.1",
      aeTitle: "PACS",
      findApplicationEntity: async (title) => (known.has(title) ? { siteId: "-" } : null),
      receiver: district.receiver,
      log: () => undefined,
    });
    expect(PAYLOADS.echoApplicationEntity.answer.parse((await echo("PACS")).body)).toMatchObject({
      ok: true,
      milliseconds: expect.any(Number),
      failure: null,
    });
    known.clear();
    // calling AE title not recognised (PS3.8 table 9-21)
    expect((await echo("PACS")).body).toMatchObject({
      failure: "rejected",
      reason: "rejected: result 1, source 1, reason 3",
    });
    await device.close();
  });

  test("cannot be had of a device of which nobody has said where it is", async () => {
    expect((await echo("CT_YANJI")).status).toBe(404);
  });
});

test("a prior that says in its own headers whose it is, another's, is filed there and told", async () => {
  const { db } = district;
  const transfer = await findTransfer(db, (await list()).find(({ kind }) => kind === "priors")?.id ?? "", "priors");
  const search = transfer && (await findPriorSearch(db, transfer));
  if (!transfer || !search) throw new Error("no transfer");
  const uid = await completeStudyOf(district, YANJI); // of a patient of its own
  await sql`INSERT INTO prior_study (transfer_id, study_instance_uid, site_id, outcome, asked_at)
    VALUES (${transfer.id}, ${uid}, 'yanji', 'asked', now())`.execute(db);
  expect(await asHub(db, (tx) => noteMoved(tx, transfer, search, uid, 0))).toEqual({ instances: 1, isOfOther: true });
  const { id } = await db
    .selectFrom("study")
    .select("id")
    .where("study_instance_uid", "=", uid)
    .executeTakeFirstOrThrow();
  const lines = await db
    .selectFrom("audit_event")
    .selectAll()
    .where("study_id", "=", id)
    .where("action", "=", "prior.fetch")
    .execute();
  expect(lines).toMatchObject([{ outcome: "refused", detail: { source: "PACS", reason: "other-patient-came" } }]);
});

test("a fetch by another rule's modality is none", async () => {
  const { db } = district;
  await db.updateTable("prior_rule").set({ modality: "ECG" }).execute();
  expect(await asHub(db, (tx) => enqueuePriors(tx, studyId, { isByHand: true }))).toBe(0);
  const transfer = (await list()).find(({ kind }) => kind === "priors");
  await fetchPriors({ db, caller })({ transferId: transfer?.id ?? "" }); // nobody is called: nobody listens
  expect((await list()).find(({ kind }) => kind === "priors")).toMatchObject({ failure: null });
});
