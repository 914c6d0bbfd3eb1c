import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Actor } from "../../core/access/actor.ts";
import type { Answer } from "../../core/api/payloads.ts";
import { asActor } from "../../core/infra/postgres/as-actor.ts";
import { listMarks } from "../../core/infra/postgres/queries/mark-queries.ts";
import { claimTask, releaseTask } from "../../core/reading/claim-task.ts";
import type { ReadingMark } from "../../core/reading/reading-mark.ts";
import { MOST_MARKS, saveMarks } from "../../core/reading/save-marks.ts";
import { countersignReport, submitReport } from "../../core/report/sign-report.ts";
import { CHANGBAI, type DemoDistrict, openDemoDistrict, YANJI } from "../support/demo-district.ts";
import { type HttpHub, openHttpHub } from "../support/http-hub.ts";
import { completeStudyOf, requestedTask, WRITTEN } from "../support/reading-desk.ts";
import { createTestRedis } from "../support/test-redis.ts";

let district: DemoDistrict;
let hub: HttpHub;
let radiologist: Actor;
let reviewer: Actor;
let studyInstanceUid = "";
let taskId = "";
let sopInstanceUid = "";

beforeAll(async () => {
  district = await openDemoDistrict();
  hub = await openHttpHub(district, await createTestRedis());
  radiologist = await district.actor("radiologist");
  reviewer = await district.actor("reviewer");
});
afterAll(async () => {
  await hub.close();
  await district.close();
});
beforeEach(async () => {
  studyInstanceUid = await completeStudyOf(district, YANJI);
  taskId = await requestedTask(district, studyInstanceUid, "tech");
  sopInstanceUid = await instanceOf(studyInstanceUid);
  await district.inReadingTransaction(radiologist, (tx) => claimTask(tx, radiologist, taskId));
});

async function instanceOf(study: string): Promise<string> {
  const row = await district.db
    .selectFrom("instance as i")
    .innerJoin("study as s", "s.id", "i.study_id")
    .select("i.sop_instance_uid")
    .where("s.study_instance_uid", "=", study)
    .executeTakeFirstOrThrow();
  return row.sop_instance_uid;
}

function mark(changes: Partial<ReadingMark> = {}): ReadingMark {
  return {
    id: crypto.randomUUID(),
    sopInstanceUid,
    frameNumber: 1,
    kind: "length",
    points: [
      [1.25, 2.5],
      [10.1, 1 / 3],
    ],
    label: "",
    number: 1,
    deleted: false,
    revision: 1,
    ...changes,
  };
}

const save = (actor: Actor, ...marks: ReadingMark[]) =>
  district.inReadingTransaction(actor, (tx) => saveMarks(tx, actor, taskId, marks));

async function shown(username: string, study = studyInstanceUid): Promise<Answer<"listMarks">["marks"]> {
  const answer = await hub.call("listMarks", await hub.signIn(username), { params: { studyInstanceUid: study } });
  expect(answer.status).toBe(200);
  return (answer.body as Answer<"listMarks">).marks;
}

const submit = () =>
  district.inReadingTransaction(radiologist, (tx) => submitReport(tx, radiologist, taskId, { ...WRITTEN }));
const countersign = () =>
  district.inReadingTransaction(reviewer, (tx) => countersignReport(tx, reviewer, taskId, { ...WRITTEN }));

