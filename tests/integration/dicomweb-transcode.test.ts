import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { DataSet } from "dicom-parser";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nativeFrame } from "../../core/decode/native-frame.ts";
import { writePart10 } from "../../core/demo/part10-writer.ts";
import { editElements, explicitElement } from "../../core/dicom/edit-elements.ts";
import { readPart10 } from "../../core/dicom/read-part10.ts";
import { nodeCodecs } from "../../core/infra/codec/node-codecs.ts";
import { runDcmtk } from "../dimse/dcmtk.ts";
import {
  COLUMNS,
  type DicomwebHub,
  framePixels,
  partsOf,
  ROWS,
  startDicomwebHub,
  store,
  testSlice,
} from "./dicomweb-hub.ts";

const STUDY = "2.25.900";
const EXPLICIT = "1.2.840.10008.1.2.1";
const JPEG_LS = "1.2.840.10008.1.2.4.80";
const HTJ2K = "1.2.840.10008.1.2.4.201";
const RPCL = "1.2.840.10008.1.2.4.202";
const RLE = "1.2.840.10008.1.2.5";
const EXTENDED = "1.2.840.10008.1.2.4.51";
const SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7";
const FRAMES = 3;

/** How dcmtk makes each: the same three frames in the series of its number. */
const MADE = {
  plain: ["dcmconv", "+te", EXPLICIT],
  implicit: ["dcmconv", "+ti", "1.2.840.10008.1.2"],
  bigEndian: ["dcmconv", "+tb", "1.2.840.10008.1.2.2"],
  deflated: ["dcmconv", "+td", "1.2.840.10008.1.2.1.99"],
  jpegLs: ["dcmcjpls", "+el", JPEG_LS],
  jpegLossless: ["dcmcjpeg", "+e1", "1.2.840.10008.1.2.4.70"],
  rle: ["dcmcrle", "+un", RLE],
  lossy: ["dcmcjpeg", "+ee", EXTENDED],
} as const;
type Kind = keyof typeof MADE;
const KINDS = Object.keys(MADE) as Kind[];
const LOSSLESS = KINDS.filter((kind) => kind !== "lossy");

const series = (kind: Kind) => `2.25.91${KINDS.indexOf(kind)}`;
const original = (kind: Kind): Buffer =>
  testSlice({
    study: STUDY,
    series: series(kind),
    instance: `${series(kind)}.1`,
    frames: FRAMES,
    extra: [
      [0x00281053, "DS", "1"],
      [0x00400275, "SQ", [[[0x00400007, "LO", "胸部"]]]],
      [0x54000100, "SQ", [[[0x54001010, "OW", Buffer.from([1, 2, 3, 4])]]]],
    ],
  });
const url = (kind: Kind) => `/studies/${STUDY}/series/${series(kind)}/instances/${series(kind)}.1`;

let hub: DicomwebHub;
let directory = "";
const stored = new Map<Kind, Buffer>();
beforeAll(async () => {
  hub = await startDicomwebHub();
  directory = mkdtempSync(path.join(tmpdir(), "transcode-"));
  for (const kind of KINDS) {
    const [tool, option] = MADE[kind];
    const [from, to] = [path.join(directory, "from.dcm"), path.join(directory, `${kind}.dcm`)];
    writeFileSync(from, original(kind));
    expect(await runDcmtk(tool, [option, ...(tool === "dcmcjpeg" ? ["+un"] : []), from, to])).toMatchObject({
      code: 0,
    });
    stored.set(kind, readFileSync(to));
  }
  expect((await store(hub, [...stored.values()])).failed).toEqual({});
});
afterAll(async () => {
  rmSync(directory, { recursive: true, force: true });
  await hub.close();
});

const get = (address: string, accept: string, headers: Record<string, string> = {}) =>
  hub.fetch(address, { headers: { accept, ...headers } });
const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());
const dicom = (syntax: string) => `application/dicom; transfer-syntax=${syntax}`;

