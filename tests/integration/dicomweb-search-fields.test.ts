import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DicomRow } from "../../core/demo/part10-writer.ts";
import type { DicomJsonDataSet } from "../../core/dicom/dicom-json.ts";
import { conditionSql } from "../../core/infra/postgres/archive-conditions.ts";
import { type DicomwebHub, startDicomwebHub, store, testSlice } from "./dicomweb-hub.ts";

let hub: DicomwebHub;

const request = (n: number): readonly DicomRow[] => [
  [0x00321060, "LO", `第${n}项检查`],
  [0x00400009, "SH", `SPS-${n}`],
  [0x00401001, "SH", `RP-${n}`],
  [0x00400008, "SQ", [code(`PC-${n}`, "胸部")]],
];
const code = (value: string, meaning: string): readonly DicomRow[] => [
  [0x00080100, "SH", value],
  [0x00080102, "SH", "99HUB"],
  [0x00080104, "LO", meaning],
];

const [FIRST, SECOND, NIGHT, PLAIN] = ["2.25.401", "2.25.402", "2.25.403", "2.25.404"];
const slice = (study: string, more: { studyDate?: string; extra?: readonly DicomRow[] }, n = 1) =>
  testSlice({ study, series: `${study}.1`, instance: `${study}.1.${n}`, number: n, ...more });

beforeAll(async () => {
  hub = await startDicomwebHub();
  const first: readonly DicomRow[] = [
    [0x00080080, "LO", "延吉市第一卫生院"],
    [0x00081032, "SQ", [code("CT-CHEST", "胸部CT")]],
    [0x00081070, "PN", "Zhao^Min=赵^敏"],
    [0x00081040, "LO", "影像科\\CT室"],
    [0x00101030, "DS", "61.5"],
    [0x00180050, "DS", "5.0"],
    [0x00180060, "DS", "120"],
    [0x00181030, "LO", "Chest"],
    [0x00281050, "DS", [40, 50]],
    [0x00400244, "DA", "20260301"],
    [0x00400245, "TM", "101500"],
    [0x00400253, "SH", "PPS-1"],
    // two steps were done in one series (PS3.3 C.7.3.1.1.1)
    [0x00400275, "SQ", [request(1), request(2)]],
    [0x00291010, "LO", "private"],
  ];
  const second: readonly DicomRow[] = [
    [0x00080080, "LO", "长白县中医院"],
    [0x00400244, "DA", "20260302"],
    [0x00400275, "SQ", [request(3)]],
  ];
  await store(hub, [
    slice(FIRST, { studyDate: "20260301", extra: first }),
    slice(FIRST, { studyDate: "20260301", extra: first }, 2),
    slice(SECOND, { studyDate: "20260302", extra: second }),
    slice(PLAIN, { studyDate: "20260304" }),
  ]);
  // on the 3rd at 23:40
  const night = slice(NIGHT, { studyDate: "20260303" });
  night.write("234000", night.indexOf("101500"), "latin1");
  await store(hub, [night]);
});
afterAll(() => hub.close());

async function search(path: string) {
  const response = await hub.fetch(path, { as: "admin" });
  expect(response.status).toBe(200);
  const json = (await response.json()) as DicomJsonDataSet[];
  return { json, uids: json.map((one) => one["0020000D"]?.Value?.[0]), warning: response.headers.get("warning") };
}

