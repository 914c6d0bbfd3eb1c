import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Actor } from "../../core/access/actor.ts";
import { asActor } from "../../core/infra/postgres/as-actor.ts";
import { listNotices } from "../../core/infra/postgres/queries/notice-queries.ts";
import { claimTask, withdrawTask } from "../../core/reading/claim-task.ts";
import { requestReading } from "../../core/reading/request-reading.ts";
import { encapsulatedPdfRange } from "../../core/report/encapsulated-pdf-range.ts";
import { saveDraft } from "../../core/report/save-draft.ts";
import { acknowledgeReport, countersignReport, returnReport, submitReport } from "../../core/report/sign-report.ts";
import { completeStudy } from "../../worker/jobs/complete-study.ts";
import { deliverReport } from "../../worker/jobs/deliver-report.ts";
import { requestReading as requestReadingJob } from "../../worker/jobs/request-reading.ts";
import { routeTask } from "../../worker/jobs/route-task.ts";
import { CHANGBAI, type DemoDistrict, openDemoDistrict, YANJI } from "../support/demo-district.ts";
import { eventually } from "../support/eventually.ts";
import { completeStudyOf, ROUTINE, requestedTask, signedReport, WRITTEN } from "../support/reading-desk.ts";
import { smallCt } from "../support/small-studies.ts";
import { createTestRedis } from "../support/test-redis.ts";
import { testWorker } from "../support/test-worker.ts";

let district: DemoDistrict;
const actors = new Map<string, Actor>();
const actor = (name: string): Actor => actors.get(name) as Actor;
const as = <T>(name: string, work: Parameters<DemoDistrict["inReadingTransaction"]>[1]) =>
  district.inReadingTransaction(actor(name), work) as Promise<T>;

beforeAll(async () => {
  district = await openDemoDistrict();
  for (const name of ["tech", "tech2", "gp", "gp2", "radiologist", "reviewer", "ecg"])
    actors.set(name, await district.actor(name));
});
afterAll(() => district.close());

async function study(studyInstanceUid: string) {
  return district.db
    .selectFrom("study")
    .selectAll()
    .where("study_instance_uid", "=", studyInstanceUid)
    .executeTakeFirstOrThrow();
}
function tasksOf(studyId: string) {
  return district.db.selectFrom("reading_task").selectAll().where("study_id", "=", studyId).execute();
}
function jobs(name: string, studyId: string) {
  return district.db
    .selectFrom("outbox")
    .select(["id", "run_at"])
    .where("name", "=", name)
    .where(sql<boolean>`payload->>'studyId' = ${studyId}`)
    .orderBy("run_at")
    .execute();
}
/** Runs the job at that moment of the worker's clock. */
const completeAt = (studyId: string, now: number) => completeStudy({ db: district.db, clock: () => now })({ studyId });
const siteAsks = (studyId: string) => requestReadingJob(district)({ studyId });