function pixelsOf(file: Buffer): Buffer {
  const { dataOffset = 0, length = 0 } = readPart10(file, true).dataSet.elements.x7fe00010 ?? {};
  return file.subarray(dataOffset, dataOffset + length);
}

/** The three frames one after the other, as they were before dcmtk made them into something else. */
function allPixels(kind: Kind): Buffer {
  return Buffer.concat([1, 2, 3].map((frame) => framePixels(original(kind), frame, FRAMES)));
}

describe("frames", () => {
  it.each(LOSSLESS)("of a %s original are the uncompressed samples", async (kind) => {
    const response = await get(`${url(kind)}/frames/3,1`, 'multipart/related; type="application/octet-stream"');
    const parts = await partsOf(response);
    expect(parts.map((part) => part.contentType)).toEqual(
      Array(2).fill(`application/octet-stream; transfer-syntax=${EXPLICIT}`),
    );
    expect(parts.map((part) => part.bytes)).toEqual([3, 1].map((frame) => framePixels(original(kind), frame, FRAMES)));
  });

  it.each([
    ["plain", HTJ2K],
    ["plain", RPCL],
    ["implicit", JPEG_LS],
    ["jpegLs", RLE],
    ["rle", HTJ2K],
    ["bigEndian", JPEG_LS],
    ["deflated", RPCL],
  ] as const)("of a %s original in %s lose nothing", async (kind, syntax) => {
    const response = await get(`${url(kind)}/frames/2`, `*/*; transfer-syntax=${syntax}`);
    const [part] = await partsOf(response);
    expect(part?.contentType).toContain(`transfer-syntax=${syntax}`);
    const format = {
      rows: ROWS,
      columns: COLUMNS,
      samplesPerPixel: 1,
      photometricInterpretation: "MONOCHROME2",
      planarConfiguration: 0,
      bitsAllocated: 16,
      bitsStored: 12,
      pixelRepresentation: 0,
    };
    const bytes = new Uint8Array(part?.bytes ?? Buffer.alloc(0));
    const decoded = await nativeFrame({ bytes, transferSyntaxUid: syntax, format }, nodeCodecs);
    expect(Buffer.from(decoded)).toEqual(framePixels(original(kind), 2, FRAMES));
  });

  it("come in the form that is wanted most", async () => {
    const type = async (accept: string) =>
      (await get(`${url("jpegLs")}/frames/1`, accept)).headers.get("content-type")?.replace(/; transfer-syntax=/, " ");
    expect(await type("image/jls;q=0.3, application/octet-stream;q=0.7")).toBe(`application/octet-stream ${EXPLICIT}`);
    expect(await type("image/jls;q=0.7, application/octet-stream;q=0.3")).toBe(`image/jls ${JPEG_LS}`);
    expect(await type("image/jp2, image/jphc;q=0.2")).toBe(`image/jphc ${HTJ2K}`);
    expect(await type(`application/octet-stream; transfer-syntax=*`)).toBe(`application/octet-stream ${JPEG_LS}`);
  });

  it("have a tag for each form, and are not sent again in the same", async () => {
    const [plain, own] = await Promise.all(
      ["application/octet-stream", "image/jls"].map((accept) => get(`${url("jpegLs")}/frames/1`, accept)),
    );
    const tags = [plain, own].map((response) => response?.headers.get("etag") ?? "");
    expect(new Set(tags).size).toBe(2);
    expect(plain?.headers.get("vary")).toMatch(/accept/i);
    const again = (tag = "") => get(`${url("jpegLs")}/frames/1`, "application/octet-stream", { "if-none-match": tag });
    expect([(await again(tags[0])).status, (await again(tags[1])).status]).toEqual([304, 200]);
  });

  it.each(["image/jp2", "image/jpeg", "video/mp4", `image/jls; transfer-syntax=${HTJ2K}`, "image/jls;q=0"])(
    "in %s are refused with what there is",
    async (accept) => {
      const response = await get(`${url("plain")}/frames/1`, accept);
      expect([response.status, await response.json()]).toMatchObject([
        406,
        { code: "not-acceptable", detail: { offered: expect.stringContaining(`transfer-syntax=${HTJ2K}`) } },
      ]);
    },
  );

  it("that are not there are not there", async () => {
    expect((await get(`${url("jpegLs")}/frames/4`, "application/octet-stream")).status).toBe(404);
  });
});

