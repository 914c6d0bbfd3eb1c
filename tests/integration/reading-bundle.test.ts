import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { placedFrames, readPreview } from "../../core/bundle/bundle-index.ts";
import { generateCtStudy } from "../../core/demo/ct-study.ts";
import { DEMO_PEOPLE } from "../../core/demo/demo-people.ts";
import { frameReader } from "../../core/infra/archive/frame-reader.ts";
import { type CodecPool, openCodecPool } from "../../core/infra/codec/codec-pool.ts";
import { verifyArchive } from "../../core/infra/postgres/verify-archive.ts";
import { prepareStudy } from "../../worker/jobs/prepare-study.ts";
import { type DicomwebHub, framePixels, startDicomwebHub, store, testSlice } from "./dicomweb-hub.ts";

const SIZE = 256;
const study = [
  ...generateCtStudy({
    seed: "bundle",
    body: "head",
    slices: 5,
    size: SIZE,
    series: ["soft"],
    patient: DEMO_PEOPLE[3],
    studyDate: "20261120",
    studyTime: "101500",
    accessionNumber: "B1",
    institution: "延吉社区卫生服务中心",
    stationName: "CT1",
  }),
];

let hub: DicomwebHub;
let codecs: CodecPool;
let studyInstanceUid: string;
let seriesPath: string;
let prepare: (studyId: string) => Promise<void>;

beforeAll(async () => {
  hub = await startDicomwebHub();
  codecs = openCodecPool({ threads: 1 });
  const run = prepareStudy({ giveWayMs: 0, db: hub.db, blobs: hub.blobs, codecs, frames: frameReader(hub.blobs) });
  prepare = (studyId) => run({ studyId });
  expect(
    (
      await store(
        hub,
        study.map(({ bytes }) => bytes),
      )
    ).status,
  ).toBe(200);
  const row = await sql<{
    study: string;
    series: string;
  }>`SELECT study_instance_uid AS study, series_instance_uid AS series
    FROM study JOIN series ON series.study_id = study.id`.execute(hub.db);
  studyInstanceUid = row.rows[0]?.study ?? "";
  seriesPath = `/studies/${studyInstanceUid}/series/${row.rows[0]?.series}`;
});
afterAll(async () => {
  await codecs.close();
  await hub.close();
});

const studyId = async () =>
  (
    await hub.db
      .selectFrom("study")
      .select("id")
      .where("study_instance_uid", "=", studyInstanceUid)
      .executeTakeFirstOrThrow()
  ).id;
const bytesOf = async (path: string, headers: Record<string, string> = {}) => {
  const response = await hub.fetch(path, { headers });
  return { response, bytes: new Uint8Array(await response.arrayBuffer()) };
};

