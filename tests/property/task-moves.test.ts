import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Actor } from "../../core/access/actor.ts";
import { DomainError } from "../../core/errors.ts";
import { writeAccount } from "../../core/infra/postgres/queries/district-queries.ts";
import { dueAt, type Urgency } from "../../core/order/due-time.ts";
import { claimTask, releaseTask, withdrawTask } from "../../core/reading/claim-task.ts";
import type { ReadingTransaction } from "../../core/reading/reading-transaction.ts";
import { changeRequest, requestReading, routeTask } from "../../core/reading/request-reading.ts";
import { contentSha256 } from "../../core/report/report-content.ts";
import { saveDraft } from "../../core/report/save-draft.ts";
import {
  acknowledgeReport,
  countersignReport,
  deliverReport,
  recallReport,
  returnReport,
  submitReport,
} from "../../core/report/sign-report.ts";
import { type DemoDistrict, openDemoDistrict, YANJI } from "../support/demo-district.ts";
import { completeStudyOf, ROUTINE, requestedTask, signedReport, WRITTEN } from "../support/reading-desk.ts";

let district: DemoDistrict;
const actors = new Map<string, Actor>();
const PEOPLE = ["tech", "gp", "tech2", "gp2", "radiologist", "reviewer", "reviewer-b", "ecgreviewer", "admin"] as const;
type Person = (typeof PEOPLE)[number];
const actor = (name: Person): Actor => actors.get(name) as Actor;

beforeAll(async () => {
  district = await openDemoDistrict({ max: 12 });
  const roles = [
    { role: "reader", siteId: "qzx" },
    { role: "countersigner", siteId: "qzx" },
  ] as const;
  await district.db.transaction().execute((tx) =>
    writeAccount(tx, null, {
      username: "reviewer-b",
      displayName: "蒋文博",
      title: "主治医师",
      passwordHash: "none",
      disabled: false,
      roles,
    }),
  );
  for (const name of PEOPLE) actors.set(name, await district.actor(name));
});
afterAll(() => district.close());

/** The moves as people make them, each one use case. */
const MOVES = {
  claim: (tx, who, task) => claimTask(tx, who, task),
  release: (tx, who, task) => releaseTask(tx, who, task),
  withdraw: (tx, who, task) => withdrawTask(tx, who, task),
  hurry: (tx, who, task) => changeRequest(tx, who, task, { ...ROUTINE, urgency: "urgent" }),
  calm: (tx, who, task) => changeRequest(tx, who, task, ROUTINE),
  draft: async (tx, who, task) => {
    const draft = await tx.draftOf(task, who.accountId);
    await saveDraft(tx, who, task, { findings: `f ${tx.now}`, impression: "i" }, draft?.revision ?? 0);
  },
  submit: (tx, who, task) => submitReport(tx, who, task, { ...WRITTEN, findings: `${who.username} ${tx.now}` }),
  recall: (tx, who, task) => recallReport(tx, who, task),
  return: (tx, who, task) => returnReport(tx, who, task, "请补充测量值"),
  countersign: (tx, who, task) => countersignReport(tx, who, task, WRITTEN),
  acknowledge: (tx, who, task) => acknowledgeReport(tx, who, task),
} as const satisfies Record<string, (tx: ReadingTransaction, who: Actor, task: string) => Promise<unknown>>;
type Move = keyof typeof MOVES;

interface Step {
  readonly move: Move | "route" | "deliver";
  readonly person: Person;
}
/** Those who can do something come more often, else little would happen. */
const person = fc.oneof(
  { arbitrary: fc.constantFrom("radiologist" as Person, "reviewer", "reviewer-b"), weight: 6 },
  { arbitrary: fc.constantFrom("gp" as Person, "tech"), weight: 2 },
  { arbitrary: fc.constantFrom(...PEOPLE), weight: 2 },
);
const step: fc.Arbitrary<Step> = fc.record({
  move: fc.constantFrom(...(Object.keys(MOVES) as Move[]), "claim", "submit", "countersign", "route", "deliver"),
  person,
});

interface Model {
  readonly state: string;
  readonly reader: Person | null;
}

