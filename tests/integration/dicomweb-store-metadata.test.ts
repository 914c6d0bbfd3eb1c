import { request } from "node:http";
import { Readable } from "node:stream";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type DicomJsonDataSet, dicomJson } from "../../core/dicom/dicom-json.ts";
import { readPart10 } from "../../core/dicom/read-part10.ts";
import { encodeHtj2k } from "../../core/infra/codec/encode-htj2k.ts";
import { encodeJpeg } from "../../core/infra/codec/encode-jpeg.ts";
import { smallEcg } from "../support/small-studies.ts";
import {
  COLUMNS,
  type DicomwebHub,
  partsOf,
  pixelsOf,
  ROWS,
  type StorePart,
  startDicomwebHub,
  store,
  storeBody,
  testSlice,
} from "./dicomweb-hub.ts";

let hub: DicomwebHub;
beforeAll(async () => {
  hub = await startDicomwebHub();
});
afterAll(() => hub.close());

// Whatever became of a request: what it brought is an instance with a row, or it is gone.
afterEach(async () => {
  const { count } = await hub.db
    .selectFrom("instance")
    .select(({ fn }) => fn.countAll<string>().as("count"))
    .executeTakeFirstOrThrow();
  expect(await hub.keptFiles()).toEqual({ blobs: Number(count), unfinished: 0 });
});

let study = "";
let studies = 0;
beforeEach(() => {
  studies += 1;
  study = `2.25.${3000 + studies}`;
});

const slice = (n: number, frames = 1) =>
  testSlice({ study, series: `${study}.1`, instance: `${study}.1.${n}`, number: n, frames });
const PIXEL_DATA = "7FE00010";
const OCTETS = "application/octet-stream";
const root = "application/dicom+json";

/** The header of a slice as a client would write it, with its pixel data elsewhere. */
function metadataOf(bytes: Buffer, pixelUri: string, more: DicomJsonDataSet = {}): DicomJsonDataSet {
  return { ...dicomJson(readPart10(bytes, true).dataSet), [PIXEL_DATA]: { vr: "OW", BulkDataURI: pixelUri }, ...more };
}

const metadata = (...dataSets: readonly unknown[]): StorePart => ({
  type: "application/dicom+json",
  bytes: Buffer.from(JSON.stringify(dataSets)),
});
const bulk = (location: string, bytes: Uint8Array, type = OCTETS): StorePart => ({
  type,
  location,
  bytes: Buffer.from(bytes),
});
const send = (parts: readonly StorePart[], options = {}) => store(hub, parts, { root, ...options });

const lastRefusal = () =>
  hub.db
    .selectFrom("audit_event")
    .select(["actor", "detail"])
    .where("action", "=", "instance.store")
    .orderBy("id", "desc")
    .executeTakeFirst();

