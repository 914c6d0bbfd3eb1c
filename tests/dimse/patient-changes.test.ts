import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DicomJsonDataSet, dicomJson } from "../../core/dicom/dicom-json.ts";
import { readPart10 } from "../../core/dicom/read-part10.ts";
import { freePort } from "../../core/infra/embedded/free-port.ts";
import { forwardStudy } from "../../worker/jobs/forward-study.ts";
import { type HerStudy, keyOf, makeAs, studyOf, undoAs } from "../support/patient-desk.ts";
import { dataSetOf } from "../support/small-studies.ts";
import { type ArchivePort, openArchivePort } from "./archive-port.ts";
import { runDcmtk, withBitPreservingStorescp } from "./dcmtk.ts";
import { findByDcmtk, firstOf } from "./find-by-dcmtk.ts";

let hub: ArchivePort;
beforeAll(async () => {
  hub = await openArchivePort();
});
afterAll(() => hub.close());

const EXTRA = [
  [0x00100032, "TM", "120000"],
  [0x00101010, "AS", "050Y"],
  [0x00101040, "LO", "旧址一号"],
] as const;

/** getscu of one study: the files with their bytes as they came. */
async function get(study: string, options: readonly string[] = []): Promise<readonly Buffer[]> {
  const folder = mkdtempSync(join(tmpdir(), "getscu-"));
  try {
    const peer = ["-aet", "CT_YANJI", "-aec", "HUB", "127.0.0.1", String(hub.server.port)];
    const keys = ["-k", "QueryRetrieveLevel=STUDY", "-k", `StudyInstanceUID=${study}`];
    await runDcmtk("getscu", ["-v", "+B", "-S", ...options, "-od", folder, ...peer, ...keys]);
    return readdirSync(folder).map((name) => readFileSync(join(folder, name)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const jsonOf = (file: Buffer | undefined): DicomJsonDataSet =>
  dicomJson(readPart10(file ?? Buffer.of(), true).dataSet, { inlineBytes: 1024 });

const find = async (keys: readonly string[], options?: readonly string[]) =>
  (await findByDcmtk(hub.server.port, "CT_YANJI", keys, options)).answers;

/** The pixels are the last thing in a slice. */
const pixels = (bytes: Buffer) => bytes.subarray(-16 * 24 * 2);

async function expectUntouched(her: HerStudy): Promise<void> {
  const [file] = await get(her.study);
  expect(dataSetOf(file ?? Buffer.of())).toEqual(dataSetOf(her.bytes));
}

describe("a merged patient", () => {
  it("is found and fetched under the other's ID; undone, bit for bit as before", async () => {
    const a = await studyOf(hub.district, { patientId: "DA-1", name: "Li^Na=李^娜" });
    const b = await studyOf(hub.district, { patientId: "DB-1", name: "Li^Nuo=李^诺" });
    const change = await makeAs(hub.district, "tech", {
      kind: "merge",
      patientKey: await keyOf(hub.district, "yanji", "DB-1"),
      intoKey: await keyOf(hub.district, "yanji", "DA-1"),
    });
    const keys = ["QueryRetrieveLevel=STUDY", "PatientID=DA-1", "PatientName", "StudyInstanceUID"];
    const studies = await find(keys);
    expect(studies.map((one) => firstOf(one, "0020000D")).sort()).toEqual([a.study, b.study].sort());
    for (const one of studies) expect(firstOf(one, "00100010")).toMatchObject({ Alphabetic: "Li^Na" });
    expect(await find(["QueryRetrieveLevel=STUDY", "PatientID=DB-1", "StudyInstanceUID"])).toEqual([]);
    const patients = await find(
      ["QueryRetrieveLevel=PATIENT", "PatientID=D*-1", "PatientName", "NumberOfPatientRelatedStudies"],
      ["-P"],
    );
    expect(patients.map((one) => [firstOf(one, "00100020"), firstOf(one, "00201200")])).toEqual([["DA-1", 2]]);

    const [file] = await get(b.study);
    const json = jsonOf(file);
    expect(json["00100010"]?.Value).toEqual([{ Alphabetic: "Li^Na", Ideographic: "李^娜" }]);
    expect(json["00100020"]?.Value).toEqual(["DA-1"]);
    expect(json["00100021"]?.Value).toEqual(["yanji"]);
    expect(json["04000561"]?.Value).toEqual([
      {
        "04000550": {
          vr: "SQ",
          Value: [
            {
              "00100010": { vr: "PN", Value: [{ Alphabetic: "Li^Nuo", Ideographic: "李^诺" }] },
              "00100020": { vr: "LO", Value: ["DB-1"] },
            },
          ],
        },
        "04000562": { vr: "DT", Value: [expect.stringMatching(/^\d{14}\+0800$/)] },
        "04000563": { vr: "LO", Value: ["TELE-READING HUB"] },
        "04000564": { vr: "LO" },
        "04000565": { vr: "CS", Value: ["COERCE"] },
      },
    ]);
    expect(pixels(file ?? Buffer.of())).toEqual(pixels(b.bytes));
    await expectUntouched(a);

    await undoAs(hub.district, "tech", change);
    await expectUntouched(b);
    expect((await find(["QueryRetrieveLevel=STUDY", "PatientID=DB-1", "StudyInstanceUID"])).length).toBe(1);
  });
});

describe("a moved study", () => {
  it("carries nothing of the person it was wrongly filed under, in either VR encoding and when forwarded", async () => {
    const wrong = await studyOf(hub.district, { patientId: "DW-1", name: "Zhao^Yi=赵^一", extra: EXTRA });
    await studyOf(hub.district, { patientId: "DW-2", name: "Qian^Er=钱^二" });
    await makeAs(hub.district, "tech", {
      kind: "move",
      studyInstanceUid: wrong.study,
      toKey: await keyOf(hub.district, "yanji", "DW-2"),
    });
    const port = await freePort();
    await hub.district.db
      .insertInto("application_entity")
      .values({ title: "HOSPITAL", site_id: "yanji", host: "127.0.0.1", port })
      .execute();
    const { id } = await hub.district.db
      .selectFrom("study")
      .select("id")
      .where("study_instance_uid", "=", wrong.study)
      .executeTakeFirstOrThrow();
    const transfer = await hub.district.db
      .insertInto("transfer" as never)
      .values({ study_id: id, destination: "HOSPITAL" } as never)
      .returning("id" as never)
      .executeTakeFirstOrThrow();
    const folder = mkdtempSync(join(tmpdir(), "forward-"));
    const forwarded: Buffer[] = [];
    try {
      await withBitPreservingStorescp(folder, port, async () => {
        const { db, blobs } = hub.district;
        const caller = { aeTitle: "HUB", timeouts: { connectMs: 2000, responseMs: 5000 } };
        await forwardStudy({ db, blobs, caller })({ transferId: (transfer as { id: string }).id });
        forwarded.push(...readdirSync(folder).map((name) => readFileSync(join(folder, name))));
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    const files = [...(await get(wrong.study)), ...(await get(wrong.study, ["-xi"])), ...forwarded];
    expect(files).toHaveLength(3);
    for (const file of files) {
      const json = jsonOf(file);
      expect(json["00100010"]?.Value).toEqual([{ Alphabetic: "Qian^Er", Ideographic: "钱^二" }]);
      expect(json["00100020"]?.Value).toEqual(["DW-2"]);
      // born 1956-04-01, seen 2026-03-15: not yet 70
      expect(json["00101010"]?.Value).toEqual(["069Y"]);
      expect(json["00100032"]).toBeUndefined();
      expect(json["00101040"]).toBeUndefined();
      expect(json["04000561"]?.Value).toMatchObject([
        {
          "04000550": {
            Value: [
              {
                "00100020": { Value: ["DW-1"] },
                "00100032": { Value: ["120000"] },
                "00101040": { Value: ["旧址一号"] },
              },
            ],
          },
          "04000565": { Value: ["CORRECT"] },
        },
      ]);
      expect(pixels(file)).toEqual(pixels(wrong.bytes));
    }
  });
});

describe("a corrected patient", () => {
  it("is answered and fetched with what was corrected alone", async () => {
    const one = await studyOf(hub.district, { patientId: "DC-1", name: "Sun^San=孙^三" });
    await makeAs(hub.district, "tech", {
      kind: "correct",
      patientKey: await keyOf(hub.district, "yanji", "DC-1"),
      fields: { patientId: "DC-100", sex: "F" },
    });
    const keys = ["QueryRetrieveLevel=STUDY", "PatientID=DC-100", "PatientName", "PatientSex", "StudyInstanceUID"];
    const [answer] = await find(keys);
    expect(firstOf(answer, "0020000D")).toBe(one.study);
    expect(firstOf(answer, "00100040")).toBe("F");
    const json = jsonOf((await get(one.study))[0]);
    expect(json["00100040"]?.Value).toEqual(["F"]);
    expect(json["00100020"]?.Value).toEqual(["DC-100"]);
    expect(json["00100010"]?.Value).toEqual([{ Alphabetic: "Sun^San", Ideographic: "孙^三" }]);
  });
});
