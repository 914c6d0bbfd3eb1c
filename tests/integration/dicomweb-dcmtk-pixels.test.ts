import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import dicomParser, { type DataSet } from "dicom-parser";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { editElements, explicitElement } from "../../core/dicom/edit-elements.ts";
import { readPart10 } from "../../core/dicom/read-part10.ts";
import { TRANSFER_SYNTAXES } from "../../core/dicom/transfer-syntaxes.ts";
import { runDcmtk } from "../dimse/dcmtk.ts";
import { readPng, readPnm } from "../support/read-png.ts";
import { SHARED_DATA } from "../support/shared-data.ts";
import { type DicomwebHub, startDicomwebHub, store } from "./dicomweb-hub.ts";

const EXPLICIT = "1.2.840.10008.1.2.1";
const DEFLATED = "1.2.840.10008.1.2.1.99";
const FOLDER = path.join(SHARED_DATA, "dicom");
const FILES = existsSync(FOLDER)
  ? ["transfer-syntaxes", "other"].flatMap((folder) =>
      readdirSync(path.join(FOLDER, folder)).map((file) => path.join(folder, file)),
    )
  : [];

/** No picture, or nothing that an archive takes: no File Meta Information and no way to tell the encoding. */
const NO_IMAGES =
  /no-pixel-data|wave_dfl|DICOMDIR|PR000000|pdf|reportsi|rtplan|sr-ellipse|sr-ruler|sr\.dcm|sr_document|test-SR|SC_rgb_jpeg\.dcm/;
/** dcmtk has no JPEG 2000, HTJ2K nor deflated frames; one file is broken, and one has a JPEG-LS parameter it refuses. */
const NOT_FOR_DCMTK = /J2K|JPEG2000|jp2k|jpeg_2k|jpeg2k|GH364|JLSL_08_07_0_1F|liver_deflate/;
/** The hub has no decoder for Deflated Image Frame Compression. */
const NOT_FOR_HUB = /liver_deflate/;
const IMAGES = FILES.filter((file) => !NO_IMAGES.test(file));

/** Of files that dcmtk cannot read: the same image without compression, and how far a lossy one may be from it. */
const TWINS: readonly (readonly [file: string, twin: string, most: number])[] = [
  ["CTImage.dcm_JPEG2000LosslessOnlyTransferSyntax_1.2.840.10008.1.2.4.90.dcm", "CTImage.dcm", 0],
  ["CTImage.dcm_JPEG2000TransferSyntax_1.2.840.10008.1.2.4.91.dcm", "CTImage.dcm", 5],
  ["MR_small_jp2klossless.dcm", "MR_small.dcm", 0],
  ["emri_small_jpeg_2k_lossless.dcm", "emri_small.dcm", 0],
];

interface Stored {
  readonly url: string;
  /** What was stored, for dcmtk. */
  readonly file: string;
  readonly transferSyntaxUid: string;
}

