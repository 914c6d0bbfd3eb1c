import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import dicomParser from "dicom-parser";
import { api } from "dicomweb-client";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { encapsulatedPdf } from "../../core/infra/pdf/encapsulated-pdf.ts";
import { createKey } from "../../core/infra/sign-in/accounts.ts";
import { runDcmtk } from "../dimse/dcmtk.ts";
import { type DemoDistrict, openDemoDistrict, YANJI } from "../support/demo-district.ts";
import { FetchRequest } from "../support/fetch-request.ts";
import { type HttpHub, openHttpHub } from "../support/http-hub.ts";
import { type OwnRedis, startOwnRedis } from "../support/own-redis.ts";
import { SHARED_DATA } from "../support/shared-data.ts";
import { createTestDataFolder } from "../support/test-data-folder.ts";
import { COLUMNS, framePixels, ROWS, testSlice } from "./dicomweb-hub.ts";

/** Its own declarations ask for options that it does not need. */
type Client = Record<
  | "searchForStudies"
  | "searchForSeries"
  | "searchForInstances"
  | "retrieveStudyMetadata"
  | "retrieveSeriesMetadata"
  | "retrieveInstanceMetadata",
  (options: object) => Promise<readonly Json[]>
> &
  Record<
    | "retrieveStudy"
    | "retrieveSeries"
    | "retrieveInstanceFrames"
    | "retrieveInstanceRendered"
    | "retrieveInstanceThumbnail"
    | "retrieveInstanceFramesRendered"
    | "retrieveInstanceFramesThumbnail"
    | "retrieveBulkData",
    (options: object) => Promise<readonly ArrayBuffer[]>
  > &
  Record<"retrieveInstance", (options: object) => Promise<ArrayBuffer>> &
  Record<"storeInstances", (options: object) => Promise<string>> &
  Record<"buildInstanceWadoURIUrl", (options: object) => string>;

interface Attribute {
  readonly Value?: readonly unknown[];
  readonly BulkDataURI?: string;
}
type Json = Readonly<Record<string, Attribute>>;
/** What it rejects with. */
interface Failure {
  readonly status: number;
  /** Parsed, text, or bytes, as the call had asked for; null when there was none. */
  readonly response: object | string | ArrayBuffer | null;
}

const STUDY = "2.25.700";
const SERIES = "2.25.701";
const series = { studyInstanceUID: STUDY, seriesInstanceUID: SERIES };
const one = (n: number) => ({ ...series, sopInstanceUID: `${SERIES}.${n}` });
/** More than is kept within the metadata. */
const PROFILE = Buffer.alloc(3000, "profile ");
const slices = [1, 2, 3].map((n) =>
  testSlice({
    study: STUDY,
    series: SERIES,
    instance: `${SERIES}.${n}`,
    number: n,
    frames: n,
    extra: [[0x00282000, "OB", PROFILE]],
  }),
);
const arrayBuffer = (bytes: Buffer) => new Uint8Array(bytes).buffer;
const buffers = (parts: readonly ArrayBuffer[]) => parts.map((part) => Buffer.from(part));

let district: DemoDistrict;
let redis: OwnRedis;
let hub: HttpHub;
let bearer: string;
let client: Client;
beforeAll(async () => {
  district = await openDemoDistrict();
  redis = await startOwnRedis();
  hub = await openHttpHub(district, redis.url);
  bearer = `Bearer ${await createKey(district.db, "tech", "client")}`;
  vi.stubGlobal("XMLHttpRequest", FetchRequest);
  client = clientOf({});
  await client.storeInstances({ datasets: slices.map(arrayBuffer) });
});
afterAll(async () => {
  vi.unstubAllGlobals();
  await hub.close();
  await redis.stop();
  await district.close();
});

function clientOf(options: object): Client {
  const own = { url: `${hub.url}/dicom-web`, headers: { Authorization: bearer }, singlepart: "", verbose: false };
  return new api.DICOMwebClient({ ...own, ...options }) as unknown as Client;
}

