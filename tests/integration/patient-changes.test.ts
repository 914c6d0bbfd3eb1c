import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Answer } from "../../core/api/payloads.ts";
import { type DicomJsonDataSet, dicomJson } from "../../core/dicom/dicom-json.ts";
import { readPart10 } from "../../core/dicom/read-part10.ts";
import { newUid } from "../../core/dicom/uid.ts";
import { frameReader } from "../../core/infra/archive/frame-reader.ts";
import { openCodecPool } from "../../core/infra/codec/codec-pool.ts";
import { deliverReport } from "../../worker/jobs/deliver-report.ts";
import { prepareStudy } from "../../worker/jobs/prepare-study.ts";
import { runDcmtk } from "../dimse/dcmtk.ts";
import { CHANGBAI, type DemoDistrict, openDemoDistrict, YANJI } from "../support/demo-district.ts";
import { type HttpHub, openHttpHub } from "../support/http-hub.ts";
import { type OwnRedis, startOwnRedis } from "../support/own-redis.ts";
import { identityRows, keyOf, make, makeAs, preview, studyOf, undo, undoAs } from "../support/patient-desk.ts";
import { requestedTask, signedReport } from "../support/reading-desk.ts";
import { COLUMNS, partsOf, ROWS, testSlice } from "./dicomweb-hub.ts";

const EXPLICIT = "1.2.840.10008.1.2.1";
const RLE = "1.2.840.10008.1.2.5";
const HTJ2K = "1.2.840.10008.1.2.4.201";

let district: DemoDistrict;
let redis: OwnRedis;
let hub: HttpHub;
let [admin, tech, tech2, gp, reader] = ["", "", "", "", ""];

beforeAll(async () => {
  district = await openDemoDistrict();
  redis = await startOwnRedis();
  hub = await openHttpHub(district, redis.url);
  [admin, tech, tech2, gp, reader] = (await Promise.all(
    ["admin", "tech", "tech2", "gp", "radiologist"].map((name) => hub.signIn(name)),
  )) as [string, string, string, string, string];
});
afterAll(async () => {
  await hub.close();
  await redis.stop();
  await district.close();
});

const A = { patientId: "A-1", name: "Li^Na=李^娜" };
const B = { patientId: "B-1", name: "Li^Nuo=李^诺" };

async function shownPatient(who: string, studyInstanceUid: string) {
  const { status, body } = await hub.call("getStudy", who, { params: { studyInstanceUid } });
  expect(status).toBe(200);
  return (body as Answer<"getStudy">).study.patient;
}

async function found(who: string, q: string): Promise<string[]> {
  const { body } = await hub.call("listStudies", who, { query: `?q=${encodeURIComponent(q)}&limit=200` });
  return (body as Answer<"listStudies">).studies.map((study) => study.studyInstanceUid);
}

async function qido(who: string, query: string): Promise<Record<string, { Value?: unknown[] }>[]> {
  const { status, body } = await hub.ask(`/dicom-web/studies?${query}`, {
    headers: { cookie: who, accept: "application/dicom+json" },
  });
  expect(status).toBe(200);
  return (typeof body === "string" ? JSON.parse(body) : body) as Record<string, { Value?: unknown[] }>[];
}

async function outstanding(): Promise<number> {
  return Number(
    (await sql<{ n: string }>`SELECT count(*) AS n FROM study WHERE own IS NOT NULL`.execute(district.db)).rows[0]?.n,
  );
}

