import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DicomJsonDataSet, dicomJson } from "../../core/dicom/dicom-json.ts";
import { readPart10 } from "../../core/dicom/read-part10.ts";
import { newUid } from "../../core/dicom/uid.ts";
import { routeTask } from "../../core/reading/request-reading.ts";
import { deliverReport } from "../../worker/jobs/deliver-report.ts";
import { type DemoDistrict, openDemoDistrict } from "../support/demo-district.ts";
import { type HttpHub, openHttpHub } from "../support/http-hub.ts";
import { type HerStudy, keyOf, make, studyOf } from "../support/patient-desk.ts";
import { requestedTask, signedReport } from "../support/reading-desk.ts";
import { createTestRedis } from "../support/test-redis.ts";
import { partsOf } from "./dicomweb-hub.ts";

let district: DemoDistrict;
let hub: HttpHub;
beforeAll(async () => {
  district = await openDemoDistrict();
  hub = await openHttpHub(district, await createTestRedis());
});
afterAll(async () => {
  await hub.close();
  await district.close();
});

const get = async (username: string, path: string, accept: string) =>
  fetch(`${hub.url}${path}`, { headers: { cookie: await hub.signIn(username), accept } });
const json = async (username: string, path: string) =>
  (await (await get(username, path, "application/dicom+json")).json()) as DicomJsonDataSet[];
const pathOf = ({ study, series, instance }: HerStudy) =>
  `/dicom-web/studies/${study}/series/${series}/instances/${instance}`;
const wadoUri = ({ study, series, instance }: HerStudy, contentType: string) =>
  `/dicom-web/wado?requestType=WADO&studyUID=${study}&seriesUID=${series}&objectUID=${instance}&contentType=${contentType}`;
const named = (dataSet: DicomJsonDataSet | undefined) => [
  dataSet?.["00100010"]?.Value?.[0],
  dataSet?.["00100020"]?.Value?.[0],
];
const headerOf = (file: Uint8Array) => dicomJson(readPart10(Buffer.from(file), true).dataSet, { inlineBytes: 64 });