const uidOf = (found: Json | undefined, tag: string) => found?.[tag]?.Value?.[0];
const uidsOf = (found: readonly Json[], tag: string) => found.map((json) => uidOf(json, tag));

/** The status and the hub's own code of what a call rejects with. */
async function failureOf(request: Promise<unknown>): Promise<{ readonly status: number; readonly code: unknown }> {
  const { status, response } = await request.then(
    () => ({ status: 200, response: null }),
    (error: Failure) => error,
  );
  const isBytes = response instanceof ArrayBuffer;
  const text = isBytes
    ? Buffer.from(response).toString()
    : typeof response === "string"
      ? response
      : JSON.stringify(response);
  return { status, code: (JSON.parse(text) as { code?: unknown } | null)?.code };
}

describe("the npm dicomweb-client, unchanged, with a key", () => {
  it("searches at every level", async () => {
    const named = { queryParams: { PatientName: "王*", limit: "10" } };
    expect(uidsOf(await client.searchForStudies(named), "0020000D")).toEqual([STUDY]);
    expect(await client.searchForStudies({ queryParams: { PatientName: "赵*" } })).toEqual([]);
    expect(uidsOf(await client.searchForSeries({ studyInstanceUID: STUDY }), "0020000E")).toEqual([SERIES]);
    expect(uidsOf(await client.searchForSeries({ queryParams: { Modality: "CT" } }), "0020000E")).toEqual([SERIES]);
    expect(await client.searchForInstances(series)).toHaveLength(3);
    expect(await client.searchForInstances({ studyInstanceUID: STUDY, queryParams: { limit: 2 } })).toHaveLength(2);
    const third = await client.searchForInstances({ queryParams: { SOPInstanceUID: `${SERIES}.3` } });
    expect(uidsOf(third, "00080018")).toEqual([`${SERIES}.3`]);
  });

  it("retrieves metadata of a study, a series and an instance", async () => {
    for (const metadata of [
      await client.retrieveStudyMetadata({ studyInstanceUID: STUDY }),
      await client.retrieveSeriesMetadata(series),
    ])
      expect(uidsOf(metadata, "00080018")).toEqual([1, 2, 3].map((n) => `${SERIES}.${n}`));
    const [metadata] = await client.retrieveInstanceMetadata(one(2));
    expect(uidOf(metadata, "00100010")).toEqual({ Alphabetic: "Wang^Xiaodong", Ideographic: "王^小东" });
  });

  it("retrieves studies, series and instances bit for bit", async () => {
    for (const instances of [
      await client.retrieveStudy({ studyInstanceUID: STUDY }),
      await client.retrieveSeries(series),
    ])
      expect(buffers(instances)).toEqual(slices);
    expect(Buffer.from(await client.retrieveInstance(one(1)))).toEqual(slices[0]);
  });

  it("retrieves frames, by the media types it names or by none", async () => {
    const bytes = slices[2] as Buffer;
    const wanted = [framePixels(bytes, 3, 3), framePixels(bytes, 1, 3)];
    const frames = { ...one(3), frameNumbers: [3, 1] };
    const plain = { mediaType: "application/octet-stream", transferSyntaxUID: "1.2.840.10008.1.2.1" };
    const lossy = { mediaType: "image/jpeg", transferSyntaxUID: "1.2.840.10008.1.2.4.50" };
    for (const mediaTypes of [undefined, [plain], [{ ...plain, transferSyntaxUID: "*" }], [lossy, plain]])
      expect(buffers(await client.retrieveInstanceFrames({ ...frames, ...(mediaTypes && { mediaTypes }) }))).toEqual(
        wanted,
      );
    expect(await failureOf(client.retrieveInstanceFrames({ ...frames, mediaTypes: [lossy] }))).toEqual({
      status: 406,
      code: "not-acceptable",
    });
  });

  it("retrieves pictures and thumbnails of instances and frames", async () => {
    vi.spyOn(console, "debug").mockReturnValue();
    const png = { mediaTypes: [{ mediaType: "image/png" }] };
    const sizeOf = ([picture]: readonly ArrayBuffer[]) => {
      const bytes = Buffer.from(picture ?? new ArrayBuffer(0));
      expect(bytes.toString("latin1", 1, 4)).toBe("PNG");
      return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
    };
    expect(sizeOf(await client.retrieveInstanceRendered({ ...one(1), ...png }))).toEqual([COLUMNS, ROWS]);
    const twice = { queryParams: { viewport: "48,48" } };
    expect(sizeOf(await client.retrieveInstanceRendered({ ...one(1), ...png, ...twice }))).toEqual([48, 32]);
    const frame = { ...one(3), frameNumbers: [2] };
    const window = { queryParams: { window: "300,600,linear" } };
    expect(sizeOf(await client.retrieveInstanceFramesRendered({ ...frame, ...png }))).toEqual([COLUMNS, ROWS]);
    for (const pictures of [
      await client.retrieveInstanceRendered(one(1)),
      await client.retrieveInstanceFramesRendered({ ...frame, ...window }),
      await client.retrieveInstanceThumbnail(one(1)),
      await client.retrieveInstanceThumbnail({ ...one(1), mediaTypes: [{ mediaType: "image/jpeg" }] }),
      await client.retrieveInstanceFramesThumbnail(frame),
    ])
      expect(buffers(pictures)[0]?.readUInt16BE(0)).toBe(0xffd8);
    // two frames are two pictures
    const hashes = [1, 2].map(async (n) => {
      const pictures = await client.retrieveInstanceFramesRendered({ ...frame, frameNumbers: [n], ...png, ...window });
      return createHash("sha256")
        .update(Buffer.from(pictures[0] as ArrayBuffer))
        .digest("hex");
    });
    expect(new Set(await Promise.all(hashes)).size).toBe(2);
  });

  it("retrieves a document as the PDF that it is", async () => {
    const pdf = Buffer.from("%PDF-1.4\n% a document of nothing\n%%EOF\n");
    const document = encapsulatedPdf(pdf, {
      studyInstanceUid: STUDY,
      seriesInstanceUid: "2.25.702",
      sopInstanceUid: "2.25.702.1",
      patientName: "Wang^Xiaodong=王^小东",
      patientId: "P-1",
      patientBirthDate: "19560401",
      patientSex: "M",
      studyDate: "20260315",
      studyTime: "101500",
      studyId: "",
      accessionNumber: "A.700",
      referringPhysician: "",
      institutionName: "",
      contentDate: "20260316",
      contentTime: "080000",
      timezoneOffset: "+0800",
      title: "报告",
    });
    await district.store(YANJI, document);
    const [got] = await client.retrieveInstanceRendered({
      studyInstanceUID: STUDY,
      seriesInstanceUID: "2.25.702",
      sopInstanceUID: "2.25.702.1",
    });
    expect(Buffer.from(got as ArrayBuffer).subarray(0, pdf.length)).toEqual(pdf);
  });

  it("retrieves bulk data by the link as it stands", async () => {
    const [metadata] = await client.retrieveInstanceMetadata(one(1));
    const BulkDataURI = metadata?.["00282000"]?.BulkDataURI;
    expect(buffers(await client.retrieveBulkData({ BulkDataURI }))).toEqual([PROFILE]);
    const single = clientOf({ singlepart: "bulkdata" });
    const headers = { Accept: "application/octet-stream" };
    expect(buffers(await single.retrieveBulkData({ BulkDataURI, headers }))).toEqual([PROFILE]);
  });

  it("builds addresses of the URI service that lead to the file", async () => {
    for (const options of [{}, { wadoURLPrefix: "wado" }]) {
      const url = clientOf(options).buildInstanceWadoURIUrl(one(2));
      const answer = await fetch(url, { headers: { authorization: bearer } });
      expect(answer.headers.get("content-type")).toMatch(/^application\/dicom/);
      expect(Buffer.from(await answer.arrayBuffer())).toEqual(slices[1]);
    }
  });

  it("is told how far it is", async () => {
    const steps: { loaded: number; total: number }[] = [];
    const progressCallback = (step: { loaded: number; total: number }) => steps.push(step);
    await client.retrieveSeries({ ...series, request: { progressCallback } });
    const last = steps.at(-1);
    expect(last?.loaded).toBeGreaterThan(slices.reduce((sum, { length }) => sum + length, 0));
    expect(last?.total).toBe(last?.loaded);
  });

  it("may break off in the middle, and asks again", async () => {
    const instance = new FetchRequest();
    const request = { instance, progressCallback: () => instance.abort() };
    expect(await failureOf(client.retrieveStudy({ studyInstanceUID: STUDY, request }))).toMatchObject({ status: 0 });
    expect(await client.retrieveSeries(series)).toHaveLength(3);
  });

  it("lets its hooks see and change each request", async () => {
    const seen: string[] = [];
    const hook = (request: FetchRequest, { method, url }: { method: string; url: string }) => {
      seen.push(`${method} ${new URL(url).pathname}`);
      request.setRequestHeader("Authorization", bearer);
      return request;
    };
    const hooked = clientOf({ headers: {}, requestHooks: [hook] });
    expect(await hooked.searchForStudies({})).toHaveLength(1);
    expect(seen).toEqual(["get /dicom-web/studies"]);
  });
});