/** What should come of it, told in other words than the table of moves; null: refused. `undefined`: nothing changes. */
function expected({ state, reader }: Model, { move, person: who }: Step): Model | null | undefined {
  const reads = ["radiologist", "reviewer", "reviewer-b"].includes(who);
  const signs = ["reviewer", "reviewer-b"].includes(who);
  const asks = who === "tech" || who === "gp";
  const to = (next: string, holder = reader): Model => ({ state: next, reader: holder });
  switch (move) {
    case "route":
      return state === "ordered" ? to("ready") : undefined;
    case "deliver":
      return state === "final" ? to("delivered") : state === "acknowledged" ? to("acknowledged") : null;
    case "claim":
      if (state === "claimed" && reader === who) return undefined;
      return reads && state === "ready" ? to("claimed", who) : null;
    case "release":
      return reader === who && state === "claimed" ? to("ready", null) : null;
    case "submit":
      return reader === who && state === "claimed" ? to("preliminary") : null;
    case "recall":
      return reader === who && state === "preliminary" ? to("claimed") : null;
    case "return":
      return signs && reader !== who && state === "preliminary" ? to("claimed") : null;
    case "countersign":
      return signs && reader !== who && state === "preliminary" ? to("final") : null;
    case "draft":
      if (state === "claimed") return reader === who ? undefined : null;
      return state === "preliminary" && signs && reader !== who ? undefined : null;
    case "hurry":
    case "calm":
      return asks && (state === "ordered" || state === "ready") ? to(state) : null;
    case "withdraw":
      return who === "tech" && (state === "ordered" || state === "ready") ? to("withdrawn") : null;
    case "acknowledge":
      if (state === "acknowledged" && who === "gp") return undefined;
      return who === "gp" && (state === "final" || state === "delivered") ? to("acknowledged") : null;
  }
}

async function look(taskId: string) {
  const task = await district.db
    .selectFrom("reading_task")
    .selectAll()
    .where("id", "=", taskId)
    .executeTakeFirstOrThrow();
  const versions = await district.db
    .selectFrom("report_version")
    .selectAll()
    .where("task_id", "=", taskId)
    .orderBy("version")
    .execute();
  const lines = await district.db.selectFrom("audit_event").select("id").where("task_id", "=", taskId).execute();
  return { task, versions, lines: lines.length };
}
type Look = Awaited<ReturnType<typeof look>>;

function assertLaws(before: Look | null, now: Look): void {
  const { task, versions } = now;
  expect(versions.map((v) => v.version)).toEqual(versions.map((_, i) => i + 1));
  for (const v of versions) expect(contentSha256(v).equals(v.content_sha256)).toBe(true);
  const isSigned = ["final", "delivered", "acknowledged"].includes(task.state);
  const signed = versions.filter((v) => v.status === "final");
  expect(signed.length).toBe(isSigned ? 1 : 0);
  if (isSigned) {
    const last = versions.at(-1);
    expect(last?.status).toBe("final");
    expect(last?.countersigner_id).not.toBeNull();
    expect(last?.countersigner_id).not.toBe(last?.author_id);
    expect(last?.author_id).toBe(task.reader_id);
  }
  expect(task.reader_id === null).toBe(["ordered", "ready", "withdrawn"].includes(task.state));
  const due = dueAt({
    urgency: task.urgency as Urgency,
    modality: task.modality,
    at: task.requested_at.getTime(),
    timeZone: "Asia/Shanghai",
  });
  expect(task.due_at.getTime()).toBe(due);
  if (!before) return;
  expect(versions.slice(0, before.versions.length)).toEqual(before.versions);
  expect(task.requested_at).toEqual(before.task.requested_at);
  if (before.task.state === "acknowledged") expect(task.state).toBe("acknowledged");
  if (before.versions.some((v) => v.status === "final")) expect(versions.length).toBe(before.versions.length);
  // From one reader to another only by way of the list.
  if (before.task.reader_id !== null && task.reader_id !== null) expect(task.reader_id).toBe(before.task.reader_id);
  expect(task.version).toBeGreaterThanOrEqual(before.task.version);
}

async function make({ move, person: who }: Step, taskId: string): Promise<void> {
  if (move === "route") await district.inReadingTransaction(null, (tx) => routeTask(tx, taskId));
  else if (move === "deliver") {
    const { task } = await look(taskId);
    // The job only begins once there is a signed version.
    if (!["final", "acknowledged"].includes(task.state)) throw new DomainError("not-found");
    await district.inReadingTransaction(null, (tx) => deliverReport(tx, taskId, "1.2.3"));
  } else await district.inReadingTransaction(actor(who), (tx) => MOVES[move](tx, actor(who), taskId));
}

