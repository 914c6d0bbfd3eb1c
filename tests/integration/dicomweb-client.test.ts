import { api } from "dicomweb-client";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type DicomwebHub, framePixels, startDicomwebHub, testSlice } from "./dicomweb-hub.ts";

/** As much of a browser's XMLHttpRequest as the client uses, over fetch: Node has none. */
class FetchRequest {
  readyState = 0;
  status = 0;
  statusText = "";
  response: unknown = null;
  responseText = "";
  responseType = "";
  onloadstart?: () => void;
  onloadend?: () => void;
  onreadystatechange?: () => void;
  private readonly sent: Record<string, string> = {};
  private received = new Headers();
  private target: [method: string, url: string] = ["get", ""];

  open(method: string, url: string): void {
    this.target = [method.toUpperCase(), url];
  }
  setRequestHeader(name: string, value: string): void {
    this.sent[name] = value;
  }
  getResponseHeader(name: string): string | null {
    return this.received.get(name);
  }
  getAllResponseHeaders(): string {
    return [...this.received].map(([name, value]) => `${name}: ${value}`).join("\r\n");
  }
  send(body?: ArrayBuffer): void {
    void this.run(body);
  }
  private async run(body?: ArrayBuffer): Promise<void> {
    const [method, url] = this.target;
    const answer = await fetch(url, { method, headers: this.sent, ...(body ? { body } : {}) });
    this.received = answer.headers;
    const bytes = await answer.arrayBuffer();
    this.status = answer.status;
    const text = new TextDecoder().decode(bytes);
    this.response =
      this.responseType === "arraybuffer" ? bytes : this.responseType === "json" ? JSON.parse(text) : text;
    if (this.responseType !== "arraybuffer") this.responseText = text;
    this.readyState = 4;
    this.onreadystatechange?.();
    this.onloadend?.();
  }
}

/** Its own declarations ask for options that it does not need. */
type Client = Record<
  | "storeInstances"
  | "searchForStudies"
  | "searchForSeries"
  | "searchForInstances"
  | "retrieveStudyMetadata"
  | "retrieveSeriesMetadata"
  | "retrieveInstanceMetadata",
  (options: object) => Promise<readonly unknown[]>
> &
  Record<
    "retrieveStudy" | "retrieveSeries" | "retrieveInstanceFrames",
    (options: object) => Promise<readonly ArrayBuffer[]>
  > &
  Record<"retrieveInstance", (options: object) => Promise<ArrayBuffer>>;

const STUDY = "2.25.700";
const slices = [1, 2, 3].map((n) =>
  testSlice({ study: STUDY, series: "2.25.701", instance: `2.25.701.${n}`, number: n, frames: n }),
);
const arrayBuffer = (bytes: Buffer) => new Uint8Array(bytes).buffer;

let hub: DicomwebHub;
let client: Client;
beforeAll(async () => {
  hub = await startDicomwebHub();
  vi.stubGlobal("XMLHttpRequest", FetchRequest);
  client = new api.DICOMwebClient({ url: hub.base, singlepart: "" }) as unknown as Client;
  await client.storeInstances({ datasets: slices.map(arrayBuffer) });
});
afterAll(async () => {
  vi.unstubAllGlobals();
  await hub.close();
});

const series = { studyInstanceUID: STUDY, seriesInstanceUID: "2.25.701" };
const uidOf = (one: unknown, tag: string) => (one as Record<string, { Value: string[] }>)[tag]?.Value[0];

describe("the npm dicomweb-client, unchanged", () => {
  it("searches", async () => {
    const studies = await client.searchForStudies({ queryParams: { PatientName: "王*", limit: "10" } });
    expect(studies.map((one) => uidOf(one, "0020000D"))).toEqual([STUDY]);
    expect(await client.searchForStudies({ queryParams: { PatientName: "赵*" } })).toEqual([]);
    expect(await client.searchForSeries({ studyInstanceUID: STUDY })).toHaveLength(1);
    expect(await client.searchForInstances(series)).toHaveLength(3);
  });

  it("retrieves metadata", async () => {
    for (const metadata of [
      await client.retrieveStudyMetadata({ studyInstanceUID: STUDY }),
      await client.retrieveSeriesMetadata(series),
    ])
      expect(metadata.map((one) => uidOf(one, "00080018"))).toEqual(["2.25.701.1", "2.25.701.2", "2.25.701.3"]);
    const one = await client.retrieveInstanceMetadata({ ...series, sopInstanceUID: "2.25.701.2" });
    expect(JSON.stringify(one)).toContain("王^小东");
  });

  it("retrieves studies, series and instances bit for bit", async () => {
    for (const instances of [
      await client.retrieveStudy({ studyInstanceUID: STUDY }),
      await client.retrieveSeries(series),
    ])
      expect(instances.map((bytes) => Buffer.from(bytes))).toEqual(slices);
    const one = await client.retrieveInstance({ ...series, sopInstanceUID: "2.25.701.1" });
    expect(Buffer.from(one)).toEqual(slices[0]);
  });

  it("retrieves frames", async () => {
    const frames = await client.retrieveInstanceFrames({
      ...series,
      sopInstanceUID: "2.25.701.3",
      frameNumbers: [3, 1],
    });
    const bytes = slices[2] as Buffer;
    expect(frames.map((frame) => Buffer.from(frame))).toEqual([framePixels(bytes, 3, 3), framePixels(bytes, 1, 3)]);
  });
});