describe("instances", () => {
  it.each(LOSSLESS)("%s in Explicit VR Little Endian: the same header, the uncompressed samples", async (kind) => {
    const response = await get(url(kind), dicom(EXPLICIT));
    expect([response.status, response.headers.get("content-type")]).toEqual([200, dicom(EXPLICIT)]);
    const file = await bytesOf(response);
    if (response.headers.has("content-length"))
      expect(file).toHaveLength(Number(response.headers.get("content-length")));
    expect(readPart10(file, true).transferSyntaxUid).toBe(EXPLICIT);
    expect(pixelsOf(file)).toEqual(allPixels(kind));
    // dcmtk has no complaint, and reads in it what it read before
    writeFileSync(path.join(directory, "out.dcm"), file);
    expect(await runDcmtk("dcmftest", [path.join(directory, "out.dcm")])).toMatchObject({ code: 0 });
    const before = kind === "implicit" || kind === "bigEndian" ? original(kind) : (stored.get(kind) as Buffer);
    expect(await dumped(file)).toEqual(await dumped(before));
  });

  it.each([
    ["plain", HTJ2K],
    ["implicit", JPEG_LS],
    ["jpegLossless", RLE],
    ["deflated", RPCL],
    ["bigEndian", RLE],
  ] as const)("%s in %s, and back", async (kind, syntax) => {
    const file = await bytesOf(await get(url(kind), dicom(syntax)));
    const renamed = withUid(file, `2.25.92${KINDS.indexOf(kind)}`);
    expect((await store(hub, [renamed])).failed).toEqual({});
    const there = `/studies/${STUDY}/series/${series(kind)}/instances/2.25.92${KINDS.indexOf(kind)}`;
    const asStored = await bytesOf(await get(there, dicom("*")));
    expect(readPart10(asStored, false).transferSyntaxUid).toBe(syntax);
    expect(pixelsOf(await bytesOf(await get(there, dicom(EXPLICIT))))).toEqual(allPixels(kind));
  });

  it("of a study come as one wants them all, or each in its default", async () => {
    const parts = async (accept: string) => {
      const answer = await partsOf(await get(`/studies/${STUDY}/series/${series("lossy")}`, accept));
      const more = await partsOf(await get(`/studies/${STUDY}/series/${series("jpegLs")}`, accept));
      return [...answer, ...more].map((part) => part.contentType.replace("application/dicom; transfer-syntax=", ""));
    };
    const all = 'multipart/related; type="application/dicom"';
    expect(await parts(`${all}; transfer-syntax=${EXPLICIT}`)).toEqual([EXPLICIT, EXPLICIT]);
    expect(await parts(`${all}; transfer-syntax=*`)).toEqual([EXTENDED, JPEG_LS]);
    // PS3.18 §8.7.3.4: Explicit VR Little Endian, unless the pixels are there in a lossy form only
    expect(await parts(all)).toEqual([EXTENDED, EXPLICIT]);
  });

  it("that were lossy say so still", async () => {
    const { dataSet } = readPart10(await bytesOf(await get(url("lossy"), dicom(EXPLICIT))), true);
    expect([dataSet.string("x00282110"), dataSet.string("x00282114")]).toEqual(["01", "ISO_10918_1"]);
  });

  it("say how long they are without being sent", async () => {
    const head = await hub.fetch(url("rle"), { method: "HEAD", headers: { accept: dicom(EXPLICIT) } });
    const whole = await bytesOf(await get(url("rle"), dicom(EXPLICIT)));
    expect([head.status, head.headers.get("content-length")]).toEqual([200, String(whole.length)]);
  });
});