describe("the reading bundle", () => {
  it("is not there at first, is asked for, and says so", async () => {
    const response = await hub.fetch(`${seriesPath}/bundle/preview`);
    expect([response.status, await response.json()]).toMatchObject([409, { code: "bundle-not-made" }]);
    // the study is not complete yet: its completion brings the job
    expect(await hub.db.selectFrom("outbox").select("name").where("name", "=", "prepare-study").execute()).toEqual([]);
    await hub.db.updateTable("study").set({ state: "complete" }).execute();
    for (let i = 0; i < 2; i++) await hub.fetch(`${seriesPath}/bundle`);
    expect(await hub.db.selectFrom("outbox").select("payload").where("name", "=", "prepare-study").execute()).toEqual([
      { payload: { studyId: await studyId() } },
    ]);
  });

  it("gives small pictures of all frames at once, and each frame bit for bit from its two ranges", async () => {
    await prepare(await studyId());
    const { response, bytes } = await bytesOf(`${seriesPath}/bundle/preview`);
    expect(response.status).toBe(200);
    const { index, beginnings } = readPreview(bytes);
    const frames = placedFrames(index);
    expect(frames).toHaveLength(5);
    for (const { sopInstanceUid, beginning, rest, format } of frames) {
      expect(format).toMatchObject({ transferSyntaxUid: "1.2.840.10008.1.2.4.202", reduction: 1 });
      const range = { range: `bytes=${rest.start}-${rest.end - 1}` };
      const ranged = await bytesOf(`${seriesPath}/bundle`, range);
      expect(ranged.response.status).toBe(206);
      const codestream = new Uint8Array([...beginnings.subarray(beginning.start, beginning.end), ...ranged.bytes]);
      const { transferSyntaxUid } = format;
      const decoded = await codecs.run("decode", { bytes: codestream, transferSyntaxUid, format: format.format });
      const original = study.find((each) => each.sopInstanceUid === sopInstanceUid)?.bytes.subarray(-SIZE * SIZE * 2);
      const pixels = decoded.kind === "grey" ? decoded.pixels : new Uint8Array();
      expect(Buffer.from(pixels.buffer).equals(original ?? Buffer.alloc(0))).toBe(true);
    }
  });

  it("answers ranges and conditions as HTTP has them", async () => {
    const { response, bytes } = await bytesOf(`${seriesPath}/bundle`);
    const etag = response.headers.get("etag") ?? "";
    const same = await hub.fetch(`${seriesPath}/bundle`, { headers: { "if-none-match": etag } });
    expect(same.status).toBe(304);
    const tail = await bytesOf(`${seriesPath}/bundle`, { range: "bytes=-7" });
    expect([...tail.bytes]).toEqual([...bytes.subarray(-7)]);
    expect(tail.response.headers.get("content-range")).toBe(
      `bytes ${bytes.length - 7}-${bytes.length - 1}/${bytes.length}`,
    );
    const beyond = await hub.fetch(`${seriesPath}/bundle`, { headers: { range: `bytes=${bytes.length}-` } });
    expect(beyond.status).toBe(416);
    const other = await bytesOf(`${seriesPath}/bundle`, { range: "bytes=0-1", "if-range": '"another"' });
    expect([other.response.status, other.bytes.length]).toEqual([200, bytes.length]);
  });

  it("is nobody's who may not see the study", async () => {
    const response = await hub.fetch(`${seriesPath}/bundle`, { as: "gp2" });
    expect(response.status).toBe(404);
  });

  it("is made anew when an instance comes late, and the old one goes", async () => {
    const keysOf = async () => {
      const keys: string[] = [];
      for await (const key of hub.blobs.keys()) keys.push(key);
      return keys;
    };
    const before = await keysOf();
    const [uid, series] = seriesPath.split("/").filter((part) => /^\d/.test(part)) as [string, string];
    const extra = [[0x00282000, "OB", Buffer.alloc(3000)]] as const;
    const late = testSlice({ study: uid, series, instance: "2.25.909", patientId: DEMO_PEOPLE[3].id, extra });
    expect((await store(hub, [late])).stored).toEqual(["2.25.909"]);
    expect((await hub.fetch(`${seriesPath}/bundle`)).status).toBe(409);
    await prepare(await studyId());
    const { index } = readPreview((await bytesOf(`${seriesPath}/bundle/preview`)).bytes);
    // another size: a format of its own, small enough to be its own preview
    expect(index.formats.map(({ reduction, format }) => [format.rows, reduction])).toContainEqual([16, 0]);
    expect(index.frames).toHaveLength(6);
    expect((await keysOf()).length).toBe(before.length + 1);
    expect(await verifyArchive(hub.db, hub.blobs)).toMatchObject({ damaged: [], missing: [], orphans: 0 });
  });

  it("is made once: a second run finds nothing to do", async () => {
    const made = () => hub.db.selectFrom("series_object").selectAll().orderBy("kind").execute();
    const before = await made();
    await prepare(await studyId());
    expect(await made()).toEqual(before);
  });
});

describe("metadata made ready", () => {
  it("are the same as those made on demand", async () => {
    // for our own pages, then for others with whole URLs
    const askAs = (headers: Record<string, string>) => hub.fetch(`${seriesPath}/metadata`, { headers });
    const ask = async () =>
      Promise.all([{ "sec-fetch-site": "same-origin" }, {}].map(async (headers) => (await askAs(headers)).text()));
    const ready = await ask();
    const [own = "", others = ""] = ready;
    expect(own).toContain('"BulkDataURI":"/dicom-web/');
    expect(others).toBe(own.replaceAll('"BulkDataURI":"/dicom-web/', `"BulkDataURI":"${hub.base}/`));
    await hub.db.deleteFrom("series_object").where("kind", "=", "metadata").execute();
    hub.forget();
    expect(await ask()).toEqual(ready);
    // one that was just replaced, and its blob taken away, is made on demand as well
    await hub.db.updateTable("series_object").set({ instance_count: -1 }).execute();
    await prepare(await studyId());
    for (const { blob_key } of await hub.db
      .selectFrom("series_object")
      .select("blob_key")
      .where("kind", "=", "metadata")
      .execute())
      await hub.blobs.delete(blob_key ?? "");
    hub.forget();
    expect(await ask()).toEqual(ready);
  });
});

describe("series of other kinds", () => {
  it("keep the frames of one instance apart", async () => {
    const multi = testSlice({ study: "2.25.77", series: "2.25.78", instance: "2.25.79", frames: 3 });
    await store(hub, [multi]);
    await hub.db.updateTable("study").set({ state: "complete" }).execute();
    const { id } = await hub.db
      .selectFrom("study")
      .select("id")
      .where("study_instance_uid", "=", "2.25.77")
      .executeTakeFirstOrThrow();
    await prepare(id);
    const { index } = readPreview((await bytesOf("/studies/2.25.77/series/2.25.78/bundle/preview")).bytes);
    const whole = (await bytesOf("/studies/2.25.77/series/2.25.78/bundle")).bytes;
    for (const { frameNumber, beginning, rest, format } of placedFrames(index)) {
      const bytes = new Uint8Array([
        ...whole.subarray(beginning.start, beginning.end),
        ...whole.subarray(rest.start, rest.end),
      ]);
      const decoded = await codecs.run("decode", {
        bytes,
        transferSyntaxUid: format.transferSyntaxUid,
        format: format.format,
      });
      const pixels = decoded.kind === "grey" ? decoded.pixels : new Uint8Array();
      expect(Buffer.from(pixels.buffer).equals(framePixels(multi, frameNumber, 3))).toBe(true);
    }
  });
});
