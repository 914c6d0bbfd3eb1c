import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Actor, may, mayAtAll } from "../../core/access/actor.ts";
import { type Action, POLICY, POLICY_ROWS, RELATIONS, ROLES } from "../../core/access/policy.ts";
import { ENDPOINTS, type Operation } from "../../core/api/endpoints.ts";
import { OPERATION_POLICY } from "../../core/api/operation-policy.ts";
import { DEMO_ACCOUNTS } from "../../core/demo/demo-district.ts";
import { asActor } from "../../core/infra/postgres/as-actor.ts";
import { claimTask } from "../../core/reading/claim-task.ts";
import { saveDraft } from "../../core/report/save-draft.ts";
import { dicomwebRoutes } from "../../server/dicomweb/dicomweb-router.ts";
import { CHANGBAI, type DemoDistrict, openDemoDistrict, YANJI } from "../support/demo-district.ts";
import { type HttpHub, openHttpHub } from "../support/http-hub.ts";
import { completeStudyOf, ROUTINE, requestedTask, signedReport, WRITTEN } from "../support/reading-desk.ts";
import { createTestRedis } from "../support/test-redis.ts";

/** Tables whose rows belong to a study, with the way from the row to the study's id. */
const STUDY_ROWS = {
  patient: "SELECT s.id FROM patient x JOIN study s ON s.patient_id = x.id",
  study: "SELECT x.id FROM study x",
  series: "SELECT x.study_id AS id FROM series x",
  instance: "SELECT x.study_id AS id FROM instance x",
  study_access: "SELECT x.study_id AS id FROM study_access x",
  reading_task: "SELECT x.study_id AS id FROM reading_task x",
  report_version: "SELECT t.study_id AS id FROM report_version x JOIN reading_task t ON t.id = x.task_id",
  report_draft: "SELECT t.study_id AS id FROM report_draft x JOIN reading_task t ON t.id = x.task_id",
  reading_mark: "SELECT x.study_id AS id FROM reading_mark x",
} as const;
type StudyTable = keyof typeof STUDY_ROWS;

let district: DemoDistrict;
let hub: HttpHub;
const actors = new Map<string, Actor>();
/** By what they are here for. */
const studies = { yanjiCt: "", yanjiPrior: "", yanjiUnasked: "", yanjiEcg: "", changbaiCt: "" };
let ctTask = "";
let signedTask = "";

const actor = (name: string): Actor => actors.get(name) as Actor;

beforeAll(async () => {
  district = await openDemoDistrict();
  hub = await openHttpHub(district, await createTestRedis());
  for (const { username } of DEMO_ACCOUNTS) actors.set(username, await district.actor(username));
  studies.yanjiPrior = await completeStudyOf(district, YANJI, { patientId: "P-ONE" });
  studies.yanjiCt = await completeStudyOf(district, YANJI, { patientId: "P-ONE" });
  studies.yanjiUnasked = await completeStudyOf(district, YANJI, { patientId: "P-TWO" });
  studies.yanjiEcg = await completeStudyOf(district, YANJI, { modality: "ECG", patientId: "P-THREE" });
  studies.changbaiCt = await completeStudyOf(district, CHANGBAI, { patientId: "P-ONE" });
  ctTask = await requestedTask(district, studies.yanjiCt, "tech");
  await requestedTask(district, studies.yanjiEcg, "tech");
  signedTask = await requestedTask(district, studies.changbaiCt, "tech2");
  await signedReport(district, signedTask);
  await district.inReadingTransaction(actor("radiologist"), (tx) => claimTask(tx, actor("radiologist"), ctTask));
  await district.inReadingTransaction(actor("radiologist"), (tx) =>
    saveDraft(tx, actor("radiologist"), ctTask, WRITTEN, 0),
  );
});
afterAll(async () => {
  await hub.close();
  await district.close();
});