describe("merge", () => {
  test("shows the studies of one under the other, with what comes in under the old ID, until it is undone", async () => {
    const a = await studyOf(district, A);
    const b = await studyOf(district, B);
    const before = await identityRows(district);
    const change = {
      kind: "merge",
      patientKey: await keyOf(district, "yanji", "B-1"),
      intoKey: await keyOf(district, "yanji", "A-1"),
    } as const;
    const { body } = await preview(hub, tech, change);
    expect(body.difference).toMatchObject({ studyCount: 1, signedReports: 0, conflictsSettled: 0 });
    expect(body.difference.fields).toEqual([
      { field: "name", before: "李诺", after: "李娜", studies: 1 },
      { field: "nameLatin", before: "Li Nuo", after: "Li Na", studies: 1 },
      { field: "patientId", before: "B-1", after: "A-1", studies: 1 },
    ]);
    expect(await identityRows(district)).toEqual(before); // a preview is no change

    const made = await make(hub, tech, change);
    expect(made).toMatchObject({
      kind: "merge",
      patient: { patientId: "B-1" },
      other: { patientId: "A-1" },
      undoneAt: null,
    });
    expect(await shownPatient(gp, b.study)).toMatchObject({ patientId: "A-1", name: "李娜", nameLatin: "Li Na" });
    expect(await found(gp, "李诺")).toEqual([b.study]); // by either name
    expect((await found(gp, "lina")).sort()).toEqual([a.study, b.study].sort());
    expect((await qido(gp, "PatientID=A-1")).map((row) => row["0020000D"]?.Value?.[0]).sort()).toEqual(
      [a.study, b.study].sort(),
    );
    expect(await qido(gp, "PatientID=B-1")).toEqual([]);
    expect((await qido(gp, `StudyInstanceUID=${b.study}`))[0]?.["00100010"]?.Value).toEqual([
      { Alphabetic: "Li^Na", Ideographic: "李^娜" },
    ]);

    const late = await studyOf(district, B);
    expect(await shownPatient(gp, late.study)).toMatchObject({ patientId: "A-1", name: "李娜" });
    const again = await studyOf(district, { ...B, study: b.study, series: b.series, number: 2 });
    expect(again.study).toBe(b.study);
    const { body: detail } = await hub.call("getStudy", gp, { params: { studyInstanceUid: b.study } });
    expect(detail).toMatchObject({ study: { identityConflict: false, instanceCount: 2 } });
    expect((detail as Answer<"getStudy">).priors.map((prior) => prior.studyInstanceUid).sort()).toEqual(
      [a.study, late.study].sort(),
    );

    expect((await undo(hub, tech, made.id)).status).toBe(200);
    for (const { study } of [b, late])
      expect(await shownPatient(gp, study)).toMatchObject({ patientId: "B-1", name: "李诺" });
    expect((await undo(hub, tech, made.id)).body).toMatchObject({ code: "patient-change-undone" });
    expect(await outstanding()).toBe(0);
  });

  test("is refused across centres, into itself and of whom is merged away", async () => {
    await studyOf(district, { patientId: "M-1" });
    await studyOf(district, { patientId: "M-2" });
    await studyOf(district, { patientId: "M-1" }, CHANGBAI);
    const [one, two, far] = [
      await keyOf(district, "yanji", "M-1"),
      await keyOf(district, "yanji", "M-2"),
      await keyOf(district, "changbai", "M-1"),
    ];
    const refusal = async (change: Parameters<typeof preview>[2]) => (await preview(hub, admin, change)).body;
    expect(await refusal({ kind: "merge", patientKey: one, intoKey: one })).toMatchObject({ code: "patient-same" });
    expect(await refusal({ kind: "merge", patientKey: one, intoKey: far })).toMatchObject({
      code: "patient-other-issuer",
    });
    expect(await refusal({ kind: "link", patientKey: one, withKey: two })).toMatchObject({
      code: "patient-same-issuer",
    });
    const made = await make(hub, admin, { kind: "merge", patientKey: one, intoKey: two });
    expect(await refusal({ kind: "merge", patientKey: one, intoKey: two })).toMatchObject({
      code: "patient-merged-already",
    });
    await undo(hub, admin, made.id);
  });
});

describe("link", () => {
  test("makes each a prior of the other and keeps both IDs; only the administrator may", async () => {
    const here = await studyOf(district, { patientId: "L-1" });
    const there = await studyOf(district, { patientId: "L-9" }, CHANGBAI);
    const taskId = await requestedTask(district, here.study, "tech");
    const before = await identityRows(district);
    const change = {
      kind: "link",
      patientKey: await keyOf(district, "yanji", "L-1"),
      withKey: await keyOf(district, "changbai", "L-9"),
    } as const;
    expect((await preview(hub, tech, change)).status).toBe(403);
    expect((await hub.call("getStudy", reader, { params: { studyInstanceUid: there.study } })).status).toBe(404);

    const shown = await preview(hub, admin, change);
    expect(shown.body.difference).toMatchObject({ fields: [], studyCount: 0, priorsGiven: 1, priorsTaken: 0 });
    const made = await make(hub, admin, change);
    const { body } = await hub.call("getStudy", reader, { params: { studyInstanceUid: here.study } });
    expect((body as Answer<"getStudy">).priors.map((prior) => prior.studyInstanceUid)).toEqual([there.study]);
    expect(await shownPatient(reader, there.study)).toMatchObject({ patientId: "L-9", issuer: "changbai" });
    const { body: list } = await hub.call("listTasks", reader, { query: "?q=L-1" });
    expect(list).toMatchObject({ tasks: [{ task: { id: taskId }, priorCount: 1 }] });
    // the doctor of one centre sees that centre's own only
    const { body: atGp } = await hub.call("getStudy", gp, { params: { studyInstanceUid: here.study } });
    expect((atGp as Answer<"getStudy">).priors).toEqual([]);
    // what comes in while it is read, and what is asked for from now on
    const late = await studyOf(district, { patientId: "L-9" }, CHANGBAI);
    expect((await hub.call("getStudy", reader, { params: { studyInstanceUid: late.study } })).status).toBe(200);

    expect((await undo(hub, tech, made.id)).status).toBe(404);
    expect((await undo(hub, admin, made.id)).status).toBe(200);
    expect((await hub.call("getStudy", reader, { params: { studyInstanceUid: there.study } })).status).toBe(404);
    expect((await hub.call("getStudy", reader, { params: { studyInstanceUid: late.study } })).status).toBe(404);
    const { access, patients } = (await identityRows(district)) as Record<string, Record<string, unknown>[]>;
    expect(patients).toEqual((before as Record<string, unknown>).patients);
    expect(access?.filter((row) => row.relation === "prior")).toEqual(
      (before as Record<string, Record<string, unknown>[]>).access?.filter((row) => row.relation === "prior"),
    );
  });

  test("gives what is asked for afterwards its priors of the other centre", async () => {
    await studyOf(district, { patientId: "K-1" });
    const there = await studyOf(district, { patientId: "K-2" }, CHANGBAI);
    const made = await make(hub, admin, {
      kind: "link",
      patientKey: await keyOf(district, "yanji", "K-1"),
      withKey: await keyOf(district, "changbai", "K-2"),
    });
    const next = await studyOf(district, { patientId: "K-1" });
    await requestedTask(district, next.study, "tech");
    expect((await hub.call("getStudy", reader, { params: { studyInstanceUid: there.study } })).status).toBe(200);
    await undo(hub, admin, made.id);
    expect((await hub.call("getStudy", reader, { params: { studyInstanceUid: there.study } })).status).toBe(404);
  });
});

