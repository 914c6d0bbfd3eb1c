import { afterAll, beforeAll, describe, expect, it } from "vitest";
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

type Json = Record<string, { vr: string; Value?: unknown[]; BulkDataURI?: string; InlineBinary?: string }>;
type Part = { readonly type: string; readonly location?: string; readonly bytes: Buffer };

let hub: DicomwebHub;
beforeAll(async () => {
  hub = await startDicomwebHub();
});
afterAll(() => hub.close());

const JSON_TYPE = "application/dicom+json";
const OCTETS = "application/octet-stream";
const EXPLICIT = "1.2.840.10008.1.2.1";

function described(study: string, number: number, change: Json = {}): Json {
  return {
    "00080016": { vr: "UI", Value: ["1.2.840.10008.5.1.4.1.1.7"] },
    "00080018": { vr: "UI", Value: [`${study}.2.${number}`] },
    "00080060": { vr: "CS", Value: ["OT"] },
    "00081030": { vr: "LO", Value: ["胸部平扫"] },
    "00100010": { vr: "PN", Value: [{ Alphabetic: "Wang^Xiaodong", Ideographic: "王^小东" }] },
    "00100020": { vr: "LO", Value: ["P-9"] },
    "0020000D": { vr: "UI", Value: [study] },
    "0020000E": { vr: "UI", Value: [`${study}.1`] },
    "00200013": { vr: "IS", Value: [number] },
    "00280002": { vr: "US", Value: [1] },
    "00280004": { vr: "CS", Value: ["MONOCHROME2"] },
    "00280010": { vr: "US", Value: [ROWS] },
    "00280011": { vr: "US", Value: [COLUMNS] },
    "00280030": { vr: "DS", Value: [0.1 + 0.2, 0.5] },
    "00280100": { vr: "US", Value: [16] },
    "00280101": { vr: "US", Value: [16] },
    "00280102": { vr: "US", Value: [15] },
    "00280103": { vr: "US", Value: [0] },
    ...change,
  };
}

const pixels = (uri: string): Json => ({ "7FE00010": { vr: "OW", BulkDataURI: uri } });
const meta = (...instances: readonly Json[]): Part => ({
  type: JSON_TYPE,
  bytes: Buffer.from(JSON.stringify(instances)),
});
const ramp = (from: number) => Buffer.from(new Uint16Array(ROWS * COLUMNS).map((_, i) => from + i).buffer);

function bodyOf(parts: readonly Part[]): Buffer {
  return Buffer.concat([
    ...parts.flatMap(({ type, location, bytes }) => [
      Buffer.from(
        `\r\n--edge\r\nContent-Type: ${type}\r\n${location === undefined ? "" : `Content-Location: ${location}\r\n`}\r\n`,
      ),
      bytes,
    ]),
    Buffer.from("\r\n--edge--"),
  ]);
}

async function send(parts: readonly Part[], path = "/studies", body = bodyOf(parts)) {
  const answer = await hub.fetch(path, {
    method: "POST",
    headers: {
      "content-type": `multipart/related; type="${JSON_TYPE}"; boundary=edge`,
      accept: JSON_TYPE,
    },
    body: new Uint8Array(body),
  });
  return { status: answer.status, json: (await answer.json()) as Record<string, { Value?: Json[] }> };
}

const count = async () => (await hub.db.selectFrom("instance").select("id").execute()).length;
async function blobs(): Promise<number> {
  let keys = 0;
  for await (const _ of hub.blobs.keys()) keys += 1;
  return keys;
}

