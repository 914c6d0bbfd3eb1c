import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Body } from "../../core/api/payloads.ts";
import type { DicomJsonDataSet } from "../../core/dicom/dicom-json.ts";
import { encodeDataSet } from "../../core/dicom/encode-data-set.ts";
import { EXPLICIT_VR_LITTLE_ENDIAN, newUid } from "../../core/dicom/uid.ts";
import { openAssociation } from "../../core/infra/dimse-scu/open-association.ts";
import type { RequestedAssociation } from "../../core/infra/dimse-scu/requested-association.ts";
import { freePort } from "../../core/infra/embedded/free-port.ts";
import { asActor } from "../../core/infra/postgres/as-actor.ts";
import { cancelOrder, listOrders, placeOrder } from "../../core/infra/postgres/queries/order-queries.ts";
import { getStudy, listStudies } from "../../core/infra/postgres/queries/study-queries.ts";
import { startDimseServer } from "../../server/dimse/dimse-server.ts";
import type { DimseService } from "../../server/dimse/dimse-service.ts";
import { readDataSet } from "../../server/dimse/read-data-set.ts";
import { announceStudy } from "../../worker/jobs/announce-study.ts";
import { commitStorage } from "../../worker/jobs/commit-storage.ts";
import { completeStudy } from "../../worker/jobs/complete-study.ts";
import { YANJI } from "../support/demo-district.ts";
import { eventually } from "../support/eventually.ts";
import { smallCt } from "../support/small-studies.ts";
import { type ArchivePort, openArchivePort } from "./archive-port.ts";
import { runDcmtk } from "./dcmtk.ts";
import { RawPeer } from "./raw-peer.ts";

const MPPS = "1.2.840.10008.3.1.2.3.3";
const COMMITMENT = "1.2.840.10008.1.20.1";
const CT = "1.2.840.10008.5.1.4.1.1.2";

let hub: ArchivePort;
beforeAll(async () => {
  hub = await openArchivePort();
});
afterAll(() => hub.close());

const ORDER: Body<"placeOrder"> = {
  siteId: "yanji",
  accessionNumber: "",
  patient: { patientId: "YJ900", name: "欧阳小蝶", nameLatin: "Ouyang^Xiaodie", birthDate: "19500203", sex: "F" },
  clinicalHistory: "咳嗽两周",
  question: "除外肺炎",
  modality: "CT",
  description: "胸部CT平扫",
  stationAeTitle: "",
  startDate: "20261201",
  startTime: "090000",
  urgency: "routine",
};

async function place(changes: Partial<Body<"placeOrder">> = {}, who = "tech") {
  const actor = await hub.district.actor(who);
  return asActor(hub.district.db, actor, (tx) => placeOrder(tx, actor, { ...ORDER, ...changes }));
}