describe.skipIf(FILES.length === 0)("real images beside dcmtk", () => {
  let hub: DicomwebHub;
  let directory = "";
  const stored = new Map<string, Promise<Stored>>();
  beforeAll(async () => {
    hub = await startDicomwebHub();
    directory = mkdtempSync(path.join(tmpdir(), "dcmtk-pixels-"));
  });
  afterAll(async () => {
    rmSync(directory, { recursive: true, force: true });
    await hub.close();
  });

  function storedOnce(name: string): Promise<Stored> {
    const storing = stored.get(name) ?? storeImage(name, stored.size);
    stored.set(name, storing);
    return storing;
  }

  async function storeImage(name: string, number: number): Promise<Stored> {
    const file = path.join(directory, `${number}.dcm`);
    const bytes = await withOwnIdentifiers(path.join(FOLDER, name), file, number);
    writeFileSync(file, bytes);
    expect(await store(hub, [bytes])).toMatchObject({ failed: {} });
    const { dataSet, transferSyntaxUid } = readPart10(bytes, false);
    const [study, series, instance] = ["x0020000d", "x0020000e", "x00080018"].map((tag) => dataSet.string(tag));
    return { url: `/studies/${study}/series/${series}/instances/${instance}`, file, transferSyntaxUid };
  }

  async function explicitOf({ url }: Stored): Promise<DataSet> {
    const response = await hub.fetch(url, { headers: { accept: `application/dicom; transfer-syntax=${EXPLICIT}` } });
    const bytes = Buffer.from(await response.arrayBuffer());
    expect([response.status, response.headers.get("content-length")]).toEqual([200, String(bytes.length)]);
    return dicomParser.parseDicom(bytes);
  }

  it("are many", () => {
    expect(IMAGES.length).toBeGreaterThan(80);
  });

  it.each(IMAGES.filter((file) => !NOT_FOR_HUB.test(file)))("%s decodes to the same bytes", async (name) => {
    const image = await storedOnce(name);
    const ours = await explicitOf(image);
    const bytes = pixelsOf(ours);
    const frames = Math.max(1, ours.intString("x00280008") ?? 1);

    // the last frame by itself is the end of all of them; one-bit frames are packed, so that theirs is no range of bytes
    if (ours.uint16("x00280100") !== 1) {
      const last = await hub.fetch(`${image.url}/frames/${frames}`, {
        headers: { accept: "application/octet-stream" },
      });
      const frame = Buffer.from(await last.arrayBuffer());
      // without a header of its own it is not given in other colours than the stored one says
      const [before, after] = [dicomParser.parseDicom(readFileSync(image.file)), ours].map((one) =>
        one.string("x00280004"),
      );
      const isRefused = before !== after && !/^YBR_(RCT|ICT)$/.test(before ?? "");
      expect(last.status).toBe(isRefused ? 406 : 200);
      if (!isRefused) {
        const end = frame.length * frames;
        expect(frame.equals(bytes.subarray(end - frame.length, end))).toBe(true);
        expect(bytes.length - end).toBeLessThanOrEqual(/MR_small_padded/.test(name) ? 128 : 1);
      }
    }

    const reference = path.join(directory, "reference.dcm");
    const { code } = await runDcmtk(...toExplicit(image, reference));
    expect([name, code === 0]).toEqual([name, !NOT_FOR_DCMTK.test(name)]);
    if (code !== 0) return;
    const theirs = dicomParser.parseDicom(readFileSync(reference));
    expect(layoutOf(ours)).toEqual(layoutOf(theirs));
    expect(pixelsOf(theirs).equals(bytes)).toBe(true);
  });

  it.each(IMAGES.filter((file) => !NOT_FOR_DCMTK.test(file)))("%s looks the same", async (name) => {
    const image = await storedOnce(name);
    const { center, width } = windowOver(await explicitOf(image));
    const reference = path.join(directory, "reference.pnm");
    const tool = { dcmdjpeg: "dcmj2pnm", dcmdjpls: "dcml2pnm" }[toExplicit(image, "")[0]] ?? "dcm2pnm";
    const shown = await runDcmtk(tool, ["-O", "+Ww", String(center), String(width), "+op", image.file, reference]);
    expect(shown).toMatchObject({ code: 0 });
    const rendered = await hub.fetch(`${image.url}/rendered?window=${center},${width},linear`, {
      headers: { accept: "image/png" },
    });
    expect(rendered.status).toBe(200);
    const [ours, theirs] = [readPng(Buffer.from(await rendered.arrayBuffer())), readPnm(readFileSync(reference))];
    const { pixels, ...size } = ours;
    expect(theirs).toMatchObject(size);
    // dcmtk brings YCbCr to RGB by two tables that are each cut to whole numbers: up to two levels from the equations
    const most = /YBR_FULL-RLE/.test(name) ? 2 : 1;
    expect(largestDifference(pixels, theirs.pixels)).toBeLessThanOrEqual(most);
  });

  it.each(TWINS)("%s is as %s, within %i", async (name, twin, most) => {
    const [ours, theirs] = await Promise.all(
      [name, twin].map(async (each) => explicitOf(await storedOnce(path.join("transfer-syntaxes", each)))),
    );
    const samples = [ours, theirs].map((dataSet) => {
      const pixels = pixelsOf(dataSet as DataSet);
      return new Int16Array(new Uint8Array(pixels).buffer);
    });
    expect(largestDifference(samples[0] as Int16Array, samples[1] as Int16Array)).toBeLessThanOrEqual(most);
  });

  it.each([
    ["CTImage.dcm", "1.2.840.10008.1.2.4.80", "dcmdjpls"],
    ["CTImage.dcm_BigEndianExplicitTransferSyntax_1.2.840.10008.1.2.2.dcm", "1.2.840.10008.1.2.5", "dcmdrle"],
    ["emri_small_jpeg_2k_lossless.dcm", "1.2.840.10008.1.2.4.80", "dcmdjpls"],
    ["emri_small.dcm", "1.2.840.10008.1.2.5", "dcmdrle"],
    ["TestPattern_RGB.dcm", "1.2.840.10008.1.2.4.80", "dcmdjpls"],
    ["HTJ2KLossless_08_RGB.dcm", "1.2.840.10008.1.2.5", "dcmdrle"],
    ["YBR_FULL-RLE.dcm", "1.2.840.10008.1.2.4.80", "dcmdjpls"],
    ["SC_rgb_rle_32bit_2frame.dcm", "1.2.840.10008.1.2.5", "dcmdrle"],
    ["image_dfl.dcm", "1.2.840.10008.1.2.4.80", "dcmdjpls"],
  ])("%s made into %s is read by %s", async (name, syntax, tool) => {
    const image = await storedOnce(path.join("transfer-syntaxes", name));
    const response = await hub.fetch(image.url, {
      headers: { accept: `application/dicom; transfer-syntax=${syntax}` },
    });
    expect(response.status).toBe(200);
    const [made, decoded] = ["made.dcm", "decoded.dcm"].map((file) => path.join(directory, file)) as [string, string];
    writeFileSync(made, await response.bytes());
    expect(await runDcmtk(tool, [made, decoded])).toMatchObject({ code: 0 });
    const [ours, theirs] = [await explicitOf(image), dicomParser.parseDicom(readFileSync(decoded))];
    // JPEG-LS holds samples pixel by pixel, whatever the planes were before
    const isPlanar = ours.uint16("x00280006") === 1 && theirs.uint16("x00280006") === 0;
    expect(pixelsOf(theirs).equals(isPlanar ? byPixel(pixelsOf(ours)) : pixelsOf(ours))).toBe(true);
  });

  it("halved colour comes out in full in a codestream", async () => {
    const image = await storedOnce(path.join("transfer-syntaxes", "SC_ybr_full_422_uncompressed.dcm"));
    const response = await hub.fetch(image.url, {
      headers: { accept: "application/dicom; transfer-syntax=1.2.840.10008.1.2.5" },
    });
    const [made, decoded] = ["made.dcm", "decoded.dcm"].map((file) => path.join(directory, file)) as [string, string];
    writeFileSync(made, await response.bytes());
    expect(await runDcmtk("dcmdrle", [made, decoded])).toMatchObject({ code: 0 });
    const theirs = dicomParser.parseDicom(readFileSync(decoded));
    expect(theirs.string("x00280004")).toBe("YBR_FULL");
    // Y0 Y1 Cb Cr of two pixels (PS3.3 C.7.6.3.1.2) are Y0 Cb Cr, Y1 Cb Cr
    const halved = pixelsOf(await explicitOf(image));
    const full = Buffer.alloc(100 * 100 * 3);
    for (let pair = 0; pair < 5000; pair++) {
      const [y0, y1, cb, cr] = halved.subarray(pair * 4) as unknown as [number, number, number, number];
      full.set([y0, cb, cr, y1, cb, cr], pair * 6);
    }
    expect(pixelsOf(theirs).equals(full)).toBe(true);
  });
});