describe("a corrected identity leaves by every door", () => {
  const NOW = [{ Alphabetic: "Piao^Meihua", Ideographic: "朴^美花" }, "W-1"];

  test("files, metadata, searches, workitems, the reading list and the report", async () => {
    const one = await studyOf(district, { patientId: "W-1", name: "Piao^Meihua=朴^梅花" });
    const taskId = await requestedTask(district, one.study, "tech");
    const fields = { name: { alphabetic: "Piao^Meihua", ideographic: "朴^美花", phonetic: "" } };
    await make(hub, await hub.signIn("tech"), {
      kind: "correct",
      patientKey: await keyOf(district, "yanji", "W-1"),
      fields,
    });
    const path = pathOf(one);
    for (const reader of ["tech", "radiologist"]) {
      expect(named((await json(reader, `/dicom-web/studies/${one.study}/metadata`))[0])).toEqual(NOW);
      expect(named((await json(reader, `/dicom-web/studies/${one.study}/series/${one.series}/metadata`))[0])).toEqual(
        NOW,
      );
      expect(named((await json(reader, `${path}/metadata`))[0])).toEqual(NOW);
      const multipart = 'multipart/related; type="application/dicom"';
      for (const where of [
        `/dicom-web/studies/${one.study}`,
        `/dicom-web/studies/${one.study}/series/${one.series}`,
        path,
      ]) {
        const [part] = await partsOf(await get(reader, where, multipart));
        expect(named(headerOf(part?.bytes ?? Buffer.of()))).toEqual(NOW);
      }
      const file = await get(reader, wadoUri(one, "application/dicom"), "*/*");
      expect(named(headerOf(new Uint8Array(await file.arrayBuffer())))).toEqual(NOW);
      // at each level, asked for by name, by the first letters of the pinyin and by Han
      const all = "includefield=all&includefield=00100010&includefield=00100020";
      for (const level of [
        `/studies?StudyInstanceUID=${one.study}&`,
        `/studies/${one.study}/series?`,
        `/studies/${one.study}/instances?`,
      ])
        expect(named((await json(reader, `/dicom-web${level}${all}`))[0])).toEqual(NOW);
      for (const name of ["朴^美花", "Piao^Meihua", "*美花*", "pmh"])
        expect(
          (await json(reader, `/dicom-web/studies?PatientName=${encodeURIComponent(name)}`)).map(
            (each) => each["0020000D"]?.Value,
          ),
        ).toContainEqual([one.study]);
      // machines are answered by what holds
      expect(await json(reader, `/dicom-web/studies?PatientName=${encodeURIComponent("朴^梅花")}`)).toEqual([]);
    }
    const [workitem] = await json("radiologist", `/dicom-web/workitems?PatientName=${encodeURIComponent("朴^美花")}`);
    expect(named(workitem)).toEqual(NOW);
    for (const q of ["朴美花", "piaomeihua", "pmh", "朴梅花"]) {
      const { body } = await hub.call("listTasks", await hub.signIn("radiologist"), {
        query: `?q=${encodeURIComponent(q)}`,
      });
      const { tasks } = body as { tasks: { task: { id: string }; study: { patient: { name: string } } }[] };
      expect(tasks.find(({ task }) => task.id === taskId)?.study.patient.name, q).toBe("朴美花");
    }
    await district.inReadingTransaction(null, (tx) => routeTask(tx, taskId));
    await signedReport(district, taskId);
    const report = await hub.call("getReport", await hub.signIn("gp"), { params: { taskId } });
    expect(report.body).toMatchObject({ study: { patient: { name: "朴美花" } } });
  });

  test("a search that asks for more than is kept tells nothing of the person it was wrongly filed under", async () => {
    await studyOf(district, { patientId: "W-8", name: "Bai^Ba=白^八" });
    const one = await studyOf(district, {
      patientId: "W-7",
      name: "Hei^Qi=黑^七",
      extra: [
        [0x00101000, "LO", "CARD-0007"],
        [0x00104000, "LT", "Hei Qi, son of Hei Liu"],
      ],
    });
    const asked = async (level: string) =>
      JSON.stringify(
        await Promise.all(
          ["all", "OtherPatientIDs,PatientComments"].map((fields) =>
            json("tech", `/dicom-web${level}includefield=${fields}`),
          ),
        ),
      );
    const levels = [
      `/studies?StudyInstanceUID=${one.study}&`,
      `/studies/${one.study}/series?`,
      `/studies/${one.study}/instances?`,
    ];
    for (const level of levels) expect(await asked(level)).toContain("CARD-0007");
    await make(hub, await hub.signIn("tech"), {
      kind: "move",
      studyInstanceUid: one.study,
      toKey: await keyOf(district, "yanji", "W-8"),
    });
    for (const level of levels) {
      const [all, fields] = JSON.parse(await asked(level)) as [DicomJsonDataSet[], DicomJsonDataSet[]];
      // what it was before stands in one place, as the standard has it
      for (const [answer] of [all, fields]) {
        const { "04000561": _before, ...rest } = answer ?? {};
        expect(JSON.stringify(rest)).not.toMatch(/CARD-0007|Hei|黑/);
      }
    }
  });

  test("an order that was placed before is on the scanner's list under the one who stays", async () => {
    await studyOf(district, { patientId: "W-5", name: "An^Wu=安^五" });
    await studyOf(district, { patientId: "W-6", name: "An^Wu=安^武" });
    const order = await hub.call("placeOrder", await hub.signIn("tech"), {
      body: {
        siteId: "yanji",
        accessionNumber: "",
        patient: { patientId: "W-5", name: "安五", nameLatin: "An^Wu", birthDate: "", sex: "F" },
        clinicalHistory: "",
        question: "",
        modality: "CT",
        description: "胸部",
        stationAeTitle: "",
        startDate: "20261126",
        startTime: "090000",
      },
    });
    expect(order.status).toBe(200);
    await make(hub, await hub.signIn("tech"), {
      kind: "merge",
      patientKey: await keyOf(district, "yanji", "W-5"),
      intoKey: await keyOf(district, "yanji", "W-6"),
    });
    const { rows } = await sql`SELECT patient_id, patient_name FROM standing_order WHERE patient_id LIKE 'W-%'`.execute(
      district.db,
    );
    expect(rows).toEqual([{ patient_id: "W-6", patient_name: "安武" }]);
    const listed = await hub.call("listOrders", await hub.signIn("tech"), { query: "?from=20261126&to=20261126" });
    expect(listed.body).toMatchObject({ orders: [{ patient: { patientId: "W-6", name: "安武" } }] });
    const others = await hub.call("listOrders", await hub.signIn("tech2"), { query: "?from=20261126&to=20261126" });
    expect(others.body).toMatchObject({ orders: [] });
  });
});