describe("an instance with more around its pixels", () => {
  it("keeps what follows them, and leaves out what would no longer be true", async () => {
    const file = stored.get("jpegLs") as Buffer;
    const { dataSet, dataSetOffset } = readPart10(file, false);
    const pixelsAt = dataSet.elements.x7fe00010?.dataOffset ?? 0;
    const padding = explicitElement(0xfffcfffc, "OB", Buffer.from("trailing"));
    // an icon with encapsulated pixels: one item of one, its own delimiters
    const icon = Buffer.concat([
      explicitElement(0x7fe00010, "OB", Buffer.alloc(0), 0xffffffff),
      Buffer.from([0xfe, 0xff, 0, 0xe0, 0, 0, 0, 0, 0xfe, 0xff, 0, 0xe0, 2, 0, 0, 0, 1, 2]),
      Buffer.from([0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0]),
    ]);
    const item = Buffer.concat([Buffer.from([0xfe, 0xff, 0, 0xe0]), lengthOf(icon), icon]);
    const head = editElements(
      readPart10(file.subarray(0, pixelsAt), false).dataSet,
      dataSetOffset,
      new Map([
        [0x00280000, explicitElement(0x00280000, "UL", lengthOf(Buffer.alloc(999)))],
        [0x00880200, explicitElement(0x00880200, "SQ", item)],
        [0x7fe00001, explicitElement(0x7fe00001, "OV", Buffer.alloc(24))],
      ]),
    );
    const odd = withUid(
      Buffer.concat([file.subarray(0, dataSetOffset), head, file.subarray(pixelsAt), padding]),
      "2.25.930",
    );
    expect((await store(hub, [odd])).failed).toEqual({});
    const there = `/studies/${STUDY}/series/${series("jpegLs")}/instances/2.25.930`;
    const given = await bytesOf(await get(there, dicom(EXPLICIT)));
    expect(given.subarray(-padding.length).equals(padding)).toBe(true);
    const { elements } = readPart10(given, true).dataSet;
    expect(["x00280000", "x00880200", "x7fe00001"].filter((tag) => elements[tag])).toEqual([]);
    expect(pixelsOf(given)).toEqual(allPixels("jpegLs"));
  });
});

describe("a frame that is damaged", () => {
  it("is refused where it would have to be decoded, and given as it is where no one asked for that", async () => {
    const file = Buffer.from(stored.get("jpegLs") as Buffer);
    const start = file.indexOf(Buffer.from([0xff, 0xf7])); // SOF55 of the first frame
    file.writeUInt16BE(9999, start + 5); // so many rows
    const damaged = withUid(file, "2.25.940");
    expect((await store(hub, [damaged])).failed).toEqual({});
    const there = `/studies/${STUDY}/series/${series("jpegLs")}/instances/2.25.940`;
    for (const response of [
      await get(`${there}/frames/1`, "application/octet-stream"),
      await get(there, dicom(EXPLICIT)),
      await get(there, `multipart/related; type="application/dicom"; transfer-syntax=${EXPLICIT}`),
    ]) {
      expect([response.status, await response.json()]).toMatchObject([406, { code: "frame-unreadable" }]);
      expect(response.headers.get("cache-control")).toBe("no-store");
    }
    const asIs = await get(there, "application/dicom");
    expect(asIs.headers.get("content-type")).toBe(dicom(JPEG_LS));
    expect((await bytesOf(asIs)).equals(damaged)).toBe(true);
  });
});

