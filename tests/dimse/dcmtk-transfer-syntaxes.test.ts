import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import dicomParser from "dicom-parser";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { metaEnd } from "../../core/dicom/meta-end.ts";
import { freePort } from "../../core/infra/embedded/free-port.ts";
import { SHARED_DATA } from "../support/shared-data.ts";
import { smallCt } from "../support/small-studies.ts";
import { openArchivePort } from "./archive-port.ts";
import { runDcmtk, withBitPreservingStorescp } from "./dcmtk.ts";
import { associationConfig } from "./dcmtk-config.ts";

const IMPLICIT_VR_LITTLE_ENDIAN = "1.2.840.10008.1.2";
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "transfer-syntaxes-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface DicomFile {
  readonly path: string;
  readonly transferSyntaxUid: string;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
}

/** What a file says of itself, read by nothing of ours. */
function fileAt(path: string): DicomFile {
  const bytes = readFileSync(path);
  // the oldest files have no Part 10 header
  const isPart10 = bytes.toString("latin1", 128, 132) === "DICM";
  const options = isPart10 ? {} : { TransferSyntaxUID: IMPLICIT_VR_LITTLE_ENDIAN };
  const dataSet = dicomParser.parseDicom(bytes, { untilTag: "x0020000e", ...options });
  return {
    path,
    transferSyntaxUid: dataSet.string("x00020010") ?? IMPLICIT_VR_LITTLE_ENDIAN,
    sopClassUid: dataSet.string("x00080016") ?? "",
    sopInstanceUid: dataSet.string("x00080018") ?? "",
  };
}

const dataSetAt = (bytes: Buffer) => bytes.subarray(metaEnd(bytes) ?? 0);

/**
 * Sends the files over one association to dcmtk's storescp, which keeps the bytes as they come, and to a hub with an archive of its
 * own; gives both by SOP Instance UID. storescu may write lengths anew, so that what it sends is known by what arrives elsewhere.
 */
async function sendToBoth(files: readonly DicomFile[]) {
  const config = join(folder, "pairs.cfg");
  writeFileSync(config, associationConfig(files));
  const oracle = mkdtempSync(join(folder, "oracle-"));
  const [port, hub] = [await freePort(), await openArchivePort()];
  const sending = ["-xf", config, "SEND"];
  const paths = files.map(({ path }) => path);
  try {
    await withBitPreservingStorescp(
      oracle,
      port,
      async () => {
        const sent = await runDcmtk("storescu", [...sending, "127.0.0.1", String(port), ...paths]);
        expect(sent).toMatchObject({ code: 0 });
      },
      ["-xf", config, "ACCEPT"],
    );
    const peer = ["-aet", "CT_YANJI", "-aec", "HUB", "127.0.0.1", String(hub.server.port)];
    const sent = await runDcmtk("storescu", [...sending, ...peer, ...paths]);
    expect(sent).toMatchObject({ code: 0 });
    const rows = await hub.district.db
      .selectFrom("instance")
      .select(["blob_key", "sop_instance_uid", "transfer_syntax_uid"])
      .execute();
    const stored = await Promise.all(
      rows.map(async (row) => ({
        sopInstanceUid: row.sop_instance_uid,
        transferSyntaxUid: row.transfer_syntax_uid,
        dataSet: dataSetAt(await hub.district.blobs.read(row.blob_key)),
      })),
    );
    const received = readdirSync(oracle).map((name) => ({
      ...fileAt(join(oracle, name)),
      dataSet: dataSetAt(readFileSync(join(oracle, name))),
    }));
    return { stored, received };
  } finally {
    await hub.close();
  }
}

async function expectBitForBit(files: readonly DicomFile[]): Promise<void> {
  const { stored, received } = await sendToBoth(files);
  expect(received).toHaveLength(files.length);
  const wrong = files.filter(({ sopInstanceUid, transferSyntaxUid }) => {
    const ours = stored.find((one) => one.sopInstanceUid === sopInstanceUid);
    const theirs = received.find((one) => one.sopInstanceUid === sopInstanceUid);
    return (
      !ours ||
      !theirs ||
      ours.transferSyntaxUid !== transferSyntaxUid ||
      Buffer.compare(ours.dataSet, theirs.dataSet) !== 0
    );
  });
  expect(wrong).toEqual([]);
  expect(stored).toHaveLength(files.length);
}

