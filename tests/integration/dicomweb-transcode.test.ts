import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { framesForTests } from "../../core/decode/frames-for-tests.ts";
import { runDcmtk } from "../dimse/dcmtk.ts";
import { SHARED_DATA } from "../support/shared-data.ts";
import { type DicomwebHub, framePixels, partsOf, startDicomwebHub, store, testSlice } from "./dicomweb-hub.ts";

const FILES = path.join(SHARED_DATA, "dicom/transfer-syntaxes");
const ROOT = "1.2.840.10008.1.2";
const PLAIN = { accept: 'multipart/related; type="application/octet-stream"' };

/** dcmtk's tool that decodes what is stored in this syntax; it has none for JPEG 2000. */
const TOOLS: Readonly<Record<string, readonly string[]>> = {
  "4.50": ["dcmdjpeg", "+cn"],
  "4.51": ["dcmdjpeg", "+cn"],
  "4.55": ["dcmdjpeg", "+cn"],
  "4.57": ["dcmdjpeg", "+cn"],
  "4.70": ["dcmdjpeg", "+cn"],
  "4.80": ["dcmdjpls"],
  "4.81": ["dcmdjpls"],
  "5": ["dcmdrle"],
  "2": ["dcmconv", "+te"],
};
/** dcmtk itself cannot: a meta group of another length than it says, and a codestream that it takes for damaged. */
const NOT_FOR_DCMTK = new Set(["GH364.dcm", "JLSL_08_07_0_1F.dcm"]);
/** The inverse DCT of 12-bit JPEG may round otherwise. */
const LOSSY_12_BIT = new Set(["4.51", "4.55"]);

let hub: DicomwebHub;
let folder = "";
beforeAll(async () => {
  hub = await startDicomwebHub();
  folder = mkdtempSync(path.join(tmpdir(), "transcode-"));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await hub.close();
});

/** Stored as an instance of its own, the pixel data as they are: several files of the set share their UIDs. */
async function storeCopy(file: string, number: number): Promise<string> {
  const copy = path.join(folder, `${number}.dcm`);
  copyFileSync(path.join(FILES, file), copy);
  const [study, series, instance] = ["1", "2", "3"].map((part) => `2.25.77${number}.${part}`) as [
    string,
    string,
    string,
  ];
  const uids = [`0020,000d=${study}`, `0020,000e=${series}`, `0008,0018=${instance}`];
  const { code, output } = await runDcmtk("dcmodify", ["-nb", "-ie", ...uids.flatMap((uid) => ["-i", uid]), copy]);
  expect(code, output).toBe(0);
  const answer = await store(hub, [readFileSync(copy)]);
  expect(answer.status, JSON.stringify(answer.failed)).toBe(200);
  return `/studies/${study}/series/${series}/instances/${instance}`;
}

interface RealFile {
  readonly file: string;
  readonly number: number;
  readonly tool: readonly string[];
  readonly most: number;
}

function realFiles(): readonly RealFile[] {
  if (!existsSync(FILES)) return [];
  return readdirSync(FILES)
    .toSorted()
    .flatMap((file, number) => {
      const [first] = readable(path.join(FILES, file));
      const syntax = first?.transferSyntaxUid.slice(ROOT.length + 1) ?? "";
      const tool = TOOLS[syntax];
      const isGiven = first && (first.format.samplesPerPixel === 1 || first.format.photometricInterpretation === "RGB");
      return tool && isGiven && !NOT_FOR_DCMTK.has(file)
        ? [{ file, number, tool, most: LOSSY_12_BIT.has(syntax) ? 1 : 0 }]
        : [];
    });
}

/** Some files of the set are broken on purpose; they have no frames to compare. */
function readable(file: string): ReturnType<typeof framesForTests> {
  try {
    return framesForTests(file);
  } catch {
    return [];
  }
}

describe.skipIf(!existsSync(FILES))("frames of real files asked for uncompressed", () => {
  it.each(realFiles())("$file are what $tool.0 makes of them", async ({ file, number, tool, most }) => {
    const instance = await storeCopy(file, number);
    const [program = "", ...options] = tool;
    const reference = path.join(folder, `${number}-reference.dcm`);
    const { code, output } = await runDcmtk(program, [...options, path.join(FILES, file), reference]);
    expect(code, output).toBe(0);
    const expected = framesForTests(reference);
    const list = expected.map((_, index) => index + 1).join(",");
    const response = await hub.fetch(`${instance}/frames/${list}`, { headers: PLAIN });
    const [head] = expected;
    if (head && head.format.samplesPerPixel === 3 && head.format.bitsAllocated !== 8) {
      expect(response.status).toBe(406);
      return;
    }
    expect(response.status, response.ok ? "" : await response.text()).toBe(200);
    const parts = await partsOf(response);
    expect(parts).toHaveLength(expected.length);
    for (const [index, part] of parts.entries()) {
      expect(part.contentType).toBe(`application/octet-stream; transfer-syntax=${ROOT}.1`);
      const { bytes, format } = expected[index] as (typeof expected)[number];
      expect(largestDifference(part.bytes, Buffer.from(bytes), format)).toBeLessThanOrEqual(most);
    }
  });
});