/** Names of the studies of which the account sees a row in that table. */
async function seen(username: string, table: StudyTable): Promise<string[]> {
  const ids = await asActor(district.db, actor(username), async (tx) =>
    (await sql<{ id: string }>`SELECT DISTINCT id FROM (${sql.raw(STUDY_ROWS[table])}) q`.execute(tx)).rows.map(
      (row) => row.id,
    ),
  );
  const known = await district.db.selectFrom("study").select(["id", "study_instance_uid"]).execute();
  const uids = new Set(known.filter((row) => ids.includes(row.id)).map((row) => row.study_instance_uid));
  return Object.entries(studies)
    .filter(([, uid]) => uids.has(uid))
    .map(([name]) => name)
    .sort();
}

const YANJI_ALL = ["yanjiCt", "yanjiEcg", "yanjiPrior", "yanjiUnasked"];
const QZX = ["changbaiCt", "yanjiCt", "yanjiPrior"];
const VISIBLE: Readonly<Record<string, readonly string[]>> = {
  tech: YANJI_ALL,
  gp: YANJI_ALL,
  tech2: ["changbaiCt"],
  gp2: ["changbaiCt"],
  radiologist: QZX,
  reviewer: QZX,
  ecg: ["yanjiEcg"],
  ecgreviewer: ["yanjiEcg"],
  admin: Object.keys(studies).sort(),
};

describe("row-level security", () => {
  describe.each(Object.entries(VISIBLE))("%s sees", (username, expected) => {
    test.each(["patient", "study", "series", "instance", "study_access"] as const)("in %s", async (table) => {
      expect(await seen(username, table)).toEqual(expected);
    });

    test("tasks and versions of these only, and no draft but one's own", async () => {
      const asked = ["changbaiCt", "yanjiCt", "yanjiEcg"];
      expect(await seen(username, "reading_task")).toEqual(expected.filter((name) => asked.includes(name)));
      expect(await seen(username, "report_version")).toEqual(expected.filter((name) => name === "changbaiCt"));
      expect(await seen(username, "report_draft")).toEqual(username === "radiologist" ? ["changbaiCt", "yanjiCt"] : []);
    });
  });

  test("a prior is seen through `prior` and the study of the task through `centre`", async () => {
    const relations = await asActor(district.db, actor("radiologist"), (tx) =>
      tx
        .selectFrom("study_access")
        .innerJoin("study", "study.id", "study_access.study_id")
        .select(["study_instance_uid", "relation"])
        .execute(),
    );
    const of = (uid: string) => relations.filter((row) => row.study_instance_uid === uid).map((row) => row.relation);
    expect(of(studies.yanjiCt)).toEqual(["centre"]);
    expect(of(studies.yanjiPrior)).toEqual(["prior"]);
  });

  test("what comes later of the same patient is seen at the centre; of the same number at another site it is not", async () => {
    const later = await completeStudyOf(district, YANJI, { patientId: "P-ONE" });
    const notHers = await completeStudyOf(district, CHANGBAI, { patientId: "P-TWO" });
    const uids = await asActor(district.db, actor("radiologist"), (tx) =>
      tx.selectFrom("study").select("study_instance_uid").execute(),
    );
    expect(uids.map((row) => row.study_instance_uid)).toContain(later);
    expect(uids.map((row) => row.study_instance_uid)).not.toContain(notHers);
  });

  test("a disabled account sees and writes nothing, in no table", async () => {
    const own = { ...actor("radiologist") };
    await district.db.updateTable("account").set({ disabled_at: new Date() }).where("id", "=", own.accountId).execute();
    try {
      for (const table of [...Object.keys(STUDY_ROWS), "notice", "notice_seen", "audit_event", "account_role"]) {
        const { rows } = await asActor(district.db, own, (tx) => sql`SELECT 1 FROM ${sql.table(table)}`.execute(tx));
        expect({ table, rows: rows.length }).toEqual({ table, rows: 0 });
      }
      await expect(
        district.inReadingTransaction(own, (tx) => saveDraft(tx, own, ctTask, WRITTEN, 1)),
      ).rejects.toMatchObject({ code: "not-found" });
    } finally {
      await district.db.updateTable("account").set({ disabled_at: null }).where("id", "=", own.accountId).execute();
    }
  });

  test("without an account nothing is seen", async () => {
    for (const table of Object.keys(STUDY_ROWS)) {
      const { rows } = await asActor(district.db, { accountId: "" }, (tx) =>
        sql`SELECT 1 FROM ${sql.table(table)}`.execute(tx),
      );
      expect(rows).toEqual([]);
    }
  });

  test.each([
    "UPDATE audit_event SET actor = 'nobody'",
    "DELETE FROM audit_event",
    "TRUNCATE audit_event",
    "UPDATE report_version SET findings = ''",
    "DELETE FROM report_version",
    "UPDATE study SET site_id = 'changbai'",
    "DELETE FROM study",
    "DELETE FROM instance",
    "UPDATE instance SET blob_key = 'x'",
    "DELETE FROM reading_task",
    "SELECT password_hash FROM account",
    "SELECT * FROM session",
    "SELECT * FROM api_key",
    "SELECT * FROM application_entity",
    "UPDATE account_role SET role = 'administrator'",
    "INSERT INTO account_role SELECT id, NULL, 'administrator' FROM account",
    "UPDATE access_policy SET relation = 'any'",
    "DELETE FROM outbox",
    "SELECT * FROM outbox",
  ])("hub_app may not: %s", async (statement) => {
    for (const username of ["gp", "admin"])
      await expect(asActor(district.db, actor(username), (tx) => sql.raw(statement).execute(tx))).rejects.toMatchObject(
        { code: "42501" },
      );
  });

  test.each([
    [
      "gives a site access to its study",
      "reviewer",
      (id: string) => `INSERT INTO study_access VALUES (${id}, 'xdzx', 'centre')`,
    ],
    [
      "writes an audit line in another's name",
      "gp",
      () => `INSERT INTO audit_event (actor, account_id, action, outcome) VALUES ('x', gen_random_uuid(), 'x', 'done')`,
    ],
    [
      "asks for a study of another site as his own",
      "tech2",
      (
        id: string,
      ) => `INSERT INTO reading_task (study_id, site_id, centre_site_id, state, modality, urgency, clinical_history,
        question, requested_at, due_at) VALUES (${id}, 'changbai', 'qzx', 'ordered', 'CT', 'routine', '', '', now(), now())`,
    ],
    [
      "writes a report version",
      "gp",
      () => `INSERT INTO report_version VALUES ('${ctTask}', 99, 'final', '', '', '${actor("gp").accountId}', '', now(),
        NULL, NULL, NULL, '')`,
    ],
  ] as const)("nobody %s", async (_what, username, statement) => {
    const { id } = await district.db
      .selectFrom("study")
      .select("id")
      .where("study_instance_uid", "=", studies.yanjiPrior)
      .executeTakeFirstOrThrow();
    await expect(
      asActor(district.db, actor(username), (tx) => sql.raw(statement(id)).execute(tx)),
    ).rejects.toMatchObject({ code: "42501" });
  });
});