describe("storing by the npm dicomweb-client", () => {
  const slice = (n: number) =>
    testSlice({ study: "2.25.710", series: "2.25.711", instance: `2.25.711.${n}`, number: n });

  it("answers for each instance, and stores what can be", async () => {
    const sent = { studyInstanceUID: "2.25.710", datasets: [slice(1), slice(2)].map(arrayBuffer) };
    const all = JSON.parse(await client.storeInstances(sent)) as Json;
    expect(all["00081199"]?.Value).toHaveLength(2);
    expect(all["00081198"]).toBeUndefined();
    const foreign = testSlice({ study: "2.25.712", series: "2.25.713", instance: "2.25.713.1" });
    const some = JSON.parse(
      await client.storeInstances({ ...sent, datasets: [slice(3), foreign].map(arrayBuffer) }),
    ) as Json;
    expect(some["00081199"]?.Value).toHaveLength(1);
    expect(some["00081198"]?.Value).toHaveLength(1);
    expect(await client.searchForInstances({ studyInstanceUID: "2.25.710" })).toHaveLength(3);
    expect(await client.searchForStudies({ queryParams: { StudyInstanceUID: "2.25.712" } })).toEqual([]);
  });

  it("fails with the reason when nothing was stored", async () => {
    const changed = Buffer.from(slice(1));
    changed.writeUInt16LE(77, changed.length - 2);
    const error = await client.storeInstances({ datasets: [arrayBuffer(changed)] }).catch((reason: Failure) => reason);
    expect(error).toMatchObject({ status: 409 });
    expect(JSON.parse(String((error as Failure).response))).toMatchObject({
      "00081198": { Value: [{ "00081155": { Value: ["2.25.711.1"] }, "00081197": { Value: [0x0111] } }] },
    });
  });
});

