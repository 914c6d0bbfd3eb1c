import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEMO_PEOPLE } from "../../core/demo/demo-people.ts";
import { testSlice } from "../integration/dicomweb-hub.ts";
import { CHANGBAI, YANJI } from "../support/demo-district.ts";
import { smallCt, smallEcg } from "../support/small-studies.ts";
import { type ArchivePort, openArchivePort } from "./archive-port.ts";
import { findByDcmtk, firstOf } from "./find-by-dcmtk.ts";
import { RawPeer } from "./raw-peer.ts";

const STUDY = "0020000D";
const [JIN, ZHAO] = DEMO_PEOPLE;
let hub: ArchivePort;
/** Study Instance UIDs: two CT of Jin and an ECG of Zhao at yanji, a CT of Jin's namesake at changbai. */
let ct: string;
let ct2: string;
let ecg: string;
let foreign: string;
let sopInstanceUid: string;

beforeAll(async () => {
  hub = await openArchivePort();
  const { district } = hub;
  const store = async (files: readonly { bytes: Uint8Array }[], source = YANJI) => {
    const outcomes = [];
    for (const { bytes } of files) outcomes.push(await district.store(source, bytes));
    return outcomes;
  };
  const first = await store(smallCt({ slices: 3, patient: JIN }));
  ct = first[0]?.studyInstanceUid ?? "";
  sopInstanceUid = first[1]?.sopInstanceUid ?? "";
  ct2 = (await store(smallCt({ patient: JIN })))[0]?.studyInstanceUid ?? "";
  ecg = (await store([smallEcg({ patient: ZHAO })]))[0]?.studyInstanceUid ?? "";
  foreign = (await store(smallCt({ patient: JIN }), CHANGBAI))[0]?.studyInstanceUid ?? "";
  await district.db
    .insertInto("application_entity")
    .values({
      title: "WS_QZX",
      site_id: "qzx",
      host: null,
      port: null,
      certificate_sha256: null,
      max_associations: null,
    })
    .execute();
});
afterAll(() => hub.close());

const find = (keys: readonly string[], options?: readonly string[], aeTitle = "CT_YANJI") =>
  findByDcmtk(hub.server.port, aeTitle, keys, options);
const studiesOf = async (keys: readonly string[], options?: readonly string[], aeTitle?: string) => {
  const { answers } = await find(["QueryRetrieveLevel=STUDY", "StudyInstanceUID", ...keys], options, aeTitle);
  return answers.map((answer) => firstOf(answer, STUDY)).toSorted();
};

