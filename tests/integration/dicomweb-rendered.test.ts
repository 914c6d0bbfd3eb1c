import { deflateRawSync, inflateSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { metaEnd } from "../../core/dicom/meta-end.ts";
import { part10Header } from "../../core/dicom/part10-header.ts";
import { COLUMNS, type DicomwebHub, ROWS, startDicomwebHub, store, testSlice } from "./dicomweb-hub.ts";

const STUDY = "2.25.600";
const SERIES = `/studies/${STUDY}/series/2.25.601`;
const INSTANCE = `${SERIES}/instances/2.25.601.1`;
const PNG = { accept: "image/png" };

let hub: DicomwebHub;
beforeAll(async () => {
  hub = await startDicomwebHub();
  const slices = [1, 2, 3].map((number) =>
    testSlice({ study: STUDY, series: "2.25.601", instance: `2.25.601.${number}`, number }),
  );
  const multi = testSlice({ study: STUDY, series: "2.25.602", instance: "2.25.602.1", frames: 3 });
  expect((await store(hub, [...slices, multi])).status).toBe(200);
});
afterAll(() => hub.close());

const get = (path: string, headers: Record<string, string> = {}, as?: string) =>
  hub.fetch(path, { headers, ...(as === undefined ? {} : { as }) });

describe("rendered instances and frames", () => {
  it("is the stored pixels through the window, pixel for pixel", async () => {
    // stored values are 1, 2, 3 …; centre 200.5, width 400 is linear from 1 (black) to 400 (white):
    // ((x − 200) / 399 + 0.5) × 255 (PS3.3 C.11.2.1.2.1)
    const response = await get(`${INSTANCE}/rendered?window=200.5,400,linear`, PNG);
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "image/png"]);
    const pixels = greyPng(Buffer.from(await response.arrayBuffer()));
    const expected = Array.from({ length: ROWS * COLUMNS }, (_, i) =>
      Math.round(Math.min(255, Math.max(0, ((i + 1 - 200) / 399 + 0.5) * 255))),
    );
    expect([...pixels]).toEqual(expected);
  });

  it("is JPEG unless PNG is asked for, and nothing else", async () => {
    const jpeg = await get(`${INSTANCE}/rendered`);
    expect(jpeg.headers.get("content-type")).toBe("image/jpeg");
    expect(Buffer.from(await jpeg.arrayBuffer()).readUInt16BE(0)).toBe(0xffd8);
    expect((await get(`${INSTANCE}/rendered?accept=image/png`)).headers.get("content-type")).toBe("image/png");
    const other = await get(`${INSTANCE}/rendered`, { accept: "image/*, image/jpeg;q=0" });
    expect(other.headers.get("content-type")).toBe("image/png");
    expect((await get(`${INSTANCE}/rendered`, { accept: "image/gif" })).status).toBe(406);
  });

  it("fits into a viewport, of a region when one is given", async () => {
    const size = async (query: string) => {
      const png = Buffer.from(await (await get(`${INSTANCE}/rendered?${query}`, PNG)).arrayBuffer());
      return [png.readUInt32BE(16), png.readUInt32BE(20)];
    };
    expect(await size("viewport=48,48")).toEqual([48, 32]); // 24 × 16 twice as large
    expect(await size("viewport=6,6")).toEqual([6, 4]);
    expect(await size("viewport=10,10,4,4,8,4")).toEqual([10, 5]);
  });

  it("has any frame, and none that is not there", async () => {
    const path = `/studies/${STUDY}/series/2.25.602/instances/2.25.602.1/frames`;
    const [one, three] = await Promise.all(
      [1, 3].map(async (n) => (await get(`${path}/${n}/rendered?window=300,600`, PNG)).arrayBuffer()),
    );
    expect(Buffer.from(one as ArrayBuffer).equals(Buffer.from(three as ArrayBuffer))).toBe(false);
    expect((await get(`${path}/4/rendered`)).status).toBe(404);
    expect((await get(`${path}/0/rendered`)).status).toBe(400);
    expect((await get(`${path}/1,2/rendered`)).status).toBe(400);
  });

  it("says what it did not do, and what was asked wrongly", async () => {
    expect((await get(`${INSTANCE}/rendered?annotation=patient`)).headers.get("warning")).toContain("299 ");
    for (const query of ["window=1", "viewport=a,b", "quality=0", "viewport=9,9,20,0,9,9"])
      expect((await get(`${INSTANCE}/rendered?${query}`)).status).toBe(400);
  });

  it("is not sent again to who has it, and not at all to who may not see it", async () => {
    const etag = (await get(`${INSTANCE}/rendered`)).headers.get("etag") ?? "";
    expect((await get(`${INSTANCE}/rendered`, { "if-none-match": etag })).status).toBe(304);
    expect((await get(`${INSTANCE}/rendered`, {}, "gp2")).status).toBe(404);
    expect((await get(`/studies/${STUDY}/thumbnail`, {}, "gp2")).status).toBe(404);
  });
});