describe("marks", () => {
  test("stand as they were drawn, to the last bit, and the same again is no error", async () => {
    const drawn = mark();
    expect(await save(radiologist, drawn)).toEqual({ saved: [drawn.id], outdated: [], gone: [] });
    expect(await save(radiologist, drawn)).toEqual({ saved: [drawn.id], outdated: [], gone: [] });
    const author = { id: radiologist.accountId, displayName: radiologist.displayName };
    expect(await shown("radiologist")).toEqual([{ ...drawn, taskId, author }]);
  });

  test("of two windows the higher revision stands; who comes late with the same one is told what stands", async () => {
    const drawn = mark();
    await save(radiologist, drawn);
    const first = { ...drawn, revision: 2, label: "a" };
    const late = { ...drawn, revision: 2, label: "b" };
    expect((await save(radiologist, first)).saved).toEqual([drawn.id]);
    expect(await save(radiologist, late)).toEqual({ saved: [], outdated: [first], gone: [] });
    expect(await save(radiologist, drawn)).toEqual({ saved: [], outdated: [first], gone: [] });
    expect((await save(radiologist, { ...late, revision: 3 })).saved).toEqual([drawn.id]);
    expect(await shown("radiologist")).toMatchObject([{ label: "b", revision: 3 }]);
  });

  test("that were deleted are shown no more, can be drawn again, and the late window hears it", async () => {
    const drawn = mark();
    const deleted = { ...drawn, revision: 2, deleted: true };
    await save(radiologist, drawn);
    await save(radiologist, deleted);
    expect(await shown("radiologist")).toEqual([]);
    expect((await save(radiologist, { ...drawn, revision: 2 })).outdated).toEqual([deleted]);
    await save(radiologist, { ...drawn, revision: 3 });
    expect(await shown("radiologist")).toHaveLength(1);
  });

  test("of two doctors stand apart, each with his name, even with the same id", async () => {
    const drawn = mark();
    await save(radiologist, drawn);
    await submit();
    const second = mark({ id: drawn.id, number: 7 });
    expect((await save(reviewer, second)).saved).toEqual([drawn.id]);
    for (const who of ["radiologist", "reviewer"])
      expect((await shown(who)).map((each) => [each.author.displayName, each.number])).toEqual([
        [radiologist.displayName, 1],
        [reviewer.displayName, 7],
      ]);
  });

  test("are the claim's: nobody else writes, nor its reader once it is handed in", async () => {
    await expect(save(reviewer, mark())).rejects.toMatchObject({ code: "task-claim-lost" });
    const own = mark();
    await save(radiologist, own);
    await submit();
    await expect(save(radiologist, { ...own, revision: 2 })).rejects.toMatchObject({ code: "not-allowed" });
  });

  test("outlive the release of the task: the next reader sees them, the first finds them his own", async () => {
    await save(radiologist, mark());
    await district.inReadingTransaction(radiologist, (tx) => releaseTask(tx, radiologist, taskId));
    expect(await shown("reviewer")).toHaveLength(1);
    await expect(save(radiologist, mark())).rejects.toMatchObject({ code: "task-claim-lost" });
  });

  test("are frozen with the signature, for the hub itself, too", async () => {
    const drawn = mark();
    await save(radiologist, drawn);
    await submit();
    await countersign();
    for (const actor of [radiologist, reviewer])
      await expect(save(actor, { ...drawn, revision: 2 })).rejects.toMatchObject({ code: "task-claim-lost" });
    for (const statement of [
      sql`UPDATE reading_mark SET label = 'x' WHERE task_id = ${taskId}`,
      sql`DELETE FROM reading_mark WHERE task_id = ${taskId}`,
      sql`INSERT INTO reading_mark SELECT task_id, account_id, gen_random_uuid(), study_id, sop_instance_uid, frame_number,
        kind, points, label, number, is_deleted, revision, saved_at FROM reading_mark WHERE task_id = ${taskId}`,
    ])
      await expect(statement.execute(district.db)).rejects.toThrow("never changed");
    expect(await shown("radiologist")).toMatchObject([drawn]);
  });

  test("are the centre's while it reads, and whoever sees the study sees them once it is signed", async () => {
    await save(radiologist, mark());
    expect(await shown("gp")).toEqual([]);
    expect(await shown("tech")).toEqual([]);
    await submit();
    expect(await shown("gp")).toEqual([]);
    await countersign();
    expect(await shown("gp")).toHaveLength(1);
    for (const other of ["gp2", "ecg"]) {
      const answer = await hub.call("listMarks", await hub.signIn(other), { params: { studyInstanceUid } });
      expect(answer).toMatchObject({ status: 404, body: { code: "not-found" } });
    }
  });

  test("of another centre are in no row that it may read or write", async () => {
    await save(radiologist, mark());
    const ecg = await district.actor("ecg");
    const rows = await asActor(district.db, ecg, (tx) => tx.selectFrom("reading_mark").selectAll().execute());
    expect(rows).toEqual([]);
    await expect(save(ecg, mark())).rejects.toMatchObject({ code: "not-found" });
    // past the use case, too: nobody writes in another's name, nor changes what is another's
    const forged = sql`INSERT INTO reading_mark SELECT task_id, account_id, gen_random_uuid(), study_id, sop_instance_uid,
      frame_number, kind, points, label, number, is_deleted, revision, saved_at FROM reading_mark WHERE task_id = ${taskId}`;
    await expect(asActor(district.db, reviewer, (tx) => forged.execute(tx))).rejects.toMatchObject({ code: "42501" });
    const changed = await asActor(district.db, reviewer, (tx) =>
      tx.updateTable("reading_mark").set({ label: "x" }).where("task_id", "=", taskId).executeTakeFirst(),
    );
    expect(changed.numUpdatedRows).toBe(0n);
    await expect(
      asActor(district.db, radiologist, (tx) => sql`DELETE FROM reading_mark`.execute(tx)),
    ).rejects.toMatchObject({ code: "42501" });
  });

  test("go on images of the patient alone that are shown, on frames that there are", async () => {
    const stranger = await completeStudyOf(district, CHANGBAI);
    await requestedTask(district, stranger, "tech2"); // the centre sees it
    const there = mark();
    const refused = [
      mark({ sopInstanceUid: await instanceOf(stranger) }),
      mark({ sopInstanceUid: "1.2.3" }),
      mark({ frameNumber: 2 }),
    ];
    expect(await save(radiologist, there, ...refused)).toEqual({
      saved: [there.id],
      outdated: [],
      gone: refused.map(({ id }) => id),
    });
    const hide = (as: "quality" | null) =>
      district.db
        .updateTable("instance")
        .set({ hidden_as: as })
        .where("sop_instance_uid", "=", sopInstanceUid)
        .execute();
    await hide("quality");
    expect(await shown("radiologist")).toEqual([]);
    expect((await save(radiologist, { ...there, revision: 2 })).gone).toEqual([there.id]);
    await hide(null);
    expect(await shown("radiologist")).toHaveLength(1);
  });

  test("on a prior of the same patient belong to the task and are shown with the prior", async () => {
    const of = (seed: string) => completeStudyOf(district, YANJI, { patientId: seed });
    const [prior, current] = [await of("P-MARKS"), await of("P-MARKS")];
    taskId = await requestedTask(district, current, "tech");
    await district.inReadingTransaction(radiologist, (tx) => claimTask(tx, radiologist, taskId));
    const drawn = mark({ sopInstanceUid: await instanceOf(prior) });
    expect((await save(radiologist, drawn)).saved).toEqual([drawn.id]);
    expect(await shown("radiologist", prior)).toMatchObject([{ id: drawn.id, taskId }]);
    expect(await shown("radiologist", current)).toEqual([]);
  });

  test("are no more than so many, and the rest of that save is not there either", async () => {
    for (let begun = 0; begun < MOST_MARKS; begun += 250)
      await save(radiologist, ...Array.from({ length: 250 }, () => mark()));
    const before = await asActor(district.db, radiologist, (tx) => listMarks(tx, studyInstanceUid));
    expect(before.marks).toHaveLength(MOST_MARKS);
    const [known] = before.marks;
    const changed = mark({ id: known?.id ?? "", revision: 2, label: "x" });
    await expect(save(radiologist, changed, mark())).rejects.toMatchObject({
      code: "too-many-marks",
      detail: { most: MOST_MARKS },
    });
    const after = await asActor(district.db, radiologist, (tx) => listMarks(tx, studyInstanceUid));
    expect(after.marks).toEqual(before.marks);
    expect((await save(radiologist, changed)).saved).toEqual([changed.id]); // a known one may still change
  });

  test("are one line in the audit, and a word to open pages of the centre", async () => {
    const drawn = mark();
    await save(radiologist, drawn);
    await save(radiologist, { ...drawn, revision: 2, label: "a" });
    await save(radiologist, { ...drawn, revision: 2, label: "a" }); // nothing new: no word
    const lines = await district.db
      .selectFrom("audit_event")
      .select(["actor", "outcome", "detail"])
      .where("task_id", "=", taskId)
      .where("action", "=", "task.mark")
      .execute();
    expect(lines).toEqual([{ actor: "radiologist", outcome: "done", detail: {} }]);
    const { rows } = await sql<{ payload: unknown }>`SELECT payload FROM outbox
      WHERE kind = 'live' AND payload->>'topic' = 'mark' AND payload->>'taskId' = ${taskId}`.execute(district.db);
    const word = { topic: "mark", siteIds: ["qzx"], studyInstanceUid, taskId };
    expect(rows.map(({ payload }) => payload)).toEqual([word, word]);
  });
});

