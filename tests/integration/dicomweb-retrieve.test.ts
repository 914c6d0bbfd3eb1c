import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { POLICY } from "../../core/access/policy.ts";
import { dicomwebRoutes } from "../../server/dicomweb/dicomweb-router.ts";
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

const STUDY = "2.25.500";
const waveform = Buffer.alloc(5000, 9);
const slices = [
  testSlice({ study: STUDY, series: "2.25.501", instance: "2.25.501.1", number: 1 }),
  testSlice({ study: STUDY, series: "2.25.501", instance: "2.25.501.2", number: 2 }),
  testSlice({
    study: STUDY,
    series: "2.25.502",
    instance: "2.25.502.1",
    frames: 3,
    extra: [[0x54000100, "SQ", [[[0x54001010, "OW", waveform]]]]],
  }),
];
const [first, second, multi] = slices as [Buffer, Buffer, Buffer];

let hub: DicomwebHub;
beforeAll(async () => {
  hub = await startDicomwebHub();
  expect((await store(hub, slices)).status).toBe(200);
});
afterAll(() => hub.close());

const DICOM = { accept: 'multipart/related; type="application/dicom"; transfer-syntax=*' };
const FRAMES = { accept: "multipart/related; type=application/octet-stream; transfer-syntax=*" };
const get = (path: string, headers: Record<string, string> = {}, as?: string) =>
  hub.fetch(path, { headers, ...(as === undefined ? {} : { as }) });
const INSTANCE = `/studies/${STUDY}/series/2.25.501/instances/2.25.501.1`;
const MULTI = `/studies/${STUDY}/series/2.25.502/instances/2.25.502.1`;

describe("WADO-RS instances", () => {
  it("gives a study, a series, an instance bit for bit, in order", async () => {
    for (const [path, expected] of [
      [`/studies/${STUDY}`, slices],
      [`/studies/${STUDY}/series/2.25.501`, [first, second]],
      [INSTANCE, [first]],
    ] as const) {
      const response = await get(path, DICOM);
      expect(response.status).toBe(200);
      const parts = await partsOf(response);
      expect(parts.map((part) => part.bytes)).toEqual(expected);
      expect(parts[0]?.contentType).toBe("application/dicom; transfer-syntax=1.2.840.10008.1.2.1");
    }
  });

  it("says how long a study is without sending it", async () => {
    const head = await hub.fetch(`/studies/${STUDY}/series/2.25.501`, { method: "HEAD", headers: DICOM });
    const whole = await get(`/studies/${STUDY}/series/2.25.501`, DICOM);
    const { length } = Buffer.from(await whole.arrayBuffer());
    expect([head.headers.get("content-length"), length]).toEqual([String(length), length]);
  });

  it("gives one instance by itself where one part is asked for", async () => {
    const response = await get(INSTANCE, { accept: "application/dicom" });
    expect(response.headers.get("content-length")).toBe(String(first.length));
    expect(Buffer.from(await response.arrayBuffer()).equals(first)).toBe(true);
    expect((await get(`/studies/${STUDY}`, { accept: "application/dicom" })).status).toBe(406);
  });

  it("is never coded with loss, and says what it has", async () => {
    const accept = 'multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.4.50';
    const response = await get(`/studies/${STUDY}`, { accept });
    expect([response.status, await response.json()]).toMatchObject([406, { code: "not-acceptable" }]);
  });
});