describe("match keys that the index keeps", () => {
  it.each([
    ["RequestAttributesSequence.ScheduledProcedureStepID=SPS-1", [FIRST]],
    ["RequestAttributesSequence.ScheduledProcedureStepID=SPS-2", [FIRST]],
    ["00400275.00400009=SPS-3", [SECOND]],
    ["00400275.00400009=SPS", []],
    ["00400275.00400009=SPS-*", [SECOND, FIRST]],
    ["00400275.00401001=RP-?&00400244=20260302", [SECOND]],
    ["00400275.00400008.00080100=PC-3", [SECOND]],
    ["RequestAttributesSequence.RequestedProcedureDescription=第1项检查", [FIRST]],
    ["ProcedureCodeSequence.CodeValue=CT-CHEST", [FIRST]],
    ["InstitutionName=长白县中医院", [SECOND]],
    ["InstitutionName=*卫生院", [FIRST]],
    // any of several values
    ["InstitutionalDepartmentName=CT室", [FIRST]],
    ["OperatorsName=zhao*", [FIRST]],
    ["OperatorsName=赵^敏", [FIRST]],
    ["OperatorsName=min zhao&fuzzymatching=true", [FIRST]],
    ["PerformedProcedureStepID=PPS-1", [FIRST]],
    ["PerformedProcedureStepStartDate=20260301-20260302", [SECOND, FIRST]],
    ["PerformedProcedureStepStartDate=20260302-", [SECOND]],
    ["PerformedProcedureStepStartDate=20260228-20260301&PerformedProcedureStepStartTime=2200-1014", []],
    ["PerformedProcedureStepStartDate=20260228-20260301&PerformedProcedureStepStartTime=2200-1015", [FIRST]],
    ["PerformedProcedureStepStartTime=10-11", [FIRST]],
    // what SQL and JSON mean by letters stays letters
    [`InstitutionName=${encodeURIComponent('"}]}')}`, []],
    [`00400275.00400009=${encodeURIComponent("SPS_3")}`, []],
    [`00400275.00400009=${encodeURIComponent("SPS-%*")}`, []],
    // PS3.18 §8.3.4.5 and §8.3.4.6
    [`InstitutionName=${encodeURIComponent('""')}&emptyvaluematching=true`, [PLAIN, NIGHT]],
    [`AccessionNumber=${encodeURIComponent('""')}&emptyvaluematching=true`, []],
    [`PatientName=${encodeURIComponent('""')}&emptyvaluematching=true`, []],
    [
      `InstitutionName=${encodeURIComponent("长白县中医院\\延吉市第一卫生院")}&multiplevaluematching=true`,
      [SECOND, FIRST],
    ],
    [`InstitutionName=${encodeURIComponent("长白县中医院\\延吉市第一卫生院")}`, []],
  ])("/series?%s", async (query, expected) => {
    const { uids, warning } = await search(`/series?${query}`);
    expect(uids).toEqual(expected);
    expect(warning).toBeNull();
  });

  it("reads an index, not the archive, for a single value", async () => {
    // with so few rows Postgres would rather read them all: it is asked what it could do
    const plan = await hub.db.transaction().execute(async (tx) => {
      await sql`SET LOCAL enable_seqscan = off`.execute(tx);
      const condition = conditionSql({
        tag: "00400275",
        within: ["00400009"],
        match: { kind: "equals", values: ["SPS-1"] },
      });
      return sql`EXPLAIN SELECT id FROM series WHERE ${condition}`.execute(tx);
    });
    expect(JSON.stringify(plan.rows)).toContain("Index Scan on series_attributes");
  });
});

describe("dates and times", () => {
  it.each([
    // from the evening of the 3rd to the morning of the 4th (PS3.4 §C.2.2.2.5.1); PLAIN is of 10:15 on the 4th
    ["StudyDate=20260303-20260304&StudyTime=2200-0600", [NIGHT]],
    ["StudyDate=20260303-20260304&StudyTime=2200-1015", [PLAIN, NIGHT]],
    ["StudyDate=20260303-20260304&StudyTime=2345-1015", [PLAIN]],
    ["StudyDate=20260301-20260303&StudyTime=1100-1200", [SECOND]],
    ["StudyDate=20260302-&StudyTime=1100-", [PLAIN, NIGHT]],
    ["StudyDate=-20260303&StudyTime=-2339", [SECOND, FIRST]],
    // of one day, and of every day where a day has no end
    ["StudyDate=20260303&StudyTime=2200-2359", [NIGHT]],
    ["StudyDate=20260301-&StudyTime=2200-2359", [NIGHT]],
    ["StudyTime=2200-", [NIGHT]],
    ["StudyTime=101500", [PLAIN, SECOND, FIRST]],
    ["StudyTime=10", [PLAIN, SECOND, FIRST]],
  ])("/studies?%s", async (query, expected) => {
    expect((await search(`/studies?${query}`)).uids).toEqual(expected);
  });

  it("leaves a zone aside, and says so", async () => {
    const { uids, warning } = await search("/studies?TimezoneOffsetFromUTC=%2B0900&StudyDate=20260303");
    expect([uids, warning]).toEqual([[NIGHT], expect.stringContaining("TimezoneOffsetFromUTC")]);
  });
});

