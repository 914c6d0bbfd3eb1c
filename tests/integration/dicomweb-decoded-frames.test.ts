import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writePart10 } from "../../core/demo/part10-writer.ts";
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

const MULTIPART = { accept: 'multipart/related; type="application/octet-stream"' };
const SINGLE = { accept: "application/octet-stream" };
const PLAIN = "application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1";
const FRAMES = 3;

let hub: DicomwebHub;
let folder: string;
beforeAll(async () => {
  hub = await startDicomwebHub();
  folder = await mkdtemp(path.join(tmpdir(), "decoded-"));
});
afterAll(async () => {
  await hub.close();
  await rm(folder, { recursive: true });
});

/** Stores the file as dcmtk's tool makes it. */
async function storeMade(file: Buffer, tool: string, options: readonly string[]): Promise<void> {
  const [from, to] = [path.join(folder, "from.dcm"), path.join(folder, "to.dcm")];
  await writeFile(from, file);
  expect(await runDcmtk(tool, [...options, from, to])).toEqual({ code: 0, output: "" });
  expect((await store(hub, [await readFile(to)])).status).toBe(200);
}

describe("frames for who takes uncompressed bytes alone", () => {
  it.each([
    ["JPEG-LS", "dcmcjpls", ["+el"]],
    ["JPEG lossless, process 14", "dcmcjpeg", ["+el"]],
    ["JPEG lossless, process 14 SV1", "dcmcjpeg", ["+e1"]],
    ["RLE", "dcmcrle", []],
    ["big-endian", "dcmconv", ["+tb"]],
  ])("are decoded from %s", async (name, tool, options) => {
    const study = `2.25.82${name.length}`;
    const file = testSlice({ study, series: `${study}.1`, instance: `${study}.1.1`, frames: FRAMES });
    await storeMade(file, tool, options);
    const frames = `/studies/${study}/series/${study}.1/instances/${study}.1.1/frames`;
    const parts = await partsOf(await hub.fetch(`${frames}/3,1`, { headers: MULTIPART }));
    expect(parts).toEqual(
      [3, 1].map((n) => ({ contentType: PLAIN, bytes: Buffer.from(framePixels(file, n, FRAMES)) })),
    );
    const one = await hub.fetch(`${frames}/2`, { headers: SINGLE });
    expect(one.headers.get("content-type")).toBe(PLAIN);
    expect(one.headers.get("content-length")).toBe(String(ROWS * COLUMNS * 2));
    expect(Buffer.from(await one.arrayBuffer())).toEqual(Buffer.from(framePixels(file, 2, FRAMES)));
    // as stored they are another representation
    const stored = await hub.fetch(`${frames}/2`, {
      headers: { accept: "application/octet-stream; transfer-syntax=*" },
    });
    expect(stored.headers.get("etag")).not.toBe(one.headers.get("etag"));
    expect((await hub.fetch(`${frames}/4`, { headers: SINGLE })).status).toBe(404);
  });

  it("are not had of colours, which would no longer be what the metadata say", async () => {
    const uid = "2.25.830.1.1";
    const file = writePart10({
      sopClassUid: "1.2.840.10008.5.1.4.1.1.7",
      sopInstanceUid: uid,
      charset: "ISO_IR 192",
      rows: [
        [0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.7"],
        [0x00080018, "UI", uid],
        [0x00100020, "LO", "P-1"],
        [0x0020000d, "UI", "2.25.830"],
        [0x0020000e, "UI", "2.25.830.1"],
        [0x00280002, "US", 3],
        [0x00280004, "CS", "RGB"],
        [0x00280006, "US", 0],
        [0x00280010, "US", 2],
        [0x00280011, "US", 2],
        [0x00280100, "US", 8],
        [0x00280101, "US", 8],
        [0x00280102, "US", 7],
        [0x00280103, "US", 0],
        [0x7fe00010, "OB", new Uint8Array(12).map((_, i) => 20 * i)],
      ],
    });
    await storeMade(file, "dcmcrle", []);
    const frame = "/studies/2.25.830/series/2.25.830.1/instances/2.25.830.1.1/frames/1";
    const refused = await hub.fetch(frame, { headers: MULTIPART });
    expect([refused.status, await refused.json()]).toMatchObject([
      406,
      { detail: { offered: 'multipart/related; type="image/dicom-rle"; transfer-syntax=1.2.840.10008.1.2.5' } },
    ]);
    expect((await hub.fetch(frame)).status).toBe(200);
  });

  it("that cannot be decoded are said to be unreadable", async () => {
    const study = "2.25.840";
    const file = testSlice({ study, series: `${study}.1`, instance: `${study}.1.1` });
    const [from, to] = [path.join(folder, "whole.dcm"), path.join(folder, "spoilt.dcm")];
    await writeFile(from, file);
    await runDcmtk("dcmcjpls", ["+el", from, to]);
    const spoilt = await readFile(to);
    // the codestream's start of image, ff d8
    spoilt.fill(0, spoilt.indexOf(Buffer.from([0xff, 0xd8, 0xff])), spoilt.length - 16);
    expect((await store(hub, [spoilt])).status).toBe(200);
    const answer = await hub.fetch(`/studies/${study}/series/${study}.1/instances/${study}.1.1/frames/1`, {
      headers: SINGLE,
    });
    expect(await answer.json()).toMatchObject({ code: "frame-unreadable" });
  });
});