describe("errors reach the npm dicomweb-client as problems", () => {
  it.each([
    [
      "a study that is not there",
      404,
      "not-found",
      (to: Client) => to.retrieveStudyMetadata({ studyInstanceUID: "2.25.4" }),
    ],
    [
      "a frame that is not there",
      404,
      "not-found",
      (to: Client) => to.retrieveInstanceFrames({ ...one(1), frameNumbers: [2] }),
    ],
    ["frame 0", 400, "request-invalid", (to: Client) => to.retrieveInstanceFrames({ ...one(1), frameNumbers: [0] })],
    [
      "a date that is none",
      400,
      "request-invalid",
      (to: Client) => to.searchForStudies({ queryParams: { StudyDate: "x" } }),
    ],
    [
      "a video of an image",
      406,
      "not-acceptable",
      (to: Client) => to.retrieveInstanceRendered({ ...one(1), mediaTypes: [{ mediaType: "video/mp4" }] }),
    ],
  ] as const)("%s: %i", async (_, status, code, ask) => {
    expect(await failureOf(ask(client))).toEqual({ status, code });
  });

  it("a key that nobody has: 401, which its interceptor sees", async () => {
    const seen: number[] = [];
    const errorInterceptor = ({ status }: Failure) => seen.push(status);
    const stranger = clientOf({ headers: { Authorization: "Bearer of-nobody" }, errorInterceptor });
    expect(await failureOf(stranger.searchForStudies({}))).toEqual({ status: 401, code: "not-signed-in" });
    expect(seen).toEqual([401]);
  });
});

