import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEMO_PEOPLE } from "../../core/demo/demo-people.ts";
import { metaEnd } from "../../core/dicom/meta-end.ts";
import { freePort } from "../../core/infra/embedded/free-port.ts";
import { YANJI } from "../support/demo-district.ts";
import { dataSetOf, smallCt } from "../support/small-studies.ts";
import { type ArchivePort, openArchivePort } from "./archive-port.ts";
import { runDcmtk } from "./dcmtk.ts";
import { findByDcmtk, firstOf } from "./find-by-dcmtk.ts";
import { type CertificateAuthority, type Certified, certificateAuthority, pem } from "./test-certificates.ts";

const SLICES = 3;
const [JIN, ZHAO] = DEMO_PEOPLE;

let hub: ArchivePort;
let folder = "";
let authority: CertificateAuthority;
let device: Certified;
/** Of Jin, stored by the hub's own receiver. */
let study: { readonly uid: string; readonly seriesUid: string; readonly dataSets: readonly Buffer[] };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "dcmtk-tools-"));
  authority = certificateAuthority();
  device = authority.issue("CT_YANJI");
  const server = authority.issue("hub.test");
  hub = await openArchivePort({
    tls: { port: 0, key: pem(server.key), cert: pem(server.cert), ca: pem(authority.ca) },
  });
  const files = smallCt({ slices: SLICES, patient: JIN }).map(({ bytes }) => bytes);
  let [uid, seriesUid] = ["", ""];
  for (const bytes of files)
    ({ studyInstanceUid: uid, seriesInstanceUid: seriesUid } = await hub.district.store(YANJI, bytes));
  study = { uid, seriesUid, dataSets: files.map(dataSetOf) };
});
afterAll(async () => {
  await hub.close();
  authority.remove();
  rmSync(folder, { recursive: true, force: true });
});

const titles = ["-aet", "CT_YANJI", "-aec", "HUB"];
const peer = () => [...titles, "127.0.0.1", String(hub.server.port)];
const byBytes = (a: Buffer, b: Buffer) => a.compare(b);

/** A new study in files of its own. */
function newStudy(): { readonly uid: string; readonly paths: readonly string[]; readonly dataSets: readonly Buffer[] } {
  const own = mkdtempSync(join(folder, "study-"));
  const files = smallCt({ slices: SLICES, size: 64, patient: ZHAO });
  const paths = files.map(({ bytes }, i) => {
    const path = join(own, `${i}.dcm`);
    writeFileSync(path, bytes);
    return path;
  });
  return { uid: files[0]?.studyInstanceUid ?? "", paths, dataSets: files.map(({ bytes }) => dataSetOf(bytes)) };
}

async function storedDataSets(studyInstanceUid: string): Promise<Buffer[]> {
  const { db, blobs } = hub.district;
  const rows = await db
    .selectFrom("instance")
    .innerJoin("series", "series.id", "instance.series_id")
    .innerJoin("study", "study.id", "series.study_id")
    .select("blob_key")
    .where("study_instance_uid", "=", studyInstanceUid)
    .execute();
  return Promise.all(rows.map(async (row) => dataSetOf(await blobs.read(row.blob_key))));
}

describe("echoscu", () => {
  it.each([
    ["one context", []],
    ["as many contexts and transfer syntaxes as it has", ["-pts", "38", "-ppc", "128"]],
    ["over and over", ["--repeat", "20"]],
    ["PDUs of the smallest size", ["-pdu", "4096"]],
  ])("with %s", async (_, options) => {
    expect(await runDcmtk("echoscu", [...options, ...peer()])).toEqual({ code: 0, output: "" });
  });
});