describe("C-FIND at study level", () => {
  it.each([
    ["nothing", [], () => [ct, ct2, ecg]],
    ["a list of UIDs", () => [`StudyInstanceUID=${ct}\\${ecg}\\2.25.404`], () => [ct, ecg]],
    ["a study of another institution", () => [`StudyInstanceUID=${foreign}`], () => []],
    ["a Han name", ["SpecificCharacterSet=ISO_IR 192", "PatientName=金*"], () => [ct, ct2]],
    ["both groups of a name", ["SpecificCharacterSet=ISO_IR 192", "PatientName=jin*=金^顺玉"], () => [ct, ct2]],
    ["groups that are not of one name", ["SpecificCharacterSet=ISO_IR 192", "PatientName=jin*=赵*"], () => []],
    ["pinyin", ["PatientName=zhaodehai"], () => [ecg]],
    ["latin letters of another case", ["PatientName=JIN^SHUN*"], () => [ct, ct2]],
    ["a question mark", ["PatientID=YJ00017?"], () => [ct, ct2]],
    ["a date range with both ends", ["StudyDate=20261119-20261120", "PatientID=YJ000182"], () => [ecg]],
    ["a date range that is open", ["StudyDate=20261121-"], () => []],
    ["an hour", ["StudyTime=10"], () => [ct, ct2, ecg]],
    ["a time range that ends before", ["StudyTime=-1014"], () => []],
    ["a modality of the study", ["ModalitiesInStudy=ECG"], () => [ecg]],
    ["a key that is not matched on", ["NumberOfStudyRelatedInstances=999"], () => [ct, ct2, ecg]],
  ] as const)("asked for %s finds just that", async (_, keys, expected) => {
    expect(await studiesOf(typeof keys === "function" ? keys() : keys)).toEqual(expected().toSorted());
  });

  it("gives the keys that were asked for, counted and in UTF-8", async () => {
    const { answers, output } = await find([
      "QueryRetrieveLevel=STUDY",
      `StudyInstanceUID=${ct}`,
      ..."PatientName PatientID PatientBirthDate StudyDate ModalitiesInStudy SOPClassesInStudy".split(" "),
      ..."NumberOfStudyRelatedSeries NumberOfStudyRelatedInstances NumberOfPatientRelatedStudies".split(" "),
      ..."InstanceAvailability TimezoneOffsetFromUTC RetrieveAETitle".split(" "),
    ]);
    expect(output).toContain("Success");
    expect(answers).toHaveLength(1);
    expect(answers[0]).toMatchObject({
      "00080005": { Value: ["ISO_IR 192"] },
      "00080052": { Value: ["STUDY"] },
      "00080054": { Value: ["HUB"] },
      "00080056": { Value: ["ONLINE"] },
      "00080061": { Value: ["CT"] },
      "00080062": { Value: ["1.2.840.10008.5.1.4.1.1.2"] },
      "00080201": { Value: ["+0800"] },
      "00100010": { Value: [{ Alphabetic: "Jin^Shunyu", Ideographic: "金^顺玉" }] },
      "00100020": { Value: ["YJ000177"] },
      // two at yanji; the one at changbai is another patient, and not to be seen here
      "00201200": { Value: [2] },
      "00201206": { Value: [1] },
      "00201208": { Value: [3] },
    });
    expect(answers[0]).not.toHaveProperty("00081030");
  });

  it("answers a device that writes GB18030 or GBK in its own set", async () => {
    for (const characterSet of ["GB18030", "GBK"]) {
      const { answers, files } = await find([
        `SpecificCharacterSet=${characterSet}`,
        "QueryRetrieveLevel=STUDY",
        `StudyInstanceUID=${ecg}`,
        "PatientName",
      ]);
      expect(firstOf(answers[0], "00100010")).toEqual({ Alphabetic: "Zhao^Dehai", Ideographic: "赵^德海" });
      // 赵 in GB 2312, row 53 cell 52: D5 D4
      expect(files[0]?.includes(Buffer.from([0xd5, 0xd4]))).toBe(true);
    }
  });

  it("says FF01 when an optional key is not known, and leaves it out", async () => {
    const unknown = await find(["QueryRetrieveLevel=STUDY", `StudyInstanceUID=${ct}`, "InstitutionName", "PatientID"]);
    expect(unknown.output).toMatch(/Pending.*Unsupported/i);
    expect(unknown.answers[0]).not.toHaveProperty("00080080");
    const known = await find(["QueryRetrieveLevel=STUDY", `StudyInstanceUID=${ct}`, "PatientID"]);
    expect(known.output).not.toMatch(/Unsupported/i);
  });

  it("shows a reading centre what it was asked to read, and nothing else", async () => {
    expect(await studiesOf([], ["-S"], "WS_QZX")).toEqual([]);
    const { db } = hub.district;
    const { id } = await db
      .selectFrom("study")
      .select("id")
      .where("study_instance_uid", "=", ct2)
      .executeTakeFirstOrThrow();
    await db.insertInto("study_access").values({ study_id: id, site_id: "qzx", relation: "centre" }).execute();
    expect(await studiesOf([], ["-S"], "WS_QZX")).toEqual([ct2]);
    // of the patient's studies it may see one, so one is counted
    const { answers } = await find(["QueryRetrieveLevel=STUDY", "NumberOfPatientRelatedStudies"], ["-S"], "WS_QZX");
    expect(firstOf(answers[0], "00201200")).toBe(1);
  });
});