function byPixel(planes: Buffer): Buffer {
  const pixels = planes.length / 3;
  return Buffer.from(planes.map((_, at) => planes[(at % 3) * pixels + Math.floor(at / 3)] ?? 0));
}

/** The tool of dcmtk that makes this Explicit VR Little Endian, with its arguments. */
function toExplicit({ file, transferSyntaxUid }: Stored, to: string): [tool: string, args: readonly string[]] {
  if (/\.4\.(5\d|70)$/.test(transferSyntaxUid)) return ["dcmdjpeg", [file, to]];
  if (/\.4\.8[01]$/.test(transferSyntaxUid)) return ["dcmdjpls", [file, to]];
  if (transferSyntaxUid === "1.2.840.10008.1.2.5") return ["dcmdrle", [file, to]];
  // dcmconv would copy what it does not know
  if (TRANSFER_SYNTAXES.get(transferSyntaxUid)?.encapsulated === true) return ["dcm2pnm", [file, `${to}.pnm`]];
  return ["dcmconv", ["+te", file, to]];
}

/** Many of the files are one image in several encodings, or lack what an archive needs: each gets a place of its own. */
async function withOwnIdentifiers(original: string, copy: string, number: number): Promise<Buffer> {
  const raw = readFileSync(original);
  const header = headerOf(raw);
  if (!header) {
    writeFileSync(copy, raw);
    const insert = identifiers(number).flatMap(([tag, uid]) => [
      "-i",
      `(${(tag >>> 16).toString(16).padStart(4, "0")},${(tag & 0xffff).toString(16).padStart(4, "0")})=${uid}`,
    ]);
    expect(await runDcmtk("dcmodify", ["-nb", ...insert, copy])).toMatchObject({ code: 0 });
    return readFileSync(copy);
  }
  const { dataSet, dataSetOffset, transferSyntaxUid } = header;
  if (transferSyntaxUid === DEFLATED) return raw;
  const syntax = TRANSFER_SYNTAXES.get(transferSyntaxUid);
  if (syntax?.implicitVr === true || syntax?.bigEndian === true) {
    const uid = dataSet.string("x00080018") ?? "";
    return Buffer.from(raw.toString("latin1").replaceAll(uid, `${uid.slice(0, -4)}${1000 + number}`), "latin1");
  }
  const edits = new Map(
    identifiers(number).map(([tag, uid]) => {
      const value = Buffer.from(uid.length % 2 === 0 ? uid : `${uid}\0`, "latin1");
      return [tag, explicitElement(tag, "UI", value)];
    }),
  );
  const end = dataSet.elements.x7fe00010?.dataOffset ?? raw.length;
  const head = readPart10(raw.subarray(0, end), false);
  return Buffer.concat([
    raw.subarray(0, dataSetOffset),
    editElements(head.dataSet, dataSetOffset, edits),
    raw.subarray(end),
  ]);
}