describe("a study becomes complete", () => {
  test("after the quiet time, and not before; late instances re-open it and the reader is told", async () => {
    const [first, late] = smallCt({ slices: 2 });
    if (!first || !late) throw new Error("two slices");
    await district.store(YANJI, first.bytes);
    const { id, last_received_at } = await study(first.studyInstanceUid);
    const received = last_received_at.getTime();
    expect((await jobs("complete-study", id)).map((j) => j.run_at.getTime() - received)).toEqual([
      expect.closeTo(5000, -1),
    ]); // yanji waits 5 s
    await completeAt(id, received + 4999);
    expect((await study(first.studyInstanceUid)).state).toBe("receiving");
    expect(await jobs("complete-study", id)).toHaveLength(2); // the job has put itself off
    await completeAt(id, received + 4999);
    expect(await jobs("complete-study", id)).toHaveLength(2); // once
    await completeAt(id, received + 5000);
    expect((await study(first.studyInstanceUid)).state).toBe("complete");
    await completeAt(id, received + 6000); // safe twice
    expect(await jobs("request-reading", id)).toHaveLength(1);

    await siteAsks(id);
    await siteAsks(id);
    const [task] = await tasksOf(id);
    expect(await tasksOf(id)).toHaveLength(1);
    expect(task).toMatchObject({ state: "ordered", centre_site_id: "qzx", requested_by: null, urgency: "routine" });
    await routeTask(district.inReadingTransaction)({ taskId: task?.id ?? "" });
    await routeTask(district.inReadingTransaction)({ taskId: task?.id ?? "" });
    await as("radiologist", (tx) => claimTask(tx, actor("radiologist"), task?.id ?? ""));

    await district.store(YANJI, late.bytes);
    expect(await study(first.studyInstanceUid)).toMatchObject({ state: "receiving", instance_count: 2 });
    await completeAt(id, Date.now() + 5000);
    expect((await study(first.studyInstanceUid)).state).toBe("complete");
    const notices = await asActor(district.db, actor("radiologist"), listNotices);
    expect(notices.notices.filter((n) => n.taskId === task?.id).map((n) => n.kind)).toEqual(["task-new-images"]);
    await siteAsks(id);
    expect(await tasksOf(id)).toHaveLength(1);
  });

  test("a second after the association was released; an instance after that waits the quiet time again", async () => {
    const [first, late] = smallCt({ slices: 2 });
    if (!first || !late) throw new Error("two slices");
    await district.store(CHANGBAI, first.bytes);
    await district.receiver.released(CHANGBAI, [first.studyInstanceUid]);
    const row = await study(first.studyInstanceUid);
    const released = row.released_at?.getTime() ?? 0;
    await completeAt(row.id, released + 999);
    expect((await study(first.studyInstanceUid)).state).toBe("receiving");
    await completeAt(row.id, released + 1000);
    expect((await study(first.studyInstanceUid)).state).toBe("complete");
    await district.store(CHANGBAI, late.bytes);
    await completeAt(row.id, Date.now() + 2000);
    expect((await study(first.studyInstanceUid)).state).toBe("receiving");
  });

  test("a release by another site, or of a study that is complete, changes nothing", async () => {
    const [file] = smallCt({ slices: 1 });
    if (!file) throw new Error("a slice");
    await district.store(YANJI, file.bytes);
    await district.receiver.released(CHANGBAI, [file.studyInstanceUid]);
    expect((await study(file.studyInstanceUid)).released_at).toBeNull();
  });

  test("many associations, one instance each, leave one look to come", async () => {
    const files = smallCt({ slices: 8 });
    for (const file of files) {
      await district.store(YANJI, file.bytes);
      await district.receiver.released(YANJI, [file.studyInstanceUid]);
    }
    const { id, released_at } = await study(files[0]?.studyInstanceUid ?? "");
    const early = (released_at?.getTime() ?? 0) + 500;
    const before = (await jobs("complete-study", id)).length;
    for (let i = 0; i < before; i++) await completeAt(id, early);
    expect((await jobs("complete-study", id)).length).toBe(before + 1);
  });

  test("at changbai nobody asks; where no centre reads it there is no task, and no endless trying", async () => {
    const waiting = await completeStudyOf(district, CHANGBAI);
    const { id } = await study(waiting);
    await district.db.updateTable("study").set({ state: "receiving" }).where("id", "=", id).execute();
    await completeAt(id, Date.now() + 3_600_000);
    expect(await jobs("request-reading", id)).toEqual([]);

    const routes = await district.db.selectFrom("reading_route").selectAll().where("site_id", "=", "yanji").execute();
    await district.db.deleteFrom("reading_route").where("site_id", "=", "yanji").execute();
    const unread = await completeStudyOf(district, YANJI);
    const row = await study(unread);
    await siteAsks(row.id);
    expect(await tasksOf(row.id)).toEqual([]);
    await expect(requestedTask(district, unread, "tech")).rejects.toMatchObject({ code: "no-reading-centre" });
    await district.db.insertInto("reading_route").values(routes).execute();
  });

  test("a study that still arrives cannot be asked for", async () => {
    const [file] = smallCt({ slices: 1 });
    if (!file) throw new Error("a slice");
    await district.store(YANJI, file.bytes);
    await expect(requestedTask(district, file.studyInstanceUid, "tech")).rejects.toMatchObject({
      code: "study-not-complete",
    });
    await siteAsks((await study(file.studyInstanceUid)).id); // no error: it asks again when it is complete
  });
});

