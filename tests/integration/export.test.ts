import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { unzipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { textOf } from "../../core/deidentify/element-text.ts";
import { DEMO_PEOPLE } from "../../core/demo/demo-people.ts";
import { type DicomRows, writePart10 } from "../../core/demo/part10-writer.ts";
import { encodeText } from "../../core/demo/text-encoder.ts";
import { elementHead, readElements } from "../../core/dicom/data-elements.ts";
import { metaEnd } from "../../core/dicom/meta-end.ts";
import { part10Header } from "../../core/dicom/part10-header.ts";
import { readDicomEcg } from "../../core/ecg/read-dicom-ecg.ts";
import { DomainError } from "../../core/errors.ts";
import { frameReader } from "../../core/infra/archive/frame-reader.ts";
import { type CodecPool, openCodecPool } from "../../core/infra/codec/codec-pool.ts";
import { removeOldExportFiles } from "../../core/infra/export/remove-old-files.ts";
import { verifyArchive } from "../../core/infra/postgres/verify-archive.ts";
import type { BlobStore } from "../../core/ports.ts";
import { makeExport } from "../../worker/jobs/export-studies.ts";
import { runDcmtk } from "../dimse/dcmtk.ts";
import { askTestBench } from "../support/ask-test-bench.ts";
import { hasDciodvfy, iodErrors } from "../support/dciodvfy.ts";
import { CHANGBAI, type DemoDistrict, openDemoDistrict, YANJI } from "../support/demo-district.ts";
import { type HttpHub, openHttpHub } from "../support/http-hub.ts";
import { keyOf, makeAs } from "../support/patient-desk.ts";
import { smallCt, smallEcg } from "../support/small-studies.ts";
import { createTestDataFolder } from "../support/test-data-folder.ts";

const CT = "1.2.840.10008.5.1.4.1.1.2";
const SC = "1.2.840.10008.5.1.4.1.1.7";
const US = "1.2.840.10008.5.1.4.1.1.6.1";
const PDF = "1.2.840.10008.5.1.4.1.1.104.1";
const OPTIONS = { modifiedDates: true, cleanDescriptors: true, patientCharacteristics: false, safePrivate: false };
const SIDE = 16;

const PATIENT = { name: "Gao^Lihua=高^丽华", id: "GLH-778812" };
/** Of one study, with what the row says over it: a white picture unless told. */
function picture(sopClassUid: string, instance: string, extra: DicomRows): Buffer {
  const own: DicomRows = [
    [0x00080005, "CS", "GB18030"],
    [0x00080016, "UI", sopClassUid],
    [0x00080018, "UI", instance],
    [0x00080020, "DA", "20260315"],
    [0x00080060, "CS", "CT"],
    [0x00081030, "LO", "高丽华胸部CT"],
    [0x00100010, "PN", PATIENT.name],
    [0x00100020, "LO", PATIENT.id],
    [0x0020000d, "UI", "2.25.4711"],
    [0x0020000e, "UI", `2.25.4712.${sopClassUid.length}`],
    [0x00280002, "US", 1],
    [0x00280004, "CS", "MONOCHROME2"],
    [0x00280010, "US", SIDE],
    [0x00280011, "US", SIDE],
    [0x00280100, "US", 8],
    [0x00280101, "US", 8],
    [0x00280102, "US", 7],
    [0x00280103, "US", 0],
    [0x7fe00010, "OW", new Uint8Array(SIDE * SIDE).fill(255)],
  ];
  const given = new Set(extra.map(([tag]) => tag));
  const rows = [...own.filter(([tag]) => !given.has(tag)), ...extra];
  return writePart10({ sopClassUid, sopInstanceUid: instance, charset: "GB18030", rows });
}

const region = (left: number, top: number, right: number, bottom: number): DicomRows[number] => [
  0x00186011,
  "SQ",
  [
    [
      [0x00186018, "UL", left],
      [0x0018601a, "UL", top],
      [0x0018601c, "UL", right],
      [0x0018601e, "UL", bottom],
    ],
  ],
];

let district: DemoDistrict;
let hub: HttpHub;
let codecs: CodecPool;
let admin: string;
const studies: string[] = [];

beforeAll(async () => {
  district = await openDemoDistrict();
  hub = await openHttpHub(district, await askTestBench("redis"));
  codecs = openCodecPool({ threads: 1 });
  admin = await hub.signIn("admin");
});
afterAll(async () => {
  await codecs.close();
  await hub.close();
  await district.close();
});

async function stored(files: readonly Uint8Array[]): Promise<string> {
  let uid = "";
  for (const file of files) uid = (await district.store(YANJI, file)).studyInstanceUid;
  studies.push(uid);
  return uid;
}

/** Asked for over the API, made by the job, taken as a zip. */
async function exported(studyInstanceUids: readonly string[], options = OPTIONS, pseudonymPrefix = "LUNG") {
  const asked = await hub.call("createExport", admin, {
    body: { studyInstanceUids, purpose: "研究：肺结节", options, pseudonymPrefix },
  });
  expect(asked.status).toBe(200);
  const { id } = asked.body as { id: string };
  await makeExport({ db: district.db, blobs: district.blobs, codecs, frames: frameReader(district.blobs) })({
    exportId: id,
  });
  const file = await fetch(`${hub.url}/api/exports/${id}/file`, { headers: { cookie: admin } });
  expect(file.status).toBe(200);
  const entries = unzipSync(new Uint8Array(await file.arrayBuffer()));
  const detail = (await hub.call("getExport", admin, { params: { exportId: id } })).body as {
    id: string;
    state: string;
    exported: number;
    refused: number;
    bytes: number;
    refusals: { sopInstanceUid: string; reason: string }[];
  };
  const files = Object.entries(entries)
    .filter(([name]) => name.endsWith(".dcm"))
    .map(([name, bytes]) => ({ name, bytes: Buffer.from(bytes) }));
  return { id, detail, files, entries };
}

const headerOf = (file: Buffer) => readElements(file.subarray(metaEnd(file) ?? 0)).elements;
const said = (file: Buffer, tag: number) => textOf(headerOf(file), tag, "ISO_IR 192");

describe("an export", () => {
  it("tells of nobody, keeps the pixels and the references, and is read by dcmtk", async () => {
    const person = DEMO_PEOPLE[0];
    const originals = [...smallCt({ slices: 2 }), ...smallCt({ slices: 2 }), smallEcg({ patient: DEMO_PEOPLE[1] })];
    const uids = new Set<string>();
    for (const { bytes } of originals) uids.add(await stored([bytes]));
    const { files, detail, entries } = await exported([...uids]);
    expect(detail).toMatchObject({ state: "done", exported: originals.length, refused: 0, refusals: [] });
    expect(Object.keys(entries)).toContain("export.json");

    const folder = await createTestDataFolder();
    const words = [person, DEMO_PEOPLE[1]]
      .flatMap(({ nameLatin, nameHan, id }) => [
        ...nameLatin.split("^"),
        nameHan.replace("^", ""),
        nameHan.split("^")[0] ?? "",
        id,
      ])
      .filter((word) => word.length > 2 || /\p{Script=Han}{2}/u.test(word));
    const secret = [...words, "延吉", "DEMO-0001", ...originals.map((each) => each.sopInstanceUid), ...uids];
    for (const [i, { name, bytes }] of files.entries()) {
      for (const word of secret)
        for (const form of [Buffer.from(word), encodeText(word, "GB18030", false)])
          expect(bytes.includes(form), `${word} in ${name}`).toBe(false);
      const file = path.join(folder, `${i}.dcm`);
      await writeFile(file, bytes);
      if (hasDciodvfy) {
        const original = path.join(folder, `${i}-original.dcm`);
        await writeFile(original, originals[i]?.bytes ?? Buffer.of());
        expect([...iodErrors(file)].filter((error) => !iodErrors(original).has(error))).toEqual([]);
      }
      const { code, output } = await runDcmtk("dcmdump", ["-q", file]);
      expect([code, output]).toMatchObject([0, expect.stringContaining("113100")]);
      expect(output).not.toMatch(/^[EW]:/m);
    }

    const [first, , third] = files.map(({ bytes }) => bytes);
    if (!first || !third) throw new Error("too few files");
    // both CT studies are one patient's, the ECG another's
    expect(files.map(({ bytes }) => said(bytes, 0x00100020))).toEqual([
      "LUNG-0001",
      "LUNG-0001",
      "LUNG-0001",
      "LUNG-0001",
      "LUNG-0002",
    ]);
    expect(said(first, 0x0020000e)).toMatch(/^2\.25\.\d+$/);
    expect(said(files[1]?.bytes as Buffer, 0x0020000e)).toBe(said(first, 0x0020000e));
    expect(said(third, 0x0020000d)).not.toBe(said(first, 0x0020000d));
    expect(said(first, 0x00081030)).toBe("水模质控");
    expect(
      first.subarray(-SIDE * SIDE * 2).equals(Buffer.from(originals[0]?.bytes ?? []).subarray(-SIDE * SIDE * 2)),
    ).toBe(true);
    const ecg = files.at(-1)?.bytes as Buffer;
    const [before, after] = [originals.at(-1)?.bytes as Buffer, ecg].map((bytes) =>
      readDicomEcg(new Uint8Array(bytes)),
    );
    const [ours, theirs] = [after?.waveforms[0]?.leads ?? [], before?.waveforms[0]?.leads ?? []];
    expect(ours.map((lead) => lead.name)).toEqual([
      "I",
      "II",
      "III",
      "aVR",
      "aVL",
      "aVF",
      "V1",
      "V2",
      "V3",
      "V4",
      "V5",
      "V6",
    ]);
    expect(ours.map((lead) => lead.microvolts)).toEqual(theirs.map((lead) => lead.microvolts));
  });

  it("keeps the intervals between the dates of a patient", async () => {
    const dated = (uid: string, date: string) =>
      picture(CT, uid, [
        [0x00080020, "DA", date],
        [0x0020000d, "UI", `${uid}.1`],
        [0x0020000e, "UI", `${uid}.2`],
      ]);
    const uids = [await stored([dated("2.25.501", "20260227")]), await stored([dated("2.25.502", "20260302")])];
    const { files } = await exported(uids);
    const days = files.map(({ bytes }) => {
      const text = said(bytes, 0x00080020);
      return Date.UTC(Number(text.slice(0, 4)), Number(text.slice(4, 6)) - 1, Number(text.slice(6))) / 86_400_000;
    });
    expect((days[1] ?? 0) - (days[0] ?? 0)).toBe(3); // 27 February to 2 March 2026
    expect(said(files[0]?.bytes as Buffer, 0x00280303)).toBe("MODIFIED");
  });

  it("keeps sex and age as they were corrected, and leaves out what was rejected", async () => {
    const one = (uid: string) =>
      picture(CT, uid, [
        [0x00100020, "LO", "GLH-CORR"],
        [0x00100030, "DA", "19800101"],
        [0x00100040, "CS", "M"],
        [0x00101010, "AS", "046Y"],
        [0x0020000d, "UI", "2.25.503.1"],
        [0x0020000e, "UI", "2.25.503.2"],
      ]);
    const uid = await stored([one("2.25.503"), one("2.25.504")]);
    await makeAs(district, "admin", {
      kind: "correct",
      studyInstanceUid: uid,
      fields: { sex: "F", birthDate: "19900101" },
    });
    const rejected = await hub.call("rejectInstances", admin, {
      params: { studyInstanceUid: uid },
      body: { reason: "quality", seriesInstanceUids: [], sopInstanceUids: ["2.25.504"] },
    });
    expect(rejected.status).toBe(200);
    const { files, detail } = await exported([uid], { ...OPTIONS, patientCharacteristics: true });
    expect(detail).toMatchObject({ exported: 1, refused: 0 });
    const [file] = files;
    // born on 1 January 1990, seen on 15 March 2026
    expect([said(file?.bytes as Buffer, 0x00100040), said(file?.bytes as Buffer, 0x00101010)]).toEqual(["F", "036Y"]);
    expect(file?.bytes.includes("Gao")).toBe(false);
  });

  it("refuses what nobody can vouch for, and says why", async () => {
    const uid = await stored([
      picture(CT, "2.25.601", [[0x00280301, "CS", "YES"]]),
      picture(SC, "2.25.602", [[0x00280301, "CS", "NO"]]),
      picture(CT, "2.25.603", [[0x00080008, "CS", ["DERIVED", "SECONDARY", "SCREEN SAVE"]]]),
      picture(US, "2.25.604", [[0x00080060, "CS", "US"]]),
      picture(US, "2.25.605", [[0x00080060, "CS", "US"], region(0, 0, 15, 15)]),
      picture(PDF, "2.25.606", [[0x00420011, "OB", Buffer.from(`%PDF ${PATIENT.id}`)]]),
      picture(CT, "2.25.607", [[0x60000102, "US", 12]]),
      picture(CT, "2.25.608", [[0x0008103e, "LO", "Dose Report"]]),
      picture(CT, "2.25.609", [[0x00080064, "CS", "DF"]]),
      picture(CT, "2.25.610", []),
    ]);
    const { detail, files } = await exported([uid]);
    expect(Object.fromEntries(detail.refusals.map(({ sopInstanceUid, reason }) => [sopInstanceUid, reason]))).toEqual({
      "2.25.601": "burned-in-annotation",
      "2.25.602": "screen-without-rule",
      "2.25.603": "screen-without-rule",
      "2.25.604": "ultrasound-without-regions",
      "2.25.605": "ultrasound-without-regions",
      "2.25.606": "class-not-exported",
      "2.25.607": "overlay-in-pixels",
      "2.25.608": "screen-without-rule",
      "2.25.609": "digitized-film",
    });
    expect(detail).toMatchObject({ state: "done", exported: 1, refused: 9 });
    expect(said(files[0]?.bytes as Buffer, 0x00081030)).toBe("胸部 CT");
  });

  it("blackens what lies outside an ultrasound's regions", async () => {
    const uid = await stored([
      picture(US, "2.25.701", [
        [0x00080060, "CS", "US"],
        [0x0020000d, "UI", "2.25.4799"],
        [0x00280301, "CS", "YES"],
        region(2, 4, 13, 15),
      ]),
    ]);
    const { files } = await exported([uid]);
    const [file] = files;
    if (!file) throw new Error("refused");
    const pixels = file.bytes.subarray(-SIDE * SIDE);
    const white = [...pixels.keys()].filter((i) => pixels[i] === 255);
    expect(white).toHaveLength(12 * 12); // columns 2 to 13, rows 4 to 15
    expect(white.every((i) => i % SIDE >= 2 && i % SIDE <= 13 && i >= 4 * SIDE)).toBe(true);
    expect(said(file.bytes, 0x00280301)).toBe("NO");
  });

  it("blackens compressed frames as native ones, and takes the words out of those it keeps", async () => {
    const rle = encodedRle(new Uint8Array(SIDE * SIDE).fill(255));
    const jpeg = await grey8Jpeg();
    const uid = await stored([
      encapsulated("1.2.840.10008.1.2.5", rle, US, "2.25.801", [[0x00080060, "CS", "US"], region(0, 8, 15, 15)]),
      encapsulated("1.2.840.10008.1.2.4.50", withComment(jpeg, PATIENT.id), CT, "2.25.802", []),
    ]);
    const { files, detail } = await exported([uid]);
    expect(detail.refusals).toEqual([]);
    const us = files.find(({ bytes }) => said(bytes, 0x00080060) === "US")?.bytes as Buffer;
    const pixels = us.subarray(-SIDE * SIDE);
    expect([pixels[0], pixels[8 * SIDE - 1], pixels[8 * SIDE], pixels.at(-1)]).toEqual([0, 0, 255, 255]);
    expect(us.includes("1.2.840.10008.1.2.1\0")).toBe(true);
    const ct = files.find(({ bytes }) => said(bytes, 0x00080060) === "CT")?.bytes as Buffer;
    expect(ct.includes(PATIENT.id)).toBe(false);
    const folder = await createTestDataFolder();
    await writeFile(path.join(folder, "jpeg.dcm"), ct);
    const decoded = path.join(folder, "decoded.dcm");
    expect(await runDcmtk("dcmdjpeg", [path.join(folder, "jpeg.dcm"), decoded])).toMatchObject({ code: 0 });
    expect((await readFile(decoded)).at(-1)).toBeGreaterThan(250);
  });

  it("calls a patient, a study and a day the same in every export of a project, and otherwise in another", async () => {
    const [one, two] = [DEMO_PEOPLE[2], DEMO_PEOPLE[3]].map((patient) => smallCt({ patient, slices: 1 }));
    const uids: string[] = [];
    for (const file of [one?.[0], two?.[0]]) uids.push(await stored([file?.bytes ?? Buffer.of()]));
    const [first = "", second = ""] = uids;
    const facts = ({ files }: Awaited<ReturnType<typeof exported>>) =>
      files.map(({ bytes }) => [0x00100020, 0x0020000d, 0x00080018, 0x00080020].map((tag) => said(bytes, tag)));
    const both = facts(await exported([first, second], OPTIONS, "PROJ"));
    expect(both.map(([code]) => code)).toEqual(["PROJ-0001", "PROJ-0002"]);
    // the second alone, and later: its number is not given to anybody else
    expect(facts(await exported([second], OPTIONS, "PROJ"))).toEqual([both[1]]);
    const third = await stored([smallCt({ patient: DEMO_PEOPLE[4], slices: 1 })[0]?.bytes ?? Buffer.of()]);
    expect(facts(await exported([third, first], OPTIONS, "PROJ")).map(([code]) => code)).toEqual([
      "PROJ-0003",
      "PROJ-0001",
    ]);
    const other = facts(await exported([second], OPTIONS, "OTHER"));
    expect(other[0]?.[0]).toBe("OTHER-0001");
    for (const i of [1, 2]) expect(other[0]?.[i]).not.toBe(both[1]?.[i]);
    // two at once give no number twice
    const people = [DEMO_PEOPLE[5], DEMO_PEOPLE[6]].map((patient) => smallCt({ patient, slices: 1 })[0]?.bytes);
    const more: string[] = [];
    for (const bytes of people) more.push(await stored([bytes ?? Buffer.of()]));
    const at = await Promise.all(more.map((uid) => exported([uid], OPTIONS, "PROJ")));
    expect(
      at
        .flatMap(facts)
        .map(([code]) => code)
        .sort(),
    ).toEqual(["PROJ-0004", "PROJ-0005"]);
  });

  it("goes by who the patient is known to be now: corrected, and one with herself at another site", async () => {
    const dated = (uid: string, patientId: string) =>
      picture(CT, uid, [
        [0x00100010, "PN", "Flash^Gordon=符^戈登"],
        [0x00100020, "LO", patientId],
        [0x00100040, "CS", "M"],
        [0x00081030, "LO", "Flash CT"],
        [0x0020000d, "UI", `${uid}.1`],
        [0x0020000e, "UI", `${uid}.2`],
      ]);
    const here = await stored([dated("2.25.951", "PIR-1")]);
    const there = (await district.store(CHANGBAI, dated("2.25.952", "PIR-2"))).studyInstanceUid;
    const [mine, theirs] = [await keyOf(district, "yanji", "PIR-1"), await keyOf(district, "changbai", "PIR-2")];
    await makeAs(district, "admin", {
      kind: "correct",
      patientKey: mine,
      fields: { name: { alphabetic: "Head^Hanna", ideographic: "", phonetic: "" }, sex: "F" },
    });
    await makeAs(district, "admin", { kind: "link", patientKey: mine, withKey: theirs });
    const { files } = await exported([here, there], { ...OPTIONS, patientCharacteristics: true }, "PIR");
    expect(files.map(({ bytes }) => said(bytes, 0x00100020))).toEqual(["PIR-0001", "PIR-0001"]);
    expect(files.map(({ bytes }) => said(bytes, 0x00100040))).toEqual(["F", "M"]);
    expect(said(files[0]?.bytes as Buffer, 0x00081030)).toBe("CT");
  });

  it("holds a study back whose images disagree about the patient, and does not keep one from being deleted", async () => {
    const uid = await stored([picture(CT, "2.25.901", [[0x0020000d, "UI", "2.25.4991"]])]);
    await district.db
      .updateTable("study")
      .set({ identity_conflict: true })
      .where("study_instance_uid", "=", uid)
      .execute();
    const { detail } = await exported([uid]);
    expect(detail).toMatchObject({ exported: 0, refused: 1, refusals: [{ reason: "identity-unsure" }] });
    // the row of a refusal names the instance: it must not hold it
    const gone = await district.db
      .deleteFrom("instance")
      .where("sop_instance_uid", "=", "2.25.901")
      .returning("blob_key")
      .executeTakeFirstOrThrow();
    await district.blobs.delete(gone.blob_key);
    expect((await hub.call("getExport", admin, { params: { exportId: detail.id } })).body).toMatchObject({
      refused: 1,
      refusals: [],
    });
    await district.db
      .updateTable("study")
      .set({ originals_deleted_at: new Date() })
      .where("study_instance_uid", "=", uid)
      .execute();
    const body = { studyInstanceUids: [uid], purpose: "x", options: OPTIONS, pseudonymPrefix: "X" };
    expect((await hub.call("createExport", admin, { body })).status).toBe(404);
  });

  it("is audited, kept by whoever asked and why, and its file is part of a whole archive", async () => {
    const { id } = await exported([studies[0] ?? ""]);
    const lines = await district.db
      .selectFrom("audit_event")
      .selectAll()
      .where("action", "in", ["study.export-deidentified", "export.download"])
      .execute();
    expect(
      lines.filter((line) => line.detail.exportId === id).map((line) => [line.actor, line.action, line.outcome]),
    ).toEqual([
      ["admin", "study.export-deidentified", "done"],
      ["admin", "export.download", "done"],
    ]);
    const listed = (await hub.call("listExports", admin)).body as { exports: { id: string; purpose: string }[] };
    expect(listed.exports[0]).toMatchObject({
      id,
      purpose: "研究：肺结节",
      requestedBy: { displayName: expect.any(String) },
    });
    expect(JSON.stringify(listed)).not.toContain("key");
    const mapping = await district.db
      .selectFrom("study_export_patient")
      .selectAll()
      .where("export_id", "=", id)
      .execute();
    expect(mapping).toMatchObject([{ pseudonym: "LUNG-0001", shift_days: expect.any(Number) }]);
    expect(await verifyArchive(district.db, district.blobs)).toMatchObject({ orphans: 0, damaged: [], missing: [] });
  });

  it("says that it failed when the storage does, and is made when it is tried again", async () => {
    const { id } = await exported([studies[0] ?? ""]);
    await district.db
      .updateTable("study_export")
      .set({ state: "waiting", blob_key: null, byte_length: null })
      .where("id", "=", id)
      .execute();
    const full: BlobStore = {
      ...district.blobs,
      create: async (options) => {
        const writer = await district.blobs.create(options);
        return { ...writer, write: () => Promise.reject(new DomainError("storage-full")), discard: writer.discard };
      },
    };
    const before = (await district.files()).blobs.length;
    const run = (blobs: BlobStore) =>
      makeExport({ db: district.db, blobs, codecs, frames: frameReader(district.blobs) })({ exportId: id });
    await expect(run(full)).rejects.toMatchObject({ code: "storage-full" });
    const asked = { params: { exportId: id } };
    expect((await hub.call("getExport", admin, asked)).body).toMatchObject({
      state: "failed",
      failure: "storage-full",
    });
    expect((await district.files()).blobs.length).toBe(before);
    expect((await hub.call("retryExport", admin, asked)).body).toMatchObject({ state: "waiting", failure: null });
    expect((await hub.call("retryExport", admin, asked)).status).toBe(404);
    await run(district.blobs);
    expect((await hub.call("getExport", admin, asked)).body).toMatchObject({ state: "done", refused: 0 });
  });

  it("loses its file after a month, and stays on record", async () => {
    const { id } = await exported([studies[0] ?? ""]);
    const keys = async () => (await district.files()).blobs.length;
    const before = await keys();
    const daysOn = (days: number) => () => Date.now() + days * 86_400_000;
    await removeOldExportFiles(district.db, district.blobs, daysOn(29));
    expect(await keys()).toBe(before);
    await removeOldExportFiles(district.db, district.blobs, daysOn(31));
    expect(await keys()).toBeLessThan(before);
    expect((await hub.call("getExportFile", admin, { params: { exportId: id } })).status).toBe(404);
    expect((await hub.call("getExport", admin, { params: { exportId: id } })).body).toMatchObject({
      state: "done",
      bytes: null,
    });
  });

  it("is only an administrator's, and only of studies that are there", async () => {
    const body = { studyInstanceUids: [studies[0]], purpose: "x", options: OPTIONS, pseudonymPrefix: "X" };
    for (const name of ["tech", "gp", "radiologist"]) {
      const who = await hub.signIn(name);
      expect((await hub.call("createExport", who, { body })).status).toBe(403);
      expect((await hub.call("listExports", who)).status).toBe(403);
    }
    const before = await district.rowCount("study_export");
    const unknown = await hub.call("createExport", admin, { body: { ...body, studyInstanceUids: ["2.25.404"] } });
    expect(unknown.status).toBe(404);
    expect((await hub.call("createExport", admin, { body: { ...body, purpose: " " } })).status).toBe(400);
    expect(await district.rowCount("study_export")).toBe(before);
  });

  it("is made anew when a worker died over it, and not again when it is done", async () => {
    const { id } = await exported([studies[0] ?? ""]);
    const run = () =>
      makeExport({ db: district.db, blobs: district.blobs, codecs, frames: frameReader(district.blobs) })({
        exportId: id,
      });
    const row = () => district.db.selectFrom("study_export").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
    const done = await row();
    await run();
    expect(await row()).toEqual(done);
    await district.db
      .updateTable("study_export")
      .set({ state: "running", blob_key: null, exported: 7 })
      .where("id", "=", id)
      .execute();
    await run();
    expect(await row()).toMatchObject({ state: "done", exported: done.exported, byte_length: done.byte_length });
  });
});

/** An encapsulated one-frame file of the picture's rows. */
function encapsulated(syntax: string, codestream: Buffer, sopClassUid: string, uid: string, extra: DicomRows): Buffer {
  const study: DicomRows = [[0x0020000d, "UI", "2.25.4888"], ...extra];
  const native = picture(sopClassUid, uid, study);
  const dataSet = native.subarray(metaEnd(native) ?? 0, -SIDE * SIDE - 12);
  const item = (bytes: Buffer) => {
    const head = Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0]);
    head.writeUInt32LE(bytes.length, 4);
    return Buffer.concat([head, bytes]);
  };
  const even = Buffer.concat([codestream, Buffer.alloc(codestream.length % 2)]);
  return Buffer.concat([
    part10Header({ sopClassUid, sopInstanceUid: uid, transferSyntaxUid: syntax, sourceAeTitle: "CT_YANJI" }),
    dataSet,
    elementHead(0x7fe00010, "OB", null),
    item(Buffer.alloc(0)),
    item(even),
    Buffer.from([0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0]),
  ]);
}

/** PS3.5 Annex G: one segment, whose runs are literal. */
function encodedRle(pixels: Uint8Array): Buffer {
  const head = Buffer.alloc(64);
  head.writeUInt32LE(1, 0);
  head.writeUInt32LE(64, 4);
  const runs = Array.from({ length: Math.ceil(pixels.length / 128) }, (_, i) => {
    const literal = pixels.subarray(i * 128, (i + 1) * 128);
    return Buffer.concat([Buffer.from([literal.length - 1]), literal]);
  });
  return Buffer.concat([head, ...runs]);
}

async function grey8Jpeg(): Promise<Buffer> {
  const { encodeJpeg } = await import("../../core/infra/codec/encode-jpeg.ts");
  const side = SIDE;
  return Buffer.from(
    await encodeJpeg({ rows: side, columns: side, components: 1, pixels: new Uint8Array(side * side).fill(255) }, 90),
  );
}

/** A COM segment after SOI, and words after EOI. */
function withComment(jpeg: Buffer, text: string): Buffer {
  const words = Buffer.from(text);
  const comment = Buffer.from([0xff, 0xfe, 0, words.length + 2]);
  return Buffer.concat([jpeg.subarray(0, 2), comment, words, jpeg.subarray(2), words]);
}
