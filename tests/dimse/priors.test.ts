import { sql } from "kysely";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { DEMO_PEOPLE, type DemoPatient } from "../../core/demo/demo-people.ts";
import { encodeDataSet } from "../../core/dicom/encode-data-set.ts";
import { EXPLICIT_VR_LITTLE_ENDIAN, newUid } from "../../core/dicom/uid.ts";
import { openAssociation } from "../../core/infra/dimse-scu/open-association.ts";
import { freePort } from "../../core/infra/embedded/free-port.ts";
import { asHub } from "../../core/infra/postgres/as-actor.ts";
import { endPause } from "../../core/infra/postgres/destination-pauses.ts";
import { enqueuePriors } from "../../core/infra/postgres/prior-queries.ts";
import { wholeDataSet } from "../../core/infra/upper-layer/whole-data-set.ts";
import { requestReading } from "../../core/reading/request-reading.ts";
import { availabilityDataSet, INSTANCE_AVAILABILITY_SOP_CLASS } from "../../core/study/instance-availability.ts";
import { completeStudy } from "../../worker/jobs/complete-study.ts";
import { fetchPriors } from "../../worker/jobs/fetch-priors.ts";
import { lookUpAvailability } from "../../worker/jobs/look-up-availability.ts";
import { routeTask } from "../../worker/jobs/route-task.ts";
import { YANJI } from "../support/demo-district.ts";
import { eventually } from "../support/eventually.ts";
import { hasOrthanc, type OrthancPeer, startOrthanc } from "../support/orthanc-peer.ts";
import { startOwnRedis } from "../support/own-redis.ts";
import { completeStudyOf, ROUTINE, requestedTask } from "../support/reading-desk.ts";
import { smallCt } from "../support/small-studies.ts";
import { testWorker } from "../support/test-worker.ts";
import { type ArchivePort, openArchivePort } from "./archive-port.ts";

const caller = { aeTitle: "HUB", timeouts: { connectMs: 3000, responseMs: 20_000 } };
let hub: ArchivePort;
beforeAll(async () => {
  hub = await openArchivePort();
});
afterAll(() => hub.close());

let people = 0;
/** Somebody whom no other test knows. */
const somebody = (changes: Partial<DemoPatient> = {}): DemoPatient => {
  people += 1;
  return { ...DEMO_PEOPLE[0], id: `PR${people}`, ...changes };
};

/** An Orthanc that can send to the hub, registered at the site under a title of its own, with a rule that asks it. */
async function pacs(
  title: string,
  options: { readonly knowsHub?: boolean; readonly lua?: string; port?: number } = {},
) {
  const peer = await startOrthanc({
    aeTitle: title,
    modalities: options.knowsHub === false ? {} : { hub: ["HUB", "127.0.0.1", hub.server.port] },
    ...(options.lua === undefined ? {} : { lua: options.lua }),
    ...(options.port === undefined ? {} : { dicomPort: options.port }),
  });
  onTestFinished(() => peer.stop());
  if (options.port === undefined) await registered(title, peer.dicomPort);
  return peer;
}

async function registered(title: string, port: number): Promise<void> {
  const { db } = hub.district;
  await db.insertInto("application_entity").values({ title, site_id: "yanji", host: "127.0.0.1", port }).execute();
  await db.insertInto("prior_rule").values({ site_id: "yanji", source: title, modality: "CT", years: 5 }).execute();
  onTestFinished(async () => void (await db.deleteFrom("prior_rule").where("source", "=", title).execute()));
}

async function putInto(peer: OrthancPeer, patient: DemoPatient, studyDate: string, slices = 2): Promise<string> {
  let uid = "";
  for (const { bytes } of smallCt({ patient, studyDate, slices })) {
    const { ID } = await peer.call<{ ID: string }>("POST", "/instances", bytes);
    uid = (await peer.call<{ MainDicomTags: { StudyInstanceUID: string } }>("GET", `/instances/${ID}/study`))
      .MainDicomTags.StudyInstanceUID;
  }
  return uid;
}