describe("colours", () => {
  const uids = (number: number) => ({ study: STUDY, series: "2.25.918", instance: `2.25.918.${number}` });
  const there = (number: number) => `/studies/${STUDY}/series/2.25.918/instances/2.25.918.${number}`;
  const rgb = Buffer.from(Array.from({ length: 16 * 16 * 3 }, (_, at) => 40 + ((at * 7) % 160)));

  async function storeColours(number: number, tool: string, options: readonly string[]): Promise<void> {
    const { study, series: inSeries, instance } = uids(number);
    const [from, to] = [path.join(directory, "rgb.dcm"), path.join(directory, "coded.dcm")];
    const plain = writePart10({
      sopClassUid: SECONDARY_CAPTURE,
      sopInstanceUid: instance,
      charset: "ISO_IR 192",
      rows: [
        [0x00080016, "UI", SECONDARY_CAPTURE],
        [0x00080018, "UI", instance],
        [0x00100020, "LO", "P-1"],
        [0x0020000d, "UI", study],
        [0x0020000e, "UI", inSeries],
        [0x00280002, "US", 3],
        [0x00280004, "CS", "RGB"],
        [0x00280006, "US", 0],
        [0x00280010, "US", 16],
        [0x00280011, "US", 16],
        [0x00280100, "US", 8],
        [0x00280101, "US", 8],
        [0x00280102, "US", 7],
        [0x00280103, "US", 0],
        [0x7fe00010, "OB", rgb],
      ],
    });
    writeFileSync(from, plain);
    expect(await runDcmtk(tool, [...options, from, to])).toMatchObject({ code: 0 });
    expect((await store(hub, [readFileSync(to)])).failed).toEqual({});
  }

  it("that stay what the stored header says are given uncompressed, or in another codestream", async () => {
    await storeColours(1, "dcmcrle", []);
    const plain = await get(`${there(1)}/frames/1`, "application/octet-stream");
    expect((await bytesOf(plain)).equals(rgb)).toBe(true);
    expect((await get(`${there(1)}/frames/1`, "image/jphc")).status).toBe(200);
  });

  it("that would not are given with a header of their own alone", async () => {
    await storeColours(2, "dcmcjpeg", ["+eb", "+un"]); // to YBR_FULL_422
    for (const accept of ["application/octet-stream", "image/jls"]) {
      const refused = await get(`${there(2)}/frames/1`, accept);
      expect([refused.status, await refused.json()]).toMatchObject([406, { detail: { reason: "YBR_FULL_422" } }]);
    }
    expect((await get(`${there(2)}/frames/1`, "image/jpeg")).status).toBe(200);
    const file = await bytesOf(await get(there(2), dicom(EXPLICIT)));
    expect(readPart10(file, true).dataSet.string("x00280004")).toBe("RGB");
    expect(pixelsOf(file)).toHaveLength(rgb.length);
  });
});

describe("a header that claims a billion frames", () => {
  it("is held against its pixels first", async () => {
    const claim = testSlice({
      study: STUDY,
      series: "2.25.919",
      instance: "2.25.919.1",
      extra: [[0x00280008, "IS", 1_999_999_999]],
    });
    expect((await store(hub, [claim])).failed).toEqual({});
    const response = await get(`/studies/${STUDY}/series/2.25.919/instances/2.25.919.1`, dicom(RLE));
    expect([response.status, await response.json()]).toMatchObject([400, { code: "dicom-truncated" }]);
    const rendered = await get(`/studies/${STUDY}/series/2.25.919/instances/2.25.919.1/rendered`, "image/png");
    expect([rendered.status, await rendered.json()]).toMatchObject([406, { code: "not-acceptable" }]);
  });
});