/** findscu -W by `aeTitle`: the answers' bytes. */
async function worklist(keys: readonly string[], aeTitle = "CT_YANJI"): Promise<readonly Buffer[]> {
  const folder = mkdtempSync(join(tmpdir(), "worklist-"));
  try {
    const peer = ["-W", "-aet", aeTitle, "-aec", "HUB", "-X", "-od", folder];
    const args = [...peer, ...keys.flatMap((key) => ["-k", key]), "127.0.0.1", String(hub.server.port)];
    expect((await runDcmtk("findscu", args)).code).toBe(0);
    return readdirSync(folder)
      .sort()
      .map((name) => readFileSync(join(folder, name)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const STEP = "ScheduledProcedureStepSequence[0]";
const ALL = [
  "AccessionNumber",
  "PatientName",
  "PatientID",
  "StudyInstanceUID",
  `${STEP}.Modality`,
  `${STEP}.ScheduledProcedureStepStartDate`,
];

describe("the modality worklist", () => {
  it("gives a scanner its site's orders, with the name in the character set it asks for", async () => {
    const order = await place();
    expect(order.accessionNumber).toMatch(/^\d{8}-0001$/);
    const inUtf8 = await worklist(["SpecificCharacterSet=ISO_IR 192", ...ALL]);
    expect(inUtf8).toHaveLength(1);
    expect(inUtf8[0]?.includes(Buffer.from("Ouyang^Xiaodie=欧阳小蝶"))).toBe(true);
    expect(inUtf8[0]?.includes(order.studyInstanceUid)).toBe(true);
    const inGb = await worklist(["SpecificCharacterSet=GB18030", ...ALL]);
    // 欧阳小蝶 in GB 18030
    expect(inGb[0]?.includes(Buffer.from("c5b7d1f4d0a1b5fb", "hex"))).toBe(true);
    await hub.district.db
      .updateTable("application_entity")
      .set({ character_set: "GBK" })
      .where("title", "=", "CT_YANJI")
      .execute();
    const bySetting = await worklist(["SpecificCharacterSet=ISO_IR 192", ...ALL]);
    expect(bySetting[0]?.includes(Buffer.from("c5b7d1f4d0a1b5fb", "hex"))).toBe(true);
    await hub.district.db.updateTable("application_entity").set({ character_set: null }).execute();
  });

  it("tells how urgent an order is", async () => {
    const { accessionNumber } = await place({ urgency: "urgent", startDate: "20261210" });
    const asked = async (number: string) =>
      (await worklist([`AccessionNumber=${number}`, "RequestedProcedurePriority"])).map((answer) =>
        ["HIGH", "ROUTINE"].filter((word) => answer.includes(word)),
      );
    expect(await asked(accessionNumber)).toEqual([["HIGH"]]);
    const routine = await place({ startDate: "20261210" });
    expect(await asked(routine.accessionNumber)).toEqual([["ROUTINE"]]);
    const tech = await hub.district.actor("tech");
    const listed = { from: "20261210", to: "20261210", limit: 10, offset: 0 };
    for (const { id } of (await asActor(hub.district.db, tech, (tx) => listOrders(tx, tech, listed))).orders)
      await asActor(hub.district.db, tech, (tx) => cancelOrder(tx, tech, id));
  });

  it("narrows by what stands in the keys, and is another site's own", async () => {
    const later = await place({
      startDate: "20261203",
      modality: "DX",
      patient: { ...ORDER.patient, patientId: "YJ901" },
    });
    const station = await place({ startDate: "20261204", stationAeTitle: "CT_B" });
    const count = async (...keys: string[]) => (await worklist([...ALL, ...keys])).length;
    const day = `${STEP}.ScheduledProcedureStepStartDate`;
    expect(await count(`${day}=20261201`)).toBe(1);
    expect(await count(`${day}=20261202-20261203`)).toBe(1);
    expect(await count(`${day}=20261202-`)).toBe(2);
    // all are at 09:00; colons and fractions are of the field's older devices
    const time = `${STEP}.ScheduledProcedureStepStartTime`;
    for (const [value, found] of [
      ["085900-0901", 3],
      ["08:30:00-09:00", 3],
      ["0910-", 0],
      ["09:10-10:00", 0],
      ["-0859", 0],
    ] as const)
      expect([value, await count(`${time}=${value}`)]).toEqual([value, found]);
    expect(await count(`${STEP}.Modality=DX`)).toBe(1);
    expect(await count("PatientID=YJ901")).toBe(1);
    expect(await count("PatientName=Ouyang*")).toBe(3);
    expect(await count(`AccessionNumber=${later.accessionNumber}`)).toBe(1);
    expect(await count(`${STEP}.ScheduledStationAETitle=CT_B`)).toBe(3); // two are for any station
    expect(await count(`${STEP}.ScheduledStationAETitle=CT_C`)).toBe(2);
    expect(await worklist(ALL, "CT_CHANGBAI")).toHaveLength(0);
    const tech = await hub.district.actor("tech");
    const cancelled = await asActor(hub.district.db, tech, (tx) => cancelOrder(tx, tech, station.id));
    expect(cancelled.state).toBe("cancelled");
    expect(await count()).toBe(2);
  });

  it("has accession numbers of the day, beyond the ten thousandth too, and is seen by the administrator", async () => {
    const { accessionNumber } = await place({ modality: "MR" });
    const day = accessionNumber.slice(0, 8);
    await sql`UPDATE imaging_order SET accession_number = ${`${day}-9999`} WHERE accession_number = ${accessionNumber}`.execute(
      hub.district.db,
    );
    const [one, two] = [await place({ modality: "MR" }), await place({ modality: "MR" })];
    expect([one.accessionNumber, two.accessionNumber]).toEqual([`${day}-10000`, `${day}-10001`]);
    const seenBy = async (who: string) => {
      const actor = await hub.district.actor(who);
      const query = { limit: 200, offset: 0 };
      const { orders } = await asActor(hub.district.db, actor, (tx) => listOrders(tx, actor, query));
      return orders.filter(({ modality }) => modality === "MR").length;
    };
    expect([await seenBy("admin"), await seenBy("tech"), await seenBy("tech2")]).toEqual([3, 3, 0]);
  });

  it("is placed by the site's own people only", async () => {
    await expect(place({}, "tech2")).rejects.toMatchObject({ code: "not-allowed" });
    await expect(place({ accessionNumber: "DOUBLE-1" })).resolves.toMatchObject({ accessionNumber: "DOUBLE-1" });
    await expect(place({ accessionNumber: "DOUBLE-1" })).rejects.toMatchObject({ code: "order-exists" });
  });
});

async function* one(dataSet: DicomJsonDataSet) {
  yield encodeDataSet(dataSet, { isImplicitVr: false, characterSet: "ISO_IR 192" });
}

function asking(abstractSyntaxUid: string, aeTitle = "CT_YANJI"): Promise<RequestedAssociation> {
  const destination = { aeTitle: "HUB", host: "127.0.0.1", port: hub.server.port, isTls: false };
  const proposal = { abstractSyntaxUid, transferSyntaxUids: [EXPLICIT_VR_LITTLE_ENDIAN] };
  return openAssociation({ aeTitle }, destination, [proposal]);
}

describe("a performed procedure step", () => {
  const begun = (studyInstanceUid: string): DicomJsonDataSet => ({
    "00400252": { vr: "CS", Value: ["IN PROGRESS"] },
    "00400270": { vr: "SQ", Value: [{ "0020000D": { vr: "UI", Value: [studyInstanceUid] } }] },
  });
  const ended = (status: string, uids: readonly string[]): DicomJsonDataSet => ({
    "00400252": { vr: "CS", Value: [status] },
    "00400340": {
      vr: "SQ",
      Value: [{ "00081140": { vr: "SQ", Value: uids.map((uid) => ({ "00081155": { vr: "UI", Value: [uid] } })) } }],
    },
  });

  it("moves its order along, and releases the study once all of it is here", async () => {
    const order = await place();
    const association = await asking(MPPS);
    const [context] = association.contexts;
    if (!context) throw new Error("not accepted");
    const step = newUid();
    const create = (uid: string, dataSet: DicomJsonDataSet) =>
      association.request(
        context,
        { commandField: 0x0140, affectedSopClassUid: MPPS, affectedSopInstanceUid: uid },
        one(dataSet),
      );
    const set = (uid: string, dataSet: DicomJsonDataSet) =>
      association.request(
        context,
        { commandField: 0x0120, requestedSopClassUid: MPPS, requestedSopInstanceUid: uid },
        one(dataSet),
      );
    const state = async () =>
      (
        await sql<{ state: string }>`SELECT state FROM scheduled_step WHERE order_id = ${order.id}`.execute(
          hub.district.db,
        )
      ).rows[0]?.state;

    expect((await create(step, begun(order.studyInstanceUid))).command.status).toBe(0);
    expect(await state()).toBe("started");
    expect((await create(step, begun(order.studyInstanceUid))).command.status).toBe(0x0111);
    expect((await create(newUid(), ended("COMPLETED", []))).command.status).toBe(0x0106);
    expect((await set(newUid(), ended("COMPLETED", []))).command.status).toBe(0x0112);

    const [slice] = smallCt({ slices: 1 });
    const stored = await hub.district.store(YANJI, slice?.bytes ?? new Uint8Array());
    const other = await create(newUid(), begun(stored.studyInstanceUid)); // not scheduled: taken all the same
    expect(other.command.status).toBe(0);
    const unscheduled = other.command.affectedSopInstanceUid ?? "";
    expect((await set(unscheduled, ended("COMPLETED", [stored.sopInstanceUid]))).command.status).toBe(0);
    expect((await set(step, ended("DISCONTINUED", []))).command.status).toBe(0);
    expect(await state()).toBe("discontinued");
    expect((await set(step, ended("COMPLETED", []))).command.status).toBe(0x0110);
    await association.release();
    const study = await hub.district.db
      .selectFrom("study")
      .select("released_at")
      .where("study_instance_uid", "=", stored.studyInstanceUid)
      .executeTakeFirstOrThrow();
    expect(study.released_at).not.toBeNull();
  });

  it("tells which instances its device made that have not come, until they have", async () => {
    const { db } = hub.district;
    const tech = await hub.district.actor("tech");
    const files = smallCt({ slices: 4 });
    const [first, second, ...late] = files;
    if (!first || !second) throw new Error("no study");
    const { studyInstanceUid, seriesInstanceUid } = first;
    const order = await place({ startDate: "20261220" });
    await sql`UPDATE scheduled_step SET study_instance_uid = ${studyInstanceUid} WHERE order_id = ${order.id}`.execute(
      db,
    );
    for (const { bytes } of [first, second]) await hub.district.store(YANJI, bytes);

    const association = await asking(MPPS);
    const [context] = association.contexts;
    if (!context) throw new Error("not accepted");
    const step = newUid();
    const named = (uids: readonly string[]) => ({
      vr: "SQ" as const,
      Value: uids.map((uid) => ({ "00081155": { vr: "UI" as const, Value: [uid] } })),
    });
    const never = newUid();
    const create = { commandField: 0x0140, affectedSopClassUid: MPPS, affectedSopInstanceUid: step };
    await association.request(context, create, one(begun(studyInstanceUid)));
    const done: DicomJsonDataSet = {
      "00400252": { vr: "CS", Value: ["COMPLETED"] },
      "00400340": {
        vr: "SQ",
        Value: [
          {
            "0020000E": { vr: "UI", Value: [seriesInstanceUid] },
            "00081140": named([...files.map(({ sopInstanceUid }) => sopInstanceUid), first.sopInstanceUid]),
          },
          {
            "0020000E": { vr: "UI", Value: ["2.25.99"] },
            "00181030": { vr: "LO", Value: ["肺窗薄层"] },
            "00081140": named([never]),
          },
        ],
      },
    };
    const set = { commandField: 0x0120, requestedSopClassUid: MPPS, requestedSopInstanceUid: step };
    expect((await association.request(context, set, one(done))).command.status).toBe(0);
    await association.release();

    const look = async () => {
      const all = { limit: 200, offset: 0 };
      const { studies } = await listStudies(db, tech, ["yanji"], all);
      const board = studies.find((study) => study.studyInstanceUid === studyInstanceUid);
      const [detail, orders] = await asActor(db, tech, async (tx) => [
        await getStudy(tx, tech, studyInstanceUid),
        (await listOrders(tx, tech, { ...all, from: "20261220", to: "20261220" })).orders,
      ]);
      return { board: board?.reported, detail: detail.reported, order: orders[0] };
    };
    // five were made, one of them named twice; two are here
    const before = await look();
    expect(before.board).toEqual({ made: 5, missing: 3 });
    expect(before.detail).toMatchObject({ made: 5, missing: 3 });
    const bySeries = before.detail?.missingOf.map(({ seriesInstanceUid: uid, description, missing }) => ({
      uid,
      missing,
      isNamed: description !== "",
    }));
    expect(bySeries).toEqual([
      { uid: seriesInstanceUid, missing: 2, isNamed: true },
      { uid: "2.25.99", missing: 1, isNamed: true },
    ]);
    expect(before.detail?.missingOf[0]?.number).toEqual(expect.any(Number));
    expect(before.detail?.missingOf[1]).toMatchObject({ number: null, description: "肺窗薄层" });
    expect(before.order).toMatchObject({
      stage: "performed",
      study: { studyInstanceUid, instanceCount: 2 },
      performed: { aeTitle: "CT_YANJI", made: 5, missing: 3, endedAt: expect.any(String) },
    });

    // they come: first in what is shown, then, once the study is complete, in what is kept
    for (const { bytes } of late) await hub.district.store(YANJI, bytes);
    expect((await look()).detail).toMatchObject({ made: 5, missing: 1, missingOf: [{ missing: 1, number: null }] });
    expect(await hub.district.rowCount("missing_instance")).toBe(3);
    const { id: studyId } = await db
      .selectFrom("study")
      .select("id")
      .where("study_instance_uid", "=", studyInstanceUid)
      .executeTakeFirstOrThrow();
    await completeStudy({ db, clock: () => Date.now() + 3_600_000 })({ studyId });
    expect(await hub.district.rowCount("missing_instance")).toBe(1);
    // a site that has nothing to do with it is told nothing
    const other = await hub.district.actor("tech2");
    const seen = await asActor(db, other, (tx) => sql`SELECT 1 FROM missing_instance, performed_step`.execute(tx));
    expect(seen.rows).toEqual([]);
    const told = await db.selectFrom("outbox").select("payload").where("kind", "=", "live").execute();
    expect(told.filter(({ payload }) => (payload as { topic?: string }).topic === "order").length).toBeGreaterThan(0);
  });
});

describe("instance availability", () => {
  it("is told to the systems that want it, once a study is complete", async () => {
    const { db } = hub.district;
    const told: DicomJsonDataSet[] = [];
    const listener = await device({
      commandField: 0x0140,
      supports: (uid) => uid === "1.2.840.10008.5.1.4.33",
      serve: async (request, association) => {
        told.push((await readDataSet(request)).dataSet);
        await association.respond(request, { status: 0 });
      },
    });
    await db
      .insertInto("application_entity")
      .values({ title: "RIS", site_id: "yanji", host: "127.0.0.1", port: listener.port, is_told_availability: true })
      .execute();
    const [slice] = smallCt({ slices: 1 });
    const stored = await hub.district.store(YANJI, slice?.bytes ?? new Uint8Array());
    const study = await db
      .selectFrom("study")
      .select("id")
      .where("study_instance_uid", "=", stored.studyInstanceUid)
      .executeTakeFirstOrThrow();
    await completeStudy({ db, clock: () => Date.now() + 3_600_000 })({ studyId: study.id });
    const jobs = await db.selectFrom("outbox").select("payload").where("name", "=", "announce-study").execute();
    expect(jobs).toEqual([{ payload: { studyId: study.id, aeTitle: "RIS" } }]);
    await announceStudy({ db, caller: { aeTitle: "HUB" } })({ studyId: study.id, aeTitle: "RIS" });
    expect(told).toHaveLength(1);
    expect(told[0]?.["0020000D"]?.Value).toEqual([stored.studyInstanceUid]);
    expect(JSON.stringify(told[0])).toContain(stored.sopInstanceUid);
    await listener.close();
  });
});

/** A device of the site with one service, played by a port of our own. */
async function device(service: DimseService) {
  return startDimseServer({
    port: await freePort(),
    host: "127.0.0.1",
    aeTitle: "RIS",
    findApplicationEntity: async () => ({
      siteId: "-",
      certificateSha256: null,
      tlsOnly: false,
      maxAssociations: null,
    }),
    receiver: hub.district.receiver,
    services: [service],
    log: () => undefined,
  });
}

describe("storage commitment", () => {
  const references = (uids: readonly (readonly [string, string])[]): DicomJsonDataSet["00081199"] => ({
    vr: "SQ",
    Value: uids.map(([sopClassUid, uid]) => ({
      "00081150": { vr: "UI", Value: [sopClassUid] },
      "00081155": { vr: "UI", Value: [uid] },
    })),
  });

  async function ask(aeTitle: string, transactionUid: string, uids: readonly (readonly [string, string])[]) {
    const association = await asking(COMMITMENT, aeTitle);
    const [context] = association.contexts;
    if (!context) throw new Error("not accepted");
    const answer = await association.request(
      context,
      {
        commandField: 0x0130,
        requestedSopClassUid: COMMITMENT,
        requestedSopInstanceUid: `${COMMITMENT}.1`,
        actionTypeId: 1,
      },
      one({ "00081195": { vr: "UI", Value: [transactionUid] }, "00081199": references(uids) ?? { vr: "SQ" } }),
    );
    await association.release();
    return answer.command.status;
  }

  it("is reported to the device, after its bytes were read again, with the truth on each instance", async () => {
    const { db, blobs } = hub.district;
    // a device that listens: our own port plays it, with a service that takes the report
    const reports: { readonly eventTypeId: number | undefined; readonly dataSet: DicomJsonDataSet }[] = [];
    const takesReports: DimseService = {
      commandField: 0x0100,
      supports: (uid) => uid === COMMITMENT,
      serve: async (request, association) => {
        reports.push({ eventTypeId: request.command.eventTypeId, dataSet: (await readDataSet(request)).dataSet });
        await association.respond(request, { status: 0 });
      },
    };
    const device = await startDimseServer({
      port: await freePort(),
      host: "127.0.0.1",
      aeTitle: "CT_YANJI",
      findApplicationEntity: async () => ({
        siteId: "-",
        certificateSha256: null,
        tlsOnly: false,
        maxAssociations: null,
      }),
      receiver: hub.district.receiver,
      services: [takesReports],
      log: () => undefined,
    });
    await db
      .updateTable("application_entity")
      .set({ host: "127.0.0.1", port: device.port })
      .where("title", "=", "CT_YANJI")
      .execute();
    const [good, spoilt] = await Promise.all(
      smallCt({ slices: 2 }).map(({ bytes }) => hub.district.store(YANJI, bytes)),
    );
    if (!good || !spoilt) throw new Error("not stored");
    const run = commitStorage({ db, blobs, caller: { aeTitle: "HUB" } });
    const report = async (transactionUid: string, uids: readonly (readonly [string, string])[]) => {
      expect(await ask("CT_YANJI", transactionUid, uids)).toBe(0);
      const { id } = await db
        .selectFrom("storage_commitment")
        .select("id")
        .where("transaction_uid", "=", transactionUid)
        .executeTakeFirstOrThrow();
      await run({ commitmentId: id });
      await run({ commitmentId: id }); // once is enough
      return reports.splice(0);
    };
    const whole = await report("2.25.70", [
      [CT, good.sopInstanceUid],
      [CT, spoilt.sopInstanceUid],
    ]);
    expect(whole).toHaveLength(1);
    expect(whole[0]?.eventTypeId).toBe(1);
    expect(whole[0]?.dataSet["00081199"]?.Value).toHaveLength(2);

    await sql`UPDATE instance SET blob_sha256 = decode(repeat('00', 32), 'hex') WHERE sop_instance_uid = ${spoilt.sopInstanceUid}`.execute(
      db,
    );
    const [partly] = await report("2.25.71", [
      [CT, good.sopInstanceUid],
      [CT, spoilt.sopInstanceUid],
      [CT, "2.25.72"],
      ["1.2.840.10008.5.1.4.1.1.7", good.sopInstanceUid],
    ]);
    expect(partly?.eventTypeId).toBe(2);
    const failed = (partly?.dataSet["00081198"]?.Value ?? []) as DicomJsonDataSet[];
    expect(failed.map((item) => [item["00081155"]?.Value?.[0], item["00081197"]?.Value?.[0]])).toEqual([
      [spoilt.sopInstanceUid, 0x0110],
      ["2.25.72", 0x0112],
      [good.sopInstanceUid, 0x0119],
    ]);
    await device.close();
    await db
      .updateTable("application_entity")
      .set({ host: null, port: null })
      .where("title", "=", "CT_YANJI")
      .execute();
  });

  it("of a device that cannot be called is reported where it asked", async () => {
    const [slice] = smallCt({ slices: 1 });
    const stored = await hub.district.store(YANJI, slice?.bytes ?? new Uint8Array());
    const context = { id: 1, abstractSyntaxUid: COMMITMENT, transferSyntaxUids: [EXPLICIT_VR_LITTLE_ENDIAN] };
    const peer = await RawPeer.associate(hub.server.port, { callingAeTitle: "ECG_YANJI", contexts: [context] });
    peer.sendCommand(1, {
      requestedSopClassUid: COMMITMENT,
      requestedSopInstanceUid: `${COMMITMENT}.1`,
      commandField: 0x0130,
      messageId: 5,
      commandDataSetType: 0,
      actionTypeId: 1,
    });
    const asked = {
      "00081195": { vr: "UI", Value: ["2.25.73"] },
      "00081199": references([[CT, stored.sopInstanceUid]]),
    };
    for await (const bytes of one(asked as DicomJsonDataSet)) peer.sendDataSet(1, bytes);
    expect(await peer.answer()).toMatchObject({ command: { commandField: 0x8130, status: 0 } });
    expect(await peer.answer()).toMatchObject({ command: { commandField: 0x0100, eventTypeId: 1, messageId: 1 } });
    expect((await peer.dataSet()).includes(stored.sopInstanceUid)).toBe(true);
    const heard = { affectedSopClassUid: COMMITMENT, commandField: 0x8100, messageIdBeingRespondedTo: 1, status: 0 };
    peer.sendCommand(1, { ...heard, commandDataSetType: 0x0101 });
    await eventually(async () =>
      hub.events.some(({ event, status }) => event === "commitment-reported" && status === 0),
    );
    peer.close();
    expect(
      await hub.district.db.selectFrom("storage_commitment").select("id").where("ae_title", "=", "ECG_YANJI").execute(),
    ).toEqual([]);
  });

  it("is refused without a transaction or instances", async () => {
    expect(await ask("ECG_YANJI", "not-a-uid", [[CT, "2.25.1"]])).toBe(0x0115);
    expect(await ask("ECG_YANJI", "2.25.74", [])).toBe(0x0115);
  });
});