describe("over HTTP", () => {
  const put = async (body: unknown) =>
    hub.call("saveMarks", await hub.signIn("radiologist"), { params: { taskId }, body });

  test("a mark is saved and answered", async () => {
    const drawn = mark({ kind: "probe", points: [[3, 4]] });
    expect(await put({ marks: [drawn] })).toMatchObject({
      status: 200,
      body: { saved: [drawn.id], outdated: [], gone: [] },
    });
  });

  test.each([
    ["no marks", () => [], "marks"],
    ["more than a save takes", () => Array.from({ length: 51 }, () => mark()), "marks"],
    ["an id of its own kind", () => [mark({ id: "1" })], "marks.0.id"],
    ["a length of one point", () => [mark({ points: [[1, 2]] })], "marks.0.points"],
    ["a point out of this world", () => [mark({ kind: "probe", points: [[1e9, 2]] })], "marks.0.points.0.0"],
    ["too long a label", () => [mark({ label: "x".repeat(201) })], "marks.0.label"],
    ["no such kind", () => [{ ...mark(), kind: "spiral" }], "marks.0.kind"],
    ["a number too high", () => [mark({ number: 10_000 })], "marks.0.number"],
    ["revision nought", () => [mark({ revision: 0 })], "marks.0.revision"],
  ] as const)("%s is refused and named", async (_what, marks, where) => {
    const answer = await put({ marks: marks() });
    expect(answer).toMatchObject({ status: 400, body: { code: "request-invalid" } });
    expect((answer.body as { detail: { where: string } }).detail.where).toContain(where);
  });
});
