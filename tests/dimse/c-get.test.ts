import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEMO_PEOPLE } from "../../core/demo/demo-people.ts";
import { type DicomRow, writePart10 } from "../../core/demo/part10-writer.ts";
import { changeVrEncoding } from "../../core/dicom/change-vr-encoding.ts";
import { encodeDataSet } from "../../core/dicom/encode-data-set.ts";
import { metaEnd } from "../../core/dicom/meta-end.ts";
import { part10Header } from "../../core/dicom/part10-header.ts";
import { EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN, newUid } from "../../core/dicom/uid.ts";
import type { CommandSet } from "../../core/infra/upper-layer/command-codec.ts";
import { CHANGBAI, YANJI } from "../support/demo-district.ts";
import { eventually } from "../support/eventually.ts";
import { dataSetOf, smallCt, smallEcg } from "../support/small-studies.ts";
import { type ArchivePort, openArchivePort } from "./archive-port.ts";
import { runDcmtk } from "./dcmtk.ts";
import { RawPeer } from "./raw-peer.ts";

const STUDY_ROOT_GET = "1.2.840.10008.5.1.4.1.2.2.3";
const CT = "1.2.840.10008.5.1.4.1.1.2";
const GET_CONTEXT = 1;
const CT_CONTEXT = 3;
const SLICES = 5;

let hub: ArchivePort;
let study: { readonly uid: string; readonly dataSets: ReadonlyMap<string, Buffer> };
let ecgUid: string;
let foreignUid: string;

beforeAll(async () => {
  hub = await openArchivePort({ timeouts: { responseMs: 2000, writeStallMs: 800, graceMs: 200 } });
  const dataSets = new Map<string, Buffer>();
  let uid = "";
  for (const { bytes } of smallCt({ slices: SLICES, size: 64 })) {
    const outcome = await hub.district.store(YANJI, bytes);
    uid = outcome.studyInstanceUid;
    dataSets.set(outcome.sopInstanceUid, dataSetOf(bytes));
  }
  study = { uid, dataSets };
  ecgUid = (await hub.district.store(YANJI, smallEcg({ patient: DEMO_PEOPLE[0] }).bytes)).studyInstanceUid;
  const [foreign] = smallCt();
  foreignUid = (await hub.district.store(CHANGBAI, foreign?.bytes ?? new Uint8Array())).studyInstanceUid;
});
afterAll(() => hub.close());

