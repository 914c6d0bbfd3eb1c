import { sql } from "kysely";
import { afterAll, beforeAll, expect, it, onTestFinished, test } from "vitest";
import { DEMO_PEOPLE, type DemoPatient } from "../../core/demo/demo-people.ts";
import type { DemoCharset } from "../../core/demo/text-encoder.ts";
import { encodeDataSet } from "../../core/dicom/encode-data-set.ts";
import { newUid } from "../../core/dicom/uid.ts";
import { findStudies } from "../../core/infra/dimse-scu/query-retrieve-scu.ts";
import { findPause } from "../../core/infra/postgres/destination-pauses.ts";
import { fetchPriors } from "../../worker/jobs/fetch-priors.ts";
import { YANJI } from "../support/demo-district.ts";
import { completeStudyOf, requestedTask } from "../support/reading-desk.ts";
import { smallCt } from "../support/small-studies.ts";
import { type ArchivePort, openArchivePort } from "./archive-port.ts";
import { type ScriptedResponse, scriptedPacs } from "./scripted-pacs.ts";

const PENDING = 0xff00;
let hub: ArchivePort;
beforeAll(async () => {
  hub = await openArchivePort();
});
afterAll(() => hub.close());

const caller = (timeouts = {}) => ({
  aeTitle: "HUB",
  timeouts: { connectMs: 3000, responseMs: 5000, wholeMs: 10_000, ...timeouts },
});

interface Said {
  readonly uid?: string;
  readonly patientId: string;
  readonly name?: string;
  readonly birthDate: string;
}

/** An answer to a query at study level. */
function match(
  { uid = newUid(), patientId, name = "Sun^Xiuying=孙^秀英", birthDate }: Said,
  characterSet: DemoCharset = "ISO_IR 192",
): ScriptedResponse {
  const [alphabetic = "", ideographic = ""] = name.split("=");
  const dataSet = encodeDataSet(
    {
      "00080020": { vr: "DA", Value: ["20250610"] },
      "00080052": { vr: "CS", Value: ["STUDY"] },
      "00080061": { vr: "CS", Value: ["CT"] },
      "00100010": { vr: "PN", Value: [{ Alphabetic: alphabetic, Ideographic: ideographic }] },
      "00100020": { vr: "LO", Value: [patientId] },
      "00100030": { vr: "DA", Value: [birthDate] },
      "0020000D": { vr: "UI", Value: [uid] },
      "00201208": { vr: "IS", Value: [1] },
    },
    { isImplicitVr: false, characterSet },
  );
  return { status: PENDING, dataSet };
}

let people = 0;
const somebody = (): DemoPatient => ({ ...DEMO_PEOPLE[0], id: `ODD${people++}` });

async function pacs(title: string, script: Parameters<typeof scriptedPacs>[0]) {
  const peer = await scriptedPacs(script);
  onTestFinished(() => peer.close());
  const { db } = hub.district;
  await db
    .insertInto("application_entity")
    .values({ title, site_id: "yanji", host: "127.0.0.1", port: peer.port })
    .execute();
  await db.insertInto("prior_rule").values({ site_id: "yanji", source: title, modality: "CT", years: 5 }).execute();
  onTestFinished(async () => void (await db.deleteFrom("prior_rule").where("source", "=", title).execute()));
  return peer;
}

/** A study of the patient that is being read, and the fetch of her priors. */
async function reading(patient: DemoPatient) {
  const uid = await completeStudyOf(hub.district, YANJI, { patient });
  await requestedTask(hub.district, uid, "tech");
  const { rows } = await sql<{ id: string; studyId: string }>`
    SELECT t.id, t.study_id AS "studyId" FROM transfer t JOIN study s ON s.id = t.study_id
    WHERE s.study_instance_uid = ${uid} AND t.kind = 'priors'`.execute(hub.district.db);
  const [row] = rows;
  if (!row) throw new Error("no fetch");
  const fetchNow = (timeouts = {}) =>
    fetchPriors({ db: hub.district.db, caller: caller(timeouts) })({ transferId: row.id });
  return { ...row, fetchNow };
}

const failureOf = async (transferId: string) =>
  (
    await sql<{ failure: string | null }>`SELECT failure FROM transfer WHERE id = ${transferId}`.execute(
      hub.district.db,
    )
  ).rows[0]?.failure;

it("takes a PACS that answers ten thousand studies for one that does not look whom it is asked for", async () => {
  const patient = somebody();
  await pacs("ODD_MANY", {
    find: async function* () {
      for (let said = 0; said < 10_000; said++) yield match({ patientId: patient.id, birthDate: patient.birthDate });
      yield { status: 0 };
    },
  });
  const { id, fetchNow } = await reading(patient);
  await expect(fetchNow()).rejects.toMatchObject({ code: "prior-answers-too-many" });
  expect(await failureOf(id)).toBe("prior-answers-too-many");
  // it answers: what else goes to it goes on
  expect(await findPause(hub.district.db, "ODD_MANY")).toBeNull();
  const { rows } = await sql`SELECT 1 FROM prior_study WHERE transfer_id = ${id}`.execute(hub.district.db);
  expect(rows).toEqual([]);
});

it("counts answers without a study, too", async () => {
  await pacs("ODD_EMPTY", {
    find: async function* () {
      for (;;) yield match({ uid: "", patientId: "X", birthDate: "19500101" });
    },
  });
  const { fetchNow } = await reading(somebody());
  await expect(fetchNow()).rejects.toMatchObject({ code: "prior-answers-too-many" });
});

