import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DicomwebHub, type StorePart, startDicomwebHub, store, storeBody, testSlice } from "./dicomweb-hub.ts";

let hub: DicomwebHub;
beforeAll(async () => {
  hub = await startDicomwebHub();
});
afterAll(() => hub.close());

const slice = (study: string, n: number, more = {}) =>
  testSlice({ study, series: `${study}.1`, instance: `${study}.1.${n}`, number: n, ...more });

interface RefusedRequest {
  readonly parts: readonly (Buffer | StorePart)[];
  readonly path?: string;
  readonly cut?: number;
}

async function blobCount(): Promise<number> {
  let count = 0;
  for await (const _ of hub.blobs.keys()) count += 1;
  return count;
}

describe("STOW-RS", () => {
  it("stores every part and says where each is", async () => {
    const study = "2.25.1001";
    const answer = await store(
      hub,
      [1, 2, 3].map((n) => slice(study, n)),
    );
    expect(answer.status).toBe(200);
    expect(answer.stored).toEqual([`${study}.1.1`, `${study}.1.2`, `${study}.1.3`]);
    expect(answer.json["00081190"]).toEqual({ vr: "UR", Value: [`${hub.base}/studies/${study}`] });
    const url = String(answer.json["00081199"]?.Value?.[1]?.["00081190"]?.Value?.[0]);
    const retrieved = await fetch(url, { headers: { accept: "application/dicom" } });
    expect(Buffer.from(await retrieved.arrayBuffer()).equals(slice(study, 2))).toBe(true);
  });

  it("takes the same instance again as a success that stores nothing twice", async () => {
    const study = "2.25.1002";
    await store(hub, [slice(study, 1)]);
    const before = await blobCount();
    const again = await store(hub, [slice(study, 1)]);
    expect([again.status, again.stored]).toEqual([200, [`${study}.1.1`]]);
    expect(await blobCount()).toBe(before);
  });

  it("refuses other bytes under a stored UID, for that part alone", async () => {
    const study = "2.25.1003";
    await store(hub, [slice(study, 1)]);
    const before = await blobCount();
    const answer = await store(hub, [slice(study, 1, { description: "改" }), slice(study, 2)]);
    expect(answer.status).toBe(202);
    expect(answer.failed).toEqual({ 0: "instance-differs" });
    expect(answer.json["00081198"]?.Value?.[0]?.["00081197"]?.Value).toEqual([0x0111]);
    expect(answer.json["00081198"]?.Value?.[0]?.["00081155"]?.Value).toEqual([`${study}.1.1`]);
    expect(answer.stored).toEqual([`${study}.1.2`]);
    expect(await blobCount()).toBe(before + 1);
  });

  it("gives each bad part its own reason and keeps nothing of it", async () => {
    const study = "2.25.1004";
    const whole = slice(study, 1);
    const before = await blobCount();
    const answer = await store(hub, [
      Buffer.from("this is no DICOM file, but it is long enough to be looked at: ".repeat(10)),
      whole.subarray(0, whole.length - 200),
      { type: "image/jpeg", bytes: Buffer.from("jpeg") },
      Buffer.alloc(0),
      whole,
    ]);
    expect(answer.status).toBe(202);
    expect(answer.failed).toEqual({
      0: "dicom-unreadable",
      1: "dicom-truncated",
      2: "media-type-unsupported",
      3: "dicom-truncated",
    });
    expect(answer.stored).toEqual([`${study}.1.1`]);
    expect(await blobCount()).toBe(before + 1);
    const none = await store(hub, [Buffer.alloc(500)]);
    expect([none.status, none.failed]).toEqual([409, { 0: "dicom-unreadable" }]);
  });

  it("refuses a SOP class that C-STORE refuses, as PS3.18 says it", async () => {
    // CT Image Storage, and a private class of as many letters
    const [ct, other] = ["1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.2.2"];
    const bytes = Buffer.from(slice("2.25.1012", 1).toString("latin1").replaceAll(ct, other), "latin1");
    const answer = await store(hub, [bytes]);
    expect([answer.status, answer.failed]).toEqual([409, { 0: "sop-class-unsupported" }]);
    expect(answer.json["00081198"]?.Value?.[0]?.["00081197"]?.Value).toEqual([0x0122]);
  });

  it.each([
    [
      "a part of another type",
      "media-type-unsupported",
      () => ({ parts: [{ type: "image/jpeg", bytes: Buffer.of(1) }] }),
    ],
    [
      "another study than the path",
      "request-invalid",
      (bytes: Buffer) => ({ parts: [bytes], path: "/studies/2.25.1" }),
    ],
    ["a part that breaks off", "dicom-truncated", (bytes: Buffer) => ({ parts: [bytes], cut: 300 })],
  ] as const)("tells the audit of %s", async (_, code, requestOf) => {
    const { parts, path = "/studies", cut = 0 }: RefusedRequest = requestOf(slice("2.25.1013", 1));
    const body = storeBody(parts);
    const response = await hub.fetch(path, {
      method: "POST",
      headers: { "content-type": 'multipart/related; type="application/dicom"; boundary=edge' },
      body: new Uint8Array(body.subarray(0, body.length - cut)),
    });
    expect(response.status).toBe(409);
    const last = await hub.db
      .selectFrom("audit_event")
      .select(["actor", "detail"])
      .where("action", "=", "instance.store")
      .orderBy("id", "desc")
      .executeTakeFirst();
    expect(last).toMatchObject({ actor: "tech", detail: { code, via: "stow" } });
  });

  it("stores under a study only what belongs to it", async () => {
    const study = "2.25.1005";
    const answer = await store(hub, [slice(study, 1), slice("2.25.1006", 1)], { path: `/studies/${study}` });
    expect(answer.status).toBe(202);
    expect(answer.failed).toEqual({ 1: "request-invalid" });
    expect(await (await hub.fetch("/studies?StudyInstanceUID=2.25.1006")).json()).toEqual([]);
  });

  it("keeps a study with the site that made it", async () => {
    const study = "2.25.1007";
    await store(hub, [slice(study, 1)]);
    const answer = await store(hub, [slice(study, 2)], { as: "tech2" });
    expect([answer.status, answer.failed]).toEqual([409, { 0: "study-of-another-site" }]);
  });

  it("is for technicians", async () => {
    const response = await hub.fetch("/studies", { method: "POST", as: "radiologist", body: "x" });
    expect([response.status, await response.json()]).toMatchObject([403, { code: "not-allowed" }]);
  });

  it.each([
    ["application/json", "application/dicom+json", 415],
    ['multipart/related; type="application/dicom+xml"; boundary=edge', "application/dicom+json", 415],
    // files where metadata were announced
    ['multipart/related; type="application/dicom+json"; boundary=edge', "application/dicom+json", 415],
    ['multipart/related; type="application/dicom"; boundary=edge', "application/dicom+xml", 406],
    ['multipart/related; type="application/dicom"', "application/dicom+json", 400],
    ['multipart/related; type="application/dicom"; boundary=other', "application/dicom+json", 400],
  ])("a request of %s that accepts %s is answered %i", async (contentType, accept, status) => {
    const headers = { "content-type": contentType, accept };
    const body = new Uint8Array(storeBody([slice("2.25.1008", 1)]));
    expect((await hub.fetch("/studies", { method: "POST", headers, body })).status).toBe(status);
  });

  it("answers a request that is refused while it still comes in", async () => {
    const headers = { "content-type": 'multipart/related; type="application/dicom"; boundary=edge' };
    const body = Buffer.concat([
      Buffer.from(`--edge\r\nX: ${"x".repeat(20_000)}\r\n\r\n`),
      storeBody([slice("2.25.1011", 1)]),
      Buffer.alloc(3_000_000),
    ]);
    const response = await hub.fetch("/studies", { method: "POST", headers, body: new Uint8Array(body) });
    expect([response.status, await response.json()]).toMatchObject([413, { code: "too-large" }]);
  });

  it("keeps what was whole when the client goes away in the middle, and nothing of the rest", async () => {
    const study = "2.25.1009";
    const before = await blobCount();
    const body = storeBody([slice(study, 1), slice(study, 2)]);
    await new Promise<void>((resolve) => {
      const upload = request(`${hub.base}/studies`, {
        method: "POST",
        headers: {
          "content-type": 'multipart/related; type="application/dicom"; boundary=edge',
          "content-length": body.length,
        },
      });
      upload.on("error", () => resolve());
      upload.write(body.subarray(0, body.length - 300), () => setTimeout(() => upload.destroy(new Error("gone")), 100));
    });
    await expect
      .poll(async () => (await hub.fetch(`/studies/${study}/instances`)).json(), { timeout: 5000 })
      .toHaveLength(1);
    expect(await blobCount()).toBe(before + 1);
  });

  it("holds many parts of one request apart", async () => {
    const study = "2.25.1010";
    const numbers = Array.from({ length: 60 }, (_, i) => i + 1);
    const answer = await store(
      hub,
      numbers.map((n) => slice(study, n)),
    );
    expect(answer.stored).toEqual(numbers.map((n) => `${study}.1.${n}`));
    const found = (await (await hub.fetch(`/studies/${study}/instances`)).json()) as Record<
      string,
      { Value: unknown[] }
    >[];
    expect(found.map((one) => one["00200013"]?.Value[0])).toEqual(numbers);
  });
});