const FOREIGN = path.join(SHARED_DATA, "dicom/transfer-syntaxes");
describe.skipIf(!existsSync(FOREIGN))("compressed frames for the npm dicomweb-client", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await createTestDataFolder();
  });

  it.each([
    ["CT-JPEGLosslessSV1.dcm", "image/jpeg", "1.2.840.10008.1.2.4.70", "dcmdjpeg"],
    ["CT0012.not_fragmented_bot_jpeg_ls.80.dcm", "image/x-jls", "1.2.840.10008.1.2.4.80", "dcmdjpls"],
    ["CT0012.not_fragmented_bot_jpeg_ls.80.dcm", "image/jls", "1.2.840.10008.1.2.4.80", "dcmdjpls"],
    ["D_CLUNIE_CT1_RLE_FRAGS.dcm", "image/x-dicom-rle", "1.2.840.10008.1.2.5", "dcmdrle"],
    // dcmtk does not decode it
    ["CT1_J2KR", "image/jp2", "1.2.840.10008.1.2.4.90", null],
  ])("%s as %s, and decoded for who takes nothing else", async (name, mediaType, transferSyntaxUID, decoder) => {
    const file = path.join(FOREIGN, name);
    const bytes = await readFile(file);
    const stored = await district.store(YANJI, bytes);
    const instance = {
      studyInstanceUID: stored.studyInstanceUid,
      seriesInstanceUID: stored.seriesInstanceUid,
      sopInstanceUID: stored.sopInstanceUid,
    };
    const kept = await fetch(client.buildInstanceWadoURIUrl(instance), { headers: { authorization: bearer } });
    expect(Buffer.from(await kept.arrayBuffer()).equals(bytes)).toBe(true);
    // who names no transfer syntax gets the default of PS3.18 §8.7.3.4
    const byDefault = imageOf(Buffer.from(await client.retrieveInstance(instance)));
    expect(byDefault.transferSyntaxUid).toBe("1.2.840.10008.1.2.1");
    const frames = { ...instance, frameNumbers: [1] };
    const mediaTypes = [{ mediaType, transferSyntaxUID }];
    const [coded] = buffers(await client.retrieveInstanceFrames({ ...frames, mediaTypes }));
    const [plain] = buffers(await client.retrieveInstanceFrames(frames));
    expect(coded?.length).toBeGreaterThan(500);
    const { uint16 } = imageOf(bytes);
    expect(plain?.length).toBe(uint16("x00280010") * uint16("x00280011") * (uint16("x00280100") / 8));
    if (decoder === null) return;
    const decoded = path.join(folder, `${name}.plain`);
    expect(await runDcmtk(decoder, [file, decoded])).toMatchObject({ code: 0 });
    expect(pixelsOf(await readFile(decoded)).subarray(0, plain?.length)).toEqual(plain);
  });
});

function imageOf(file: Buffer) {
  const dataSet = dicomParser.parseDicom(file, { untilTag: "x7fe00010" });
  return { transferSyntaxUid: dataSet.string("x00020010"), uint16: (tag: string) => dataSet.uint16(tag) ?? 0 };
}

function pixelsOf(file: Buffer): Buffer {
  const element = dicomParser.parseDicom(file).elements.x7fe00010;
  if (!element) throw new Error("no pixel data");
  return file.subarray(element.dataOffset, element.dataOffset + element.length);
}