describe("WADO-RS metadata", () => {
  it("gives the headers as DICOM JSON, text decoded, without pixels", async () => {
    const json = (await (await get(`/studies/${STUDY}/metadata`)).json()) as Json[];
    expect(json.map((one) => one["00080018"]?.Value?.[0])).toEqual(["2.25.501.1", "2.25.501.2", "2.25.502.1"]);
    expect(json[0]).toMatchObject({
      "00080005": { vr: "CS", Value: ["ISO_IR 192"] },
      "00081030": { vr: "LO", Value: ["胸部平扫"] },
      "00083002": { vr: "UI", Value: ["1.2.840.10008.1.2.1"] },
      "00100010": { vr: "PN", Value: [{ Alphabetic: "Wang^Xiaodong", Ideographic: "王^小东" }] },
      "00200013": { vr: "IS", Value: [1] },
      "00280010": { vr: "US", Value: [ROWS] },
    });
    expect(json.every((one) => one["7FE00010"] === undefined)).toBe(true);
    const one = (await (await get(`${MULTI}/metadata`)).json()) as Json[];
    expect(one).toEqual([json[2]]);
  });

  it("is not sent again while nothing changed, and is when an instance came", async () => {
    const path = `/studies/${STUDY}/series/2.25.503/metadata`;
    const slice = (n: number) => testSlice({ study: STUDY, series: "2.25.503", instance: `2.25.503.${n}`, number: n });
    await store(hub, [slice(1)]);
    const response = await get(path);
    const etag = response.headers.get("etag") ?? "";
    expect(await response.json()).toHaveLength(1);
    expect((await get(path, { "if-none-match": etag })).status).toBe(304);
    await store(hub, [slice(2)]);
    const later = await get(path, { "if-none-match": etag });
    expect(later.status).toBe(200);
    expect(await later.json()).toHaveLength(2);
  });

  it("goes out plain to a client that takes nothing else", async () => {
    const plain = await get(`/studies/${STUDY}/metadata`, { "accept-encoding": "identity" });
    expect(plain.headers.get("content-encoding")).toBeNull();
    const packed = await get(`/studies/${STUDY}/metadata`, { "accept-encoding": "gzip" });
    expect(packed.headers.get("content-encoding")).toBe("gzip");
    expect(await packed.json()).toEqual(await plain.json());
  });

  it("links bulk data that can be fetched", async () => {
    const [json] = (await (await get(`${MULTI}/metadata`)).json()) as [Json];
    const item = json["54000100"]?.Value?.[0] as Json;
    const uri = item["54001010"]?.BulkDataURI ?? "";
    expect(uri).toBe(`${hub.base}${MULTI}/bulkdata/54000100/0/54001010`);
    const whole = await fetch(uri, { headers: { accept: "application/octet-stream" } });
    expect(Buffer.from(await whole.arrayBuffer()).equals(waveform)).toBe(true);
    const [part] = await partsOf(await fetch(uri));
    expect(part?.bytes.equals(waveform)).toBe(true);
    for (const wrong of ["54000100/1/54001010", "54000100/0", "54000100", "7FE00010", "00100010/0/x", "zzz"])
      expect((await get(`${MULTI}/bulkdata/${wrong}`)).status).toBe(404);
  });

  it("links it from the root of the server for our own pages, whatever name they know it by", async () => {
    const own = { "sec-fetch-site": "same-origin" };
    for (const path of [`${MULTI}/metadata`, `/studies/${STUDY}/metadata`]) {
      const [ours, others] = [await get(path, own), await get(path)];
      expect(ours.headers.get("etag")).not.toBe(others.headers.get("etag"));
      const linksOf = async (response: Response) =>
        [...(await response.text()).matchAll(/"BulkDataURI":"([^"]*)"/g)].map(([, link]) => link);
      const links = await linksOf(ours);
      expect(links).toContain(`/dicom-web${MULTI}/bulkdata/54000100/0/54001010`);
      expect(await linksOf(others)).toEqual(links.map((link) => new URL(link ?? "", hub.base).href));
    }
  });
});