describe("move", () => {
  test("takes a study to the right patient, its priors and its age with it, and settles the conflict", async () => {
    const wrong = await studyOf(district, {
      patientId: "W-1",
      name: "Zhao^Yi=赵^一",
      extra: [[0x00101010, "AS", "050Y"]],
    });
    const other = await studyOf(district, { patientId: "W-1", name: "Zhao^Yi=赵^一" });
    await requestedTask(district, other.study, "tech");
    await studyOf(district, {
      patientId: "W-2",
      name: "Qian^Er=钱^二",
      study: wrong.study,
      series: wrong.series,
      number: 2,
    });
    const conflicts = (await hub.call("listIdentityConflicts", tech)).body as Answer<"listIdentityConflicts">;
    const conflict = conflicts.conflicts.find((one) => one.study.studyInstanceUid === wrong.study);
    expect(conflict).toMatchObject({
      conflictWith: { patientId: "W-2", name: "钱二" },
      otherKey: await keyOf(district, "yanji", "W-2"),
    });
    const before = await identityRows(district);

    const change = { kind: "move", studyInstanceUid: wrong.study, toKey: conflict?.otherKey ?? "" } as const;
    const shown = await preview(hub, tech, change);
    expect(shown.body.difference).toMatchObject({ studyCount: 1, conflictsSettled: 1, priorsTaken: 1 });
    const made = await make(hub, tech, change);
    expect(await shownPatient(gp, wrong.study)).toMatchObject({ patientId: "W-2", name: "钱二", age: "069Y" });
    expect(await shownPatient(gp, other.study)).toMatchObject({ patientId: "W-1", name: "赵一" });
    expect((await hub.call("getStudy", reader, { params: { studyInstanceUid: wrong.study } })).status).toBe(404);
    const { body } = await hub.call("getStudy", gp, { params: { studyInstanceUid: wrong.study } });
    expect(body).toMatchObject({ conflictWith: null, study: { identityConflict: false }, priors: [] });

    expect((await undo(hub, tech, made.id)).status).toBe(200);
    expect(await identityRows(district)).toEqual(before);
  });
});