/** dcmtk's own tools, and what they make of an uncompressed file; 12 bits as a CT has them. */
const MADE = [
  ["dcmconv", "+ti", "1.2.840.10008.1.2"],
  ["dcmconv", "+te", "1.2.840.10008.1.2.1"],
  ["dcmconv", "+td", "1.2.840.10008.1.2.1.99"],
  ["dcmconv", "+tb", "1.2.840.10008.1.2.2"],
  ["dcmcjpeg", "+ee", "1.2.840.10008.1.2.4.51"],
  ["dcmcjpeg", "+el", "1.2.840.10008.1.2.4.57"],
  ["dcmcjpeg", "+e1", "1.2.840.10008.1.2.4.70"],
  ["dcmcjpls", "+el", "1.2.840.10008.1.2.4.80"],
  ["dcmcjpls", "+en", "1.2.840.10008.1.2.4.81"],
  ["dcmcrle", "+ff", "1.2.840.10008.1.2.5"],
] as const;

it("storescu sends one study in every transfer syntax that dcmtk makes, each stored bit for bit", async () => {
  const files: DicomFile[] = [];
  for (const [index, { bytes }] of smallCt({ slices: MADE.length, size: 64 }).entries()) {
    const [tool = "dcmconv", option = "", transferSyntaxUid] = MADE[index] ?? [];
    const [plain, made] = [join(folder, `plain-${index}.dcm`), join(folder, `made-${index}.dcm`)];
    writeFileSync(plain, bytes);
    // lossy encoders would give it another UID, as they should
    const keepUid = tool === "dcmcjpeg" || tool === "dcmcjpls" ? ["+un"] : [];
    expect(await runDcmtk(tool, [...keepUid, option, plain, made])).toEqual({ code: 0, output: "" });
    const file = fileAt(made);
    expect(file.transferSyntaxUid).toBe(transferSyntaxUid);
    files.push(file);
  }
  await expectBitForBit(files);
});

const FOREIGN = join(SHARED_DATA, "dicom/transfer-syntaxes");
/** Of those files, what cannot be sent, and why. */
const NOT_SENT: Readonly<Record<string, string>> = {
  "GH364.dcm": "its items break off: storescu does not read it",
  "SC_rgb_jpeg.dcm": "is not whole",
  "HTJ2KLossless_08_RGB.dcm": "dcmtk 3.6.7 does not know HTJ2K",
  "liver_deflate.dcm": "dcmtk 3.6.7 does not know deflated frames",
  "JLSL_RGB_ILV0.dcm": "has no SOP Instance UID",
  "JLSN_RGB_ILV0.dcm": "has no SOP Instance UID",
};
/** No Study Instance UID: to be refused. */
const WITHOUT_STUDY = ["JLSL_08_07_0_1F.dcm", "JPEGLSNearLossless_08.dcm", "SC_rgb_jls_lossy_line.dcm"];

describe.skipIf(!existsSync(FOREIGN))("files of other makers sent by storescu", () => {
  it("are stored bit for bit, each in the transfer syntax that it is in", async () => {
    const names = readdirSync(FOREIGN).filter((name) => !(name in NOT_SENT) && !WITHOUT_STUDY.includes(name));
    const files = names.map((name) => fileAt(join(FOREIGN, name)));
    // the same instance is there in several transfer syntaxes: as many archives as it takes
    const rounds: DicomFile[][] = [];
    for (const file of files) {
      const round = rounds.find((round) => round.every((other) => other.sopInstanceUid !== file.sopInstanceUid));
      if (round) round.push(file);
      else rounds.push([file]);
    }
    for (const round of rounds) await expectBitForBit(round);
    expect(new Set(files.map(({ transferSyntaxUid }) => transferSyntaxUid)).size).toBeGreaterThanOrEqual(14);
  });

  it.each(WITHOUT_STUDY)("%s is refused, since it is of no study", async (name) => {
    const hub = await openArchivePort();
    const file = fileAt(join(FOREIGN, name));
    const config = join(folder, "one.cfg");
    writeFileSync(config, associationConfig([file]));
    const peer = ["-aet", "CT_YANJI", "-aec", "HUB", "127.0.0.1", String(hub.server.port)];
    const { code, output } = await runDcmtk("storescu", ["-v", "-xf", config, "SEND", ...peer, file.path]);
    expect(code).not.toBe(0);
    expect(output).toMatch(/Received Store Response \(Error: /i);
    expect(await hub.district.rowCount("instance")).toBe(0);
    await hub.close();
  });
});