/** A new study of the patient at the hub, complete, and its reading asked for and on the list. */
async function readStudy(patient: DemoPatient): Promise<{ readonly uid: string; readonly studyId: string }> {
  let uid = "";
  for (const { bytes } of smallCt({ patient })) uid = (await hub.district.store(YANJI, bytes)).studyInstanceUid;
  await hub.district.db
    .updateTable("study")
    .set({ state: "complete", completed_at: new Date() })
    .where("study_instance_uid", "=", uid)
    .execute();
  await requestedTask(hub.district, uid, "tech");
  return { uid, studyId: (await studyRow(uid))?.id ?? "" };
}

const studyRow = (uid: string) =>
  hub.district.db.selectFrom("study").selectAll().where("study_instance_uid", "=", uid).executeTakeFirst();

async function transferOf(studyId: string) {
  const { rows } = await sql<{ id: string; attempts: number; failure: string | null }>`
    SELECT id, attempts, failure FROM transfer WHERE study_id = ${studyId} AND kind = 'priors'`.execute(
    hub.district.db,
  );
  expect(rows).toHaveLength(1);
  return rows[0] ?? { id: "", attempts: 0, failure: null };
}

async function outcomes(transferId: string) {
  const { rows } = await sql<{ uid: string; outcome: string; reason: string | null; instances: number }>`
    SELECT study_instance_uid AS uid, outcome, reason, instances FROM prior_study
    WHERE transfer_id = ${transferId}`.execute(hub.district.db);
  return new Map(rows.map(({ uid, ...row }) => [uid, row]));
}

const auditOf = async (studyId: string) =>
  (
    await hub.district.db
      .selectFrom("audit_event")
      .select(["outcome", "detail"])
      .where("study_id", "=", studyId)
      .where("action", "=", "prior.fetch")
      .orderBy("id")
      .execute()
  ).map(({ outcome, detail }) => ({ outcome, ...detail }));

const jobsNamed = async (name: string) =>
  (await hub.district.db.selectFrom("outbox").select("payload").where("name", "=", name).execute()).map(
    (r) => r.payload,
  );

const fetchNow = (transferId: string) => fetchPriors({ db: hub.district.db, caller })({ transferId });

it.skipIf(!hasOrthanc)("fetches the earlier studies of the patient who is read, once, and only hers", async () => {
  const { db } = hub.district;
  const peer = await pacs("PACS_A");
  const patient = somebody();
  const prior = await putInto(peer, patient, "20250610", 3);
  const tooOld = await putInto(peer, patient, "20200101");
  const later = await putInto(peer, patient, "20261121");
  const impostor = await putInto(peer, { ...patient, birthDate: "19010101" }, "20250611");
  const stranger = await putInto(peer, somebody(), "20250610");
  const { studyId } = await readStudy(patient);
  const transfer = await transferOf(studyId);
  expect(await jobsNamed("fetch-priors")).toContainEqual({ transferId: transfer.id });

  await fetchNow(transfer.id);
  expect(await studyRow(prior)).toMatchObject({ site_id: "yanji", purpose: "prior", instance_count: 3 });
  for (const uid of [tooOld, later, impostor, stranger]) expect(await studyRow(uid)).toBeUndefined();
  expect(await outcomes(transfer.id)).toEqual(
    new Map([
      [prior, { outcome: "received", reason: null, instances: 3 }],
      [impostor, { outcome: "skipped", reason: "birth-date-differs", instances: 0 }],
    ]),
  );
  expect(await auditOf(studyId)).toEqual([
    { outcome: "refused", source: "PACS_A", reason: "birth-date-differs", studies: 1 },
    { outcome: "done", operation: "C-MOVE", source: "PACS_A", studies: 1, instances: 3 },
  ]);
  expect(await transferOf(studyId)).toMatchObject({ attempts: 1, failure: null });
  // the centre that reads the new study sees the earlier one
  const seenBy = await db
    .selectFrom("study_access")
    .selectAll()
    .where("study_id", "=", (await studyRow(prior))?.id ?? "")
    .execute();
  expect(seenBy).toContainEqual({ study_id: expect.any(String), site_id: "qzx", relation: "prior" });

  // it completes like any other, but nobody is asked to read it, and it goes nowhere
  await db.updateTable("site").set({ auto_request: true }).where("id", "=", "yanji").execute();
  await db.insertInto("forward_rule").values({ site_id: "yanji", modality: "*", destination: "PACS_A" }).execute();
  await db
    .updateTable("application_entity")
    .set({ is_told_availability: true })
    .where("title", "=", "PACS_A")
    .execute();
  await db.deleteFrom("outbox").execute();
  const priorId = (await studyRow(prior))?.id ?? "";
  await completeStudy({ db, clock: () => Date.now() + 3_600_000 })({ studyId: priorId });
  expect(await studyRow(prior)).toMatchObject({ state: "complete" });
  const made = await db.selectFrom("outbox").select(["kind", "name", "payload"]).orderBy("id").execute();
  // the open page of whoever reads the new study hears of it, at her centre as at the site
  expect(made[0]?.payload).toMatchObject({ topic: "study", studyInstanceUid: prior });
  expect(made[0]?.payload.siteIds).toEqual(expect.arrayContaining(["yanji", "qzx"]));
  expect(made.map(({ kind, name }) => ({ kind, name }))).toEqual([
    { kind: "live", name: "change" },
    { kind: "job", name: "prepare-study" },
  ]);
  await db.deleteFrom("forward_rule").execute();

  // again: it is here, and the PACS is not asked to send it a second time; what was left out is not told twice
  await fetchNow(transfer.id);
  expect((await outcomes(transfer.id)).get(prior)).toMatchObject({ outcome: "received", instances: 3 });
  expect(await auditOf(studyId)).toHaveLength(2);
});