async function file(n: number): Promise<Buffer> {
  const path = `/studies/${study}/series/${study}.1/instances/${study}.1.${n}`;
  const response = await hub.fetch(path, { headers: { accept: "application/dicom; transfer-syntax=*" } });
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

async function frames(n: number, list: string): Promise<readonly { type: string; bytes: Buffer }[]> {
  const path = `/studies/${study}/series/${study}.1/instances/${study}.1.${n}/frames/${list}`;
  const response = await hub.fetch(path, { headers: { accept: "multipart/related; type=*/*; transfer-syntax=*" } });
  expect(response.status).toBe(200);
  return (await partsOf(response)).map(({ contentType, bytes }) => ({ type: contentType, bytes }));
}

describe("instances as metadata and bulk data", () => {
  it("makes files of them, whatever comes first", async () => {
    const [one, two, three] = [slice(1), slice(2), slice(3)];
    const parts = [
      bulk("bulk/1", pixelsOf(one)),
      metadata(
        metadataOf(one, "bulk/1"),
        metadataOf(two, "http://client.example/pixels/2"),
        metadataOf(three, "urn:uuid:3"),
      ),
      bulk("urn:uuid:3", pixelsOf(three)),
      bulk("http://client.example/pixels/2", pixelsOf(two)),
      bulk("nobody/asks/for/this", Buffer.alloc(100)),
    ];
    // sent again, it is the same file and known again
    for (const _ of ["first", "again"]) {
      const answer = await send(parts);
      expect([answer.status, answer.failed]).toEqual([200, {}]);
      expect(answer.stored).toEqual([`${study}.1.1`, `${study}.1.2`, `${study}.1.3`]);
    }
    for (const [n, source] of [
      [1, one],
      [2, two],
      [3, three],
    ] as const) {
      const stored = await file(n);
      const { dataSet, transferSyntaxUid } = readPart10(stored, true);
      expect(transferSyntaxUid).toBe("1.2.840.10008.1.2.1");
      // UTF-8, whatever character set the device had: 胸部平扫 and 王^小东 come back as they were
      expect(dataSet.string("x00080005")).toBe("ISO_IR 192");
      const [now, before] = [dicomJson(dataSet), dicomJson(readPart10(source, true).dataSet)];
      expect(now).toEqual(before);
      expect(stored.subarray(-pixelsOf(source).length).equals(pixelsOf(source))).toBe(true);
    }
    const found = (await (await hub.fetch(`/studies?StudyInstanceUID=${study}`)).json()) as DicomJsonDataSet[];
    expect(found[0]?.["00100010"]?.Value).toEqual([{ Alphabetic: "Wang^Xiaodong", Ideographic: "王^小东" }]);
  });

  it("has in the store what came of a value, and not in memory", async () => {
    // 4096 × 8192 pixels of 16 bits are 64 MiB
    const size = { "00280010": { vr: "US", Value: [4096] }, "00280011": { vr: "US", Value: [8192] } };
    const head = storeBody([metadata(metadataOf(slice(1), "large", size))]).subarray(0, -"\r\n--edge--\r\n".length);
    const part = Buffer.from(`\r\n--edge\r\nContent-Type: ${OCTETS}\r\nContent-Location: large\r\n\r\n`);
    const chunk = Buffer.alloc(1024 * 1024, 7);
    let stored = 0;
    const answer = await new Promise<string>((resolve, reject) => {
      const upload = request(
        `${hub.base}/studies`,
        { method: "POST", headers: { "content-type": `multipart/related; type="${root}"; boundary=edge` } },
        (response) => void response.setEncoding("utf8").on("data", resolve),
      ).on("error", reject);
      async function* body() {
        yield Buffer.concat([head, part]);
        for (let n = 0; n < 64; n++) {
          if (n === 60) stored = await hub.incomingBytes();
          yield chunk;
        }
        yield Buffer.from("\r\n--edge--\r\n");
      }
      Readable.from(body()).pipe(upload);
    });
    expect(JSON.parse(answer)).not.toHaveProperty("00081198");
    // of 60 MiB sent, all but what the sockets hold
    expect(stored).toBeGreaterThan(32 * 1024 * 1024);
  });

  it("keeps bulk data no longer than until their instance is stored", async () => {
    const numbers = Array.from({ length: 10 }, (_, i) => i + 1);
    // 1024 × 1024 pixels of 2 bytes are 2 MiB, which do not wait in memory
    const size = { "00280010": { vr: "US", Value: [1024] }, "00280011": { vr: "US", Value: [1024] } };
    const body = storeBody([
      metadata(...numbers.map((n) => metadataOf(slice(n), `${n}`, size))),
      ...numbers.map((n) => bulk(`${n}`, Buffer.alloc(2 * 1024 * 1024, n))),
    ]);
    const status = new Promise((resolve, reject) => {
      const upload = request(
        `${hub.base}/studies`,
        { method: "POST", headers: { "content-type": `multipart/related; type="${root}"; boundary=edge` } },
        (response) => resolve(response.resume().statusCode),
      ).on("error", reject);
      const end = () => upload.end(body.subarray(-100));
      upload.write(body.subarray(0, -100), () => void nineAreStored().then(end, reject));
    });
    expect(await status).toBe(200);

    /** The tenth is whole but for its last bytes: it alone is still written. */
    async function nineAreStored(): Promise<void> {
      const path = `/studies/${study}/instances`;
      await expect.poll(async () => (await hub.fetch(path)).json()).toHaveLength(9);
      await expect.poll(() => hub.incomingBytes()).toBeLessThanOrEqual(2 * 1024 * 1024);
    }
  });

  it("fails the instance whose bulk data did not come, and stores the others", async () => {
    const answer = await send([
      metadata(metadataOf(slice(1), "a"), metadataOf(slice(2), "b"), metadataOf(slice(3), "c")),
      bulk("c", pixelsOf(slice(3))),
      bulk("a", pixelsOf(slice(1))),
    ]);
    expect([answer.status, answer.failed]).toEqual([202, { 1: "bulk-data-missing" }]);
    expect(answer.stored).toEqual([`${study}.1.1`, `${study}.1.3`]);
    const [failed] = answer.json["00081198"]?.Value ?? [];
    expect(await lastRefusal()).toMatchObject({ actor: "tech", detail: { code: "bulk-data-missing", via: "stow" } });
    expect(failed?.["00081155"]?.Value).toEqual([`${study}.1.2`]);
    expect(failed?.["00081197"]?.Value).toEqual([0xc000]);
    expect(failed?.["00091003"]?.Value).toEqual(["PixelData"]);
  });

  it("takes values in line, and the same bulk data for several instances", async () => {
    const pixels = pixelsOf(slice(1));
    const { [PIXEL_DATA]: _, ...header } = metadataOf(slice(1), "");
    const inline = { ...header, [PIXEL_DATA]: { vr: "OW", InlineBinary: pixels.toString("base64") } };
    const answer = await send([
      metadata(inline, metadataOf(slice(2), "shared"), metadataOf(slice(3), "shared")),
      bulk("shared", pixels),
    ]);
    expect([answer.status, answer.stored.length]).toEqual([200, 3]);
    for (const n of [1, 2, 3]) expect((await file(n)).subarray(-pixels.length).equals(pixels)).toBe(true);
    const again = await send([metadata(inline)]);
    expect([again.status, again.stored]).toEqual([200, [`${study}.1.1`]]);
  });

  it("takes names of three groups and numbers with more digits than a DS has, and no pixel data", async () => {
    const { [PIXEL_DATA]: _, ...header } = metadataOf(slice(1), "", {
      "00100010": { vr: "PN", Value: [{ Alphabetic: "Hong^Gildong", Ideographic: "洪^吉洞", Phonetic: "홍^길동" }] },
      "00081050": { vr: "PN", Value: [{ Ideographic: "王^小东" }, { Alphabetic: "Li^Lei", Phonetic: "李^雷" }] },
      "00280030": { vr: "DS", Value: [0.1 + 0.2, 0.5] },
    });
    const answer = await send([metadata(header)]);
    expect([answer.status, answer.failed]).toEqual([200, {}]);
    const { dataSet } = readPart10(await file(1), true);
    expect(dataSet.string("x00080005")).toBe("ISO_IR 192");
    const text = Buffer.from(dataSet.byteArray).toString("utf8");
    expect(text).toContain("Hong^Gildong=洪^吉洞=홍^길동");
    expect(text).toContain("=王^小东\\Li^Lei==李^雷");
    expect(text).toContain("0.3\\0.5"); // 0.30000000000000004 has no room in 16 letters
  });

  it("takes a location and its BulkDataURI for the same however each is written", async () => {
    const path = new URL(hub.base).pathname;
    const answer = await send([
      metadata(metadataOf(slice(1), `${hub.base}/one`), metadataOf(slice(2), "./x/../two")),
      bulk(`${path}/one`, pixelsOf(slice(1))),
      bulk(`${path}/two`, pixelsOf(slice(2))),
    ]);
    expect([answer.status, answer.failed]).toEqual([200, {}]);
  });

  it("takes bulk data within sequences", async () => {
    const ecg = Buffer.from(smallEcg().bytes);
    const values = new Map<string, string>();
    const header = dicomJson(readPart10(ecg, true).dataSet, {
      inlineBytes: 64,
      bulkDataUri: (path) => {
        values.set(path, `bulk/${path}`);
        return `bulk/${path}`;
      },
    });
    expect(values.size).toBeGreaterThan(0);
    const samples = ecg.indexOf(Buffer.from([0x00, 0x54, 0x10, 0x10])) + 12;
    const length = ecg.readUInt32LE(samples - 4);
    const answer = await send([
      metadata(header),
      ...[...values.values()].map((location) => bulk(location, ecg.subarray(samples, samples + length))),
    ]);
    expect([answer.status, answer.failed]).toEqual([200, {}]);
    const url = String(answer.json["00081199"]?.Value?.[0]?.["00081190"]?.Value?.[0]);
    const stored = Buffer.from(
      await (await fetch(url, { headers: { accept: "application/dicom; transfer-syntax=*" } })).arrayBuffer(),
    );
    const at = stored.indexOf(Buffer.from([0x00, 0x54, 0x10, 0x10])) + 12;
    expect(stored.subarray(at, at + length).equals(ecg.subarray(samples, samples + length))).toBe(true);
  });

  it("takes a JPEG that says itself what its pixels are", async () => {
    const jpeg = await encodeJpeg(
      { rows: 64, columns: 48, components: 1, pixels: new Uint8Array(64 * 48).map((_, i) => i & 255) },
      90,
    );
    const header = Object.fromEntries(
      Object.entries(metadataOf(slice(1), "jpeg")).filter(([tag]) => !tag.startsWith("0028")),
    );
    const answer = await send([metadata(header), bulk("jpeg", jpeg, "image/jpeg")]);
    expect([answer.status, answer.failed]).toEqual([200, {}]);
    const { dataSet, transferSyntaxUid } = readPart10(await file(1), true);
    // SOF0: baseline, though the standard's default for image/jpeg is lossless
    expect(transferSyntaxUid).toBe("1.2.840.10008.1.2.4.50");
    expect(["x00280010", "x00280011", "x00280100", "x00280102"].map((tag) => dataSet.uint16(tag))).toEqual([
      64, 48, 8, 7,
    ]);
    const [frame] = await frames(1, "1");
    expect(frame?.type).toBe("image/jpeg; transfer-syntax=1.2.840.10008.1.2.4.50");
    expect(Buffer.from(jpeg).equals(frame?.bytes.subarray(0, jpeg.length) ?? Buffer.alloc(0))).toBe(true);
  });

  it.each([
    ["one after the other", () => "pixels", [1, 2, 3]],
    ["each by its number, in any order", (n: number) => `pixels/frames/${n}`, [3, 1, 2]],
  ])("takes the frames of a multi-frame image %s", async (_, locationOf, order) => {
    const images = await Promise.all(
      [1, 2, 3].map((n) =>
        encodeHtj2k({
          rows: ROWS,
          columns: COLUMNS,
          components: 1,
          samples: new Uint16Array(ROWS * COLUMNS).map((_, i) => i * n),
        }),
      ),
    );
    const type = "image/jphc; transfer-syntax=1.2.840.10008.1.2.4.202";
    const answer = await send([
      metadata(metadataOf(slice(1, 3), "pixels")),
      ...order.map((n) => bulk(locationOf(n), images[n - 1] ?? new Uint8Array(), type)),
    ]);
    expect([answer.status, answer.failed]).toEqual([200, {}]);
    const given = await frames(1, "1,2,3");
    expect(given.map((frame) => frame.type)).toEqual(Array(3).fill(type));
    for (const [i, image] of images.entries())
      expect(Buffer.from(image).equals(given[i]?.bytes.subarray(0, image.length) ?? Buffer.alloc(0))).toBe(true);
  });

  it("takes an encapsulated document in the media type it has", async () => {
    const pdf = Buffer.from("%PDF-1.4 an invented report of odd length\n%%EOF");
    const header = {
      "00080016": { vr: "UI", Value: ["1.2.840.10008.5.1.4.1.1.104.1"] },
      "00080018": { vr: "UI", Value: [`${study}.1.1`] },
      "00080060": { vr: "CS", Value: ["DOC"] },
      "00100010": { vr: "PN", Value: [{ Ideographic: "赵^德海" }] },
      "00100020": { vr: "LO", Value: ["P-9"] },
      "0020000D": { vr: "UI", Value: [study] },
      "0020000E": { vr: "UI", Value: [`${study}.1`] },
      "00420011": { vr: "OB", BulkDataURI: "report.pdf" },
      "00420012": { vr: "LO", Value: ["application/pdf"] },
    };
    const answer = await send([metadata(header), bulk("report.pdf", pdf, "application/pdf")]);
    expect([answer.status, answer.failed]).toEqual([200, {}]);
    expect((await file(1)).includes(pdf)).toBe(true);
  });

  it("refuses an image for what is no pixel data", async () => {
    const header = metadataOf(slice(1), "pixels", { "00282000": { vr: "OB", BulkDataURI: "profile" } });
    const answer = await send([
      metadata(header),
      bulk("pixels", pixelsOf(slice(1))),
      bulk("profile", jpegLike, "image/jls"),
    ]);
    expect([answer.status, answer.failed]).toEqual([409, { 0: "bulk-data-mismatch" }]);
    expect(answer.json["00081198"]?.Value?.[0]?.["00091003"]?.Value).toEqual(["ICCProfile"]);
  });

  /** SOI, the frame header of a baseline JPEG, and the marker of a scan. */
  const jpegOf = (rows: number, columns: number) =>
    Buffer.from([
      0xff,
      0xd8,
      0xff,
      0xc0,
      0,
      11,
      8,
      0,
      rows,
      0,
      columns,
      1,
      1,
      0x11,
      0,
      0xff,
      0xda,
      0,
      8,
      1,
      1,
      0,
      0,
      0,
    ]);
  const jpegLike = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xdb]), Buffer.alloc(200)]);
  it.each([
    ["video", "video/mpeg", jpegLike, "media-type-unsupported"],
    ["a long video", "video/mp4", Buffer.alloc(3_000_000), "media-type-unsupported"],
    ["a picture of another kind", "image/png", jpegLike, "media-type-unsupported"],
    [
      "a transfer syntax of another type",
      "image/jls; transfer-syntax=1.2.840.10008.1.2.4.50",
      jpegLike,
      "media-type-unsupported",
    ],
    ["an unknown transfer syntax", `${OCTETS}; transfer-syntax=1.2.3`, jpegLike, "media-type-unsupported"],
    [
      "Big Endian pixels",
      `${OCTETS}; transfer-syntax=1.2.840.10008.1.2.2`,
      pixelsOf(testSlice({ study: "1.2", series: "1.2", instance: "1.2" })),
      "media-type-unsupported",
    ],
    ["a JPEG of another size", "image/jpeg", jpegOf(64, 48), "bulk-data-mismatch"],
    ["a JPEG that is none", "image/jpeg", Buffer.alloc(200), "bulk-data-mismatch"],
    // the signature box of the JP2 file format: what an instance holds is the codestream alone (PS3.5 §8.2.4)
    ["a JP2 file", "image/jp2", Buffer.from("0000000c6a5020200d0a870a00000014", "hex"), "bulk-data-mismatch"],
    ["pixels that are cut short", OCTETS, Buffer.alloc(100), "bulk-data-mismatch"],
    // 16 × 24 pixels of 2 bytes are 768
    ["pixels of an odd length", OCTETS, Buffer.alloc(767), "bulk-data-mismatch"],
    ["a pixel too many", OCTETS, Buffer.alloc(770), "bulk-data-mismatch"],
    ["two images in one", OCTETS, Buffer.alloc(2 * 768), "bulk-data-mismatch"],
    ["no bytes at all", OCTETS, Buffer.alloc(0), "bulk-data-mismatch"],
  ])("refuses %s for the instance alone", async (_, type, bytes, code) => {
    const answer = await send([
      metadata(metadataOf(slice(1), "bad"), metadataOf(slice(2), "good")),
      bulk("bad", bytes, type),
      bulk("good", pixelsOf(slice(2))),
    ]);
    expect([answer.status, answer.failed]).toEqual([202, { 0: code }]);
    expect(answer.stored).toEqual([`${study}.1.2`]);
    expect(answer.json["00081198"]?.Value?.[0]?.["00091003"]?.Value).toEqual(["PixelData"]);
  });

  it.each([
    ["no SOP Instance UID", { "00080018": { vr: "UI" } }, "dicom-identifier-missing", "SOPInstanceUID"],
    [
      "a UID that is none",
      { "0020000E": { vr: "UI", Value: ["series"] } },
      "dicom-identifier-invalid",
      "SeriesInstanceUID",
    ],
    [
      "a UID that would be a path",
      { "00080018": { vr: "UI", Value: ["../../../etc/passwd"] } },
      "dicom-identifier-invalid",
      "SOPInstanceUID",
    ],
    [
      "a SOP class that C-STORE refuses",
      { "00080016": { vr: "UI", Value: ["1.3.12.2.1107.5.9.1"] } },
      "sop-class-unsupported",
      undefined,
    ],
    ["a tag that is none", { "00280009": { vr: "AT", Value: ["zz"] } }, "dicom-unreadable", undefined],
    ["letters of no CS", { "00080060": { vr: "CS", Value: ["断层"] } }, "dicom-unreadable", "Modality"],
    ["a part of a whole number", { "00280101": { vr: "US", Value: [11.5] } }, "dicom-unreadable", undefined],
    ["a VR that is none", { "00080060": { vr: "ZZ", Value: ["CT"] } }, "dicom-unreadable", "Modality"],
    ["a text for a number", { "00280010": { vr: "US", Value: ["many"] } }, "dicom-unreadable", "Rows"],
    [
      "two kinds of value",
      { "00080060": { vr: "CS", Value: ["CT"], BulkDataURI: "x" } },
      "dicom-unreadable",
      "Modality",
    ],
    ["binary that is no base64", { "00282000": { vr: "OB", InlineBinary: "?" } }, "dicom-unreadable", "ICCProfile"],
    ["a number too large for its VR", { "00280101": { vr: "US", Value: [70_000] } }, "dicom-unreadable", undefined],
    [
      "pixels in line that are cut short",
      { [PIXEL_DATA]: { vr: "OW", InlineBinary: "AAAA" } },
      "bulk-data-mismatch",
      "PixelData",
    ],
    ["another study than the path", {}, "request-invalid", undefined, "/studies/2.25.1"],
  ])("refuses an instance with %s", async (_, wrong, code, attribute, path = "/studies") => {
    const answer = await send([metadata(metadataOf(slice(1), "p", wrong)), bulk("p", pixelsOf(slice(1)))], { path });
    expect([answer.status, answer.failed]).toEqual([409, { 0: code }]);
    expect(answer.json["00081198"]?.Value?.[0]?.["00091003"]?.Value?.[0]).toBe(attribute);
  });

  it("refuses nesting without end", async () => {
    const deep = `${'{"00081140":{"vr":"SQ","Value":['.repeat(100_000)}${"]}}".repeat(100_000)}`;
    const answer = await send([{ type: root, bytes: Buffer.from(`[${deep}]`) }]);
    expect([answer.status, answer.failed]).toEqual([409, { 0: "dicom-unreadable" }]);
  });

  it.each([
    ["no JSON", 400, [{ type: root, bytes: Buffer.from("[{") }]],
    ["JSON that ends early", 400, [{ type: root, bytes: Buffer.from('[{"00080018":{"vr":"UI') }]],
    ["no metadata at all", 400, [bulk("a", Buffer.alloc(10))]],
    ["bulk data without a place", 400, [{ type: OCTETS, bytes: Buffer.alloc(10) }]],
    ["metadata without end", 413, [{ type: root, bytes: Buffer.alloc(33 * 1024 * 1024, " ") }]],
    ["values without end", 413, [{ type: root, bytes: Buffer.from(`[{"00080018":[${"0,".repeat(500_000)}0]}]`) }]],
    ["instances without end", 413, [{ type: root, bytes: Buffer.from(`[${"{},".repeat(20_000)}{}]`) }]],
    ["files among the metadata", 415, [{ type: "application/dicom", bytes: Buffer.alloc(200) }]],
    ["metadata as XML", 415, [{ type: "application/dicom+xml", bytes: Buffer.from("<NativeDicomModel/>") }]],
  ])("refuses a request with %s", async (_, status, parts) => {
    const headers = { "content-type": `multipart/related; type="${root}"; boundary=edge` };
    const body = new Uint8Array(storeBody([bulk("held", Buffer.alloc(70_000)), ...parts]));
    const response = await hub.fetch("/studies", { method: "POST", headers, body });
    expect(response.status).toBe(status);
  });

  it("keeps what was whole when the client goes away, and nothing that waited", async () => {
    const parts = [
      metadata(metadataOf(slice(1), "a"), metadataOf(slice(2), "b")),
      bulk("c", Buffer.alloc(50_000)),
      bulk("a", pixelsOf(slice(1))),
      bulk("b", pixelsOf(slice(2))),
    ];
    const body = storeBody(parts);
    await new Promise<void>((resolve) => {
      const upload = request(`${hub.base}/studies`, {
        method: "POST",
        headers: {
          "content-type": `multipart/related; type="${root}"; boundary=edge`,
          "content-length": body.length,
        },
      });
      upload.on("error", () => resolve());
      upload.write(body.subarray(0, body.length - 300), () => setTimeout(() => upload.destroy(new Error("gone")), 100));
    });
    await expect
      .poll(async () => (await hub.fetch(`/studies/${study}/instances`)).json(), { timeout: 5000 })
      .toHaveLength(1);
    await expect.poll(async () => (await hub.keptFiles()).unfinished).toBe(0);
  });
});