describe("the policy", () => {
  test("in Postgres is the one in code", async () => {
    const rows = await district.db.selectFrom("access_policy").select(["action", "role", "relation"]).execute();
    const text = (row: { action: string; role: string; relation: string }) =>
      `${row.action} ${row.role} ${row.relation}`;
    expect(rows.map(text).sort()).toEqual(POLICY_ROWS.map(text).sort());
  });

  test("is what `may` says, for every role, action and relation", () => {
    for (const role of ROLES)
      for (const action of Object.keys(POLICY) as Action[])
        for (const relation of RELATIONS) {
          const person = { accountId: "1", username: "x", displayName: "x", grants: [{ siteId: "here", role }] };
          const row = POLICY_ROWS.some(
            (r) => r.action === action && r.role === role && (r.relation === relation || r.relation === "any"),
          );
          expect({ role, action, relation, may: may(person, action, [{ siteId: "here", relation }]) }).toEqual({
            role,
            action,
            relation,
            may: row,
          });
          const anywhere = POLICY_ROWS.some((r) => r.action === action && r.role === role && r.relation === "any");
          expect(may(person, action, [{ siteId: "elsewhere", relation }])).toBe(anywhere);
        }
  });

  test("is what hub_view_grants gives for every demo account and action", async () => {
    for (const { username } of DEMO_ACCOUNTS)
      for (const action of Object.keys(POLICY) as Action[]) {
        const person = actor(username);
        const { rows } = await asActor(district.db, person, (tx) =>
          sql<{ grants: string[] }>`SELECT hub_view_grants(${action}) AS grants`.execute(tx),
        );
        const expected = person.grants.flatMap((grant) =>
          POLICY_ROWS.filter((row) => row.action === action && row.role === grant.role).map((row) =>
            row.relation === "any" ? "* any" : `${grant.siteId} ${row.relation}`,
          ),
        );
        expect(new Set(rows[0]?.grants)).toEqual(new Set(expected));
      }
  });

  test("has a row for each operation and each DICOMweb route", () => {
    const known = new Set<string>(Object.keys(POLICY));
    for (const operation of Object.keys(ENDPOINTS) as Operation[]) {
      const action = OPERATION_POLICY[operation];
      expect({ operation, known: action === "public" ? operation === "signIn" : known.has(action) }).toEqual({
        operation,
        known: true,
      });
    }
    const routes = dicomwebRoutes({
      db: district.db,
      blobs: district.blobs,
      receiver: district.receiver,
      codecs: null as never,
    });
    expect(routes.length).toBeGreaterThan(10);
    for (const route of routes) expect(known).toContain(route.action);
  });
});