it.skipIf(!hasOrthanc)("tries again when the PACS is away, and gets the priors when it is back", async () => {
  const port = await freePort();
  await registered("PACS_B", port);
  const patient = somebody();
  const { studyId } = await readStudy(patient);
  const { id } = await transferOf(studyId);
  await expect(fetchNow(id)).rejects.toMatchObject({ failure: "unreachable" });
  expect(await transferOf(studyId)).toMatchObject({ attempts: 1, failure: expect.stringContaining("unreachable") });
  const peer = await pacs("PACS_B", { port });
  const prior = await putInto(peer, patient, "20250610");
  await endPause(hub.district.db, "PACS_B");
  await fetchNow(id);
  expect(await studyRow(prior)).toMatchObject({ purpose: "prior", instance_count: 2 });
  expect(await transferOf(studyId)).toMatchObject({ attempts: 2, failure: null });
});

it.skipIf(!hasOrthanc)("says what a PACS answered that refuses to send", async () => {
  const peer = await pacs("PACS_C", { knowsHub: false });
  const patient = somebody();
  const prior = await putInto(peer, patient, "20250610");
  const { studyId } = await readStudy(patient);
  const { id } = await transferOf(studyId);
  await expect(fetchNow(id)).rejects.toMatchObject({ code: "peer-refused", detail: { aeTitle: "PACS_C" } });
  expect((await transferOf(studyId)).failure).toMatch(/^peer-refused: status [0-9a-f]{4}H$/);
  expect(await studyRow(prior)).toBeUndefined();
  // a study that comes by itself a day later is not what was asked for
  await sql`UPDATE prior_study SET asked_at = now() - interval '25 hours' WHERE transfer_id = ${id}`.execute(
    hub.district.db,
  );
  const [orthancId = ""] = await peer.call<string[]>("GET", "/studies");
  await peer.call("PUT", "/modalities/hub", ["HUB", "127.0.0.1", hub.server.port]);
  await peer.call("POST", "/modalities/hub/store", orthancId);
  expect(await studyRow(prior)).toMatchObject({ purpose: "reading" });
});

it.skipIf(!hasOrthanc)("moves nothing of a PACS that answers with another patient's studies", async () => {
  const other = somebody();
  const peer = await pacs("PACS_D", {
    // this PACS does not look at whom it is asked for
    lua: `function IncomingFindRequestFilter(source, origin)
      source['0010,0020'] = '${other.id}'
      return source
    end`,
  });
  const theirs = await putInto(peer, other, "20250610");
  const { studyId } = await readStudy(somebody());
  const { id } = await transferOf(studyId);
  await fetchNow(id);
  expect(await studyRow(theirs)).toBeUndefined();
  expect(await outcomes(id)).toEqual(
    new Map([[theirs, { outcome: "skipped", reason: "patient-id-differs", instances: 0 }]]),
  );
  expect(await auditOf(studyId)).toEqual([
    { outcome: "refused", source: "PACS_D", reason: "patient-id-differs", studies: 1 },
  ]);
});