describe("includefield", () => {
  it("is not needed for what PS3.18 table 10.6.3-4 wants of a series", async () => {
    const { json } = await search(`/studies/${FIRST}/series`);
    expect(json[0]).toMatchObject({
      "00080080": { vr: "LO", Value: ["延吉市第一卫生院"] },
      "00081032": { vr: "SQ", Value: [{ "00080104": { vr: "LO", Value: ["胸部CT"] } }] },
      "00081070": { vr: "PN", Value: [{ Alphabetic: "Zhao^Min", Ideographic: "赵^敏" }] },
      "00400253": { vr: "SH", Value: ["PPS-1"] },
      "00400275": {
        vr: "SQ",
        Value: [{ "00400009": { vr: "SH", Value: ["SPS-1"] } }, { "00400009": { vr: "SH", Value: ["SPS-2"] } }],
      },
    });
    expect(json[0]).not.toHaveProperty("00180050");
  });

  it.each([
    ["/studies", "PatientWeight", "00101030", { vr: "DS", Value: [61.5] }],
    ["/studies", "00101030", "00101030", { vr: "DS", Value: [61.5] }],
    ["/instances", "SliceThickness", "00180050", { vr: "DS", Value: [5] }],
    ["/instances", "KVP,00281050", "00281050", { vr: "DS", Value: [40, 50] }],
    ["/instances", "00291010", "00291010", { vr: "LO", Value: ["private"] }],
    ["/instances", "AvailableTransferSyntaxUID", "00083002", { vr: "UI", Value: ["1.2.840.10008.1.2.1"] }],
  ])("%s gives %s from the header", async (path, field, tag, expected) => {
    const { json, warning } = await search(`${path}?StudyInstanceUID=${FIRST}&includefield=${field}`);
    expect(json.map((one) => one[tag])).toEqual(json.map(() => expected));
    expect(json.length).toBe(path === "/studies" ? 1 : 2);
    expect(warning).toBeNull();
  });

  it("gives of a sequence what was asked for in it", async () => {
    const { json } = await search(
      `/instances?StudyInstanceUID=${SECOND}&includefield=RequestAttributesSequence.ScheduledProcedureStepID`,
    );
    // kept in the index, so answered as a whole
    expect(json[0]?.["00400275"]?.Value).toHaveLength(1);
    const source: DicomRow = [
      0x00082112,
      "SQ",
      [
        [
          [0x00081150, "UI", "1.2.3"],
          [0x00081155, "UI", "1.2.4"],
        ],
        [],
      ],
    ];
    const study = "2.25.405";
    await store(hub, [slice(study, { studyDate: "20200101", extra: [source] })]);
    const field = "SourceImageSequence.ReferencedSOPInstanceUID";
    const found = await search(`/instances?StudyInstanceUID=${study}&includefield=${field}`);
    expect(found.json[0]?.["00082112"]).toEqual({
      vr: "SQ",
      Value: [{ "00081155": { vr: "UI", Value: ["1.2.4"] } }, {}],
    });
    const whole = await search(`/instances?StudyInstanceUID=${study}&includefield=${field}&includefield=00082112`);
    expect(whole.json[0]?.["00082112"]?.Value?.[0]).toHaveProperty("00081150");
  });

  it("all is everything of the level, and nothing below it", async () => {
    const [study] = (await search(`/studies?StudyInstanceUID=${FIRST}&includefield=all`)).json;
    expect(study).toHaveProperty("00101030");
    expect(study).not.toHaveProperty("00180050");
    expect(study).not.toHaveProperty("00400275");
    const [series] = (await search(`/series?StudyInstanceUID=${FIRST}&includefield=all`)).json;
    expect(series).toHaveProperty("00181030");
    expect(series).not.toHaveProperty("00180050");
    const [instance] = (await search(`/instances?StudyInstanceUID=${FIRST}&includefield=all`)).json;
    expect(instance).toMatchObject({ "00180050": { vr: "DS", Value: [5] }, "00280101": { vr: "US", Value: [12] } });
    expect(instance).not.toHaveProperty("7FE00010");
    expect(instance?.["00081190"]?.Value).toEqual([
      `${hub.base}/studies/${FIRST}/series/${FIRST}.1/instances/${FIRST}.1.1`,
    ]);
  });

  it("names what is no attribute of the level", async () => {
    const { warning } = await search("/studies?includefield=SliceThickness&includefield=Nonsense,PatientName");
    expect(warning).toBe(
      '299 tele-reading-hub "These parameters are not supported and were ignored: includefield=SliceThickness includefield=Nonsense"',
    );
  });

  it("answers from the index where the bytes are gone", async () => {
    const study = "2.25.406";
    await store(hub, [slice(study, { studyDate: "20200101" })]);
    const { blob_key } = await hub.db
      .selectFrom("instance")
      .select("blob_key")
      .where("sop_instance_uid", "=", `${study}.1.1`)
      .executeTakeFirstOrThrow();
    await hub.blobs.delete(blob_key);
    const { json } = await search(`/instances?StudyInstanceUID=${study}&includefield=all`);
    expect(json[0]).toMatchObject({ "00280010": { vr: "US", Value: [16] } });
    expect(json[0]).not.toHaveProperty("00280101");
  });

  it("reads headers for a page at most", async () => {
    const study = "2.25.407";
    const numbers = Array.from({ length: 205 }, (_, i) => i + 1);
    await store(
      hub,
      numbers.map((n) => slice(study, { studyDate: "20200101" }, n)),
    );
    const path = `/instances?StudyInstanceUID=${study}&includefield=BitsStored`;
    const first = await search(path);
    expect([first.json.length, first.warning]).toEqual([200, expect.stringContaining("more than 200 results")]);
    const rest = await search(`${path}&offset=200`);
    expect([rest.json.length, rest.warning]).toEqual([5, null]);
    expect(rest.json.every((one) => one["00280101"]?.Value?.[0] === 12)).toBe(true);
    expect((await search(`${path}&limit=3`)).warning).toBeNull();
  });

  it("shows nobody what is not theirs", async () => {
    const response = await hub.fetch(`/instances?StudyInstanceUID=${FIRST}&includefield=all`, { as: "tech2" });
    expect(await response.json()).toEqual([]);
  });
});