it("waits for nobody who is pending for ever", async () => {
  const patient = somebody();
  await pacs("ODD_SLOW", {
    find: async function* () {
      for (;;) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        yield match({ patientId: patient.id, birthDate: patient.birthDate });
      }
    },
  });
  const { id, fetchNow } = await reading(patient);
  // each word comes in time, the last never
  await expect(fetchNow({ responseMs: 1000, wholeMs: 400 })).rejects.toMatchObject({ failure: "silent" });
  expect(await failureOf(id)).toBe("silent");
  expect(await findPause(hub.district.db, "ODD_SLOW")).not.toBeNull();
});

it("leaves a PACS alone for a while that falls silent in the middle of its answer", async () => {
  const patient = somebody();
  const peer = await pacs("ODD_DUMB", {
    find: async function* () {
      yield match({ patientId: patient.id, birthDate: patient.birthDate });
    },
  });
  const { fetchNow } = await reading(patient);
  await expect(fetchNow({ responseMs: 200 })).rejects.toMatchObject({ failure: "silent" });
  await expect(fetchNow({ responseMs: 200 })).rejects.toMatchObject({ name: "PutOff" });
  expect(peer.requests()).toBe(1);
});

it("says what it heard of a PACS that cancels its answer", async () => {
  const patient = somebody();
  await pacs("ODD_CANCEL", {
    find: async function* () {
      yield match({ patientId: patient.id, birthDate: patient.birthDate });
      yield { status: 0xfe00 };
    },
  });
  const { id, fetchNow } = await reading(patient);
  await expect(fetchNow()).rejects.toMatchObject({ code: "peer-refused", detail: { status: 0xfe00 } });
  expect(await failureOf(id)).toBe("peer-refused: status fe00H");
});

// the second byte of 誠 in GBK is 5CH, which is a backslash elsewhere; GB2312 of IR 58 does not have it
test.each<[DemoCharset, string, string]>([
  ["GB18030", "病案号-7", "Jin^Cheng=金^誠"],
  ["\\ISO 2022 IR 58", "病案号-8", "Jin^Cheng=金^诚"],
  ["GBK", "病案号-9", "Jin^Cheng=金^誠"],
])("understands answers in %s, patient ID included", async (characterSet, patientId, name) => {
  const uid = newUid();
  const peer = await scriptedPacs({
    find: async function* () {
      yield match({ uid, patientId, name, birthDate: "19500101" }, characterSet);
      yield { status: 0 };
    },
  });
  onTestFinished(() => peer.close());
  const destination = { aeTitle: "ODD_CHARS", host: "127.0.0.1", port: peer.port, isTls: false };
  expect(await findStudies(caller(), destination, { patientId, issuer: "" })).toEqual([
    expect.objectContaining({
      studyInstanceUid: uid,
      patientId,
      birthDate: "19500101",
      studyDate: "20250610",
      instances: 1,
    }),
  ]);
});

it("gives up a move that is said to go on while nothing is sent, and asks again for the rest", async () => {
  const patient = somebody();
  const uid = newUid();
  const peer = await pacs("ODD_STUCK", {
    find: async function* () {
      yield match({ uid, patientId: patient.id, birthDate: patient.birthDate });
      yield { status: 0 };
    },
    move: async function* () {
      for (;;) {
        await new Promise((resolve) => setTimeout(resolve, 30));
        const more = {
          remainingSuboperations: 9,
          completedSuboperations: 1,
          failedSuboperations: 0,
          warningSuboperations: 0,
        };
        yield { status: PENDING, more };
      }
    },
  });
  const { id, fetchNow } = await reading(patient);
  await expect(fetchNow({ responseMs: 300 })).rejects.toMatchObject({ failure: "silent" });
  expect(peer.requests()).toBe(2);
  expect(await failureOf(id)).toMatch(/^silent: pending/);
});

it("files what is sent of another patient under that patient, and attaches it to nothing", async () => {
  const { db } = hub.district;
  const patient = somebody();
  const other = somebody();
  // under the study that was asked for, its header names somebody else
  const [file] = smallCt({ patient: other, studyDate: "20250610", slices: 1 });
  if (!file) throw new Error("no file");
  await pacs("ODD_OTHER", {
    find: async function* () {
      yield match({ uid: file.studyInstanceUid, patientId: patient.id, birthDate: patient.birthDate });
      yield { status: 0 };
    },
    move: async function* () {
      await hub.district.store(YANJI, file.bytes);
      const more = { completedSuboperations: 1, failedSuboperations: 0, warningSuboperations: 0 };
      yield { status: 0, more };
    },
  });
  const { id, studyId, fetchNow } = await reading(patient);
  await fetchNow();
  const came = await db
    .selectFrom("study")
    .innerJoin("patient", "patient.id", "study.patient_id")
    .select(["study.id", "patient.patient_id", "study.purpose"])
    .where("study_instance_uid", "=", file.studyInstanceUid)
    .executeTakeFirstOrThrow();
  expect(came).toMatchObject({ patient_id: other.id, purpose: "prior" });
  // the centre that reads may not see it
  const seenBy = await db.selectFrom("study_access").selectAll().where("study_id", "=", came.id).execute();
  expect(seenBy.filter(({ relation }) => relation !== "origin")).toEqual([]);
  const { rows } = await sql`SELECT outcome, reason FROM prior_study WHERE transfer_id = ${id}`.execute(db);
  expect(rows).toEqual([{ outcome: "received", reason: "other-patient-came" }]);
  const lines = await db
    .selectFrom("audit_event")
    .select(["outcome", "study_id", "detail"])
    .where("action", "=", "prior.fetch")
    .where("study_id", "in", [studyId, came.id])
    .execute();
  // refused, and not counted among what was fetched for her
  expect(lines).toMatchObject([{ outcome: "refused", study_id: came.id, detail: { reason: "other-patient-came" } }]);
});
