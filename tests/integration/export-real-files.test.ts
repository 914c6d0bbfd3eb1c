import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import dicomParser from "dicom-parser";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DecodeRequest } from "../../core/decode/decoded-frame.ts";
import { framesForTests } from "../../core/decode/frames-for-tests.ts";
import { CLINICAL_WORDS } from "../../core/deidentify/clinical-terms.ts";
import { pseudonymsOf } from "../../core/deidentify/pseudonyms.ts";
import { readPart10 } from "../../core/dicom/read-part10.ts";
import { DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN } from "../../core/dicom/uid.ts";
import { frameReader } from "../../core/infra/archive/frame-reader.ts";
import { openFileBlobStore } from "../../core/infra/blob/file-blob-store.ts";
import { type CodecPool, openCodecPool } from "../../core/infra/codec/codec-pool.ts";
import { exportInstance } from "../../core/infra/export/export-instance.ts";
import type { StoredInstance } from "../../core/infra/postgres/stored-instances.ts";
import type { BlobStore } from "../../core/ports.ts";
import { runDcmtk } from "../dimse/dcmtk.ts";
import { hasDciodvfy, iodErrors } from "../support/dciodvfy.ts";
import { SHARED_DATA } from "../support/shared-data.ts";
import { createTestDataFolder } from "../support/test-data-folder.ts";

const FOLDERS = [
  "dicom/ct",
  "dicom/charsets",
  "dicom/transfer-syntaxes",
  "dicom/other",
  "dicom/malformed",
  "ecg/dicom",
];
const files = FOLDERS.flatMap((folder) => {
  const at = path.join(SHARED_DATA, folder);
  if (!existsSync(at)) return [];
  return readdirSync(at, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
});

/** Who it is about, where it was made, which it was: text and UID attributes, with private ones apart. */
const SECRETS = [
  "x00080018",
  "x00080050",
  "x00080080",
  "x00080081",
  "x00080090",
  "x00081010",
  "x00081040",
  "x00081048",
  "x00081050",
  "x00081070",
  "x00100010",
  "x00100020",
  "x00101000",
  "x00101001",
  "x00101040",
  "x00104000",
  "x00181000",
  "x0020000d",
  "x0020000e",
  "x00200052",
  "x00204000",
  "x00321032",
  "x00400006",
  "x00400242",
];
const OPTIONS = { modifiedDates: true, cleanDescriptors: true, patientCharacteristics: true, safePrivate: true };

let blobs: BlobStore;
let codecs: CodecPool;
let folder: string;
beforeAll(async () => {
  folder = await createTestDataFolder();
  blobs = await openFileBlobStore(folder);
  codecs = openCodecPool({ threads: 1 });
});
afterAll(() => codecs.close());

const { uid } = pseudonymsOf(Buffer.alloc(32, 3));
const request = { options: OPTIONS, pseudonym: "REAL-0001", shiftDays: -321, uid };

/** As the archive would know it; null for what the archive would not have taken. */
async function asStored(file: string, bytes: Buffer): Promise<StoredInstance | null> {
  try {
    const { dataSet, transferSyntaxUid, pixelDataOffset } = readPart10(bytes, true);
    const writer = await blobs.create();
    await writer.write(Buffer.from(bytes));
    await writer.seal();
    const string = (tag: string) => dataSet.string(tag) ?? "";
    return {
      id: file,
      seriesInstanceUid: string("x0020000e"),
      sopInstanceUid: string("x00080018"),
      sopClassUid: string("x00080016"),
      transferSyntaxUid,
      blobKey: writer.key,
      byteLength: bytes.length,
      pixelDataOffset,
    };
  } catch {
    return null;
  }
}

/** Words that a clinical text may have as well, and short numbers that come about by chance, are none. */
function secretsOf(bytes: Buffer): readonly string[] {
  const { dataSet } = readPart10(bytes, true);
  return SECRETS.flatMap((tag) => {
    const words = dataSet.elements[tag] ? (dataSet.string(tag) ?? "").split(/[\^=\\\s]+/) : [];
    const isName = tag === "x00100010" || tag === "x00100020";
    return words.filter(
      (word) =>
        word.length >= (/^\d+$/.test(word) ? 8 : 5) &&
        !/^(anonym\w*|patient|removed|1\.2\.840\.10008\..*)$/i.test(word) &&
        (isName || !CLINICAL_WORDS.has(word.toLowerCase())),
    );
  });
}

function hashOf(pixels: ArrayBufferView): string {
  return createHash("sha256")
    .update(new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength))
    .digest("hex");
}

async function decoded(frames: readonly DecodeRequest[]) {
  const all = [];
  for (const { bytes, transferSyntaxUid, format } of frames) {
    const asGrey = format.photometricInterpretation === "PALETTE COLOR";
    const frame = await codecs
      .run("decode", {
        bytes: new Uint8Array(bytes),
        transferSyntaxUid,
        format: asGrey ? { ...format, photometricInterpretation: "MONOCHROME2" } : format,
      })
      .catch(() => null);
    all.push(frame && hashOf(frame.kind === "grey" ? frame.pixels : frame.rgba));
  }
  return all;
}

describe.skipIf(files.length === 0)("real files", () => {
  let went = 0;
  let refused = 0;
  it.each(files.map((file) => [path.relative(SHARED_DATA, file), file] as const))("%s", async (_, file) => {
    const bytes = readFileSync(file);
    const instance = await asStored(file, bytes);
    if (!instance) return;
    const made = await exportInstance({ blobs, codecs, frames: frameReader(blobs) }, instance, request);
    if (made.outcome === "refused") {
      refused++;
      return;
    }
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of made.bytes) chunks.push(Buffer.from(chunk));
    } catch (error) {
      expect(error).toMatchObject({ name: "DomainError" });
      refused++;
      return;
    }
    went++;
    const out = Buffer.concat(chunks);
    for (const secret of secretsOf(bytes)) expect(out.includes(secret), secret).toBe(false);
    const written = path.join(folder, "out.dcm");
    await writeFile(written, out);
    const dump = await runDcmtk("dcmdump", ["-q", "+L", written]);
    expect([dump.code, dump.output.match(/^[EWF]: .*/gm) ?? []]).toEqual([0, []]);
    if (hasDciodvfy) expect([...iodErrors(written)].filter((error) => !iodErrors(file).has(error))).toEqual([]);
    const header = dicomParser.parseDicom(new Uint8Array(out));
    expect(header.string("x00120062")).toBe("YES");
    expect(Object.keys(header.elements).filter((tag) => /^x(50|60)/.test(tag))).toEqual([]);
    if (instance.transferSyntaxUid === DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN) return; // the tests' own reader cannot unfold it
    const before = framesForTests(file);
    // what lies outside an ultrasound's regions is black
    if (before.length > 0 && header.string("x00080060") !== "US")
      expect(await decoded(framesForTests(written))).toEqual(await decoded(before));
  });
  it("go and are refused in some number", () => {
    expect(went).toBeGreaterThan(60);
    expect(refused).toBeGreaterThan(20);
  });
});
