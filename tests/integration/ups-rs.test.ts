import type { IncomingMessage } from "node:http";
import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { createKey } from "../../core/infra/sign-in/accounts.ts";
import { claimTask, releaseTask } from "../../core/reading/claim-task.ts";
import { workitemUid } from "../../core/reading/workitem.ts";
import { countersignReport, submitReport } from "../../core/report/sign-report.ts";
import { routeTask } from "../../worker/jobs/route-task.ts";
import { CHANGBAI, type DemoDistrict, openDemoDistrict, YANJI } from "../support/demo-district.ts";
import { eventually } from "../support/eventually.ts";
import { type Answered, type HttpHub, openHttpHub } from "../support/http-hub.ts";
import { type OwnRedis, startOwnRedis } from "../support/own-redis.ts";
import { completeStudyOf, requestedTask, WRITTEN } from "../support/reading-desk.ts";
import { type TestWorker, testWorker } from "../support/test-worker.ts";

let district: DemoDistrict;
let redis: OwnRedis;
let hub: HttpHub;
let worker: TestWorker;
/** Bearer keys, as a worklist client has one. */
const keys = new Map<string, string>();

beforeAll(async () => {
  district = await openDemoDistrict();
  redis = await startOwnRedis();
  hub = await openHttpHub(district, redis.url);
  for (const name of ["tech", "tech2", "gp", "gp2", "radiologist", "reviewer", "ecg", "admin"])
    keys.set(name, await createKey(district.db, name, "worklist"));
  // a second reader of the same centre
  await sql`INSERT INTO account (username, display_name, password_hash) VALUES ('radiologist2', '周敏', 'x')`.execute(
    district.db,
  );
  await sql`INSERT INTO account_role (account_id, site_id, role)
    SELECT id, 'qzx', 'reader' FROM account WHERE username = 'radiologist2'`.execute(district.db);
  keys.set("radiologist2", await createKey(district.db, "radiologist2", "worklist"));
  worker = testWorker(district, redis.url, { handlers: { "route-task": routeTask(district.inReadingTransaction) } });
  worker.work();
});
afterAll(async () => {
  await worker.stop();
  await hub.close();
  await redis.stop();
  await district.close();
});

type Json = Record<string, { vr: string; Value?: unknown[] }>;