describe("C-FIND at the other levels", () => {
  it("walks from the patient down to one instance", async () => {
    const patients = await find(
      ["QueryRetrieveLevel=PATIENT", "PatientName=J*", "PatientID", "IssuerOfPatientID"],
      ["-P"],
    );
    expect(patients.answers.map((answer) => [firstOf(answer, "00100020"), firstOf(answer, "00100021")])).toEqual([
      ["YJ000177", "yanji"],
    ]);
    const studies = await studiesOf(["PatientID=YJ000177"], ["-P"]);
    expect(studies).toEqual([ct, ct2].toSorted());
    const series = await find(
      ["QueryRetrieveLevel=SERIES", "PatientID=YJ000177", `StudyInstanceUID=${ct}`, "SeriesInstanceUID", "Modality"],
      ["-P"],
    );
    expect(series.answers.map((answer) => firstOf(answer, "00080060"))).toEqual(["CT"]);
    const seriesInstanceUid = firstOf(series.answers[0], "0020000E");
    const images = await find([
      "QueryRetrieveLevel=IMAGE",
      `StudyInstanceUID=${ct}`,
      `SeriesInstanceUID=${seriesInstanceUid}`,
      "SOPInstanceUID",
      "InstanceNumber=2",
    ]);
    expect(images.answers.map((answer) => firstOf(answer, "00080018"))).toEqual([sopInstanceUid]);
  });

  it.each([
    [["PatientName=J*"], "-S", "Query/Retrieve Level is missing"],
    [["QueryRetrieveLevel=PATIENT"], "-S", "Query/Retrieve Level is not one of this model"],
    [["QueryRetrieveLevel=STUDY"], "-P", "Patient ID is missing"],
    [["QueryRetrieveLevel=STUDY", "PatientID=YJ*"], "-P", "Patient ID is not a single value"],
    [["QueryRetrieveLevel=SERIES"], "-S", "Study Instance UID is missing"],
    [["QueryRetrieveLevel=SERIES", "StudyInstanceUID=1.2\\1.3"], "-S", "Study Instance UID has more than one value"],
    [["QueryRetrieveLevel=IMAGE", "StudyInstanceUID=1.2"], "-S", "Series Instance UID is missing"],
    [["QueryRetrieveLevel=STUDY", "StudyDate=2026-11-20"], "-S", "StudyDate has a value that is not allowed"],
  ])("%j is refused with A900 and the reason in words", async (keys, root, comment) => {
    const { output, answers } = await find(keys, [root, "-d"]);
    expect(output).toMatch(/0xa900/i);
    expect(output).toContain(comment);
    expect(answers).toEqual([]);
  });
});

describe("C-FIND and the audit", () => {
  it("has a line for a query that names a person, without the name", async () => {
    const { db } = hub.district;
    const lines = () =>
      db.selectFrom("audit_event").selectAll().where("action", "=", "study.query").orderBy("id").execute();
    const before = (await lines()).length;
    await find(["QueryRetrieveLevel=STUDY", "StudyDate=20261120"]);
    expect(await lines()).toHaveLength(before);
    await find(["QueryRetrieveLevel=STUDY", "PatientName=Jin*"]);
    const added = (await lines()).slice(before);
    expect(added).toMatchObject([
      { actor: "CT_YANJI", outcome: "done", detail: { operation: "C-FIND", level: "STUDY", matches: 2 } },
    ]);
    expect(JSON.stringify(added)).not.toMatch(/jin/i);
  });
});