describe("tasks under any order of moves by anybody", () => {
  test("do what the model does, and keep every law", async () => {
    let studyInstanceUid = await completeStudyOf(district, YANJI);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 30 }), async (steps) => {
        const tech = actor("tech");
        const asked = () =>
          district.inReadingTransaction(tech, (tx) => requestReading(tx, tech, studyInstanceUid, ROUTINE));
        const taskId = await asked().catch(async () => {
          studyInstanceUid = await completeStudyOf(district, YANJI);
          return asked();
        });
        let model: Model = { state: "ordered", reader: null };
        let before = await look(taskId);
        for (const each of steps) {
          const next = expected(model, each);
          const done = await make(each, taskId).then(
            () => true,
            (error: unknown) => {
              expect(error).toBeInstanceOf(DomainError);
              return false;
            },
          );
          expect({ ...each, from: model.state, done }).toEqual({ ...each, from: model.state, done: next !== null });
          if (next) model = next;
          const now = await look(taskId);
          expect(now.task.state).toBe(model.state);
          expect(now.task.reader_id).toBe(model.reader === null ? null : actor(model.reader).accountId);
          assertLaws(before, now);
          if (next === null) expect(now).toEqual(before);
          before = now;
        }
        // Whatever happened, the study has this one living task, or may be asked for anew.
        const again = await asked().catch((error: unknown) => error);
        if (model.state === "withdrawn") expect(again).toEqual(expect.any(String));
        else expect(again).toMatchObject({ code: "task-exists" });
        studyInstanceUid = await completeStudyOf(district, YANJI);
      }),
      { numRuns: 40 },
    );
  });

  test("keep every law when the moves come at the same moment", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(step, { minLength: 2, maxLength: 5 }), { maxLength: 6 }), async (rounds) => {
        const taskId = await requestedTask(district, await completeStudyOf(district, YANJI), "tech");
        let before = await look(taskId);
        for (const round of rounds) {
          const results = await Promise.allSettled(round.map((each) => make(each, taskId)));
          for (const result of results)
            if (result.status === "rejected") expect(result.reason).toBeInstanceOf(DomainError);
          const now = await look(taskId);
          // Several moves lie between: a reader may have come by way of the list meanwhile.
          assertLaws(null, now);
          expect(now.versions.slice(0, before.versions.length)).toEqual(before.versions);
          if (before.versions.some((v) => v.status === "final")) expect(now.versions).toEqual(before.versions);
          before = now;
        }
      }),
      { numRuns: 20 },
    );
  });
});

describe("two at the same moment", () => {
  test("claim: one wins, and the other hears the winner's name", async () => {
    const readers = ["radiologist", "reviewer", "reviewer-b"] as const;
    for (let round = 0; round < 8; round++) {
      const taskId = await requestedTask(district, await completeStudyOf(district, YANJI), "tech");
      const results = await Promise.allSettled(
        readers.map((name) => district.inReadingTransaction(actor(name), (tx) => claimTask(tx, actor(name), taskId))),
      );
      const { task } = await look(taskId);
      const winner = readers.find((name) => actor(name).accountId === task.reader_id);
      expect(results.map((r) => r.status === "fulfilled")).toEqual(readers.map((name) => name === winner));
      for (const result of results)
        if (result.status === "rejected")
          expect(result.reason).toMatchObject({
            code: "task-claimed-by-other",
            detail: { reader: winner && actor(winner).displayName },
          });
    }
  });

  test("request: one task", async () => {
    for (let round = 0; round < 5; round++) {
      const studyInstanceUid = await completeStudyOf(district, YANJI);
      const results = await Promise.allSettled(
        (["tech", "gp", "tech", null] as const).map((name) => {
          const who = name && actor(name);
          return district.inReadingTransaction(who, (tx) => requestReading(tx, who, studyInstanceUid, ROUTINE));
        }),
      );
      expect(results.filter((r) => r.status === "fulfilled")).toHaveLength(1);
      for (const r of results) if (r.status === "rejected") expect(r.reason).toMatchObject({ code: "task-exists" });
    }
  });

  test("countersign and recall: either the report is final or the reader has it back", async () => {
    for (let round = 0; round < 6; round++) {
      const taskId = await requestedTask(district, await completeStudyOf(district, YANJI), "tech");
      const [reader, second] = [actor("radiologist"), actor("reviewer")];
      await district.inReadingTransaction(reader, (tx) => claimTask(tx, reader, taskId));
      await district.inReadingTransaction(reader, (tx) => submitReport(tx, reader, taskId, WRITTEN));
      const results = await Promise.allSettled([
        district.inReadingTransaction(reader, (tx) => recallReport(tx, reader, taskId)),
        district.inReadingTransaction(second, (tx) => countersignReport(tx, second, taskId, WRITTEN)),
      ]);
      const { task, versions } = await look(taskId);
      expect(results.filter((r) => r.status === "fulfilled")).toHaveLength(1);
      expect(task.state).toBe(results[0].status === "fulfilled" ? "claimed" : "final");
      expect(versions.length).toBe(task.state === "final" ? 2 : 1);
    }
  });

  test("a reader who claims his own handed-in report anew is not told of another reader", async () => {
    const taskId = await requestedTask(district, await completeStudyOf(district, YANJI), "tech");
    const reader = actor("radiologist");
    await district.inReadingTransaction(reader, (tx) => claimTask(tx, reader, taskId));
    await district.inReadingTransaction(reader, (tx) => submitReport(tx, reader, taskId, WRITTEN));
    const again = district.inReadingTransaction(reader, (tx) => claimTask(tx, reader, taskId));
    await expect(again).rejects.toMatchObject({ code: "task-move-impossible" });
  });

  test("a signed version cannot be changed, not even by the database's owner", async () => {
    const taskId = await requestedTask(district, await completeStudyOf(district, YANJI), "tech");
    await signedReport(district, taskId);
    const change = district.db.updateTable("report_version").set({ findings: "" }).where("task_id", "=", taskId);
    await expect(change.execute()).rejects.toThrow("never changed");
  });
});
