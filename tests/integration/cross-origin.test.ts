import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createKey } from "../../core/infra/sign-in/accounts.ts";
import { type DemoDistrict, openDemoDistrict, YANJI } from "../support/demo-district.ts";
import { type HttpHub, openHttpHub } from "../support/http-hub.ts";
import { type OwnRedis, startOwnRedis } from "../support/own-redis.ts";
import { smallCt } from "../support/small-studies.ts";

const VIEWER = "https://viewer.example";
const STRANGER = "https://evil.example";

let district: DemoDistrict;
let redis: OwnRedis;
let hub: HttpHub;
let study: string;
let bearer: string;
beforeAll(async () => {
  district = await openDemoDistrict();
  redis = await startOwnRedis();
  hub = await openHttpHub(district, redis.url, { HUB_CORS_ORIGINS: `http://127.0.0.1:3000, ${VIEWER}` });
  for (const { bytes } of smallCt()) study = (await district.store(YANJI, bytes)).studyInstanceUid;
  bearer = `Bearer ${await createKey(district.db, "tech", "viewer")}`;
});
afterAll(async () => {
  await hub.close();
  await redis.stop();
  await district.close();
});

/** As a browser asks before it sends a GET with a key from another origin. */
const preflight = (path: string, origin: string, at = hub) =>
  at.ask(path, {
    method: "OPTIONS",
    headers: {
      origin,
      "sec-fetch-site": "cross-site",
      "access-control-request-method": "GET",
      "access-control-request-headers": "accept,authorization",
    },
  });
const from = (origin: string, headers: Record<string, string> = {}) => ({
  headers: { origin, "sec-fetch-site": "cross-site", ...headers },
});
const namesIn = (headers: Headers, name: string) =>
  (headers.get(name) ?? "").split(",").map((one) => one.trim().toLowerCase());

describe("a page of a listed origin", () => {
  test("is given leave before it sends its key, for any path and without signing in", async () => {
    for (const path of ["/dicom-web/studies", `/dicom-web/studies/${study}/metadata`, "/dicom-web"]) {
      const { status, headers } = await preflight(path, VIEWER);
      expect(status).toBe(204);
      expect(headers.get("access-control-allow-origin")).toBe(VIEWER);
      expect(namesIn(headers, "access-control-allow-headers")).toEqual(
        expect.arrayContaining(["authorization", "content-type", "accept", "if-none-match", "range"]),
      );
      expect(namesIn(headers, "access-control-allow-methods")).toEqual(expect.arrayContaining(["get", "post"]));
      expect(namesIn(headers, "vary")).toContain("origin");
      expect(headers.get("access-control-allow-credentials")).toBeNull();
    }
  });

  test("reads the answer with its key, and the headers that a viewer needs", async () => {
    const { status, headers, body } = await hub.ask(
      `/dicom-web/studies/${study}/metadata`,
      from(VIEWER, { authorization: bearer }),
    );
    expect([status, (body as unknown[]).length]).toEqual([200, 2]);
    expect(headers.get("access-control-allow-origin")).toBe(VIEWER);
    expect(namesIn(headers, "access-control-expose-headers")).toEqual(
      expect.arrayContaining(["etag", "content-location", "content-range", "warning"]),
    );
    expect(namesIn(headers, "vary")).toEqual(expect.arrayContaining(["origin", "accept-encoding"]));
    expect(headers.get("access-control-allow-credentials")).toBeNull();
    const again = await hub.ask(
      `/dicom-web/studies/${study}/metadata`,
      from(VIEWER, { authorization: bearer, "if-none-match": headers.get("etag") ?? "" }),
    );
    expect([again.status, again.headers.get("access-control-allow-origin")]).toEqual([304, VIEWER]);
  });

  test("stores with its key", async () => {
    const [instance] = smallCt({ slices: 1 });
    const body = Buffer.concat([
      Buffer.from("--edge\r\nContent-Type: application/dicom\r\n\r\n"),
      instance?.bytes ?? Buffer.of(),
      Buffer.from("\r\n--edge--\r\n"),
    ]);
    const { status, headers } = await hub.ask("/dicom-web/studies", {
      method: "POST",
      body: new Uint8Array(body),
      ...from(VIEWER, {
        authorization: bearer,
        "content-type": 'multipart/related; type="application/dicom"; boundary=edge',
      }),
    });
    expect([status, headers.get("access-control-allow-origin")]).toEqual([200, VIEWER]);
  });

  test("can read why it was refused", async () => {
    const refused = await hub.ask("/dicom-web/studies", from(VIEWER, { authorization: "Bearer wrong" }));
    expect(refused).toMatchObject({ status: 401, body: { code: "not-signed-in" } });
    expect(refused.headers.get("access-control-allow-origin")).toBe(VIEWER);
  });

  test("does nothing with a person's cookie, on whatever site it stands", async () => {
    const cookie = await hub.signIn("tech");
    for (const site of ["cross-site", "same-site"])
      expect(await hub.ask("/dicom-web/studies", from(VIEWER, { cookie, "sec-fetch-site": site }))).toMatchObject({
        status: 401,
      });
    const store = await hub.ask("/dicom-web/studies", { method: "POST", ...from(VIEWER, { cookie }) });
    expect(store).toMatchObject({ status: 403, body: { code: "cross-site-request" } });
  });

  test("gets nothing of the pages' own API", async () => {
    const answer = await hub.ask("/api/session", from(VIEWER, { authorization: bearer }));
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    expect((await preflight("/api/session", VIEWER)).headers.get("access-control-allow-origin")).toBeNull();
    const act = await hub.ask("/api/session", { method: "DELETE", ...from(VIEWER) });
    expect(act).toMatchObject({ status: 403, body: { code: "cross-site-request" } });
  });
});

test.each([STRANGER, "null", `${VIEWER}.evil.example`, "http://viewer.example", `${VIEWER}:8443`])(
  "a page of %s is given no leave, and no answer",
  async (origin) => {
    expect((await preflight("/dicom-web/studies", origin)).headers.get("access-control-allow-origin")).toBeNull();
    const { headers } = await hub.ask("/dicom-web/studies", from(origin, { authorization: bearer }));
    expect(headers.get("access-control-allow-origin")).toBeNull();
    // else a cache could give the answer without leave to the page that has it
    expect(namesIn(headers, "vary")).toContain("origin");
  },
);

test("our own pages and machines are served as ever, also when their origin is listed", async () => {
  const cookie = await hub.signIn("tech");
  expect((await hub.ask("/dicom-web/studies", { headers: { cookie, "sec-fetch-site": "same-origin" } })).status).toBe(
    200,
  );
  expect((await hub.ask("/dicom-web/studies", { headers: { authorization: bearer } })).status).toBe(200);
  const own = await openHttpHub(district, redis.url, { HUB_CORS_ORIGINS: "http://hub.example" });
  const listed = { cookie, origin: "http://hub.example", "sec-fetch-site": "same-origin" };
  expect((await own.ask("/dicom-web/studies", { headers: listed })).status).toBe(200);
  await own.close();
});

test("without the setting no origin is given leave", async () => {
  const closed = await openHttpHub(district, redis.url);
  const { headers } = await closed.ask("/dicom-web/studies", from(VIEWER, { authorization: bearer }));
  expect(headers.get("access-control-allow-origin")).toBeNull();
  expect((await preflight("/dicom-web/studies", VIEWER, closed)).headers.get("access-control-allow-origin")).toBeNull();
  await closed.close();
});
