import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DicomwebHub, startDicomwebHub, store, testSlice } from "./dicomweb-hub.ts";

type Json = Record<string, { vr: string; Value?: unknown[] }>;

let hub: DicomwebHub;
beforeAll(async () => {
  hub = await startDicomwebHub();
  const slice = (study: string, n: number, more: object) =>
    testSlice({ study, series: `${study}.1`, instance: `${study}.1.${n}`, number: n, ...more });
  const wang = { name: "Wang^Xiaodong=王^小东", patientId: "P-1", studyDate: "20260301" };
  const li = { name: "=李^娜", patientId: "P_2", studyDate: "20260302", description: "Head 50%" };
  const doe = { name: "Doe^Jane", patientId: "P-3", studyDate: "20260303" };
  await store(hub, [slice("2.25.11", 1, wang), slice("2.25.11", 2, wang), slice("2.25.12", 1, li)]);
  await store(hub, [slice("2.25.13", 1, doe)], { as: "tech2" });
});
afterAll(() => hub.close());

async function search(path: string, as = "admin"): Promise<{ uids: unknown[]; json: Json[]; warning: string | null }> {
  const response = await hub.fetch(path, { as, headers: { accept: "application/dicom+json" } });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("application/dicom+json");
  const json = (await response.json()) as Json[];
  return { uids: json.map((one) => one["0020000D"]?.Value?.[0]), json, warning: response.headers.get("warning") };
}

const [WANG, LI, DOE] = ["2.25.11", "2.25.12", "2.25.13"];