describe("thumbnails", () => {
  it.each([
    ["study", `/studies/${STUDY}/thumbnail`],
    ["series", `${SERIES}/thumbnail`],
    ["instance", `${INSTANCE}/thumbnail`],
    ["frame", `${INSTANCE}/frames/1/thumbnail`],
  ])("of a %s fits 128 × 128", async (_, path) => {
    const response = await get(path, PNG);
    expect(response.status).toBe(200);
    const png = Buffer.from(await response.arrayBuffer());
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([128, 85]); // 24 × 16
  });

  it("of a series is its middle image", async () => {
    const [middle, series] = await Promise.all(
      [`${SERIES}/instances/2.25.601.2/thumbnail`, `${SERIES}/thumbnail`].map(async (path) =>
        (await get(path)).arrayBuffer(),
      ),
    );
    expect(Buffer.from(series as ArrayBuffer).equals(Buffer.from(middle as ArrayBuffer))).toBe(true);
  });
});

describe("a deflated data set", () => {
  it("is rendered as its plain form is", async () => {
    const plain = testSlice({ study: STUDY, series: "2.25.604", instance: "2.25.604.1" });
    const dataSetAt = metaEnd(plain) ?? 0;
    const meta = {
      sopClassUid: "1.2.840.10008.5.1.4.1.1.2",
      sopInstanceUid: "2.25.604.2",
      transferSyntaxUid: "1.2.840.10008.1.2.1.99",
      sourceAeTitle: "CT",
    };
    const renamed = Buffer.from(plain.subarray(dataSetAt));
    renamed.write("2.25.604.2", renamed.indexOf("2.25.604.1"), "latin1");
    await store(hub, [plain, Buffer.concat([part10Header(meta), deflateRawSync(renamed)])]);
    const [one, two] = await Promise.all(
      [1, 2].map(async (n) => get(`/studies/${STUDY}/series/2.25.604/instances/2.25.604.${n}/rendered`, PNG)),
    );
    expect([one?.status, two?.status]).toEqual([200, 200]);
    const [plainly, unfolded] = await Promise.all([one, two].map(async (response) => response?.bytes()));
    expect(unfolded).toEqual(plainly);
  });
});

describe("what cannot be shown", () => {
  it("is refused with words: no pixels, a frame that claims too much", async () => {
    const bomb = testSlice({
      study: STUDY,
      series: "2.25.603",
      instance: "2.25.603.1",
      extra: [
        [0x00280010, "US", 65_535],
        [0x00280011, "US", 65_535],
      ],
    });
    await store(hub, [bomb]);
    const response = await get(`/studies/${STUDY}/series/2.25.603/instances/2.25.603.1/rendered`);
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
    expect(await response.json()).toHaveProperty("code");
  });
});

describe("an account that asks for very much at once", () => {
  it("is told to come again, and nobody else waits for it", async () => {
    // 4 are at the codecs and 64 wait behind them: of 120 that come faster than pictures are made, some are too many
    const large = (n: number) => get(`${INSTANCE}/rendered?viewport=1536,1536&window=${n},400`, PNG);
    const answers = Array.from({ length: 120 }, (_, n) => large(n + 1));
    const refused = await Promise.race(
      answers.map(async (answer) => ((await answer).status === 503 ? answer : new Promise<never>(() => undefined))),
    );
    expect(refused.headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
    expect(await refused.json()).toMatchObject({ code: "busy" });
    let done = 0;
    for (const answer of answers) void answer.then(({ status }) => (done += status === 200 ? 1 : 0));
    expect((await get(`${INSTANCE}/rendered?window=77,400`, PNG, "gp")).status).toBe(200);
    expect(done).toBeLessThan(60);
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200, 503]));
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(68);
    expect((await large(1)).status).toBe(200);
  });
});

/** The samples of a grey 8-bit PNG whose lines have filter type 1 (Sub). */
function greyPng(png: Buffer): Uint8Array {
  const columns = png.readUInt32BE(16);
  const rows = png.readUInt32BE(20);
  const at = png.indexOf("IDAT");
  const lines = inflateSync(png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4)));
  const pixels = new Uint8Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    let value = 0;
    for (let column = 0; column < columns; column++) {
      value = (value + (lines[row * (columns + 1) + 1 + column] ?? 0)) & 255;
      pixels[row * columns + column] = value;
    }
  }
  return pixels;
}
