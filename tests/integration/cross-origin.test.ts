import { afterAll, beforeAll, expect, test } from "vitest";
import { createKey } from "../../core/infra/sign-in/accounts.ts";
import { type DemoDistrict, openDemoDistrict } from "../support/demo-district.ts";
import { type HttpHub, openHttpHub } from "../support/http-hub.ts";
import { type OwnRedis, startOwnRedis } from "../support/own-redis.ts";

const VIEWER = "https://viewer.example.org";
const STUDIES = "/dicom-web/studies";
let district: DemoDistrict;
let redis: OwnRedis;
let hub: HttpHub;
let closed: HttpHub;
let key: string;

beforeAll(async () => {
  district = await openDemoDistrict();
  redis = await startOwnRedis();
  hub = await openHttpHub(district, redis.url, { HUB_CORS_ORIGINS: VIEWER });
  closed = await openHttpHub(district, redis.url);
  key = await createKey(district.db, "gp", "viewer");
});
afterAll(async () => {
  await hub.close();
  await closed.close();
  await redis.stop();
  await district.close();
});

const preflight = (at: HttpHub, origin: string, path = STUDIES) =>
  at.ask(path, {
    method: "OPTIONS",
    headers: { origin, "access-control-request-method": "GET", "access-control-request-headers": "authorization" },
  });
const allowed = (headers: Headers) => headers.get("access-control-allow-origin");

test("a page of a named origin may ask, with its key", async () => {
  const before = await preflight(hub, VIEWER);
  expect([before.status, allowed(before.headers)]).toEqual([204, VIEWER]);
  expect(before.headers.get("access-control-allow-headers")).toMatch(/authorization/i);
  const answer = await hub.ask(STUDIES, { headers: { origin: VIEWER, authorization: `Bearer ${key}` } });
  expect([answer.status < 300, allowed(answer.headers)]).toEqual([true, VIEWER]);
  expect(answer.headers.get("vary")).toMatch(/origin/i);
  expect(answer.headers.get("access-control-expose-headers")).toMatch(/etag/i);
  expect(answer.headers.get("cross-origin-resource-policy")).toBe("cross-origin");
  expect(answer.headers.get("access-control-allow-credentials")).toBeNull();
});

test("a person's cookie is worth nothing to it", async () => {
  const cookie = await hub.signIn("gp");
  expect((await hub.ask(STUDIES, { headers: { cookie } })).status).toBeLessThan(300);
  expect((await hub.ask(STUDIES, { headers: { cookie, origin: VIEWER } })).status).toBe(401);
});

test.each([
  ["another origin", "https://elsewhere.example.org", STUDIES],
  ["a part of the name", "https://viewer.example.org.evil.example", STUDIES],
  ["anything but DICOMweb", VIEWER, "/api/studies"],
])("%s is told nothing", async (_, origin, path) => {
  expect(allowed((await preflight(hub, origin, path)).headers)).toBeNull();
  const answer = await hub.ask(path, { headers: { origin, authorization: `Bearer ${key}` } });
  expect(allowed(answer.headers)).toBeNull();
});

test("without the setting no page of another origin may", async () => {
  expect(allowed((await preflight(closed, VIEWER)).headers)).toBeNull();
});