describe("correct", () => {
  test("changes a patient: every study of hers, by the old ID and name too", async () => {
    const one = await studyOf(district, { patientId: "C-1", name: "Sun^San=孙^三" });
    const change = {
      kind: "correct",
      patientKey: await keyOf(district, "yanji", "C-1"),
      fields: {
        name: { ideographic: "孙^山", alphabetic: "Sun^Shan", phonetic: "" },
        patientId: "C-100",
        birthDate: "19660401",
        sex: "F",
      },
    } as const;
    const before = await identityRows(district);
    const made = await make(hub, tech, change);
    const corrected = { patientId: "C-100", name: "孙山", nameLatin: "Sun Shan", birthDate: "19660401", sex: "F" };
    expect(await shownPatient(gp, one.study)).toMatchObject(corrected);
    expect(await found(gp, "sunshan")).toEqual([one.study]);
    expect(await found(gp, "孙三")).toEqual([one.study]);
    expect(await found(gp, "c-1")).toEqual([one.study]);
    // machines are answered by what holds
    expect(await qido(gp, "PatientName=Sun^San")).toEqual([]);
    expect(await qido(gp, "PatientName=sunshan")).toHaveLength(1);
    expect(await qido(gp, "PatientID=C-100&PatientBirthDate=19660401")).toHaveLength(1);
    // under the old ID and under the new one, no conflict with either name
    const old = await studyOf(district, { patientId: "C-1", name: "Sun^San=孙^三" });
    const right = await studyOf(district, { patientId: "C-100", name: "Sun^Shan=孙^山" });
    for (const { study } of [old, right]) {
      expect(await shownPatient(gp, study)).toMatchObject(corrected);
      const row = await district.db
        .selectFrom("study")
        .select(["identity_conflict", "patient_id"])
        .where("study_instance_uid", "=", study)
        .executeTakeFirstOrThrow();
      expect(row.patient_id).toBe(change.patientKey);
    }
    const { body } = await hub.call("listPatients", tech, { query: `?q=${encodeURIComponent("孙三")}` });
    expect(body).toMatchObject({ patients: [{ patientId: "C-100", name: "孙山", studyCount: 3 }] });

    expect((await undo(hub, tech, made.id)).status).toBe(200);
    expect(await shownPatient(gp, one.study)).toMatchObject({ patientId: "C-1", name: "孙三", sex: "M" });
    const rows = (await identityRows(district)) as { patients: unknown; studies: unknown[] };
    expect(rows.patients).toEqual((before as { patients: unknown }).patients);
  });

  test("changes one study alone, under an ID that nobody has or by saying that what stands is right", async () => {
    const one = await studyOf(district, { patientId: "S-1", name: "Zhou^Si=周^四" });
    const two = await studyOf(district, { patientId: "S-1", name: "Zhou^Si=周^四" });
    const before = await identityRows(district);
    const taken = await preview(hub, tech, {
      kind: "correct",
      studyInstanceUid: one.study,
      fields: { patientId: "A-1" },
    });
    expect(taken.body).toMatchObject({ code: "patient-id-taken" });
    const nothing = await preview(hub, tech, { kind: "correct", studyInstanceUid: one.study, fields: { sex: "M" } });
    expect(nothing.body).toMatchObject({ code: "patient-change-empty" });
    const made = await make(hub, tech, {
      kind: "correct",
      studyInstanceUid: one.study,
      fields: { patientId: "S-77", birthDate: "" },
    });
    expect(await shownPatient(gp, one.study)).toMatchObject({
      patientId: "S-77",
      name: "周四",
      birthDate: "",
      age: "",
    });
    expect(await shownPatient(gp, two.study)).toMatchObject({ patientId: "S-1" });
    expect(await found(gp, "zs s-77")).toEqual([one.study]);
    await undo(hub, tech, made.id);
    expect(await identityRows(district)).toEqual(before);

    await studyOf(district, {
      patientId: "S-1",
      name: "Zhou^Shi=周^是",
      study: one.study,
      series: one.series,
      number: 2,
    });
    const flagged = await identityRows(district);
    const settled = await make(hub, tech, { kind: "correct", studyInstanceUid: one.study, fields: {} });
    expect(settled.difference).toMatchObject({ fields: [], conflictsSettled: 1 });
    const { body } = await hub.call("getStudy", gp, { params: { studyInstanceUid: one.study } });
    expect(body).toMatchObject({ study: { identityConflict: false } });
    await undo(hub, tech, settled.id);
    expect(await identityRows(district)).toEqual(flagged);
  });
});

describe("one after the other", () => {
  test("a change that a later one stands on is undone after it", async () => {
    const one = await studyOf(district, { patientId: "O-1" });
    await studyOf(district, { patientId: "O-2", name: "Wu^Wu=吴^五" });
    const start = await identityRows(district);
    const correct = await make(hub, tech, {
      kind: "correct",
      patientKey: await keyOf(district, "yanji", "O-2"),
      fields: { sex: "F" },
    });
    const middle = await identityRows(district);
    const merge = await make(hub, tech, {
      kind: "merge",
      patientKey: await keyOf(district, "yanji", "O-1"),
      intoKey: await keyOf(district, "yanji", "O-2"),
    });
    expect(await shownPatient(gp, one.study)).toMatchObject({ patientId: "O-2", name: "吴五", sex: "F" });
    const refused = await undo(hub, tech, correct.id);
    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({
      code: "patient-change-stood-on",
      detail: { kind: "merge", by: expect.any(String) },
    });
    expect((await undo(hub, tech, merge.id)).status).toBe(200);
    expect(await identityRows(district)).toEqual(middle);
    expect((await undo(hub, tech, correct.id)).status).toBe(200);
    expect(await identityRows(district)).toEqual(start);
  });

  test("nothing is done that was not shown", async () => {
    await studyOf(district, { patientId: "T-1" });
    await studyOf(district, { patientId: "T-2", name: "Zheng^Liu=郑^六" });
    const change = {
      kind: "merge",
      patientKey: await keyOf(district, "yanji", "T-1"),
      intoKey: await keyOf(district, "yanji", "T-2"),
    } as const;
    const { body } = await preview(hub, tech, change);
    await studyOf(district, { patientId: "T-1" }); // one more than was shown
    const before = await identityRows(district);
    const made = await hub.call("makePatientChange", tech, { body: { change, reason: "核对", token: body.token } });
    expect(made.status).toBe(409);
    expect(made.body).toMatchObject({ code: "patient-change-outdated" });
    expect(await identityRows(district)).toEqual(before);
  });
});