it("asks nobody for a patient who is not surely known, nor when nobody reads any more", async () => {
  await registered("PACS_E", await freePort()); // would be unreachable
  const { studyId } = await readStudy(somebody({ id: "PR*" }));
  const { id } = await transferOf(studyId);
  await expect(fetchNow(id)).rejects.toMatchObject({
    code: "prior-patient-unsure",
    detail: { reason: "patient-id-is-pattern" },
  });
  expect(await auditOf(studyId)).toEqual([{ outcome: "refused", source: "PACS_E", reason: "patient-id-is-pattern" }]);

  const { studyId: withdrawn } = await readStudy(somebody());
  const { id: unwanted } = await transferOf(withdrawn);
  await sql`UPDATE reading_task SET state = 'withdrawn' WHERE study_id = ${withdrawn}`.execute(hub.district.db);
  await fetchNow(unwanted);
  expect(await transferOf(withdrawn)).toMatchObject({ failure: null });
  // by hand it is wanted again
  await asHub(hub.district.db, (tx) => enqueuePriors(tx, withdrawn, { isByHand: true }));
  await expect(fetchNow(unwanted)).rejects.toMatchObject({ failure: "unreachable" });
});

it("leaves a PACS that is another site's alone", async () => {
  const { db } = hub.district;
  await registered("PACS_F", await freePort());
  await db.updateTable("application_entity").set({ site_id: "changbai" }).where("title", "=", "PACS_F").execute();
  const { studyId } = await readStudy(somebody());
  const { rows } = await sql`SELECT id FROM transfer WHERE study_id = ${studyId}`.execute(db);
  expect(rows).toEqual([]);
});

/** N-CREATE as a PACS does it. */
async function announce(aeTitle: string, studyInstanceUid: string): Promise<number | undefined> {
  const to = { aeTitle: "HUB", host: "127.0.0.1", port: hub.server.port, isTls: false };
  const association = await openAssociation({ aeTitle }, to, [
    { abstractSyntaxUid: INSTANCE_AVAILABILITY_SOP_CLASS, transferSyntaxUids: [EXPLICIT_VR_LITTLE_ENDIAN] },
  ]);
  const [context] = association.contexts;
  if (!context) throw new Error("not negotiated");
  const instance = { seriesInstanceUid: newUid(), sopClassUid: "1.2.840.10008.5.1.4.1.1.2", sopInstanceUid: newUid() };
  const dataSet = availabilityDataSet(studyInstanceUid, studyInstanceUid === "" ? [] : [instance], aeTitle);
  const { command } = await association.request(
    context,
    {
      commandField: 0x0140,
      affectedSopClassUid: INSTANCE_AVAILABILITY_SOP_CLASS,
      affectedSopInstanceUid: newUid(),
    },
    wholeDataSet(encodeDataSet(dataSet, { isImplicitVr: false, characterSet: "ISO_IR 192" })),
  );
  await association.release();
  return command.status;
}

it.skipIf(!hasOrthanc)("fetches what a PACS announces when its patient is being read", async () => {
  const { db } = hub.district;
  const patient = somebody();
  const { studyId } = await readStudy(patient); // before there is any rule
  const peer = await pacs("PACS_G");
  const prior = await putInto(peer, patient, "20250610");
  const strangers = await putInto(peer, somebody(), "20250610");
  await db.deleteFrom("outbox").execute();
  const announced = async () => {
    const [payload] = await jobsNamed("look-up-availability");
    await db.deleteFrom("outbox").where("name", "=", "look-up-availability").execute();
    await lookUpAvailability({ db, caller })({ noticeId: String(payload?.noticeId) });
    return (await jobsNamed("fetch-priors")).length;
  };
  expect(await announce("PACS_G", strangers)).toBe(0);
  expect(await announced()).toBe(0);
  expect(await announce("PACS_G", prior)).toBe(0);
  expect(await announce("PACS_G", prior)).toBe(0); // the same once more is the same row
  expect(await hub.district.rowCount("availability_notice")).toBe(2);
  expect(await announced()).toBe(1);
  await fetchNow((await transferOf(studyId)).id);
  expect(await studyRow(prior)).toMatchObject({ purpose: "prior" });
});