const PLACE = {
  taskId: "",
  studyInstanceUid: "",
  noticeId: "1",
  orderId: crypto.randomUUID(),
  exportId: crypto.randomUUID(),
  patientKey: "1",
  changeId: "1",
  transferId: crypto.randomUUID(),
  ruleId: crypto.randomUUID(),
  siteId: "yanji",
  accountId: "",
  title: "CT_YANJI",
  seriesInstanceUid: "1.2.3",
  rejectionId: crypto.randomUUID(),
  protocolId: crypto.randomUUID(),
  examKind: "CT.chest",
  modality: "CT",
};
/** A body that each operation takes, so that only the policy can stop it. */
const BODIES: Partial<Record<Operation, unknown>> = {
  placeOrder: {
    siteId: "yanji",
    accessionNumber: "",
    patient: { patientId: "P1", name: "张一", nameLatin: "Zhang^Yi", birthDate: "", sex: "" },
    clinicalHistory: "",
    question: "",
    modality: "CT",
    description: "胸部平扫",
    stationAeTitle: "",
    startDate: "20261201",
    startTime: "090000",
  },
  previewPatientChange: { kind: "merge", patientKey: "1", intoKey: "2" },
  makePatientChange: { change: { kind: "merge", patientKey: "1", intoKey: "2" }, reason: "核对", token: "x" },
  requestReading: ROUTINE,
  changeRequest: ROUTINE,
  findStoredInstances: { instances: [] },
  saveDraft: { ...WRITTEN, basedOn: 0 },
  saveMarks: {
    marks: [
      {
        id: crypto.randomUUID(),
        sopInstanceUid: "1.2.3",
        frameNumber: 1,
        kind: "probe",
        points: [[1, 2]],
        label: "",
        number: 1,
        deleted: false,
        revision: 1,
      },
    ],
  },
  submitReport: WRITTEN,
  countersignReport: WRITTEN,
  returnReport: { reason: "重写" },
  changeSite: { autoRequest: false, quietSeconds: 5 },
  createAccount: {
    username: "new-one",
    displayName: "新",
    title: "",
    password: "long-enough-1",
    roles: [{ role: "gp", siteId: "yanji" }],
  },
  changeAccount: { displayName: "新", title: "", disabled: false, roles: [] },
  saveApplicationEntity: { siteId: "yanji", host: null, port: null },
};