/** getscu with the bytes kept as they came: what it says, and the data sets by SOP Instance UID. */
async function getByDcmtk(keys: readonly string[], root = "-S") {
  const folder = mkdtempSync(join(tmpdir(), "getscu-"));
  try {
    const peer = ["-aet", "CT_YANJI", "-aec", "HUB", "127.0.0.1", String(hub.server.port)];
    const args = ["-v", "+B", root, "-od", folder, ...peer, ...keys.flatMap((key) => ["-k", key])];
    const { code, output } = await runDcmtk("getscu", args);
    const files = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
    const dataSets = files.map((file) => file.subarray(metaEnd(file) ?? 0));
    return { code, output, dataSets };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const byBytes = (a: Buffer, b: Buffer) => a.compare(b);

describe("getscu", () => {
  it("gets a study bit for bit, at either root, down to one instance", async () => {
    const whole = await getByDcmtk(["QueryRetrieveLevel=STUDY", `StudyInstanceUID=${study.uid}`]);
    expect(whole.code).toBe(0);
    expect(whole.dataSets.toSorted(byBytes)).toEqual([...study.dataSets.values()].toSorted(byBytes));
    // five slices and the ECG of the same patient
    const patient = await getByDcmtk(["QueryRetrieveLevel=PATIENT", `PatientID=${DEMO_PEOPLE[0].id}`], "-P");
    expect(patient.dataSets).toHaveLength(SLICES + 1);
    const row = await hub.district.db
      .selectFrom("instance")
      .innerJoin("series", "series.id", "instance.series_id")
      .select(["series_instance_uid", "sop_instance_uid"])
      .where("sop_class_uid", "=", CT)
      .orderBy("instance.id")
      .executeTakeFirstOrThrow();
    const one = await getByDcmtk([
      "QueryRetrieveLevel=IMAGE",
      `StudyInstanceUID=${study.uid}`,
      `SeriesInstanceUID=${row.series_instance_uid}`,
      `SOPInstanceUID=${row.sop_instance_uid}`,
    ]);
    expect(one.dataSets).toEqual([study.dataSets.get(row.sop_instance_uid)]);
  });

  it("gets with explicit VRs what a device has sent with implicit ones, the values unchanged", async () => {
    const implicit = changeVrEncoding(dataSetOf(smallCt({ slices: 1 })[0]?.bytes ?? Buffer.of()), "explicit");
    const sopInstanceUid = newUid();
    // (0008,0018) as it stands in the data set is what counts
    const meta = { sopClassUid: CT, sopInstanceUid, transferSyntaxUid: IMPLICIT_VR_LITTLE_ENDIAN, sourceAeTitle: "CT" };
    const outcome = await hub.district.store(YANJI, Buffer.concat([part10Header(meta), implicit]));
    const { dataSets, output } = await getByDcmtk([
      "QueryRetrieveLevel=STUDY",
      `StudyInstanceUID=${outcome.studyInstanceUid}`,
    ]);
    expect(output).toContain("Success");
    expect(dataSets).toEqual([changeVrEncoding(implicit, "implicit")]);
  });

  it("gets nothing of another institution, and both are in the audit by study", async () => {
    const { db } = hub.district;
    const lines = () =>
      db.selectFrom("audit_event").selectAll().where("action", "=", "study.retrieve").orderBy("id").execute();
    const before = (await lines()).length;
    const { dataSets, output } = await getByDcmtk([
      "QueryRetrieveLevel=STUDY",
      `StudyInstanceUID=${foreignUid}\\${ecgUid}`,
    ]);
    expect(output).toContain("Success");
    expect(dataSets).toHaveLength(1);
    const ids = await db.selectFrom("study").select(["id", "study_instance_uid"]).execute();
    const idOf = (uid: string) => ids.find((row) => row.study_instance_uid === uid)?.id;
    expect((await lines()).slice(before)).toMatchObject([
      { actor: "CT_YANJI", outcome: "done", study_id: idOf(ecgUid), detail: { operation: "C-GET", instances: 1 } },
      { actor: "CT_YANJI", outcome: "refused", study_id: idOf(foreignUid) },
    ]);
  });
});

/** A peer that C-GETs, and answers each sub-operation as it is told. */
async function getting(roles: boolean | "other-syntax" = true, studyInstanceUid = study.uid) {
  const transferSyntaxUid = roles === "other-syntax" ? "1.2.840.10008.1.2.4.70" : EXPLICIT_VR_LITTLE_ENDIAN;
  const peer = await RawPeer.associate(hub.server.port, {
    callingAeTitle: "CT_YANJI",
    contexts: [
      { id: GET_CONTEXT, abstractSyntaxUid: STUDY_ROOT_GET, transferSyntaxUids: [IMPLICIT_VR_LITTLE_ENDIAN] },
      { id: CT_CONTEXT, abstractSyntaxUid: CT, transferSyntaxUids: [transferSyntaxUid] },
    ],
    user: {
      maxPduLength: 16_384,
      implementationClassUid: "2.25.7",
      implementationVersionName: "RAW_PEER",
      roles: roles ? [{ sopClassUid: CT, scu: false, scp: true }] : [],
    },
  });
  const command = { affectedSopClassUid: STUDY_ROOT_GET, commandField: 0x0010, messageId: 9, priority: 0 };
  peer.sendCommand(GET_CONTEXT, { ...command, commandDataSetType: 0 });
  const identifier = {
    "00080052": { vr: "CS", Value: ["STUDY"] },
    "0020000D": { vr: "UI", Value: [studyInstanceUid] },
  };
  peer.sendDataSet(GET_CONTEXT, encodeDataSet(identifier, { isImplicitVr: true, characterSet: "ISO_IR 192" }));
  const command_ = async () => {
    const answer = await peer.answer();
    if (!("command" in answer)) throw new Error(`got ${JSON.stringify(answer)}`);
    return answer.command;
  };
  return {
    peer,
    command: command_,
    /** The next C-STORE and its data set. */
    takeStore: async () => {
      const store = await command_();
      expect(store).toMatchObject({ commandField: 0x0001, affectedSopClassUid: CT, commandDataSetType: 0 });
      const dataSet = await peer.dataSet();
      expect(dataSet.equals(study.dataSets.get(store.affectedSopInstanceUid ?? "") as Buffer)).toBe(true);
      return store;
    },
    answerStore: (store: CommandSet, status: number) =>
      peer.sendCommand(CT_CONTEXT, {
        affectedSopClassUid: CT,
        commandField: 0x8001,
        messageIdBeingRespondedTo: store.messageId ?? 0,
        commandDataSetType: 0x0101,
        status,
        affectedSopInstanceUid: store.affectedSopInstanceUid ?? "",
      }),
  };
}

describe("C-GET", () => {
  it("counts what the peer took, warned of and refused, and names what failed", async () => {
    const { peer, command, takeStore, answerStore } = await getting();
    const refused: string[] = [];
    for (const [at, status] of [0, 0xb000, 0xa700, 0, 0x0110].entries()) {
      const store = await takeStore();
      if (status === 0xa700 || status === 0x0110) refused.push(store.affectedSopInstanceUid ?? "");
      answerStore(store, status);
      if (at === 2) {
        // after three: one completed, one warning, one failed, two to come
        expect(await command()).toMatchObject({
          commandField: 0x8010,
          status: 0xff00,
          messageIdBeingRespondedTo: 9,
          remainingSuboperations: 2,
          completedSuboperations: 1,
          warningSuboperations: 1,
          failedSuboperations: 1,
        });
      } else if (at < 4) expect(await command()).toMatchObject({ status: 0xff00, remainingSuboperations: 4 - at });
    }
    expect(await command()).toMatchObject({
      status: 0xb000,
      completedSuboperations: 2,
      warningSuboperations: 1,
      failedSuboperations: 2,
      commandDataSetType: 0,
    });
    const list = await peer.dataSet();
    expect(refused.every((uid) => list.includes(uid))).toBe(true);
    peer.sendPdu({ kind: "release-rq" });
    expect(await peer.answer()).toEqual({ pdu: { kind: "release-rp" } });
    peer.close();
  });

  it.each([
    ["has not taken the SCP role", false],
    ["takes only a transfer syntax in which nothing is stored", "other-syntax"],
  ] as const)("to a peer that %s is A702 with every instance named", async (_, roles) => {
    const { peer, command } = await getting(roles);
    let answer = await command();
    while (answer.status === 0xff00) answer = await command();
    expect(answer).toMatchObject({ status: 0xa702, failedSuboperations: SLICES, completedSuboperations: 0 });
    const list = await peer.dataSet();
    expect([...study.dataSets.keys()].every((uid) => list.includes(uid))).toBe(true);
    peer.close();
  });

  it("ends at C-CANCEL with what remains", async () => {
    const { peer, command, takeStore, answerStore } = await getting();
    const store = await takeStore();
    peer.sendCommand(GET_CONTEXT, { commandField: 0x0fff, messageIdBeingRespondedTo: 9, commandDataSetType: 0x0101 });
    answerStore(store, 0);
    let answer = await command();
    while (answer.status === 0xff00) answer = await command();
    expect(answer).toMatchObject({ status: 0xfe00, completedSuboperations: 1, remainingSuboperations: SLICES - 1 });
    peer.close();
  });

  it("goes on past an instance that the storage has lost", async () => {
    const { db, blobs, store } = hub.district;
    const files = smallCt({ slices: 2 });
    const [lost, kept] = [
      await store(YANJI, files[0]?.bytes ?? Buffer.of()),
      await store(YANJI, files[1]?.bytes ?? Buffer.of()),
    ];
    const row = await db
      .selectFrom("instance")
      .select("blob_key")
      .where("sop_instance_uid", "=", lost.sopInstanceUid)
      .executeTakeFirstOrThrow();
    await blobs.delete(row.blob_key);
    const { peer, command, answerStore } = await getting(true, kept.studyInstanceUid);
    let answer = await command();
    if (answer.status === 0xff00) answer = await command();
    expect(answer).toMatchObject({ commandField: 0x0001, affectedSopInstanceUid: kept.sopInstanceUid });
    expect(await peer.dataSet()).toEqual(dataSetOf(files[1]?.bytes ?? Buffer.of()));
    answerStore(answer, 0);
    expect(await command()).toMatchObject({ status: 0xb000, completedSuboperations: 1, failedSuboperations: 1 });
    expect((await peer.dataSet()).includes(lost.sopInstanceUid)).toBe(true);
    peer.close();
  });

  it("aborts the association of a peer that does not answer a sub-operation", async () => {
    const { peer, takeStore } = await getting();
    await takeStore();
    expect(await peer.answer()).toEqual({ pdu: { kind: "abort", source: 2, reason: 0 } });
    peer.close();
    expect(hub.events.findLast((event) => event.event === "association-aborted")).toMatchObject({
      reason: "no-response",
    });
  });

  it("aborts who answers something that was not asked", async () => {
    const { peer, takeStore, answerStore } = await getting();
    const store = await takeStore();
    answerStore({ ...store, messageId: (store.messageId ?? 0) + 1 }, 0);
    expect(await peer.answer()).toEqual({ pdu: { kind: "abort", source: 2, reason: 5 } });
    peer.close();
  });

  it("cuts off a peer that stops reading in the middle of an instance", async () => {
    // more than both kernels' buffers hold on loopback
    const uid = newUid();
    const rows: DicomRow[] = [
      [0x00080016, "UI", CT],
      [0x00080018, "UI", uid],
      [0x0020000d, "UI", newUid()],
      [0x0020000e, "UI", newUid()],
      [0x7fe00010, "OW", new Uint8Array(32 * 1024 * 1024)],
    ];
    const file = writePart10({ sopClassUid: CT, sopInstanceUid: uid, charset: "ISO_IR 192", rows });
    const outcome = await hub.district.store(YANJI, file, 1 << 20);
    const { peer } = await getting(true, outcome.studyInstanceUid);
    peer.socket.pause();
    await eventually(async () => hub.events.some((event) => event.event === "peer-stopped-reading"), 30_000);
    peer.close();
  });
});