describe("WADO-RS frames", () => {
  it("gives the frames asked for, in the order asked", async () => {
    const response = await get(`${MULTI}/frames/3,1`, FRAMES);
    expect(response.headers.get("content-type")).toMatch(/^multipart\/related; type="application\/octet-stream"/);
    const parts = await partsOf(response);
    expect(parts.map((part) => part.contentType)).toEqual(
      Array(2).fill("application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1"),
    );
    expect(parts.map((part) => part.bytes)).toEqual([framePixels(multi, 3, 3), framePixels(multi, 1, 3)]);
    expect(parts[0]?.bytes).toHaveLength(ROWS * COLUMNS * 2);
  });

  it("may be kept, and are not sent again", async () => {
    const response = await get(`${INSTANCE}/frames/1`, FRAMES);
    expect(response.headers.get("cache-control")).toMatch(/^private, max-age=/);
    const etag = response.headers.get("etag") ?? "";
    expect((await get(`${INSTANCE}/frames/1`, { ...FRAMES, "if-none-match": etag })).status).toBe(304);
    expect((await partsOf(response))[0]?.bytes).toEqual(framePixels(first, 1));
  });

  it("by itself where one frame is asked for as one part", async () => {
    const response = await get(`${INSTANCE}/frames/1`, { accept: "application/octet-stream" });
    expect(response.headers.get("content-type")).toBe("application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1");
    expect(Buffer.from(await response.arrayBuffer())).toEqual(framePixels(first, 1));
  });

  it.each([
    [`${MULTI}/frames/4`, 404],
    [`${MULTI}/frames/1,4`, 404],
    [`${MULTI}/frames/0`, 400],
    [`${MULTI}/frames/1,,2`, 400],
    [`${MULTI}/frames/all`, 400],
    [`/studies/${STUDY}/series/2.25.501/instances/2.25.502.1/frames/1`, 404],
    [`/studies/${STUDY}/series/2.25.501/instances/..%2f..%2fetc/frames/1`, 400],
    [`/studies/2.25.999/series/2.25.501/instances/2.25.501.1/frames/1`, 404],
  ])("%s is answered %i", async (path, status) => {
    expect((await get(path, FRAMES)).status).toBe(status);
  });

  it("in another coding are not to be had", async () => {
    const response = await get(`${INSTANCE}/frames/1`, { accept: 'multipart/related; type="image/jpeg"' });
    expect(response.status).toBe(406);
  });

  it("of an instance that came after its series was first looked at are found", async () => {
    const slice = (n: number) => testSlice({ study: STUDY, series: "2.25.504", instance: `2.25.504.${n}`, number: n });
    const path = (n: number) => `/studies/${STUDY}/series/2.25.504/instances/2.25.504.${n}/frames/1`;
    await store(hub, [slice(1)]);
    expect((await get(path(1), FRAMES)).status).toBe(200);
    expect((await get(path(2), FRAMES)).status).toBe(404);
    await store(hub, [slice(2)]);
    expect((await partsOf(await get(path(2), FRAMES)))[0]?.bytes).toEqual(framePixels(slice(2), 1));
  });
});

describe("who may see what", () => {
  const paths = [
    `/studies/${STUDY}`,
    `/studies/${STUDY}/metadata`,
    `/studies/${STUDY}/series/2.25.501`,
    `/studies/${STUDY}/series/2.25.501/metadata`,
    INSTANCE,
    `${INSTANCE}/metadata`,
    `${INSTANCE}/frames/1`,
    `${MULTI}/bulkdata/54000100/0/54001010`,
  ];

  it.each(paths)("%s is there for its own site and not found by another", async (path) => {
    for (const [account, status] of [
      ["gp", 200],
      ["admin", 200],
      ["tech2", 404],
      ["radiologist", 404],
      ["nobody", 401],
    ] as const) {
      const response = await get(path, {}, account);
      await response.arrayBuffer();
      expect([account, response.status]).toEqual([account, status]);
    }
  });

  it("is asked of every route, by an action of the policy", () => {
    const routes = dicomwebRoutes({ db: hub.db, blobs: hub.blobs, receiver: null as never, codecs: null as never });
    expect(routes.length).toBe(40);
    for (const route of routes) expect(Object.keys(POLICY)).toContain(route.action);
  });

  it("stands in the audit: once per account and study, refusals too", async () => {
    const rows = await sql<{ actor: string; action: string; outcome: string; lines: number }>`
      SELECT e.actor, e.action, e.outcome, count(*)::int AS lines FROM audit_event e JOIN study s ON s.id = e.study_id
      WHERE s.study_instance_uid = ${STUDY} AND e.action IN ('study.view', 'study.export')
        AND e.actor IN ('gp', 'tech2') GROUP BY 1, 2, 3 ORDER BY 1, 2`.execute(hub.db);
    expect(rows.rows).toEqual([
      { actor: "gp", action: "study.export", outcome: "done", lines: 1 },
      { actor: "gp", action: "study.view", outcome: "done", lines: 1 },
      { actor: "tech2", action: "study.export", outcome: "refused", lines: 1 },
      { actor: "tech2", action: "study.view", outcome: "refused", lines: 1 },
    ]);
  });

  it("is forgotten ten seconds after a grant is gone, at most", async () => {
    const path = `${INSTANCE}/frames/1`;
    expect((await get(path, FRAMES, "gp")).status).toBe(200);
    const gp = await hub.db.selectFrom("account").select("id").where("username", "=", "gp").executeTakeFirstOrThrow();
    const roles = await hub.db.deleteFrom("account_role").where("account_id", "=", gp.id).returningAll().execute();
    try {
      hub.passTime(10_000);
      expect((await get(path, FRAMES, "gp")).status).toBe(404);
    } finally {
      await hub.db.insertInto("account_role").values(roles).execute();
    }
  });
});
