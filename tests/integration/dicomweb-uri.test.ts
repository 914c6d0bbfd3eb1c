import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readPart10 } from "../../core/dicom/read-part10.ts";
import { type DicomwebHub, startDicomwebHub, store, testSlice } from "./dicomweb-hub.ts";

const slice = testSlice({ study: "2.25.800", series: "2.25.801", instance: "2.25.802", frames: 2 });
const OBJECT = "requestType=WADO&studyUID=2.25.800&seriesUID=2.25.801&objectUID=2.25.802";

let hub: DicomwebHub;
beforeAll(async () => {
  hub = await startDicomwebHub();
  expect((await store(hub, [slice])).status).toBe(200);
});
afterAll(() => hub.close());

const get = (query: string, as?: string) => hub.fetch(`/wado?${query}`, as === undefined ? {} : { as });
const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());

describe("WADO-URI", () => {
  it("gives an instance bit for bit", async () => {
    const response = await get(`${OBJECT}&contentType=application/dicom`);
    expect(response.status).toBe(200);
    expect((await bytesOf(response)).equals(slice)).toBe(true);
    expect((await get(`${OBJECT}&contentType=application/dicom&transferSyntax=1.2.840.10008.1.2.4.50`)).status).toBe(
      406,
    );
  });

  it("gives it in the transfer syntax that is named", async () => {
    const response = await get(`${OBJECT}&contentType=application/dicom&transferSyntax=1.2.840.10008.1.2.4.201`);
    expect([response.status, response.headers.get("content-type")]).toEqual([
      200,
      "application/dicom; transfer-syntax=1.2.840.10008.1.2.4.201",
    ]);
    const { transferSyntaxUid, dataSet } = readPart10(await bytesOf(response), true);
    expect([transferSyntaxUid, dataSet.elements.x7fe00010?.hadUndefinedLength]).toEqual([
      "1.2.840.10008.1.2.4.201",
      true,
    ]);
  });

  it("gives the same picture as the rendered resource", async () => {
    const rendered = "/studies/2.25.800/series/2.25.801/instances/2.25.802";
    const same = async (query: string, path: string) => {
      const [uri, rs] = await Promise.all([get(`${OBJECT}&${query}`), hub.fetch(`${rendered}${path}`)]);
      expect([uri.status, uri.headers.get("content-type")]).toEqual([200, rs.headers.get("content-type")]);
      expect((await bytesOf(uri)).equals(await bytesOf(rs))).toBe(true);
    };
    await same("", "/rendered");
    await same("windowCenter=200&windowWidth=400&contentType=image/png", "/rendered?window=200,400&accept=image/png");
    await same("frameNumber=2&rows=64&columns=64", "/frames/2/rendered?viewport=64,64");
    // 24 × 16 pixels: from a quarter to three quarters across is 6 to 18, the lower half is 8 to 16
    await same("region=0.25,0.5,0.75,1", "/rendered?viewport=12,8,6,8,12,8");
    await same("region=0.25,0.5,0.75,1.0&columns=24", "/rendered?viewport=24,8192,6,8,12,8");
    await same(
      "region=0,0,0.5,0.5&rows=16&frameNumber=2&windowCenter=200&windowWidth=400",
      "/frames/2/rendered?viewport=8192,16,0,0,12,8&window=200,400",
    );
  });

  it.each([
    ["studyUID=2.25.800&seriesUID=2.25.801&objectUID=2.25.802", "requestType"],
    [OBJECT.replace("2.25.802", "../../etc"), "objectUID"],
    [`${OBJECT}&anonymize=yes`, "anonymize"],
    [`${OBJECT}&windowCenter=40`, "windowCenter, windowWidth"],
    [`${OBJECT}&region=0,0,0.5`, "region"],
    [`${OBJECT}&region=0,0,0.5,1.5`, "region"],
    [`${OBJECT}&region=0.5,0,0.5,1`, "region"],
    [`${OBJECT}&region=-0.5,0,0.5,1`, "region"],
    [`${OBJECT}&rows=0`, "rows"],
    [`${OBJECT}&columns=9999`, "columns"],
    [`${OBJECT}&contentType=application/dicom&region=0,0,1,1`, "region"],
    [`${OBJECT}&contentType=application/dicom&frameNumber=1`, "frameNumber"],
    [`${OBJECT}&contentType=application/dicom&transferSyntax=%3Bx`, "transferSyntax"],
  ])("%s is refused: %s", async (query, where) => {
    const response = await get(query);
    expect([response.status, await response.json()]).toMatchObject([400, { detail: { where } }]);
  });

  it("is another site's own", async () => {
    expect((await get(OBJECT, "gp2")).status).toBe(404);
  });
});

describe("capabilities", () => {
  it("name every resource, as WADL or JSON", async () => {
    const wadl = await hub.fetch("/capabilities");
    expect(wadl.headers.get("content-type")).toContain("wadl+xml");
    expect(await wadl.text()).toContain('<resource path="studies/{study}/series/{series}/metadata">');
    const json = await hub.fetch("/", { method: "OPTIONS", headers: { accept: "application/json" } });
    const { resources } = (await json.json()) as { resources: { path: string; methods: string[] }[] };
    expect(resources).toContainEqual({ path: "/studies", methods: ["POST", "GET"] });
    expect((await hub.fetch("/capabilities", { headers: { accept: "text/plain" } })).status).toBe(406);
  });
});
