import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DicomJsonDataSet, dicomJson } from "../../core/dicom/dicom-json.ts";
import { readPart10 } from "../../core/dicom/read-part10.ts";
import {
  type DicomwebHub,
  pixelsOf,
  type StorePart,
  startDicomwebHub,
  store,
  storeBody,
  testSlice,
} from "./dicomweb-hub.ts";

let hub: DicomwebHub;
beforeAll(async () => {
  hub = await startDicomwebHub({ stow: { storesInFlight: 8, silenceMs: 400 } });
});
afterAll(() => hub.close());

const FILES = "application/dicom";
const METADATA = "application/dicom+json";
const PIXEL_DATA = "7FE00010";
const MIB = 1024 * 1024;

const slice = (study: string, n: number, more = {}) =>
  testSlice({ study, series: `${study}.1`, instance: `${study}.1.${n}`, number: n, ...more });
const described = (bytes: Buffer, pixels: DicomJsonDataSet[string]): DicomJsonDataSet => ({
  ...dicomJson(readPart10(bytes, true).dataSet),
  [PIXEL_DATA]: pixels,
});
const metadata = (...dataSets: readonly unknown[]): StorePart => ({
  type: METADATA,
  bytes: Buffer.from(JSON.stringify(dataSets)),
});
const bulk = (location: string, bytes: Buffer): StorePart => ({ type: "application/octet-stream", location, bytes });

/** Resolves with what the client sees when the hub has had enough of it. */
function sendAndFallSilent(root: string, bytes: Buffer): Promise<string> {
  return new Promise((resolve) => {
    const upload = request(
      `${hub.base}/studies`,
      {
        method: "POST",
        headers: {
          "content-type": `multipart/related; type="${root}"; boundary=edge`,
          "content-length": 5_000_000_000,
        },
      },
      (response) => resolve(String(response.statusCode)),
    );
    upload.on("error", () => resolve("closed"));
    upload.write(bytes);
  });
}

describe("store requests that are large, or never end", () => {
  it.each([
    ["files", FILES, (study: string) => [slice(study, 1), slice(study, 2)]],
    [
      "metadata and bulk data",
      METADATA,
      (study: string) => [
        metadata(...[1, 2].map((n) => described(slice(study, n), { vr: "OW", BulkDataURI: `${n}` }))),
        bulk("1", pixelsOf(slice(study, 1))),
        bulk("2", pixelsOf(slice(study, 2))),
      ],
    ],
  ] as const)("lets go of a client that announces 5 GB of %s and falls silent", async (_, root, partsFor) => {
    const study = `2.25.40${root.length}`;
    const before = await hub.keptFiles();
    const body = storeBody(partsFor(study));
    expect(await sendAndFallSilent(root, body.subarray(0, -300))).toBe("closed");
    await expect.poll(() => hub.keptFiles(), { timeout: 5000 }).toEqual({ blobs: before.blobs + 1, unfinished: 0 });
    expect(await (await hub.fetch(`/studies/${study}/instances`)).json()).toHaveLength(1);
  });

  it("does not take one that is slow for one that is silent", async () => {
    const body = storeBody([slice("2.25.4101", 1)]);
    const status = await new Promise((resolve, reject) => {
      const upload = request(
        `${hub.base}/studies`,
        { method: "POST", headers: { "content-type": `multipart/related; type="${FILES}"; boundary=edge` } },
        (response) => resolve(response.resume().statusCode),
      ).on("error", reject);
      const send = (at: number) => {
        if (at >= body.length) return upload.end();
        upload.write(body.subarray(at, at + 200));
        setTimeout(send, 100, at + 200);
      };
      send(0); // 1 kB and more in pieces of 200 bytes take longer than 400 ms
    });
    expect(body.length).toBeGreaterThan(1000);
    expect(status).toBe(200);
  });

  it.each([
    ["files", FILES],
    ["metadata and bulk data", METADATA],
  ])("stores 299 of 300, by %s, when one is bad", async (_, root) => {
    const study = `2.25.42${root.length}`;
    const slices = Array.from({ length: 300 }, (_, i) => slice(study, i + 1));
    const bad = 136;
    const cut = (bytes: Buffer, i: number) => (i === bad ? bytes.subarray(0, -100) : bytes);
    const answer = await store(
      hub,
      root === FILES
        ? slices.map(cut)
        : [
            ...slices.slice(0, 150).map((bytes, i) => bulk(`p/${i}`, cut(pixelsOf(bytes), i))),
            metadata(...slices.map((bytes, i) => described(bytes, { vr: "OW", BulkDataURI: `p/${i}` }))),
            ...slices.slice(150).map((bytes, i) => bulk(`p/${i + 150}`, pixelsOf(bytes))),
          ],
      { root },
    );
    expect(answer.status).toBe(202);
    expect(answer.failed).toEqual({ [bad]: root === FILES ? "dicom-truncated" : "bulk-data-mismatch" });
    expect(answer.stored).toEqual(slices.flatMap((_, i) => (i === bad ? [] : [`${study}.1.${i + 1}`])));
  });

  it("says of ten thousand instances that their bulk data did not come", async () => {
    const one = described(slice("2.25.43", 1), { vr: "OW", BulkDataURI: "nowhere" });
    const all = Array.from({ length: 10_000 }, (_, i) => ({
      ...one,
      "00080018": { vr: "UI", Value: [`2.25.43.${i}`] },
    }));
    const answer = await store(hub, [metadata(...all)], { root: METADATA });
    expect(answer.status).toBe(409);
    expect(Object.values(answer.failed)).toEqual(Array(10_000).fill("bulk-data-missing"));
  });

  it("stores a data set of ten thousand elements, and pixels in line", async () => {
    const wide: Record<string, DicomJsonDataSet[string]> = { "00090010": { vr: "LO", Value: ["INVENTED"] } };
    for (let i = 0; i < 10_000; i++) {
      const group = 0x0009 + 2 * Math.floor(i / 200);
      const tag = group.toString(16).padStart(4, "0") + (0x1000 + (i % 200)).toString(16);
      wide[tag.toUpperCase()] = { vr: "LO", Value: [`值 ${i}`] };
    }
    // 1024 × 2048 pixels of 2 bytes are 4 MiB
    const size = { "00280010": { vr: "US", Value: [1024] }, "00280011": { vr: "US", Value: [2048] } };
    const pixels = Buffer.alloc(4 * MIB, 1);
    const dataSet = {
      ...described(slice("2.25.44", 1), { vr: "OW", InlineBinary: pixels.toString("base64") }),
      ...size,
      ...wide,
    };
    const answer = await store(hub, [metadata(dataSet)], { root: METADATA });
    expect([answer.status, answer.failed]).toEqual([200, {}]);
    const url = String(answer.json["00081199"]?.Value?.[0]?.["00081190"]?.Value?.[0]);
    const stored = Buffer.from(await (await fetch(url, { headers: { accept: FILES } })).arrayBuffer());
    expect(stored.subarray(-pixels.length).equals(pixels)).toBe(true);
    const read = readPart10(stored, true).dataSet;
    expect(Object.keys(read.elements).filter((tag) => /^x00..1...$/.test(tag)).length).toBeGreaterThanOrEqual(10_000);
    expect(dicomJson(read)["006B10C7"]?.Value).toEqual(["值 9999"]); // the last of 200 in the 50th odd group
  });
});