describe("storescu and dcmsend", () => {
  it.each([
    ["storescu", "proposing every storage class there is", []],
    ["storescu", "with all transfer syntaxes in one context", ["+C"]],
    ["storescu", "proposing only what it needs", ["-R"]],
    ["storescu", "with PDUs of the smallest size both ways", ["-pdu", "4096", "--max-send-pdu", "4096"]],
    ["storescu", "with PDUs of the largest size", ["-pdu", "131072"]],
    ["storescu", "twice over", ["--repeat", "2"]],
    ["storescu", "with a user's name and password, which the hub has no use for", ["-usr", "someone", "-pwd", "word"]],
    ["storescu", "and aborting instead of releasing", ["--abort"]],
    ["dcmsend", "as it chooses by itself", []],
  ])("%s %s", async (tool, _, options) => {
    const { uid, paths, dataSets } = newStudy();
    expect(await runDcmtk(tool, [...options, ...peer(), ...paths])).toEqual({ code: 0, output: "" });
    expect((await storedDataSets(uid)).toSorted(byBytes)).toEqual(dataSets.toSorted(byBytes));
  });
});

describe("findscu", () => {
  const find = (keys: readonly string[], options: readonly string[] = ["-S"]) =>
    findByDcmtk(hub.server.port, "CT_YANJI", keys, options);

  it("walks down the patient root level by level", async () => {
    const patient = [`PatientID=${JIN.id}`];
    const upToStudy = [...patient, `StudyInstanceUID=${study.uid}`];
    const levels = [
      ["PATIENT", [...patient, "PatientName"], "00100010", [{ Alphabetic: "Jin^Shunyu", Ideographic: "金^顺玉" }]],
      ["STUDY", [...patient, "StudyInstanceUID"], "0020000D", [study.uid]],
      ["SERIES", [...upToStudy, "SeriesInstanceUID"], "0020000E", [study.seriesUid]],
      ["IMAGE", [...upToStudy, `SeriesInstanceUID=${study.seriesUid}`, "InstanceNumber"], "00200013", [1, 2, 3]],
    ] as const;
    for (const [level, keys, tag, expected] of levels) {
      const { answers, output } = await find([`QueryRetrieveLevel=${level}`, ...keys], ["-P"]);
      expect(output).toContain("Received Final Find Response (Success)");
      expect(answers.map((answer) => firstOf(answer, tag)).toSorted()).toEqual(expected);
      expect(answers.map((answer) => firstOf(answer, "00100020"))).toEqual(expected.map(() => JIN.id));
    }
  });

  it("asks with keys in sequences: what the hub does not keep is said, and hides nothing", async () => {
    const keys = ["QueryRetrieveLevel=SERIES", `StudyInstanceUID=${study.uid}`, "SeriesInstanceUID"];
    for (const more of [
      [
        "RequestAttributesSequence[0].ScheduledProcedureStepID=4711",
        "RequestAttributesSequence[0].RequestedProcedureID",
      ],
      ["ReferencedStudySequence"],
      ["(0040,0275)[1].(0040,0009)"],
    ]) {
      const { answers, output } = await find([...keys, ...more]);
      expect(answers.map((answer) => firstOf(answer, "0020000E"))).toEqual([study.seriesUid]);
      expect(output).toMatch(/Pending: WarningUnsupportedOptionalKeys/);
      expect(output).toContain("Received Final Find Response (Success)");
    }
  });

  it.each(["-x=", "-xe", "-xb", "-xi", "-xd"])("proposing its transfer syntaxes by %s", async (option) => {
    const keys = ["QueryRetrieveLevel=STUDY", `StudyInstanceUID=${study.uid}`, "PatientName"];
    const { answers } = await find(keys, ["-S", option]);
    expect(answers.map((answer) => firstOf(answer, "00100010"))).toEqual([
      { Alphabetic: "Jin^Shunyu", Ideographic: "金^顺玉" },
    ]);
  });

  it("is told that the retired Patient/Study Only model is not served", async () => {
    const { output } = await find(["QueryRetrieveLevel=STUDY", `PatientID=${JIN.id}`], ["-O"]);
    expect(output).toContain("No Acceptable Presentation Contexts");
  });
});