describe("QIDO-RS", () => {
  it("answers a study with the attributes of PS3.18 table 10.6.3-3", async () => {
    const { json } = await search(`/studies?StudyInstanceUID=${WANG}`);
    expect(json).toEqual([
      {
        "00080005": { vr: "CS", Value: ["ISO_IR 192"] },
        "00080020": { vr: "DA", Value: ["20260301"] },
        "00080030": { vr: "TM", Value: ["101500"] },
        "00080050": { vr: "SH", Value: [expect.any(String)] },
        "00080056": { vr: "CS", Value: ["ONLINE"] },
        "00080061": { vr: "CS", Value: ["CT"] },
        "00081030": { vr: "LO", Value: ["胸部平扫"] },
        "00081190": { vr: "UR", Value: [`${hub.base}/studies/${WANG}`] },
        "00100010": { vr: "PN", Value: [{ Alphabetic: "Wang^Xiaodong", Ideographic: "王^小东" }] },
        "00100020": { vr: "LO", Value: ["P-1"] },
        "00100030": { vr: "DA", Value: ["19560401"] },
        "00100040": { vr: "CS", Value: ["M"] },
        "0020000D": { vr: "UI", Value: [WANG] },
        "00201206": { vr: "IS", Value: [1] },
        "00201208": { vr: "IS", Value: [2] },
      },
    ]);
  });

  it.each([
    ["", [DOE, LI, WANG]],
    ["PatientName=Wang^Xiaodong", [WANG]],
    ["PatientName=wang*", [WANG]],
    ["PatientName=WANG X*", [WANG]],
    ["PatientName=*xiaodong", [WANG]],
    ["PatientName=W?ng^Xiaodong", [WANG]],
    ["PatientName=王^小东", [WANG]],
    ["PatientName=王*", [WANG]],
    ["PatientName=*小*", [WANG]],
    // 李娜 came without a latin name: her pinyin and initials find her
    ["PatientName=lina", [LI]],
    ["PatientName=ln", [LI]],
    ["PatientName=李*", [LI]],
    // a word of a name is enough, a part of a word is not
    ["PatientName=Wang", [WANG]],
    ["PatientName=Wan", []],
    ["PatientName=*dong^Wang*", []],
    ["PatientName=dong wang&fuzzymatching=true", [WANG]],
    ["PatientName=xiaodong^wang&fuzzymatching=true", [WANG]],
    ["PatientID=P-1", [WANG]],
    ["PatientID=p-1", []],
    // wildcards are DICOM's own: those of SQL are letters
    ["PatientID=P_*", [LI]],
    ["PatientID=P?1", [WANG]],
    ["StudyDescription=Head 50%25", [LI]],
    ["StudyDescription=*50%25*", [LI]],
    ["StudyDescription=*5_%25*", []],
    ["StudyDate=20260302", [LI]],
    ["StudyDate=20260302-", [DOE, LI]],
    ["StudyDate=-20260301", [WANG]],
    ["StudyDate=20260302-20260303", [DOE, LI]],
    ["StudyTime=10-10", [DOE, LI, WANG]],
    ["StudyTime=1015-1015", [DOE, LI, WANG]],
    ["StudyTime=1016-", []],
    ["ModalitiesInStudy=CT", [DOE, LI, WANG]],
    ["ModalitiesInStudy=MR", []],
    ["ModalitiesInStudy=MR,CT", [DOE, LI, WANG]],
    ["ModalitiesInStudy=C*", [DOE, LI, WANG]],
    ["StudyID=7", []],
    ["ReferringPhysicianName=x*", []],
    ["PatientBirthDate=19560401&PatientSex=M", [DOE, LI, WANG]],
    ["0020000D=2.25.11,2.25.13", [DOE, WANG]],
    ["limit=1", [DOE]],
    ["limit=1&offset=1", [LI]],
    ["limit=5&offset=3", []],
    ["PatientName='; DROP TABLE study --", []],
  ])("/studies?%s", async (query, expected) => {
    expect((await search(`/studies?${query}`)).uids).toEqual(expected);
  });

  it("searches series and instances, with what is above them", async () => {
    const { json } = await search(`/studies/${WANG}/series`);
    expect(json).toHaveLength(1);
    expect(json[0]).toMatchObject({
      "00080060": { vr: "CS", Value: ["CT"] },
      "0020000E": { vr: "UI", Value: [`${WANG}.1`] },
      "00200011": { vr: "IS", Value: [2] },
      "00201209": { vr: "IS", Value: [2] },
      "00081190": { vr: "UR", Value: [`${hub.base}/studies/${WANG}/series/${WANG}.1`] },
    });
    const instances = await search(`/studies/${WANG}/series/${WANG}.1/instances`);
    expect(instances.json.map((one) => one["00080018"]?.Value)).toEqual([[`${WANG}.1.1`], [`${WANG}.1.2`]]);
    expect(instances.json[0]).toMatchObject({
      "00280010": { vr: "US", Value: [16] },
      "00081190": { vr: "UR", Value: [`${hub.base}/studies/${WANG}/series/${WANG}.1/instances/${WANG}.1.1`] },
    });
    expect((await search("/series?PatientID=P-1&Modality=CT")).uids).toEqual([WANG]);
    expect((await search("/series?Modality=MR")).uids).toEqual([]);
    expect((await search("/instances?InstanceNumber=2")).uids).toEqual([WANG]);
    expect((await search(`/studies/${WANG}/instances?limit=1`)).uids).toEqual([WANG]);
  });

  it("warns of what it leaves aside", async () => {
    const { uids, warning } = await search("/studies?PatientID=P-1&OtherPatientIDs=7&x%0d%0ay=1");
    expect(uids).toEqual([WANG]);
    expect(warning).toBe(
      '299 tele-reading-hub "These parameters are not supported and were ignored: OtherPatientIDs xy"',
    );
    expect((await search("/studies?PatientID=P-1")).warning).toBeNull();
  });

  it("shows a site its own studies, and readers those of their centre", async () => {
    expect((await search("/studies", "tech")).uids).toEqual([LI, WANG]);
    expect((await search("/instances", "gp2")).uids).toEqual([DOE]);
    expect((await search("/series", "radiologist")).uids).toEqual([]);
    expect((await search(`/studies/${WANG}/series`, "tech2")).uids).toEqual([]);
  });

  it("refuses nonsense and unknown callers", async () => {
    expect((await hub.fetch("/studies?StudyDate=yesterday")).status).toBe(400);
    expect((await hub.fetch("/studies/not-a-uid/series")).status).toBe(400);
    expect((await hub.fetch("/studies", { as: "nobody" })).status).toBe(401);
    expect((await hub.fetch("/studies", { headers: { accept: "application/dicom+xml" } })).status).toBe(406);
  });
});