describe("Store Instances as metadata and bulk data", () => {
  it("makes instances of them, whatever the order of the parts, and knows them again", async () => {
    const study = "2.25.910";
    const parts = [
      { type: OCTETS, location: "bulk/2", bytes: ramp(1000) },
      meta(described(study, 1, pixels("bulk/1")), described(study, 2, pixels("bulk/2"))),
      { type: `${OCTETS}; transfer-syntax=${EXPLICIT}`, location: "bulk/1", bytes: ramp(1) },
    ];
    for (const _ of ["first", "again"]) expect((await send(parts)).status).toBe(200);
    expect(await count()).toBe(2);
    const series = `/studies/${study}/series/${study}.1`;
    for (const [number, from] of [
      [1, 1],
      [2, 1000],
    ] as const) {
      const frame = await hub.fetch(`${series}/instances/${study}.2.${number}/frames/1`);
      expect((await partsOf(frame))[0]?.bytes).toEqual(ramp(from));
    }
    const [json] = (await (await hub.fetch(`${series}/metadata`)).json()) as Json[];
    expect(json?.["00100010"]?.Value).toEqual([{ Alphabetic: "Wang^Xiaodong", Ideographic: "王^小东" }]);
    expect(json?.["00081030"]?.Value).toEqual(["胸部平扫"]);
    expect(json?.["00280030"]?.Value).toEqual([0.3, 0.5]); // 0.30000000000000004 has no room in a DS of 16
  });

  it("takes frames that are encoded, several under one address", async () => {
    const plain = testSlice({ study: "2.25.911", series: "2.25.911.1", instance: "2.25.911.2" });
    expect((await store(hub, [plain])).status).toBe(200);
    const encoded = await hub.fetch("/studies/2.25.911/series/2.25.911.1/instances/2.25.911.2/frames/1", {
      headers: { accept: 'multipart/related; type="image/jphc"' },
    });
    const bytes = (await partsOf(encoded))[0]?.bytes ?? Buffer.of();
    const study = "2.25.912";
    const type = "image/jphc; transfer-syntax=1.2.840.10008.1.2.4.202";
    const parts = [
      meta(described(study, 1, { ...pixels("frames"), "00280008": { vr: "IS", Value: [2] } })),
      { type, location: "frames", bytes },
      { type, location: "frames", bytes },
    ];
    expect((await send(parts)).status).toBe(200);
    const back = await hub.fetch(`/studies/${study}/series/${study}.1/instances/${study}.2.1/frames/1,2`, {
      headers: { accept: `multipart/related; type="${OCTETS}"` },
    });
    expect((await partsOf(back)).map((part) => part.bytes)).toEqual([framePixels(plain, 1), framePixels(plain, 1)]);
  });

  it("gives each instance its own answer", async () => {
    const study = "2.25.913";
    const { "00080018": _, ...nameless } = described(study, 3);
    const before = await count();
    const { status, json } = await send([
      meta(
        described(study, 1),
        described(study, 2, pixels("nowhere")),
        nameless,
        described(study, 4, { "00280100": { vr: "US", Value: [1, -7, "x"] } }),
      ),
    ]);
    expect(status).toBe(202);
    expect(json["00081199"]?.Value).toHaveLength(2); // no pixel data is no fault of an instance
    expect(json["00081198"]?.Value).toHaveLength(2);
    expect(JSON.stringify(json["00081198"])).toMatch(/bulk-data-missing.*dicom-identifier-missing/);
    expect(await count()).toBe(before + 2);
  });

  it.each<[string, Buffer, number]>([
    ["metadata that are no JSON", bodyOf([{ type: JSON_TYPE, bytes: Buffer.from("{nonsense") }]), 400],
    ["metadata that are a list of lists", bodyOf([{ type: JSON_TYPE, bytes: Buffer.from("[[1]]") }]), 400],
    ["bulk data that do not say what they are", bodyOf([{ type: OCTETS, bytes: ramp(1) }]), 400],
    ["a body that breaks off", bodyOf([meta(described("2.25.914", 1))]).subarray(0, -20), 400],
    ["items within items without end", bodyOf([meta(described("2.25.915", 1, { "00400275": nested(80) }))]), 409],
    [
      "a value that is none",
      bodyOf([meta(described("2.25.916", 1, { "00280009": { vr: "AT", Value: ["zz"] } }))]),
      409,
    ],
    [
      "an image of a kind that is not stored here",
      bodyOf([meta(described("2.25.917", 1, pixels("a"))), { type: "image/gif", location: "a", bytes: ramp(1) }]),
      409,
    ],
  ])("keeps nothing of %s", async (_, body, status) => {
    const [rows, kept] = [await count(), await blobs()];
    expect((await send([], "/studies", body)).status).toBe(status);
    expect([await count(), await blobs()]).toEqual([rows, kept]);
  });

  it("refuses what is of another study than the path says", async () => {
    expect((await send([meta(described("2.25.918", 1))], "/studies/2.25.919")).status).toBe(409);
  });
});

function nested(depth: number): Json[string] {
  return { vr: "SQ", Value: depth === 0 ? [] : [{ "00400275": nested(depth - 1) }] };
}