describe("over HTTP", () => {
  const operations = (Object.keys(ENDPOINTS) as Operation[]).filter((op) => OPERATION_POLICY[op] !== "public");
  const params = () => ({
    ...PLACE,
    taskId: ctTask,
    studyInstanceUid: studies.yanjiCt,
    accountId: actor("gp").accountId,
  });

  test.each(operations)("%s asks who it is", async (operation) => {
    const answer = await hub.call(operation, null, { params: params(), body: BODIES[operation] });
    expect(answer).toMatchObject({ status: 401, body: { status: 401, code: "not-signed-in" } });
    expect(answer.headers.get("content-type")).toContain("application/problem+json");
  });

  test.each(operations)("%s refuses the roles that the policy does not name, and writes it down", async (operation) => {
    const action = OPERATION_POLICY[operation] as Action;
    for (const { username } of DEMO_ACCOUNTS.filter((account) => !mayAtAll(actor(account.username), action))) {
      const before = await lines(username);
      const answer = await hub.call(operation, await hub.signIn(username), {
        params: params(),
        body: BODIES[operation],
      });
      expect({ username, ...answer }).toMatchObject({ username, status: 403, body: { code: "not-allowed" } });
      const after = await lines(username);
      expect(after.length).toBe(before.length + 1);
      expect(after.at(-1)).toMatchObject({ outcome: "refused", account_id: actor(username).accountId });
      expect(after.at(-1)?.action).toBe(ENDPOINTS[operation]);
    }
  });

  function lines(username: string) {
    return district.db
      .selectFrom("audit_event")
      .select(["id", "outcome", "account_id", "action"])
      .where("actor", "=", username)
      .where("action", "like", "% /api/%")
      .orderBy("id")
      .execute();
  }

  test("what another site has is not found, and the attempt is in the audit", async () => {
    const cookie = await hub.signIn("gp2");
    const hidden = { taskId: ctTask, studyInstanceUid: studies.yanjiCt };
    for (const operation of ["getStudy", "getTask", "getReport", "getReportPdf", "requestReading"] as const) {
      const answer = await hub.call(operation, cookie, { params: hidden, body: BODIES[operation] });
      expect({ operation, ...answer }).toMatchObject({ operation, status: 404, body: { code: "not-found" } });
    }
    const { id } = await district.db
      .selectFrom("study")
      .select("id")
      .where("study_instance_uid", "=", studies.yanjiCt)
      .executeTakeFirstOrThrow();
    const refused = await district.db
      .selectFrom("audit_event")
      .select("action")
      .where("actor", "=", "gp2")
      .where("outcome", "=", "refused")
      .where("study_id", "=", id)
      .execute();
    expect(refused.map((row) => row.action).sort()).toEqual(
      (["getStudy", "getTask", "getReport", "getReportPdf", "requestReading"] as const)
        .map((operation) => ENDPOINTS[operation])
        .sort(),
    );
    // What does not exist is the same to the caller, and no refusal of anything.
    const nowhere = { taskId: crypto.randomUUID(), studyInstanceUid: "1.2.3" };
    expect(await hub.call("getStudy", cookie, { params: nowhere })).toMatchObject({ status: 404 });
    expect(await hub.call("getTask", cookie, { params: nowhere })).toMatchObject({ status: 404 });
  });

  test("the right role at the wrong place is refused by the use case", async () => {
    // gp is a GP of yanji: the report of changbai's study is not his to tick
    const answer = await hub.call("acknowledgeReport", await hub.signIn("gp"), { params: { taskId: signedTask } });
    expect(answer).toMatchObject({ status: 404 });
    // the radiologist may not sign his own text, nor claim ECGs
    const own = await hub.call("countersignReport", await hub.signIn("radiologist"), {
      params: { taskId: ctTask },
      body: WRITTEN,
    });
    expect(own).toMatchObject({ status: 403 });
  });

  test("opening a study, a task or a report is one line in ten minutes", async () => {
    const cookie = await hub.signIn("reviewer");
    const views = () =>
      district.db
        .selectFrom("audit_event")
        .select("action")
        .where("actor", "=", "reviewer")
        .where("action", "in", ["study.view", "report.view"])
        .execute();
    const before = (await views()).length;
    for (let i = 0; i < 3; i++) {
      await hub.call("getStudy", cookie, { params: { studyInstanceUid: studies.yanjiCt } });
      await hub.call("getTask", cookie, { params: { taskId: ctTask } });
      await hub.call("getReport", cookie, { params: { taskId: signedTask } });
    }
    expect((await views()).length - before).toBe(2); // study.view of one study, report.view of the other
  });
});