const DICOM_JSON = { "content-type": "application/dicom+json" };
function ask(who: string, method: string, path: string, body?: unknown, headers: Record<string, string> = DICOM_JSON) {
  return hub.ask(`/dicom-web${path}`, {
    method,
    headers: {
      authorization: `Bearer ${keys.get(who)}`,
      "accept-language": "en",
      ...(body === undefined ? {} : headers),
    },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
}
const found = (answer: Answered) => answer.body as Json[];
const value = (item: Json | undefined, tag: string) => item?.[tag]?.Value?.[0];
const within = (item: Json | undefined, sequence: string) => value(item, sequence) as Json;
const uidsOf = (answer: Answered) => found(answer).map((item) => value(item, "00080018"));
const ui = (uid: string) => ({ vr: "UI", Value: [uid] });
const cs = (text: string) => ({ vr: "CS", Value: [text] });
/** Type 1 at N-CREATE (PS3.4 table CC.2.5-3). */
const MANDATORY = {
  "00741000": cs("SCHEDULED"),
  "00741200": cs("MEDIUM"),
  "00741204": { vr: "LO", Value: ["Reading CT"] },
  "00404005": { vr: "DT", Value: ["20261122120000+0800"] },
  "00404041": cs("READY"),
};
const stateBody = (state: string, transactionUid?: string) => [
  { "00741000": cs(state), ...(transactionUid === undefined ? {} : { "00081195": ui(transactionUid) }) },
];
const setState = (who: string, uid: string, state: string, transactionUid?: string) =>
  ask(who, "PUT", `/workitems/${uid}/state`, stateBody(state, transactionUid));
const read = async (who: string, uid: string) => found(await ask(who, "GET", `/workitems/${uid}`))[0];
const code = (answer: Answered) => (answer.body as { code?: string }).code;
const title = (answer: Answered) => (answer.body as { title?: string }).title;

async function waiting(): Promise<{ taskId: string; uid: string; studyInstanceUid: string }> {
  const studyInstanceUid = await completeStudyOf(district, YANJI);
  const taskId = await requestedTask(district, studyInstanceUid, "tech");
  return { taskId, uid: workitemUid({ taskId, number: 0 }), studyInstanceUid };
}
async function sign(taskId: string): Promise<void> {
  const [reader, second] = [await district.actor("radiologist"), await district.actor("reviewer")];
  await district.inReadingTransaction(reader, (tx) => submitReport(tx, reader, taskId, WRITTEN));
  await district.inReadingTransaction(second, (tx) => countersignReport(tx, second, taskId, WRITTEN));
}
/** What an open page of the reader is told to read again. */
async function openPage(): Promise<string[]> {
  const changes: string[] = [];
  const line = new WebSocket(`${hub.url.replace("http", "ws")}/live`, {
    headers: { cookie: await hub.signIn("radiologist"), origin: hub.url },
  });
  onTestFinished(() => line.terminate());
  line.on("message", (data) => changes.push(String(data)));
  await new Promise((resolve, reject) => line.once("open", resolve).once("error", reject));
  return changes;
}
const audited = (taskId: string) =>
  district.db.selectFrom("audit_event").select("action").where("task_id", "=", taskId).orderBy("id").execute();

describe("the worklist", () => {
  test("shows a waiting task as a workitem with its patient, request, priority, due time and images", async () => {
    const { uid, studyInstanceUid } = await waiting();
    const item = await read("radiologist", uid);
    expect(item).toMatchObject({
      "00080016": ui("1.2.840.10008.5.1.4.34.6.1"),
      "00080018": ui(uid),
      "00100010": { vr: "PN", Value: [{ Alphabetic: "Sun^Xiuying", Ideographic: "孙^秀英" }] },
      "00100021": { vr: "LO", Value: ["yanji"] },
      "001021B0": { vr: "LT", Value: ["咳嗽一周"] },
      "00404041": cs("READY"),
      "00741000": cs("SCHEDULED"),
      "00741200": cs("MEDIUM"),
      "00080201": { vr: "SH", Value: ["+0800"] },
    });
    // what the hub does not keep is there, and empty: station class and place, processing parameters, comments
    for (const tag of ["00404025", "00404026", "00404027", "00741210", "00400400"])
      expect([tag, item?.[tag]?.Value, item?.[tag]?.vr]).toEqual([tag, undefined, expect.any(String)]);
    // noon of a working day at the site
    expect(value(item, "00404011")).toMatch(/^\d{8}120000\+0800$/);
    expect(within(item, "0040A370")).toMatchObject({
      "00080050": { Value: [expect.stringMatching(/^A\d+$/)] },
      "0020000D": ui(studyInstanceUid),
      "00401002": { Value: ["肺炎？"] },
    });
    const input = within(item, "00404021");
    expect(input["0020000D"]).toEqual(ui(studyInstanceUid));
    expect(input["00081199"]?.Value).toHaveLength(1);
    const url = String(value(within(input, "0040E025"), "00081190"));
    const images = await hub.ask(`${url.replace(hub.url, "")}/metadata`, {
      headers: { authorization: `Bearer ${keys.get("radiologist")}` },
    });
    expect(images.status).toBe(200);
    expect(value(found(images)[0], "00080018")).toBe(value(within(input, "00081199"), "00081155"));
    expect(item?.["00081195"]).toBeUndefined();
  });

  test("is searched by keys, in pages, and says what it does not know", async () => {
    const { uid, studyInstanceUid } = await waiting();
    const by = async (query: string) => uidsOf(await ask("radiologist", "GET", `/workitems?${query}`));
    const item = await read("radiologist", uid);
    const patientId = String(value(item, "00100020"));
    const accession = String(value(within(item, "0040A370"), "00080050"));
    const study = `StudyInstanceUID=${studyInstanceUid}`;
    for (const query of [
      study,
      `PatientID=${patientId}`,
      `ReferencedRequestSequence.AccessionNumber=${accession}&PatientID=${patientId}`,
      `${study}&ProcedureStepState=SCHEDULED`,
      `${study}&00741000=SCHEDULED,COMPLETED`,
      `${study}&ScheduledProcedureStepPriority=MEDIUM&InputReadinessState=READY`,
      `${study}&PatientName=Sun*`,
      `${study}&WorklistLabel=${encodeURIComponent(String(value(item, "00741202")))}`,
      `${study}&ScheduledProcedureStepStartDateTime=2020-`,
      `SOPInstanceUID=${uid}`,
      `00404021.0020000D=${studyInstanceUid}`,
      `${study}&IssuerOfPatientID=yanji`,
      `${study}&ProcedureStepLabel=Reading CT`,
      `${study}&ScheduledWorkitemCodeSequence.CodeValue=110005&ScheduledWorkitemCodeSequence.CodingSchemeDesignator=DCM`,
      // universal matching
      `${study}&ScheduledStationNameCodeSequence.CodeValue=&ScheduledStationClassCodeSequence.CodeValue=*`,
    ])
      expect([query, await by(query)]).toEqual([query, [uid]]);
    for (const query of [
      `${study}&ProcedureStepState=COMPLETED`,
      `${study}&ScheduledProcedureStepPriority=HIGH`,
      `${study}&ScheduledProcedureStepPriority=LOW`,
      `${study}&InputReadinessState=INCOMPLETE`,
      `${study}&ExpectedCompletionDateTime=-2020`,
      `${study}&WorklistLabel=Elsewhere`,
      "SOPInstanceUID=2.25.1",
      `${study}&IssuerOfPatientID=changbai`,
      `${study}&ProcedureStepLabel=Segmentation`,
      `${study}&ScheduledWorkitemCodeSequence.CodeValue=110003`,
      // no workitem of the hub is for a station: one that looks for its own work must not get all there is
      `${study}&ScheduledStationNameCodeSequence.CodeValue=CAD1`,
      `${study}&00404026.00080102=99X`,
      `${study}&ScheduledHumanPerformersSequence.HumanPerformerCodeSequence.CodeValue=1`,
      `${study}&ReferencedRequestSequence.RequestedProcedureID=1`,
      `${study}&AdmissionID=1`,
    ])
      expect([query, await by(query)]).toEqual([query, []]);

    await waiting();
    const [first, second] = [await by("limit=1"), await by("limit=1&offset=1")];
    expect([first.length, second.length, first[0] === second[0]]).toEqual([1, 1, false]);
    expect(second).toEqual([uid]); // newest first

    const odd = await ask("radiologist", "GET", "/workitems?limit=1&HangingProtocolName=x&includefield=all");
    expect(odd.headers.get("warning")).toMatch(/299 .*HangingProtocolName/);
    for (const query of [
      "limit=x",
      "ProcedureStepState=DONE",
      "ExpectedCompletionDateTime=tomorrow",
      "InputReadinessState=RE*",
    ])
      expect([query, (await ask("radiologist", "GET", `/workitems?${query}`)).status]).toEqual([query, 400]);
  });

  test("is each one's own: another site's people, and another centre's, find nothing and are written down", async () => {
    const { uid, taskId, studyInstanceUid } = await waiting();
    for (const who of ["gp2", "tech2", "ecg"]) {
      expect(uidsOf(await ask(who, "GET", `/workitems?StudyInstanceUID=${studyInstanceUid}`))).toEqual([]);
      expect((await ask(who, "GET", `/workitems/${uid}`)).status).toBe(404);
    }
    expect((await setState("ecg", uid, "IN PROGRESS", "1.2.3")).status).toBe(404);
    expect((await hub.ask("/dicom-web/workitems")).status).toBe(401);
    const refused = await district.db
      .selectFrom("audit_event")
      .select("actor")
      .where("task_id", "=", taskId)
      .where("outcome", "=", "refused")
      .execute();
    expect(new Set(refused.map(({ actor }) => actor))).toEqual(new Set(["gp2", "tech2", "ecg"]));
    for (const who of ["gp", "tech", "reviewer", "admin"])
      expect(uidsOf(await ask(who, "GET", `/workitems?StudyInstanceUID=${studyInstanceUid}`))).toEqual([uid]);
    // the site's own may see it and not read it
    expect((await setState("gp", uid, "IN PROGRESS", "1.2.3")).status).toBe(403);
    expect(value(await read("gp", uid), "00741000")).toBe("SCHEDULED");
  });

  test("says which of its routes there are", async () => {
    const answer = await ask("gp", "GET", "/capabilities?accept=application/json");
    const { resources } = answer.body as { resources: { path: string; methods: string[] }[] };
    expect(Object.fromEntries(resources.map(({ path, methods }) => [path, methods]))).toMatchObject({
      "/workitems": ["GET", "POST"],
      "/workitems/{workitem}": ["GET", "POST"],
      "/workitems/{workitem}/state": ["PUT"],
      "/workitems/{workitem}/cancelrequest": ["POST"],
      "/workitems/{workitem}/subscribers/{aeTitle}": ["POST", "DELETE"],
      "/workitems/{workitem}/subscribers/{aeTitle}/suspend": ["POST"],
      "/subscribers/{aeTitle}": ["GET"],
    });
    const plain = await ask("gp", "GET", "/subscribers/X");
    expect([plain.status, plain.headers.get("upgrade")]).toEqual([426, "websocket"]);
  });
});

describe("a workitem's life", () => {
  test("claim, second claim, wrong lock, not signed yet, signed", async () => {
    const { uid, taskId } = await waiting();
    expect((await setState("radiologist", uid, "COMPLETED", "1.2.3")).status).toBe(409); // nobody has claimed it
    expect((await setState("radiologist", uid, "IN PROGRESS", "1.2.3")).status).toBe(200);
    expect((await setState("radiologist", uid, "IN PROGRESS", "1.2.3")).status).toBe(200); // its answer was lost
    const item = await read("radiologist", uid);
    expect(value(item, "00741000")).toBe("IN PROGRESS");
    const reader = (await district.actor("radiologist")).displayName;
    const performer = within(within(item, "00741216"), "00404035");
    expect(performer["00404037"]?.Value).toEqual([{ Ideographic: reader }]);

    const second = await setState("radiologist2", uid, "IN PROGRESS", "1.2.4");
    expect([second.status, code(second)]).toEqual([409, "task-claimed-by-other"]);
    expect(title(second)).toContain(reader);
    expect(second.headers.get("warning")).toMatch(/^299 .*inconsistent with the state of the UPS Instance\.$/);
    // another program of the same reader comes second, too
    expect((await setState("radiologist", uid, "IN PROGRESS", "1.2.5")).status).toBe(409);

    for (const state of ["COMPLETED", "CANCELED"]) {
      const wrong = await setState("radiologist", uid, state, "1.2.9");
      expect([wrong.status, code(wrong)]).toEqual([400, "transaction-uid-wrong"]); // PS3.18 table 11.7.3-1
      expect(wrong.headers.get("warning")).toMatch(/The Transaction UID is incorrect/);
    }
    // whoever learnt of the lock is not the reader by that
    expect((await setState("radiologist2", uid, "CANCELED", "1.2.3")).status).toBe(403);

    const early = await setState("radiologist", uid, "COMPLETED", "1.2.3");
    expect([early.status, code(early)]).toEqual([409, "report-not-signed"]);
    expect(title(early)).toMatch(/countersign it in the hub/);
    await sign(taskId);
    const done = await setState("radiologist", uid, "COMPLETED", "1.2.3");
    expect(done.status).toBe(200);
    expect(done.headers.get("warning")).toMatch(/already in the requested state of COMPLETED/);
    const completed = await read("gp", uid);
    expect(value(completed, "00741000")).toBe("COMPLETED");
    expect(value(within(completed, "00741216"), "00404051")).toMatch(/^\d{14}\+0800$/);
    for (const state of ["CANCELED", "IN PROGRESS"])
      expect([state, (await setState("radiologist", uid, state, "1.2.3")).status]).toEqual([state, 409]);
    expect((await audited(taskId)).map(({ action }) => action)).toEqual([
      "task.request",
      "task.route",
      "task.claim",
      "task.submit",
      "task.countersign",
    ]);
  });

  test("two claims at once: one is told who was first", async () => {
    const { uid } = await waiting();
    const answers = await Promise.all([
      setState("radiologist", uid, "IN PROGRESS", "1.2.31"),
      setState("radiologist2", uid, "IN PROGRESS", "1.2.32"),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  test("a claim given back ends the workitem; the task goes on as the one that replaces it", async () => {
    const { uid, taskId, studyInstanceUid } = await waiting();
    await setState("radiologist", uid, "IN PROGRESS", "1.2.3");
    expect((await setState("radiologist", uid, "CANCELED", "1.2.3")).status).toBe(200);
    expect(value(await read("radiologist", uid), "00741000")).toBe("CANCELED");
    const again = await setState("radiologist", uid, "CANCELED", "1.2.3");
    expect([again.status, again.headers.get("warning")]).toEqual([
      200,
      expect.stringContaining("already in the requested state of CANCELED"),
    ]);
    expect((await setState("radiologist", uid, "CANCELED", "1.2.4")).status).toBe(400);
    expect((await setState("radiologist", uid, "IN PROGRESS", "1.2.3")).status).toBe(409);

    const next = workitemUid({ taskId, number: 1 });
    const answer = await ask("radiologist", "GET", `/workitems?StudyInstanceUID=${studyInstanceUid}`);
    expect(uidsOf(answer)).toEqual([next]);
    expect(value(found(answer)[0], "00741000")).toBe("SCHEDULED");
    expect(value(within(found(answer)[0], "00741224"), "00081155")).toBe(uid);
    expect((await setState("radiologist2", next, "IN PROGRESS", "1.2.6")).status).toBe(200);

    // as one given back on the hub's page does
    const page = await waiting();
    const reader = await district.actor("radiologist");
    await district.inReadingTransaction(reader, (tx) => claimTask(tx, reader, page.taskId));
    expect((await setState("radiologist", page.uid, "CANCELED", "1.2.3")).status).toBe(400); // no lock was given
    expect((await setState("radiologist", page.uid, "IN PROGRESS", "1.2.3")).status).toBe(200);
    await district.inReadingTransaction(reader, (tx) => releaseTask(tx, reader, page.taskId));
    expect(value(await read("radiologist", page.uid), "00741000")).toBe("CANCELED");
    expect(
      (await ask("radiologist", "GET", `/workitems/${workitemUid({ taskId: page.taskId, number: 2 })}`)).status,
    ).toBe(404);
  });

  test("its site asks for cancellation: what waits is withdrawn, of what is read the reader is told", async () => {
    const waits = await waiting();
    expect((await ask("gp", "POST", `/workitems/${waits.uid}/cancelrequest`, [])).status).toBe(403);
    const reason = [
      {
        "00741238": { vr: "LT", Value: ["检查做错部位"] },
        "0074100E": {
          vr: "SQ",
          Value: [
            {
              "00080100": { vr: "SH", Value: ["110514"] },
              "00080102": { vr: "SH", Value: ["DCM"] },
              "00080104": { vr: "LO", Value: ["Incorrect worklist entry selected"] },
            },
          ],
        },
        "0074100A": { vr: "UR", Value: ["tel:0433-2512345"] },
        "0074100C": { vr: "LO", Value: ["影像科 金技师"] },
      },
    ];
    expect((await ask("tech", "POST", `/workitems/${waits.uid}/cancelrequest`, reason)).status).toBe(202);
    const canceled = await read("tech", waits.uid);
    expect(value(canceled, "00741000")).toBe("CANCELED");
    expect(value(within(canceled, "00741002"), "00741238")).toBe("检查做错部位");
    expect(value(within(canceled, "00741002"), "00404052")).toMatch(/^\d{14}\+0800$/);
    const again = await ask("tech", "POST", `/workitems/${waits.uid}/cancelrequest`);
    expect([again.status, again.headers.get("warning")]).toEqual([202, expect.stringContaining("already")]);

    const held = await waiting();
    const changes = await openPage();
    const ofHeld = () => changes.filter((change) => change.includes(held.taskId)).length;
    await setState("radiologist", held.uid, "IN PROGRESS", "1.2.3");
    await eventually(async () => ofHeld() > 0);
    const before = ofHeld();
    const page = async () =>
      (await hub.call("getTask", await hub.signIn("radiologist"), { params: { taskId: held.taskId } })).body as {
        cancelRequest: unknown;
      };
    expect((await page()).cancelRequest).toBeNull();
    expect((await ask("tech", "POST", `/workitems/${held.uid}/cancelrequest`, reason)).status).toBe(202);
    // the page of whoever reads it says so, why, and who can be asked
    expect((await page()).cancelRequest).toEqual({
      reason: "Incorrect worklist entry selected · 检查做错部位",
      contactName: "影像科 金技师",
      contactUri: "tel:0433-2512345",
      askedBy: expect.objectContaining({ displayName: (await district.actor("tech")).displayName }),
      askedAt: expect.any(String),
    });
    await eventually(async () => ofHeld() > before);
    const stays = await read("radiologist", held.uid);
    expect(value(stays, "00741000")).toBe("IN PROGRESS");
    expect(value(within(stays, "00741002"), "00741238")).toBe("检查做错部位");
    expect((await audited(held.taskId)).map(({ action }) => action)).toContain("task.request-cancellation");
    await sign(held.taskId);
    expect((await ask("tech", "POST", `/workitems/${held.uid}/cancelrequest`)).status).toBe(409);
    expect((await page()).cancelRequest).toBeNull();

    // what was asked of one reader is not told to the next
    const back = await waiting();
    await setState("radiologist", back.uid, "IN PROGRESS", "1.2.3");
    await ask("tech", "POST", `/workitems/${back.uid}/cancelrequest`, reason);
    await setState("radiologist", back.uid, "CANCELED", "1.2.3");
    await setState("radiologist", workitemUid({ taskId: back.taskId, number: 1 }), "IN PROGRESS", "1.2.5");
    const next = await hub.call("getTask", await hub.signIn("radiologist"), { params: { taskId: back.taskId } });
    expect(next.body).toMatchObject({ cancelRequest: null });
  });

  test("is made for a stored study and changed until someone claims it", async () => {
    const studyInstanceUid = await completeStudyOf(district, YANJI);
    const body = {
      ...MANDATORY,
      "00741200": cs("HIGH"),
      "00741204": { vr: "LO", Value: ["my label"] },
      "001021b0": { vr: "LT", Value: ["头痛三天"] },
      "0040A370": { vr: "SQ", Value: [{ "00401002": { vr: "LO", Value: ["出血？"] } }] },
      "00404021": { vr: "SQ", Value: [{ "0020000D": ui(studyInstanceUid) }, { "0020000D": ui(studyInstanceUid) }] },
    };
    const uid = "1.2.826.0.1.3680043.9.1";
    expect((await ask("radiologist", "POST", `/workitems?${uid}`, body)).status).toBe(403);
    expect((await ask("tech2", "POST", `/workitems?${uid}`, body)).status).toBe(404);
    const made = await ask("tech", "POST", `/workitems?${uid}`, body);
    expect([made.status, made.headers.get("location")]).toEqual([201, `${hub.url}/dicom-web/workitems/${uid}`]);
    expect(made.headers.get("warning")).toMatch(/created with modifications.*00741204/);
    const item = await eventually(async () => {
      const now = await read("radiologist", uid);
      return value(now, "00404041") === "READY" && now;
    });
    expect(item).toMatchObject({ "00741200": cs("HIGH"), "001021B0": { Value: ["头痛三天"] } });
    expect(within(item, "0040A370")["00401002"]?.Value).toEqual(["出血？"]);
    expect(code(await ask("tech", "POST", "/workitems", body))).toBe("task-exists");
    const other = await completeStudyOf(district, YANJI);
    const same = { ...body, "00404021": { vr: "SQ", Value: [{ "0020000D": ui(other) }] } };
    // PS3.18 §11.4.1.1: posted to the worklist itself, its UID stands in the data set
    const inBody = await ask("tech", "POST", "/workitems", { ...same, "00080018": ui(uid) });
    expect([inBody.status, code(inBody)]).toEqual([409, "workitem-exists"]);
    const twice = await ask("tech", "POST", `/workitems?AffectedSOPInstanceUID=${uid}`, same);
    expect([twice.status, code(twice)]).toEqual([409, "workitem-exists"]);

    const hidden = await district.db
      .selectFrom("audit_event")
      .innerJoin("study", "study.id", "audit_event.study_id")
      .select(["actor", "action"])
      .where("outcome", "=", "refused")
      .where("study_instance_uid", "=", studyInstanceUid)
      .execute();
    expect(hidden).toEqual([{ actor: "tech2", action: "POST /dicom-web/workitems" }]);

    const long = "疑".repeat(100);
    const words = { "0040A370": { vr: "SQ", Value: [{ "00401400": { vr: "LT", Value: [long] } }] } };
    expect((await ask("tech", "POST", `/workitems/${uid}`, words)).status).toBe(200);
    const asked = within(await read("tech", uid), "0040A370");
    expect([asked["00401002"]?.Value, asked["00401400"]?.Value]).toEqual([["疑".repeat(64)], [long]]);
    const shorter = { "0040A370": { vr: "SQ", Value: [{ "00401002": { vr: "LO", Value: ["出血？"] } }] } };
    expect((await ask("tech", "POST", `/workitems/${uid}`, shorter)).status).toBe(200);

    const change = { "00741200": cs("LOW"), "001021B0": { vr: "LT", Value: ["头痛五天"] }, "00100010": { vr: "PN" } };
    const changed = await ask("tech", "POST", `/workitems/${uid}`, change);
    expect(changed.status).toBe(200);
    expect(changed.headers.get("warning")).toMatch(/updated with modifications.*00100010/);
    expect(await read("tech", uid)).toMatchObject({ "00741200": cs("MEDIUM"), "001021B0": { Value: ["头痛五天"] } });
    expect(within(await read("tech", uid), "0040A370")["00401002"]?.Value).toEqual(["出血？"]); // as it was
    await setState("radiologist", uid, "IN PROGRESS", "1.2.3");
    const held = await ask("tech", "POST", `/workitems/${uid}`, change);
    expect([held.status, held.headers.get("warning")]).toEqual([
      409,
      expect.stringMatching(/inconsistent with the current state of the Workitem\.$/),
    ]);
    await setState("radiologist", uid, "CANCELED", "1.2.3");
    // PS3.18 §11.6.2
    const ended = await ask("tech", "POST", `/workitems/${uid}`, change);
    expect([ended.status, code(ended)]).toEqual([400, "workitem-ended"]);
    const next = await ask("tech", "GET", `/workitems?StudyInstanceUID=${studyInstanceUid}`);
    expect(value(within(found(next)[0], "00741224"), "00081155")).toBe(uid);
    expect((await setState("radiologist", String(uidsOf(next)[0]), "IN PROGRESS", "1.2.3")).status).toBe(200);
  });

  test("malformed bodies and paths are refused, and nothing is changed", async () => {
    const { uid } = await waiting();
    const put = (body: unknown) => ask("radiologist", "PUT", `/workitems/${uid}/state`, body);
    for (const body of ["{", "null", "7", [], {}, [{}, {}], [{ "00741000": "IN PROGRESS" }]]) {
      const answer = await put(body);
      expect([JSON.stringify(body), answer.status]).toEqual([JSON.stringify(body), 400]);
    }
    const missing = await put(stateBody("IN PROGRESS"));
    expect([missing.status, missing.headers.get("warning")]).toEqual([400, expect.stringMatching(/UID is missing/)]);
    expect((await put(stateBody("SCHEDULED", "1.2.3"))).status).toBe(400);
    const notOne = await put(stateBody("IN PROGRESS", "not a uid"));
    expect([notOne.status, notOne.headers.get("warning")]).toEqual([400, expect.stringMatching(/UID is incorrect/)]);
    expect((await put([{ "00741000": { vr: "CS", Value: [{}] }, "00081195": ui("1.2.3") }])).status).toBe(400);
    expect(
      (await ask("radiologist", "PUT", `/workitems/${uid}/state`, "x=1", { "content-type": "text/plain" })).status,
    ).toBe(415);
    expect((await put(`[${" ".repeat(300_000)}]`)).status).toBe(413);
    expect((await setState("radiologist", "../x", "IN PROGRESS", "1.2.3")).status).not.toBe(200);
    expect((await setState("radiologist", "1..2", "IN PROGRESS", "1.2.3")).status).toBe(400);
    expect((await setState("radiologist", "2.25.7", "IN PROGRESS", "1.2.3")).status).toBe(404);
    expect((await setState("radiologist", `${uid}.1`, "IN PROGRESS", "1.2.3")).status).toBe(404);
    const study = { ...MANDATORY, "00404021": { vr: "SQ", Value: [{ "0020000D": ui("1.2.3") }] } };
    for (const body of [
      ...Object.keys(MANDATORY).map((tag) =>
        Object.fromEntries(Object.entries(study).filter(([other]) => other !== tag)),
      ),
      {},
      { ...study, "00404021": { vr: "SQ", Value: [{ "0020000D": ui("1.2.3") }, { "0020000D": ui("1.2.4") }] } },
      { ...study, "00741000": cs("COMPLETED") },
      { ...study, "00081195": ui("1.2.3") },
      { ...study, "00741200": cs("SOON") },
      { ...study, "001021B0": { vr: "LT", Value: ["x\0y"] } },
    ])
      expect([body, (await ask("tech", "POST", "/workitems", body)).status]).toEqual([body, 400]);
    expect((await ask("tech", "POST", `/workitems/${uid}`, { "00100010": { vr: "PN" } })).status).toBe(400);
    expect((await ask("tech", "POST", "/workitems?what=1.2", study)).status).toBe(400);
    expect(value(await read("radiologist", uid), "00741000")).toBe("SCHEDULED");
  });
});

describe("subscriptions", () => {
  const ALL = "1.2.840.10008.5.1.4.34.5";
  const FILTERED = `${ALL}.1`;
  const open: WebSocket[] = [];
  afterEach(() => {
    for (const socket of open.splice(0)) socket.terminate();
  });

  async function listen(who: string | null, aeTitle: string, root = "/dicom-web") {
    const socket = new WebSocket(`${hub.url.replace("http", "ws")}${root}/subscribers/${aeTitle}`, {
      headers: who === null ? {} : { authorization: `Bearer ${keys.get(who)}` },
    });
    open.push(socket);
    const heard: Json[] = [];
    socket.on("message", (data) => heard.push(JSON.parse(String(data))));
    socket.on("error", () => undefined);
    const status = await new Promise<number>((resolve) => {
      socket.once("open", () => resolve(101));
      socket.once("unexpected-response", (_request, response: IncomingMessage) => resolve(response.statusCode ?? 0));
    });
    const of = (uid: string) =>
      heard
        .filter((event) => value(event, "00001000") === uid)
        .map((event) => [value(event, "00001002"), value(event, "00741000") ?? null]);
    return { status, socket, heard, of };
  }
  const subscribe = (who: string, uid: string, aeTitle: string, query = "") =>
    ask(who, "POST", `/workitems/${uid}/subscribers/${aeTitle}${query}`);

  test("events of its whole life come to who may see it, and to nobody else", async () => {
    const [reader, gp2, ecg, other] = [
      await listen("radiologist", "WORKLIST"),
      await listen("gp2", "WORKLIST"),
      await listen("ecg", "WORKLIST"),
      await listen("radiologist", "ELSEWHERE", "/ws"),
    ];
    for (const who of ["radiologist", "gp2", "ecg"]) {
      const made = await subscribe(who, ALL, "WORKLIST");
      expect([made.status, made.headers.get("content-location")]).toEqual([
        201,
        `${hub.url.replace("http", "ws")}/dicom-web/subscribers/WORKLIST`,
      ]);
    }
    const { uid, taskId } = await waiting();
    await setState("radiologist", uid, "IN PROGRESS", "1.2.3");
    await ask("tech", "POST", `/workitems/${uid}/cancelrequest?requester=RIS_YANJI`, [
      { "00741238": { vr: "LT", Value: ["重复"] }, "0074100A": { vr: "UR", Value: ["mailto:a@b.example"] } },
    ]);
    await setState("radiologist", uid, "CANCELED", "1.2.3");
    const next = workitemUid({ taskId, number: 1 });
    await setState("radiologist", next, "IN PROGRESS", "1.2.4");
    await sign(taskId);
    await eventually(async () => reader.of(next).some(([, state]) => state === "COMPLETED"));
    expect(reader.of(uid)).toEqual([
      [1, "SCHEDULED"],
      [1, "SCHEDULED"], // on the list
      [1, "IN PROGRESS"],
      [5, null],
      [2, null],
      [1, "CANCELED"],
    ]);
    expect(reader.of(next)).toEqual([
      [1, "SCHEDULED"],
      [1, "IN PROGRESS"],
      [5, null],
      [3, null],
      [1, "COMPLETED"],
    ]);
    const asked = reader.heard.find((event) => value(event, "00001002") === 2);
    // PS3.4 table CC.2.4-1: who asks, and what was given with the request, nothing else
    expect(asked).toEqual({
      "00000002": ui("1.2.840.10008.5.1.4.34.6.1"),
      "00000110": { vr: "US", Value: [expect.any(Number)] },
      "00001000": ui(uid),
      "00001002": { vr: "US", Value: [2] },
      "00741236": { vr: "AE", Value: ["RIS_YANJI"] },
      "00741238": { vr: "LT", Value: ["重复"] },
      "0074100A": { vr: "UR", Value: ["mailto:a@b.example"] },
    });
    // each report has a number of its own on its line
    expect(reader.heard.map((event) => value(event, "00000110"))).toEqual(reader.heard.map((_, i) => i + 1));
    // what waits goes through IN PROGRESS to CANCELED (PS3.4 §CC.2.2.3)
    const waits = await waiting();
    await ask("tech", "POST", `/workitems/${waits.uid}/cancelrequest`);
    await eventually(async () => reader.of(waits.uid).some(([, state]) => state === "CANCELED"));
    expect(reader.of(waits.uid).slice(-3)).toEqual([
      [2, null],
      [1, "IN PROGRESS"],
      [1, "CANCELED"],
    ]);
    expect(
      value(
        reader.heard.findLast((event) => value(event, "00001002") === 2),
        "00741236",
      ),
    ).toBe("tech");
    // a study of changbai, which its GP may see, shows that the silence of the others was not of a dead line
    const theirs = await requestedTask(district, await completeStudyOf(district, CHANGBAI), "tech2");
    await eventually(async () => gp2.of(workitemUid({ taskId: theirs, number: 0 })).length > 0);
    expect(gp2.heard.every((event) => value(event, "00001000") === workitemUid({ taskId: theirs, number: 0 }))).toBe(
      true,
    );
    expect([ecg.heard, other.heard]).toEqual([[], []]);
  });

  test("who loses his right hears no more", async () => {
    await sql`INSERT INTO account (username, display_name, password_hash) VALUES ('locum', '代班', 'x')`.execute(
      district.db,
    );
    const role = sql`account_id = (SELECT id FROM account WHERE username = 'locum')`;
    await sql`INSERT INTO account_role (account_id, site_id, role)
      SELECT id, 'qzx', 'reader' FROM account WHERE username = 'locum'`.execute(district.db);
    keys.set("locum", await createKey(district.db, "locum", "worklist"));
    const [locum, reader] = [await listen("locum", "LOCUM"), await listen("radiologist", "STAYS")];
    await subscribe("locum", ALL, "LOCUM");
    await subscribe("radiologist", ALL, "STAYS");
    const before = await waiting();
    await eventually(async () => locum.of(before.uid).length > 0);
    await sql`UPDATE account_role SET site_id = 'xdzx' WHERE ${role}`.execute(district.db);
    const after = await waiting();
    await eventually(async () => reader.of(after.uid).length > 1);
    expect(locum.of(after.uid)).toEqual([]);
  });

  test("to one workitem, to those that match, taken out, suspended", async () => {
    const [one, some, all] = [
      await listen("radiologist", "ONE"),
      await listen("radiologist", "SOME", "/ws"),
      await listen("radiologist", "ALL"),
    ];
    const [first, second] = [await waiting(), await waiting()];
    const patientId = String(value(await read("radiologist", second.uid), "00100020"));
    expect((await subscribe("radiologist", first.uid, "ONE")).status).toBe(201);
    // how it stands is told at once
    await eventually(async () => one.of(first.uid).length === 1);
    expect(one.of(first.uid)).toEqual([[1, "SCHEDULED"]]);
    expect(
      (
        await subscribe(
          "radiologist",
          FILTERED,
          "SOME",
          // PS3.18 §11.10.1.2: keys with a comma between, which may stand in a value as well; and a plus that is none of a form's
          `?filter=${encodeURIComponent(`PatientID=${patientId},ProcedureStepState=SCHEDULED,IN PROGRESS,00404005=20200101000000+0800-`)}`,
        )
      ).status,
    ).toBe(201);
    expect((await subscribe("radiologist", ALL, "ALL")).status).toBe(201);
    expect((await ask("radiologist", "DELETE", `/workitems/${second.uid}/subscribers/ALL`)).status).toBe(200);
    for (const uid of [second.uid, first.uid]) await setState("radiologist", uid, "IN PROGRESS", "1.2.3");
    const told = [
      [1, "IN PROGRESS"],
      [5, null],
    ];
    await eventually(
      async () => one.of(first.uid).length === 3 && all.of(first.uid).length === 2 && some.of(second.uid).length === 2,
    );
    expect([
      one.of(second.uid),
      some.of(second.uid),
      some.of(first.uid),
      all.of(second.uid),
      all.of(first.uid),
    ]).toEqual([[], told, [], [], told]);

    expect((await ask("radiologist", "POST", `/workitems/${ALL}/subscribers/ALL/suspend`)).status).toBe(200);
    const third = await waiting();
    await setState("radiologist", first.uid, "CANCELED", "1.2.3");
    await eventually(async () => all.of(first.uid).length === 3);
    expect(all.of(third.uid)).toEqual([]);
    expect((await ask("radiologist", "DELETE", `/workitems/${ALL}/subscribers/ALL`)).status).toBe(200);
    expect((await ask("radiologist", "POST", `/workitems/${ALL}/subscribers/ALL/suspend`)).status).toBe(404);
    await setState("radiologist", second.uid, "CANCELED", "1.2.3");
    await eventually(async () => some.of(second.uid).length === 3);
    expect(all.of(second.uid)).toEqual([]);
  });

  test("what cannot be subscribed to, and a line without a key", async () => {
    const { uid } = await waiting();
    expect((await subscribe("gp2", uid, "GP2")).status).toBe(404);
    // PS3.18 table 11.11.3-1: what was not subscribed to cannot be ended
    for (const target of [uid, ALL, FILTERED])
      expect([target, (await ask("radiologist", "DELETE", `/workitems/${target}/subscribers/NEVER`)).status]).toEqual([
        target,
        404,
      ]);
    const locked = await subscribe("radiologist", uid, "LOCKED", "?deletionlock=true");
    expect([locked.status, locked.headers.get("warning")]).toEqual([
      201,
      expect.stringMatching(/Deletion Lock not granted\.$/),
    ]);
    for (const status of [200, 404])
      expect((await ask("radiologist", "DELETE", `/workitems/${uid}/subscribers/LOCKED`)).status).toBe(status);
    expect((await subscribe("radiologist", uid, "A".repeat(17))).status).toBe(400);
    for (const query of ["", "?NoSuchKey=1", "?ProcedureStepState=COMPLETED", "?PatientID="])
      expect([query, (await subscribe("radiologist", FILTERED, "X", query)).status]).toEqual([query, 400]);
    expect((await ask("radiologist", "POST", `/workitems/${uid}/subscribers/X/suspend`)).status).toBe(400);
    expect((await listen(null, "X")).status).toBe(401);
    expect((await listen("radiologist", "A".repeat(17))).status).toBe(401);
  });
});