describe("two at once", () => {
  test("the same merge is made once, its undoing done once, and an undoing is not undone", async () => {
    await studyOf(district, { patientId: "TZ-1" });
    await studyOf(district, { patientId: "TZ-2", name: "Kong^Er=孔^二" });
    const before = await identityRows(district);
    const change = {
      kind: "merge",
      patientKey: await keyOf(district, "yanji", "TZ-1"),
      intoKey: await keyOf(district, "yanji", "TZ-2"),
    } as const;
    const { token } = (await preview(hub, tech, change)).body;
    const made = await Promise.all(
      [tech, admin, tech].map((who) => hub.call("makePatientChange", who, { body: { change, reason: "核对", token } })),
    );
    expect(made.map(({ status }) => status).toSorted()).toEqual([200, 409, 409]);
    for (const { status, body } of made)
      if (status === 409) expect(body).toMatchObject({ code: "patient-merged-already" });
    const [{ id = "" } = {}] = made.filter(({ status }) => status === 200).map(({ body }) => body as { id?: string });
    const undone = await Promise.all([admin, tech, admin].map((who) => undo(hub, who, id)));
    expect(undone.map(({ status }) => status).toSorted()).toEqual([200, 409, 409]);
    for (const { status, body } of undone)
      if (status === 409) expect(body).toMatchObject({ code: "patient-change-undone" });
    expect(await identityRows(district)).toEqual(before);
    // done once more it is another change, to be undone by itself
    const again = await make(hub, tech, change);
    expect((await undo(hub, tech, id)).body).toMatchObject({ code: "patient-change-undone" });
    expect((await undo(hub, admin, again.id)).status).toBe(200);
    expect(await identityRows(district)).toEqual(before);
  });

  test("each into the other: one is made, and nobody is lost", async () => {
    const one = await studyOf(district, { patientId: "TY-1" });
    const two = await studyOf(district, { patientId: "TY-2", name: "Cao^Er=曹^二" });
    const [a, b] = [await keyOf(district, "yanji", "TY-1"), await keyOf(district, "yanji", "TY-2")];
    const changes = [
      { kind: "merge", patientKey: a, intoKey: b },
      { kind: "merge", patientKey: b, intoKey: a },
    ] as const;
    const tokens = await Promise.all(changes.map(async (change) => (await preview(hub, tech, change)).body.token));
    const made = await Promise.all(
      changes.map((change, i) =>
        hub.call("makePatientChange", i === 0 ? tech : admin, { body: { change, reason: "核对", token: tokens[i] } }),
      ),
    );
    expect(made.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    const shown = [await shownPatient(gp, one.study), await shownPatient(gp, two.study)];
    expect(shown[0]?.patientId).toBe(shown[1]?.patientId);
  });

  test("a merge at one centre leaves who has the same ID at another alone", async () => {
    const far = await studyOf(district, { patientId: "TV-1", name: "Wei^Yi=魏^一" }, CHANGBAI);
    await studyOf(district, { patientId: "TV-1", name: "Tao^Yi=陶^一" });
    await studyOf(district, { patientId: "TV-2", name: "Tao^Er=陶^二" });
    await make(hub, admin, {
      kind: "merge",
      patientKey: await keyOf(district, "yanji", "TV-1"),
      intoKey: await keyOf(district, "yanji", "TV-2"),
    });
    expect(await shownPatient(tech2, far.study)).toMatchObject({ issuer: "changbai", patientId: "TV-1", name: "魏一" });
    const later = await studyOf(district, { patientId: "TV-1", name: "Wei^Yi=魏^一" }, CHANGBAI);
    expect(await shownPatient(tech2, later.study)).toMatchObject({
      issuer: "changbai",
      patientId: "TV-1",
      name: "魏一",
    });
    const mine = await studyOf(district, { patientId: "TV-1", name: "Tao^Yi=陶^一" });
    expect(await shownPatient(tech, mine.study)).toMatchObject({ issuer: "yanji", patientId: "TV-2", name: "陶二" });
  });
});

describe("who may", () => {
  test("another centre's technician finds nobody and changes nothing, whatever the statements say", async () => {
    const mine = await studyOf(district, { patientId: "R-1" });
    await studyOf(district, { patientId: "R-2", name: "Feng^Qi=冯^七" });
    const [one, two] = [await keyOf(district, "yanji", "R-1"), await keyOf(district, "yanji", "R-2")];
    const made = await make(hub, tech, { kind: "merge", patientKey: one, intoKey: two });
    const before = await identityRows(district);
    expect((await hub.call("listPatients", tech2, { query: "?q=R-2" })).body).toEqual({ patients: [], hasMore: false });
    expect((await hub.call("getPatient", tech2, { params: { patientKey: two } })).status).toBe(404);
    expect((await preview(hub, tech2, { kind: "move", studyInstanceUid: mine.study, toKey: two })).status).toBe(404);
    expect((await preview(hub, tech2, { kind: "correct", patientKey: two, fields: { sex: "O" } })).status).toBe(404);
    expect((await undo(hub, tech2, made.id)).status).toBe(404);
    expect((await hub.call("listPatientChanges", tech2)).body).toEqual({ changes: [], total: 0 });
    expect((await hub.call("listIdentityConflicts", tech2)).body).toEqual({ conflicts: [], total: 0 });
    for (const who of [gp, reader]) expect((await hub.call("listPatients", who)).status).toBe(403);
    // past the use cases, as a statement of that account
    const stranger = await district.actor("tech2");
    const tried = district.db.transaction().execute(async (tx) => {
      await sql`SELECT set_config('role', 'hub_app', true), set_config('hub.account_id', ${stranger.accountId}, true)`.execute(
        tx,
      );
      await sql`INSERT INTO patient_change (kind, site_id, patient_id, sets, reason, account_id, account_name)
        VALUES ('correct', 'yanji', ${two}, '{"sex": "O"}', 'x', ${stranger.accountId}, 'x')`.execute(tx);
    });
    await expect(tried).rejects.toThrow(/row-level security/);
    expect(await identityRows(district)).toEqual(before);
    await undo(hub, tech, made.id);
  });

  test("each change stands in the audit of its studies, and nobody can rewrite it", async () => {
    const one = await studyOf(district, { patientId: "U-1" });
    const made = await make(hub, tech, { kind: "correct", studyInstanceUid: one.study, fields: { sex: "F" } });
    await undo(hub, tech, made.id);
    const { rows } = await sql<{ actor: string; action: string }>`
      SELECT e.actor, e.action FROM audit_event e JOIN study s ON s.id = e.study_id
      WHERE s.study_instance_uid = ${one.study} AND e.action LIKE 'patient.%' ORDER BY e.id`.execute(district.db);
    expect(rows).toEqual([
      { actor: "tech", action: "patient.correct" },
      { actor: "tech", action: "patient.undo-correct" },
    ]);
    await expect(
      sql`UPDATE patient_change SET reason = 'other' WHERE id = ${made.id}`.execute(district.db),
    ).rejects.toThrow(/only undone/);
    await expect(sql`DELETE FROM patient_change WHERE id = ${made.id}`.execute(district.db)).rejects.toThrow(
      /only undone/,
    );
  });
});

describe("while images come in", () => {
  test("a merge misses none of them, and none waits for ever", async () => {
    await studyOf(district, { patientId: "Q-1" });
    await studyOf(district, { patientId: "Q-2", name: "Shi^Shi=施^十" });
    const change = {
      kind: "merge",
      patientKey: await keyOf(district, "yanji", "Q-1"),
      intoKey: await keyOf(district, "yanji", "Q-2"),
    } as const;
    const coming = Array.from({ length: 24 }, () => studyOf(district, { patientId: "Q-1" }));
    const id = await makeAs(district, "tech", change);
    const studies = await Promise.all(coming);
    for (const { study } of studies)
      expect(await shownPatient(gp, study)).toMatchObject({ patientId: "Q-2", name: "施十" });
    await undoAs(district, "tech", id);
    for (const { study } of studies) expect(await shownPatient(gp, study)).toMatchObject({ patientId: "Q-1" });
  });
});

describe("a signed report", () => {
  test("made after a correction names the patient as corrected, and is one with the images of the study", async () => {
    const one = await studyOf(district, { patientId: "Y-1", name: "Jiang^Yi=蒋^一" });
    const made = await make(hub, tech, {
      kind: "correct",
      patientKey: await keyOf(district, "yanji", "Y-1"),
      fields: { name: { ideographic: "蒋^义", alphabetic: "Jiang^Yi", phonetic: "" }, patientId: "Y-100" },
    });
    const taskId = await requestedTask(district, one.study, "tech");
    await signedReport(district, taskId);
    const { db, receiver, inReadingTransaction } = district;
    await deliverReport({ db, receiver, inReadingTransaction })({ taskId });
    const { body: detail } = await hub.call("getStudy", gp, { params: { studyInstanceUid: one.study } });
    expect(detail).toMatchObject({
      study: { instanceCount: 2, identityConflict: false, patient: { patientId: "Y-100" } },
    });
    const names = async () =>
      (
        (await (
          await fetch(`${hub.url}/dicom-web/studies/${one.study}/metadata`, { headers: { cookie: gp } })
        ).json()) as DicomJsonDataSet[]
      ).map((json) => [json["00100010"]?.Value?.[0], json["00100020"]?.Value?.[0]]);
    const corrected = [{ Alphabetic: "Jiang^Yi", Ideographic: "蒋^义" }, "Y-100"];
    expect(await names()).toEqual([corrected, corrected]);
    await undo(hub, tech, made.id);
    const own = [{ Alphabetic: "Jiang^Yi", Ideographic: "蒋^一" }, "Y-1"];
    expect(await names()).toEqual([own, own]);
  });

  test("is counted before, keeps its words, and says beside them when and by whom the identity was changed", async () => {
    const one = await studyOf(district, { patientId: "V-1", name: "Chen^Ba=陈^八" });
    const taskId = await requestedTask(district, one.study, "tech");
    await signedReport(district, taskId);
    const params = { taskId };
    const { body: before } = await hub.call("getReport", gp, { params });
    expect(before).toMatchObject({ study: { identityChange: null } });
    const change = {
      kind: "correct",
      studyInstanceUid: one.study,
      fields: { name: { ideographic: "陈^把", alphabetic: "Chen^Ba", phonetic: "" } },
    } as const;
    expect((await preview(hub, tech, change)).body.difference).toMatchObject({ signedReports: 1 });
    const made = await make(hub, tech, change);
    const { body: after } = await hub.call("getReport", gp, { params });
    expect(after).toMatchObject({ study: { patient: { name: "陈把" }, identityChange: { at: made.at, by: made.by } } });
    expect((after as Answer<"getReport">).report).toEqual((before as Answer<"getReport">).report);
    for (const q of ["陈八", "陈把"]) {
      const { body } = await hub.call("listReports", gp, { query: `?q=${encodeURIComponent(q)}` });
      expect(body).toMatchObject({ total: 1 });
    }
    await undo(hub, tech, made.id);
    expect((await hub.call("getReport", gp, { params })).body).toEqual(before);
  });
});

describe("over DICOMweb", () => {
  const dicomweb = (path: string, accept: string, headers: Record<string, string> = {}) =>
    fetch(`${hub.url}/dicom-web${path}`, { headers: { cookie: tech, accept, ...headers } });
  const metadata = async (study: string) => {
    const response = await dicomweb(`/studies/${study}/metadata`, "application/dicom+json");
    expect(response.status).toBe(200);
    return { etag: response.headers.get("etag"), json: (await response.json()) as DicomJsonDataSet[] };
  };

  test("metadata, made ready or not, and instances say who she is, with what they said before", async () => {
    const one = await studyOf(district, { patientId: "X-1", name: "Han^Jiu=韩^九" });
    const { id: studyId } = await district.db
      .selectFrom("study")
      .select("id")
      .where("study_instance_uid", "=", one.study)
      .executeTakeFirstOrThrow();
    const codecs = openCodecPool({ threads: 1 });
    const { db, blobs } = district;
    const prepare = prepareStudy({ db, blobs, codecs, giveWayMs: 0, frames: frameReader(blobs) });
    const path = `/studies/${one.study}/series/${one.series}/instances/${one.instance}`;
    const whole = async (where: string) =>
      partsOf(await dicomweb(where, 'multipart/related; type="application/dicom"'));
    try {
      await prepare({ studyId });
      const before = await metadata(one.study);
      expect(before.json[0]?.["00100010"]?.Value).toEqual([{ Alphabetic: "Han^Jiu", Ideographic: "韩^九" }]);
      const made = await make(hub, tech, {
        kind: "correct",
        studyInstanceUid: one.study,
        fields: { name: { ideographic: "韩^久", alphabetic: "Han^Jiu", phonetic: "" } },
      });
      const jobs = await sql<{ n: string }>`SELECT count(*) AS n FROM outbox WHERE name = 'prepare-study'
        AND payload ->> 'studyId' = ${studyId}`.execute(db);
      expect(Number(jobs.rows[0]?.n)).toBe(1);
      // at once, though what was made ready says the former name; then as it is made ready again
      for (const makeReady of [async () => undefined, () => prepare({ studyId })]) {
        await makeReady();
        const now = await metadata(one.study);
        expect(now.etag).not.toBe(before.etag);
        expect(now.json[0]?.["00100010"]?.Value).toEqual([{ Alphabetic: "Han^Jiu", Ideographic: "韩^久" }]);
        expect(now.json[0]?.["04000561"]?.Value).toHaveLength(1);
      }
      const stored = await db
        .selectFrom("series_object")
        .select("identity_change_id")
        .where("kind", "=", "metadata")
        .where("series_id", "in", db.selectFrom("series").select("id").where("study_id", "=", studyId))
        .execute();
      expect(stored).toEqual([{ identity_change_id: made.id }]);
      const instance = await dicomweb(`${path}/metadata`, "application/dicom+json");
      expect(await instance.json()).toMatchObject([{ "00100010": { Value: [{ Ideographic: "韩^久" }] } }]);
      for (const where of [`/studies/${one.study}`, path]) {
        const [part] = await whole(where);
        const json = dicomJson(readPart10(part?.bytes ?? Buffer.of(), true).dataSet);
        expect(json["00100010"]?.Value).toEqual([{ Alphabetic: "Han^Jiu", Ideographic: "韩^久" }]);
        expect(part?.bytes.subarray(-ROWS * COLUMNS * 2)).toEqual(one.bytes.subarray(-ROWS * COLUMNS * 2));
      }
      const single = await dicomweb(path, "application/dicom");
      expect(Number(single.headers.get("content-length"))).toBe((await single.arrayBuffer()).byteLength);

      await undo(hub, tech, made.id);
      expect(await metadata(one.study)).toEqual(before);
      for (const where of [`/studies/${one.study}`, path]) expect((await whole(where))[0]?.bytes).toEqual(one.bytes);
    } finally {
      await codecs.close();
    }
  });

  test.each([
    ["+te", EXPLICIT, RLE],
    ["+te", EXPLICIT, HTJ2K],
    ["+ti", "1.2.840.10008.1.2", EXPLICIT],
    ["+tb", "1.2.840.10008.1.2.2", EXPLICIT],
    ["+td", "1.2.840.10008.1.2.1.99", EXPLICIT],
    ["+td", "1.2.840.10008.1.2.1.99", RLE],
    ["+rle", RLE, EXPLICIT],
    ["+rle", RLE, HTJ2K],
  ])(
    "an instance stored with dcmtk's %s (%s) and made into %s on its way says who she is, too",
    async (how, from, to) => {
      const directory = mkdtempSync(path.join(tmpdir(), "overlay-"));
      const uids = { study: newUid(), series: newUid(), instance: newUid() };
      const bytes = testSlice({ ...uids, patientId: "X-2", name: "Han^Ba=韩^八", frames: 2 });
      const [plain, stored] = ["plain.dcm", "stored.dcm"].map((file) => path.join(directory, file)) as [string, string];
      writeFileSync(plain, bytes);
      const made =
        how === "+rle" ? await runDcmtk("dcmcrle", [plain, stored]) : await runDcmtk("dcmconv", [how, plain, stored]);
      expect(made).toMatchObject({ code: 0 });
      await district.store(YANJI, readFileSync(stored));
      rmSync(directory, { recursive: true });
      const change = await make(hub, tech, {
        kind: "correct",
        studyInstanceUid: uids.study,
        fields: { name: { ideographic: "韩^把", alphabetic: "Han^Ba", phonetic: "" } },
      });
      const at = `/studies/${uids.study}/series/${uids.series}/instances/${uids.instance}`;
      const get = async (where: string, syntax: string) => {
        const response = await dicomweb(
          where,
          `multipart/related; type="application/dicom"; transfer-syntax=${syntax}`,
        );
        expect(response.status).toBe(200);
        const [part] = await partsOf(response);
        const { dataSet, transferSyntaxUid } = readPart10(part?.bytes ?? Buffer.of(), true);
        expect(part?.contentType).toBe(`application/dicom; transfer-syntax=${transferSyntaxUid}`);
        return { transferSyntaxUid, json: dicomJson(dataSet), bytes: part?.bytes ?? Buffer.of() };
      };
      for (const where of [at, `/studies/${uids.study}`])
        for (const syntax of ["*", to]) {
          const { transferSyntaxUid, json, bytes: given } = await get(where, syntax);
          expect(transferSyntaxUid).toBe(syntax === "*" ? from : to);
          expect(json["00100010"]?.Value).toEqual([{ Alphabetic: "Han^Ba", Ideographic: "韩^把" }]);
          expect(json["04000561"]?.Value).toHaveLength(1);
          if (transferSyntaxUid === EXPLICIT)
            expect(given.subarray(-ROWS * COLUMNS * 4)).toEqual(bytes.subarray(-ROWS * COLUMNS * 4));
        }
      // neither what was kept of it before, nor a part of another one, is taken for it
      const alone = (headers: Record<string, string> = {}) =>
        dicomweb(at, `application/dicom; transfer-syntax=${to}`, headers);
      const corrected = (await alone()).headers.get("etag") ?? "";
      expect((await alone({ "if-none-match": corrected })).status).toBe(304);
      await undo(hub, tech, change.id);
      const again = await alone({ "if-none-match": corrected });
      expect([again.status, again.headers.get("etag") === corrected]).toEqual([200, false]);
      const own = dicomJson(readPart10(Buffer.from(await again.arrayBuffer()), true).dataSet);
      expect(own["00100010"]?.Value).toEqual([{ Alphabetic: "Han^Ba", Ideographic: "韩^八" }]);
    },
  );
});