function identifiers(number: number): readonly (readonly [tag: number, uid: string])[] {
  return [
    [0x00080018, `2.25.7.${number}.3`],
    [0x0020000d, `2.25.7.${number}.1`],
    [0x0020000e, `2.25.7.${number}.2`],
  ];
}

function headerOf(raw: Buffer): ReturnType<typeof readPart10> | null {
  try {
    return readPart10(raw, false);
  } catch {
    return null;
  }
}

function pixelsOf(dataSet: DataSet): Buffer {
  const { dataOffset = 0, length = 0 } = dataSet.elements.x7fe00010 ?? {};
  return Buffer.from(dataSet.byteArray.subarray(dataOffset, dataOffset + length));
}

/** Syntax, Photometric Interpretation, and what else says how the bytes are to be read. */
function layoutOf(dataSet: DataSet) {
  return {
    transferSyntaxUid: dataSet.string("x00020010"),
    photometricInterpretation: dataSet.string("x00280004"),
    lossy: dataSet.string("x00282110"),
    numbers: ["02", "06", "10", "11", "100", "101", "102", "103"].map((element) =>
      dataSet.uint16(`x0028${element.padStart(4, "0")}`),
    ),
  };
}

/** A window in the middle of a grey image's values, so that some are cut at either end. */
function windowOver(dataSet: DataSet): { readonly center: number; readonly width: number } {
  const [bits, stored] = ["x00280100", "x00280101"].map((tag) => dataSet.uint16(tag) ?? 8) as [number, number];
  if (dataSet.uint16("x00280002") !== 1 || bits < 8) return { center: 128, width: 256 };
  const signed = dataSet.uint16("x00280103") === 1;
  const pixels = pixelsOf(dataSet);
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let at = 0; at + bits / 8 <= pixels.length; at += bits / 8) {
    const shifted = (bits === 8 ? (pixels[at] ?? 0) : pixels.readUInt16LE(at)) << (32 - stored);
    const value = signed ? shifted >> (32 - stored) : shifted >>> (32 - stored);
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  const slope = dataSet.floatString("x00281053") ?? 1;
  const center = Math.round(((least + most) / 2) * slope + (dataSet.floatString("x00281052") ?? 0));
  return { center, width: Math.max(2, Math.round((most - least) * Math.abs(slope) * 0.7)) };
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let most = a.length === b.length ? 0 : Number.POSITIVE_INFINITY;
  for (let at = 0; at < a.length; at++) most = Math.max(most, Math.abs((a[at] ?? 0) - (b[at] ?? 0)));
  return most;
}