describe("a rejected instance leaves by no door", () => {
  const series = newUid();

  test("not by what its header alone says of its study", async () => {
    const study = newUid();
    const at = (serial: string) =>
      studyOf(district, { study, series: `${study}.1`, patientId: "W-4", extra: [[0x00181020, "LO", serial]] });
    const wrong = await at("WRONG");
    await at("RIGHT");
    const serial = async () =>
      (await json("tech", `/dicom-web/studies/${study}/series?includefield=all`))[0]?.["00181020"]?.Value;
    expect(await serial()).toEqual(["WRONG"]);
    const rejected = await hub.call("rejectInstances", await hub.signIn("tech"), {
      params: { studyInstanceUid: study },
      body: { reason: "worklist", seriesInstanceUids: [], sopInstanceUids: [wrong.instance] },
    });
    expect(rejected.body).toEqual({ rejected: 1 });
    expect(await serial()).toEqual(["RIGHT"]);
  });

  test("of a study that was read and signed: the report stays, and says so", async () => {
    const study = newUid();
    const bad = await studyOf(district, { study, series, patientId: "W-2", name: "Jiang^Er=姜^二" });
    const good = await studyOf(district, { study, series, patientId: "W-2", name: "Jiang^Er=姜^二" });
    const taskId = await requestedTask(district, study, "tech");
    await signedReport(district, taskId);
    const { db, receiver, inReadingTransaction } = district;
    await deliverReport({ db, receiver, inReadingTransaction })({ taskId });
    const gp = await hub.signIn("gp");
    const pdf = () => hub.call("getReportPdf", gp, { params: { taskId } });
    expect(await pdf()).toMatchObject({ status: 200 });

    const rejected = await hub.call("rejectInstances", await hub.signIn("tech"), {
      params: { studyInstanceUid: study },
      body: { reason: "worklist", seriesInstanceUids: [], sopInstanceUids: [bad.instance] },
    });
    expect(rejected.status).toBe(200);
    for (const reader of ["radiologist", "tech", "gp"]) {
      const path = pathOf(bad);
      for (const [where, accept] of [
        [path, "application/dicom"],
        [`${path}/metadata`, "application/dicom+json"],
        [`${path}/frames/1`, "*/*"],
        [`${path}/rendered`, "image/png"],
        [`${path}/frames/1/rendered`, "image/jpeg"],
        [`${path}/thumbnail`, "image/jpeg"],
        [wadoUri(bad, "application/dicom"), "*/*"],
        [wadoUri(bad, "image/jpeg"), "*/*"],
      ] as const) {
        expect((await get(reader, where, accept)).status, `${reader} ${where}`).toBe(404);
        const other = where.replace(bad.instance, good.instance);
        expect((await get(reader, other, accept)).status, `${reader} ${other}`).toBe(200);
      }
      const parts = await partsOf(
        await get(
          reader,
          `/dicom-web/studies/${study}/series/${series}`,
          'multipart/related; type="application/dicom"',
        ),
      );
      expect(parts).toHaveLength(1);
      const found = await json(reader, `/dicom-web/studies/${study}/instances`);
      expect(JSON.stringify(found)).not.toContain(bad.instance);
      expect(found).toHaveLength(2); // the other image, and the report's document
    }
    const [workitem] = await json("radiologist", `/dicom-web/workitems?0020000D=${study}`);
    expect(JSON.stringify(workitem)).not.toContain(bad.instance);

    const report = await hub.call("getReport", gp, { params: { taskId } });
    expect(report).toMatchObject({ status: 200, body: { rejectedSince: { reason: "worklist" } } });
    const task = await hub.call("getTask", await hub.signIn("radiologist"), { params: { taskId } });
    expect(task).toMatchObject({ status: 200, body: { rejectedSince: { reason: "worklist" } } });
    const kinds = await db.selectFrom("notice").select(["role", "kind"]).where("task_id", "=", taskId).execute();
    expect(kinds).toEqual(
      expect.arrayContaining(["gp", "technician", "reader"].map((role) => ({ role, kind: "report-images-rejected" }))),
    );

    // all of it, with the document: nobody's search has it, and the signed report is still to be had where it is read
    await hub.call("rejectInstances", await hub.signIn("tech"), {
      params: { studyInstanceUid: study },
      body: { reason: "safety", seriesInstanceUids: [], sopInstanceUids: [] },
    });
    expect(await json("gp", `/dicom-web/studies?StudyInstanceUID=${study}`)).toEqual([]);
    expect(await pdf()).toMatchObject({ status: 200 });
    expect((await hub.call("getReportPdf", await hub.signIn("gp2"), { params: { taskId } })).status).toBe(404);
    const detail = await hub.call("getStudy", await hub.signIn("admin"), { params: { studyInstanceUid: study } });
    const { rejections } = detail.body as { rejections: { id: string }[] };
    for (const { id: rejectionId } of rejections)
      await hub.call("undoRejection", await hub.signIn("admin"), { params: { studyInstanceUid: study, rejectionId } });
    expect((await hub.call("getReport", gp, { params: { taskId } })).body).toMatchObject({ rejectedSince: null });
    expect((await get("gp", pathOf(bad), "application/dicom")).status).toBe(200);
  });

  test("nothing is told of it by the study that it was in, and a reading of nothing is not asked for", async () => {
    const study = newUid();
    const bad = await studyOf(district, { study, patientId: "W-3", name: "Yin^San=尹^三" });
    const reject = await hub.call("rejectInstances", await hub.signIn("tech"), {
      params: { studyInstanceUid: study },
      body: { reason: "quality", seriesInstanceUids: [], sopInstanceUids: [bad.instance] },
    });
    expect(reject.status).toBe(200);
    const asked = await hub.call("requestReading", await hub.signIn("tech"), {
      params: { studyInstanceUid: study },
      body: { clinicalHistory: "", question: "", urgency: "routine" },
    });
    expect(asked).toMatchObject({ status: 409, body: { code: "study-rejected" } });
    const workitem = {
      "00741000": { vr: "CS", Value: ["SCHEDULED"] },
      "00741200": { vr: "CS", Value: ["MEDIUM"] },
      "00741204": { vr: "LO", Value: ["Reading CT"] },
      "00404005": { vr: "DT", Value: ["20261122120000+0800"] },
      "00404041": { vr: "CS", Value: ["READY"] },
      "00404021": {
        vr: "SQ",
        Value: [{ "0020000D": { vr: "UI", Value: [study] }, "0020000E": { vr: "UI", Value: [bad.series] } }],
      },
    };
    const pushed = await fetch(`${hub.url}/dicom-web/workitems`, {
      method: "POST",
      headers: { cookie: await hub.signIn("tech"), "content-type": "application/dicom+json" },
      body: JSON.stringify([workitem]),
    });
    expect(pushed.status).toBe(409);
  });
});