describe("getscu and movescu", () => {
  const keysOf = (uid: string) => ["-k", "QueryRetrieveLevel=STUDY", "-k", `StudyInstanceUID=${uid}`];

  /** The tool with +B, which writes where it runs: what it says, and the data sets that came. */
  async function fetched(tool: string, args: readonly string[]) {
    const own = mkdtempSync(join(folder, "fetched-"));
    const { output } = await runDcmtk(tool, ["-v", "+B", "-S", ...args], own);
    const files = readdirSync(own).map((name) => readFileSync(join(own, name)));
    return { output, dataSets: files.map((file) => file.subarray(metaEnd(file) ?? 0)) };
  }

  it.each(["-x=", "-xe", "-xb", "-xi", "-xd"])("getscu %s gets a study", async (option) => {
    const { output, dataSets } = await fetched("getscu", [option, ...peer(), ...keysOf(study.uid)]);
    expect(output).toContain("Number of Completed Suboperations : 3");
    expect(dataSets).toHaveLength(SLICES);
    // bytes as they are stored, unless it takes implicit VRs only
    if (option !== "-xi") expect(dataSets.toSorted(byBytes)).toEqual(study.dataSets.toSorted(byBytes));
  });

  it.each([4096, 131072])("getscu with PDUs of %i bytes", async (bytes) => {
    const { dataSets } = await fetched("getscu", ["-pdu", String(bytes), ...peer(), ...keysOf(study.uid)]);
    expect(dataSets.toSorted(byBytes)).toEqual(study.dataSets.toSorted(byBytes));
  });

  it("movescu gets to its own port what is plain and what is compressed, bit for bit", async () => {
    const plain = newStudy();
    const [first = "", ...rest] = plain.paths;
    const compressed = join(folder, "compressed.dcm");
    expect(await runDcmtk("dcmcjpeg", ["+e1", first, compressed])).toMatchObject({ code: 0 });
    for (const [option, paths] of [
      ["-xs", [compressed]],
      ["-xe", rest],
    ] as const)
      expect(await runDcmtk("storescu", [option, ...peer(), ...paths])).toMatchObject({ code: 0 });
    const port = await freePort();
    await hub.district.db
      .insertInto("application_entity")
      .values({ title: "MOVESCU", site_id: "yanji", host: "127.0.0.1", port })
      .execute();
    const own = ["+xa", "+P", String(port), "-aem", "MOVESCU", "-aet", "MOVESCU", "-aec", "HUB"];
    const to = ["127.0.0.1", String(hub.server.port)];
    const { output, dataSets } = await fetched("movescu", [...own, ...to, ...keysOf(plain.uid)]);
    expect(output).toContain("Received Final Move Response (Success)");
    expect(dataSets.toSorted(byBytes)).toEqual((await storedDataSets(plain.uid)).toSorted(byBytes));
    expect(dataSets).toHaveLength(SLICES);

    // getscu takes nothing compressed: it gets the others, and is told of that one
    const { output: said, dataSets: got } = await fetched("getscu", [...peer(), ...keysOf(plain.uid)]);
    expect(said).toContain("Number of Completed Suboperations : 2");
    expect(said).toContain("Number of Failed Suboperations    : 1");
    expect(got.toSorted(byBytes)).toEqual(plain.dataSets.slice(1).toSorted(byBytes));
  });
});

describe("over TLS", () => {
  const tls = () => ["+tls", device.key, device.cert, "+cf", authority.ca];
  const at = () => [...titles, "127.0.0.1", String(hub.server.tlsPort)];

  it.each([
    ["the non-downgrading BCP 195 profile", "+py"],
    ["the BCP 195 profile", "+px"],
    ["the extended BCP 195 profile", "+pz"],
  ])("echoscu, storescu and findscu by %s", async (_, profile) => {
    expect(await runDcmtk("echoscu", [...tls(), profile, ...at()])).toEqual({ code: 0, output: "" });
    const { uid, paths, dataSets } = newStudy();
    expect(await runDcmtk("storescu", [...tls(), profile, ...at(), ...paths])).toEqual({ code: 0, output: "" });
    expect((await storedDataSets(uid)).toSorted(byBytes)).toEqual(dataSets.toSorted(byBytes));
    const keys = ["QueryRetrieveLevel=STUDY", `StudyInstanceUID=${uid}`];
    const { answers } = await findByDcmtk(hub.server.tlsPort ?? 0, "CT_YANJI", keys, ["-S", ...tls(), profile]);
    expect(answers.map((answer) => firstOf(answer, "0020000D"))).toEqual([uid]);
  });
});