describe("ranges", () => {
  const file = () => stored.get("rle") as Buffer;
  const range = (value: string, headers: Record<string, string> = {}) =>
    get(url("rle"), dicom("*"), { range: value, ...headers });

  it.each([
    ["bytes=0-9", 0, 10],
    ["bytes=100-", 100, -1],
    ["bytes=-50", -50, -1],
    ["bytes=132-99999999", 132, -1],
  ])("%s of an instance", async (value, start, end) => {
    const response = await range(value);
    const whole = file();
    const expected = whole.subarray(start, end === -1 ? whole.length : end);
    const first = start < 0 ? whole.length + start : start;
    expect([response.status, response.headers.get("content-range"), response.headers.get("content-length")]).toEqual([
      206,
      `bytes ${first}-${first + expected.length - 1}/${whole.length}`,
      String(expected.length),
    ]);
    expect((await bytesOf(response)).equals(expected)).toBe(true);
  });

  it("are said to be had, for the form that is stored", async () => {
    const [alone, multipart, made] = [
      await get(url("rle"), dicom("*")),
      await get(url("rle"), 'multipart/related; type="application/dicom"; transfer-syntax=*', { range: "bytes=0-9" }),
      await get(url("rle"), dicom(EXPLICIT), { range: "bytes=0-9" }),
    ];
    expect([alone.status, alone.headers.get("accept-ranges")]).toEqual([200, "bytes"]);
    expect([multipart.status, multipart.headers.get("accept-ranges")]).toEqual([200, null]);
    expect([made.status, made.headers.get("accept-ranges")]).toEqual([200, null]);
  });

  it("outside are refused with the length", async () => {
    const response = await range(`bytes=${file().length}-`);
    expect([response.status, response.headers.get("content-range")]).toEqual([416, `bytes */${file().length}`]);
    expect(await response.json()).toMatchObject({ code: "range-not-there" });
  });

  it("hold for the version that they are of", async () => {
    const tag = (await get(url("rle"), dicom("*"))).headers.get("etag") ?? "";
    expect((await range("bytes=0-9", { "if-range": tag })).status).toBe(206);
    expect((await range("bytes=0-9", { "if-range": '"another"' })).status).toBe(200);
    expect((await range("bytes=0-9", { "if-range": "Wed, 01 Jul 2026 10:00:00 GMT" })).status).toBe(200);
    expect((await range("bytes=0-9", { "if-none-match": tag })).status).toBe(304);
  });

  it("of bulk data", async () => {
    const there = `${url("plain")}/bulkdata/54000100/0/54001010`;
    const response = await get(there, "application/octet-stream", { range: "bytes=1-2" });
    expect([response.status, response.headers.get("content-range")]).toEqual([206, "bytes 1-2/4"]);
    expect([...(await bytesOf(response))]).toEqual([2, 3]);
    const tag = response.headers.get("etag") ?? "";
    expect((await get(there, "application/octet-stream", { "if-none-match": tag })).status).toBe(304);
    expect((await get(there, "application/octet-stream", { range: "bytes=4-" })).status).toBe(416);
    const whole = await get(there, "application/octet-stream");
    expect([whole.headers.get("accept-ranges"), [...(await bytesOf(whole))]]).toEqual(["bytes", [1, 2, 3, 4]]);
  });
});

function lengthOf(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return length;
}

/** The same Explicit VR Little Endian file as another instance. */
function withUid(file: Buffer, uid: string): Buffer {
  const header = readPart10(file, false);
  const pixelsAt = header.dataSet.elements.x7fe00010?.dataOffset ?? file.length;
  const head: DataSet = readPart10(file.subarray(0, pixelsAt), false).dataSet;
  const value = Buffer.from(uid.length % 2 === 0 ? uid : `${uid}\0`, "latin1");
  const edits = new Map([[0x00080018, explicitElement(0x00080018, "UI", value)]]);
  return Buffer.concat([
    file.subarray(0, header.dataSetOffset),
    editElements(head, header.dataSetOffset, edits),
    file.subarray(pixelsAt),
  ]);
}

/** What dcmtk reads of a header, whatever its encoding: every element but the pixels, and how long things are. */
async function dumped(file: Buffer): Promise<readonly string[]> {
  const there = path.join(directory, "dump.dcm");
  writeFileSync(there, file);
  const { output } = await runDcmtk("dcmdump", ["-q", "+L", there]);
  return output
    .split("\n")
    .filter((line) => /^\s*\((?!0002|7fe0|fffe|fffc)/.test(line))
    .map((line) =>
      line
        .replace(/ #.*$/, "")
        .replace(/\(Sequence with .*/, "")
        .trimEnd(),
    );
}