it("C-CANCEL ends a query that has many answers before they are all out", async () => {
  const { pool } = hub.district;
  // 3000 studies beside the real ones, as rows alone
  await pool.query(`INSERT INTO study (study_instance_uid, site_id, patient_id, study_date, study_time, accession_number,
      dicom_study_id, description, referring_physician, patient_name, patient_name_latin, patient_birth_date, patient_sex,
      patient_age, attributes, search_text, instance_count, first_received_at, last_received_at)
    SELECT '2.25.9.' || n, 'changbai', (SELECT patient_id FROM study WHERE site_id = 'changbai'), '20260101', '', '', '', '',
      '', '', '', '', '', '', '{}', '', 1, now(), now() FROM generate_series(1, 3000) AS n`);
  await pool.query(`INSERT INTO study_access (study_id, site_id, relation)
    SELECT id, 'changbai', 'origin' FROM study WHERE study_instance_uid LIKE '2.25.9.%'`);
  const studyRootFind = "1.2.840.10008.5.1.4.1.2.2.1";
  const peer = await RawPeer.associate(hub.server.port, {
    callingAeTitle: "CT_CHANGBAI",
    contexts: [{ id: 1, abstractSyntaxUid: studyRootFind, transferSyntaxUids: ["1.2.840.10008.1.2"] }],
  });
  peer.sendCommand(1, { affectedSopClassUid: studyRootFind, commandField: 0x20, messageId: 3, commandDataSetType: 0 });
  // (0008,0052) CS "STUDY ", Implicit VR Little Endian
  peer.sendDataSet(1, Buffer.from("080052000600000053545544592000", "hex").subarray(0, 14));
  let pending = 0;
  for (;;) {
    const answer = await peer.answer();
    if (!("command" in answer)) throw new Error(`got ${JSON.stringify(answer)}`);
    if (answer.command.status !== 0xff00) {
      expect(answer.command.status).toBe(0xfe00);
      break;
    }
    pending++;
    await peer.dataSet();
    if (pending === 1)
      peer.sendCommand(1, { commandField: 0x0fff, messageIdBeingRespondedTo: 3, commandDataSetType: 0x0101 });
  }
  expect(pending).toBeLessThan(3001);
  peer.close();

  const { answers, output } = await find(["QueryRetrieveLevel=STUDY"], ["-S", "--cancel", "1"], "CT_CHANGBAI");
  expect(output).toMatch(/Received Final Find Response \(Cancel/);
  expect(answers.length).toBeGreaterThan(0);
  expect(answers.length).toBeLessThan(3001);
});

describe("C-FIND of what a series was asked for", () => {
  const study = "2.25.9001";
  beforeAll(async () => {
    const extra = [
      [0x00400253, "SH", "PPS-9"],
      [0x00400275, "SQ", [[[0x00400009, "SH", "SPS-9"]]]],
    ] as const;
    await hub.district.store(YANJI, testSlice({ study, series: `${study}.1`, instance: `${study}.1.1`, extra }));
  });

  it("matches on the performed step, and gives the requests it was for", async () => {
    const keys = ["QueryRetrieveLevel=SERIES", `StudyInstanceUID=${study}`, "RequestAttributesSequence"];
    const { answers } = await find([...keys, "PerformedProcedureStepID=PPS-9"]);
    expect(answers[0]).toMatchObject({
      "00400253": { vr: "SH", Value: ["PPS-9"] },
      "00400275": { vr: "SQ", Value: [{ "00400009": { vr: "SH", Value: ["SPS-9"] } }] },
    });
    expect((await find([...keys, "PerformedProcedureStepID=PPS-8"])).answers).toEqual([]);
  });

  it("says that it does not match within the items", async () => {
    const key = "RequestAttributesSequence[0].ScheduledProcedureStepID=SPS-8";
    const { answers, output } = await find(["QueryRetrieveLevel=SERIES", `StudyInstanceUID=${study}`, key]);
    expect(answers).toHaveLength(1);
    expect(output).toMatch(/Pending.*Unsupported/i);
  });
});