describe("the way of a report", () => {
  test("drafts: of two windows the second is told; the same text twice is no fault", async () => {
    const taskId = await requestedTask(district, await completeStudyOf(district, YANJI), "tech");
    const reader = actor("radiologist");
    await as("radiologist", (tx) => claimTask(tx, reader, taskId));
    const save = (findings: string, basedOn: number) =>
      as("radiologist", (tx) => saveDraft(tx, reader, taskId, { findings, impression: "" }, basedOn));
    expect(await save("一", 0)).toMatchObject({ revision: 1 });
    expect(await save("一", 0)).toMatchObject({ revision: 1 }); // the answer was lost and it is sent again
    expect(await save("一二", 1)).toMatchObject({ revision: 2 });
    await expect(save("别的", 1)).rejects.toMatchObject({ code: "draft-outdated", detail: { revision: 2 } });
    const [first, second] = await Promise.allSettled([save("甲", 2), save("乙", 2)]);
    expect([first.status, second.status].sort()).toEqual(["fulfilled", "rejected"]);
    await expect(as("reviewer", (tx) => saveDraft(tx, actor("reviewer"), taskId, WRITTEN, 0))).rejects.toMatchObject({
      code: "task-claim-lost",
    });
  });

  test("from the request to the GP's tick, by the queue", async () => {
    const worker = testWorker(district, await createTestRedis(), {
      handlers: {
        "route-task": routeTask(district.inReadingTransaction),
        "deliver-report": deliverReport(district),
      },
    });
    worker.work();
    try {
      const studyInstanceUid = await completeStudyOf(district, YANJI);
      const before = await study(studyInstanceUid);
      const tech = actor("tech");
      const taskId = await as<string>("tech", (tx) => requestReading(tx, tech, studyInstanceUid, ROUTINE));
      const task = async () => (await tasksOf(before.id)).find((row) => row.id === taskId);
      await eventually(async () => (await task())?.state === "ready");

      const [reader, second] = [actor("radiologist"), actor("reviewer")];
      await as("radiologist", (tx) => claimTask(tx, reader, taskId));
      await expect(as("ecg", (tx) => claimTask(tx, actor("ecg"), taskId))).rejects.toMatchObject({ code: "not-found" });
      await expect(
        as("radiologist", (tx) => submitReport(tx, reader, taskId, { findings: " ", impression: "x" })),
      ).rejects.toMatchObject({ code: "report-empty" });
      expect(await task()).toMatchObject({ state: "claimed", submitted_at: null }); // all of the move, or nothing
      await as("radiologist", (tx) => submitReport(tx, reader, taskId, WRITTEN));
      await as("reviewer", (tx) => returnReport(tx, second, taskId, "请补充大小"));
      expect(await task()).toMatchObject({ state: "claimed", returned_reason: "请补充大小", submitted_at: null });
      const returned = await asActor(district.db, reader, listNotices);
      expect(returned.notices[0]).toMatchObject({ kind: "report-returned", taskId, seen: false });
      expect((await asActor(district.db, second, listNotices)).notices.filter((n) => n.taskId === taskId)).toEqual([]);

      await as("radiologist", (tx) => submitReport(tx, reader, taskId, { ...WRITTEN, findings: "结节 6 mm × 5 mm。" }));
      await expect(as("radiologist", (tx) => countersignReport(tx, reader, taskId, WRITTEN))).rejects.toMatchObject({
        code: "not-allowed",
      }); // a resident may not countersign at all
      const final = { findings: "右肺上叶结节，6 mm × 5 mm。", impression: "小结节，随访。" };
      await as("reviewer", (tx) => countersignReport(tx, second, taskId, final));
      await eventually(async () => (await task())?.state === "delivered");

      const versions = await district.db
        .selectFrom("report_version")
        .select(["version", "status", "author_name", "countersigner_name"])
        .where("task_id", "=", taskId)
        .orderBy("version")
        .execute();
      expect(versions).toEqual([
        { version: 1, status: "preliminary", author_name: "顾明远", countersigner_name: null },
        { version: 2, status: "preliminary", author_name: "顾明远", countersigner_name: null },
        { version: 3, status: "final", author_name: "顾明远", countersigner_name: "郑雅琴" },
      ]);
      expect(
        await district.db.selectFrom("report_draft").select("task_id").where("task_id", "=", taskId).execute(),
      ).toEqual([]);
      // The PDF belongs to the study and does not re-open it.
      const after = await study(studyInstanceUid);
      expect(after).toMatchObject({ state: "complete", instance_count: 2, modalities: ["CT"] });
      expect(after.last_received_at).toEqual(before.last_received_at);

      const notices = async (name: string) =>
        (await asActor(district.db, actor(name), listNotices)).notices.filter((n) => n.taskId === taskId);
      expect(await notices("gp")).toMatchObject([{ kind: "report-final" }]);
      expect(await notices("tech")).toMatchObject([{ kind: "report-final" }]);
      expect(await notices("gp2")).toEqual([]);
      await expect(as("gp2", (tx) => acknowledgeReport(tx, actor("gp2"), taskId))).rejects.toMatchObject({
        code: "not-found",
      });
      await as("gp", (tx) => acknowledgeReport(tx, actor("gp"), taskId));
      await as("gp", (tx) => acknowledgeReport(tx, actor("gp"), taskId)); // twice is no fault
      expect(await task()).toMatchObject({ state: "acknowledged", acknowledged_by: actor("gp").accountId });
    } finally {
      await worker.stop();
    }
  });

  test("the PDF is an instance that others read, and a second run stores nothing twice", async () => {
    const studyInstanceUid = await completeStudyOf(district, YANJI);
    const { id } = await study(studyInstanceUid);
    const taskId = await requestedTask(district, studyInstanceUid, "tech");
    await expect(deliverReport(district)({ taskId })).rejects.toMatchObject({ code: "not-found" }); // nothing signed yet
    await signedReport(district, taskId);
    await Promise.all([deliverReport(district)({ taskId }), deliverReport(district)({ taskId })]);
    await deliverReport(district)({ taskId });
    // As if the worker had died between storing and saying so.
    await district.db
      .updateTable("reading_task")
      .set({ pdf_sop_instance_uid: null })
      .where("id", "=", taskId)
      .execute();
    await deliverReport(district)({ taskId });
    const documents = await district.db
      .selectFrom("instance")
      .innerJoin("series", "series.id", "instance.series_id")
      .select(["blob_key", "sop_instance_uid", "modality", "received_via"])
      .where("instance.study_id", "=", id)
      .where("sop_class_uid", "=", "1.2.840.10008.5.1.4.1.1.104.1")
      .execute();
    expect(documents).toHaveLength(1);
    const [document] = documents;
    if (!document) throw new Error("one document");
    expect(document).toMatchObject({ modality: "DOC", received_via: "hub" });
    const [task] = await tasksOf(id);
    expect(task).toMatchObject({ state: "delivered", pdf_sop_instance_uid: document.sop_instance_uid });

    const bytes = await district.blobs.read(document.blob_key);
    const range = encapsulatedPdfRange(bytes);
    const pdf = bytes.subarray(range.start, range.end);
    expect(pdf.toString("latin1", 0, 5)).toBe("%PDF-");
    expect(pdf.toString("latin1").trimEnd().endsWith("%%EOF")).toBe(true);

    const file = path.join(district.dataDir, "report.dcm");
    await writeFile(file, bytes);
    const dump = spawnSync("dcmdump", ["-q", "+L", file], { encoding: "utf8" });
    expect(dump.status).toBe(0);
    expect(dump.stdout).toContain(studyInstanceUid);
    expect(dump.stdout).toMatch(/\(0042,0012\) LO \[application\/pdf\]/);
    expect(dump.stdout).toMatch(/\(0008,0005\) CS \[ISO_IR 192\]/);

    await writeFile(`${file}.pdf`, pdf);
    const text = spawnSync("pdftotext", ["-layout", `${file}.pdf`, "-"], { encoding: "utf8" });
    if (text.error) return; // poppler-utils is not on every machine; the bytes were looked at above
    for (const words of [
      "影像诊断报告",
      "影像学表现",
      "诊断意见",
      WRITTEN.findings,
      WRITTEN.impression,
      "顾明远",
      "郑雅琴",
    ])
      expect(text.stdout.replace(/\s/g, "")).toContain(words.replace(/\s/g, ""));
  });

  test("a GP who ticks before the PDF is there finds it later", async () => {
    const studyInstanceUid = await completeStudyOf(district, YANJI);
    const taskId = await requestedTask(district, studyInstanceUid, "tech");
    await signedReport(district, taskId);
    await as("gp", (tx) => acknowledgeReport(tx, actor("gp"), taskId));
    await deliverReport(district)({ taskId });
    const [task] = await tasksOf((await study(studyInstanceUid)).id);
    expect(task).toMatchObject({ state: "acknowledged", pdf_sop_instance_uid: expect.stringMatching(/^2\.25\./) });
  });

  test("a task that was taken back can be asked for anew", async () => {
    const studyInstanceUid = await completeStudyOf(district, YANJI);
    const taskId = await requestedTask(district, studyInstanceUid, "tech");
    await expect(requestedTask(district, studyInstanceUid, "tech")).rejects.toMatchObject({ code: "task-exists" });
    await as("tech", (tx) => withdrawTask(tx, actor("tech"), taskId));
    const anew = await requestedTask(district, studyInstanceUid, "tech");
    expect(anew).not.toBe(taskId);
    await routeTask(district.inReadingTransaction)({ taskId }); // a job of the old one that comes late does nothing
    expect((await tasksOf((await study(studyInstanceUid)).id)).map((t) => t.state).sort()).toEqual([
      "ready",
      "withdrawn",
    ]);
    await as("radiologist", (tx) => claimTask(tx, actor("radiologist"), anew));
    await expect(as("tech", (tx) => withdrawTask(tx, actor("tech"), anew))).rejects.toMatchObject({
      code: "task-move-impossible",
    });
  });
});