it("takes notices of registered devices only, with a study in them; without a rule they are only written down", async () => {
  await expect(announce("STRANGER", "1.2.3")).rejects.toMatchObject({ failure: "rejected" });
  expect(await announce("CT_YANJI", "")).toBe(0x0120); // Missing Attribute
  const before = (await jobsNamed("look-up-availability")).length;
  expect(await announce("CT_YANJI", "1.2.3")).toBe(0);
  expect((await jobsNamed("look-up-availability")).length).toBe(before);
  const row =
    await sql`SELECT ae_title, site_id, instances FROM availability_notice WHERE study_instance_uid = '1.2.3'`.execute(
      hub.district.db,
    );
  expect(row.rows).toEqual([{ ae_title: "CT_YANJI", site_id: "yanji", instances: 1 }]);
});

it.skipIf(!hasOrthanc)(
  "completes a study of which a part was here, without asking for its reading or sending it back",
  async () => {
    const { db } = hub.district;
    const peer = await pacs("PACS_H");
    const patient = somebody();
    const files = smallCt({ patient, studyDate: "20250610", slices: 3 }).map(({ bytes }) => bytes);
    for (const bytes of files) await peer.call("POST", "/instances", bytes);
    const { studyInstanceUid: partly } = await hub.district.store(YANJI, files[0] ?? Buffer.of());
    await sql`UPDATE study SET state = 'complete', completed_at = now() WHERE study_instance_uid = ${partly}`.execute(
      db,
    );
    const { studyId } = await readStudy(patient);
    const { id } = await transferOf(studyId);
    await fetchNow(id);
    expect(await studyRow(partly)).toMatchObject({ state: "receiving", purpose: "reading", instance_count: 3 });
    // the one that was here is not counted as fetched
    expect((await outcomes(id)).get(partly)).toEqual({ outcome: "received", reason: null, instances: 2 });
    await db.updateTable("site").set({ auto_request: true }).where("id", "=", "yanji").execute();
    await db.insertInto("forward_rule").values({ site_id: "yanji", modality: "*", destination: "PACS_H" }).execute();
    await db.deleteFrom("outbox").execute();
    await completeStudy({ db, clock: () => Date.now() + 3_600_000 })({ studyId: (await studyRow(partly))?.id ?? "" });
    const made = await db.selectFrom("outbox").select("name").where("kind", "=", "job").execute();
    expect(made).toEqual([{ name: "prepare-study" }]);
    await db.deleteFrom("forward_rule").execute();
  },
);

it.skipIf(!hasOrthanc)("goes by the queue, from the request of a reading to a prior that is complete", async () => {
  const { db, inReadingTransaction } = hub.district;
  await db.deleteFrom("outbox").execute();
  const redis = await startOwnRedis();
  const worker = testWorker(hub.district, redis.url, {
    handlers: {
      "route-task": routeTask(inReadingTransaction),
      "fetch-priors": fetchPriors({ db, caller }),
      "complete-study": completeStudy({ db, clock: () => Date.now() + 3_600_000 }),
    },
  });
  onTestFinished(async () => {
    await worker.stop();
    await redis.stop();
  });
  const peer = await pacs("PACS_I");
  const patient = somebody();
  const priors = [await putInto(peer, patient, "20250610"), await putInto(peer, patient, "20240610")];
  const uid = await completeStudyOf(hub.district, YANJI, { patient });
  worker.work();
  const tech = await hub.district.actor("tech");
  await inReadingTransaction(tech, (tx) => requestReading(tx, tech, uid, ROUTINE));
  for (const prior of priors) await eventually(async () => (await studyRow(prior))?.state === "complete");
  expect(worker.errors).toEqual([]);
  const jobs = async () => (await db.selectFrom("outbox").select("name").where("kind", "=", "job").execute()).length;
  await eventually(async () => (await jobs()) === 0);
});