/** Of stored values, in Bits Stored: what lies above them is not part of the value. */
function largestDifference(
  ours: Buffer,
  theirs: Buffer,
  { bitsAllocated, bitsStored }: { readonly bitsAllocated: number; readonly bitsStored: number },
): number {
  if (ours.length > theirs.length) return Number.POSITIVE_INFINITY; // theirs may end in a padding byte
  const size = bitsAllocated / 8;
  const mask = bitsStored >= 32 ? 0xffffffff : 2 ** bitsStored - 1;
  let most = 0;
  for (let at = 0; at < ours.length; at += size) {
    const a = (ours.readUIntLE(at, size) & mask) >>> 0;
    const b = (theirs.readUIntLE(at, size) & mask) >>> 0;
    most = Math.max(most, Math.abs(a - b));
  }
  return most;
}

describe("frames asked for as HTJ2K", () => {
  it("are encoded without loss, and come back as they were", async () => {
    const slice = testSlice({ study: "2.25.780", series: "2.25.780.1", instance: "2.25.780.2", frames: 3 });
    expect((await store(hub, [slice])).status).toBe(200);
    const frames = "/studies/2.25.780/series/2.25.780.1/instances/2.25.780.2/frames/3,1";
    const accept = 'multipart/related; type="image/jphc"';
    const response = await hub.fetch(frames, { headers: { accept } });
    expect(response.status).toBe(200);
    const parts = await partsOf(response);
    expect(parts.map(({ contentType }) => contentType)).toEqual(
      Array(2).fill(`image/jphc; transfer-syntax=${ROOT}.4.202`),
    );
    for (const part of parts) expect(part.bytes.readUInt32BE(0)).toBe(0xff4fff51); // SOC, SIZ

    // stored as they came, and decoded again by the hub
    const encoded = encapsulatedSlice(parts[0]?.bytes ?? Buffer.alloc(0));
    expect((await store(hub, [encoded])).status).toBe(200);
    const back = await hub.fetch("/studies/2.25.781/series/2.25.781.1/instances/2.25.781.2/frames/1", {
      headers: { accept: "application/octet-stream" },
    });
    expect(back.headers.get("content-type")).toBe(`application/octet-stream; transfer-syntax=${ROOT}.1`);
    expect(Buffer.from(await back.arrayBuffer())).toEqual(framePixels(slice, 3, 3));
  });

  it("a frame that cannot be decoded is said so before anything goes out", async () => {
    const broken = encapsulatedSlice(Buffer.from("ff4fff51000000000000", "hex"), "2.25.782");
    expect((await store(hub, [broken])).status).toBe(200);
    const response = await hub.fetch("/studies/2.25.782/series/2.25.782.1/instances/2.25.782.2/frames/1", {
      headers: PLAIN,
    });
    expect(response.status).toBe(406);
    expect(await response.json()).toMatchObject({ code: "frame-unreadable" });
  });
});

/** A slice whose one frame is this codestream (PS3.5 §A.4). */
function encapsulatedSlice(codestream: Buffer, study = "2.25.781"): Buffer {
  const plain = testSlice({ study, series: `${study}.1`, instance: `${study}.2` });
  const syntax = Buffer.from(`${ROOT}.1\0`);
  const at = plain.indexOf(syntax);
  const pixelData = plain.indexOf(Buffer.from([0xe0, 0x7f, 0x10, 0x00]));
  const other = Buffer.from(`${ROOT}.4.202\0`.padEnd(24, "\0").slice(0, 24));
  const before = Buffer.from(plain.subarray(0, pixelData));
  const head = Buffer.concat([
    before.subarray(0, at - 2),
    u16(other.length),
    other,
    before.subarray(at + syntax.length),
  ]);
  head.writeUInt32LE(head.readUInt32LE(140) + other.length - syntax.length, 140); // (0002,0000)
  const padded = Buffer.concat([codestream, Buffer.alloc(codestream.length % 2)]);
  return Buffer.concat([
    head,
    Buffer.from([0xe0, 0x7f, 0x10, 0x00, 0x4f, 0x42, 0, 0, 0xff, 0xff, 0xff, 0xff]),
    Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0]),
    Buffer.from([0xfe, 0xff, 0x00, 0xe0]),
    u32(padded.length),
    padded,
    Buffer.from([0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0]),
  ]);
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