describe("nonsense", () => {
  it.each([
    "StudyDate=20261301",
    "StudyDate=20260230-x",
    "StudyDate=20260302-20260301",
    "StudyDate=20260101-20260102-20260103",
    "StudyTime=2460",
    "StudyTime=12-11",
    "StudyDate=20260301&StudyTime=2200-0600",
    "TimezoneOffsetFromUTC=Shanghai",
    "fuzzymatching=yes",
    "emptyvaluematching=1",
    "multiplevaluematching=",
    "limit=-1",
    "limit=1.5",
    "limit=",
    "offset=1000000",
    "offset=x",
    "00400275.00401001=%00",
    `PatientName=${"x".repeat(1025)}`,
    "StudyInstanceUID=1.2,,1.3",
    "StudyInstanceUID=1.2%20OR%201=1",
  ])("/studies?%s is answered 400", async (query) => {
    const level = query.startsWith("0040") ? "series" : "studies";
    const response = await hub.fetch(`/${level}?${query}`, { as: "admin" });
    expect([response.status, await response.json()]).toMatchObject([400, { code: "request-invalid" }]);
  });

  it.each([
    ["PatientName.FamilyName=x", "PatientName.FamilyName"],
    ["StudyDate.00080100=x", "StudyDate.00080100"],
    ["ProcedureCodeSequence=x", "ProcedureCodeSequence"],
    ["RequestAttributesSequence.ScheduledProcedureStepID=SPS-1", "RequestAttributesSequence.ScheduledProcedureStepID"],
    ["..=x", ".."],
  ])("/studies?%s is left aside, and named", async (query, name) => {
    expect((await search(`/studies?${query}&limit=1`)).warning).toContain(`ignored: ${name}"`);
  });
});
