import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, BrowserContext } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createKey } from "../../core/infra/sign-in/accounts.ts";
import { type DemoDistrict, openDemoDistrict, YANJI } from "../support/demo-district.ts";
import { type HttpHub, openHttpHub } from "../support/http-hub.ts";
import { type OwnRedis, startOwnRedis } from "../support/own-redis.ts";
import { smallCt } from "../support/small-studies.ts";
import { openBrowser } from "./support/browser.ts";

const SIZE = 64;

let pages: { readonly server: Server; readonly port: number };
let district: DemoDistrict;
let redis: OwnRedis;
let hub: HttpHub;
let browser: Browser;
let context: BrowserContext;
let series: string;
let key: string;

beforeAll(async () => {
  pages = await emptyPages();
  district = await openDemoDistrict();
  redis = await startOwnRedis();
  // for a browser the hub at 127.0.0.1 is of the same site as the first and of another than the second
  const origins = [`http://127.0.0.1:${pages.port}`, `http://localhost:${pages.port}`].join();
  hub = await openHttpHub(district, redis.url, { HUB_CORS_ORIGINS: origins });
  const [file] = smallCt({ slices: 1, size: SIZE });
  const stored = await district.store(YANJI, file?.bytes ?? new Uint8Array());
  series = `${hub.url}/dicom-web/studies/${stored.studyInstanceUid}/series/${stored.seriesInstanceUid}`;
  key = await createKey(district.db, "tech", "viewer");
  browser = await openBrowser();
  context = await browser.newContext();
  // a person has signed in at the hub in the same browser
  const [name = "", value = ""] = (await hub.signIn("tech")).split("=");
  await context.addCookies([{ name, value, url: hub.url, httpOnly: true, sameSite: "Strict" }]);
});
afterAll(async () => {
  await browser?.close();
  await hub?.close();
  await redis?.stop();
  await district?.close();
  pages?.server.closeAllConnections();
  pages?.server.close();
});

/** Pages of nothing, isolated as a viewer's are that wants shared memory: what they embed must allow it. */
async function emptyPages() {
  const server = createServer((_request, response) => {
    const isolated = {
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
    };
    response.writeHead(200, { ...isolated, "content-type": "text/html" }).end("<!doctype html>");
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

/** What a page of `host` gets; the script is text, since the tests are compiled without the DOM's types. */
async function onPageOf<T>(host: string, script: string): Promise<T> {
  const page = await context.newPage();
  try {
    await page.goto(`http://${host}:${pages.port}/`);
    return await page.evaluate<T>(script);
  } finally {
    await page.close();
  }
}

const withKey = (url: string) => `fetch(${JSON.stringify(url)}, { headers: { authorization: "Bearer ${key}" } })`;
const orRefused = (request: string) => `${request}.then((answer) => answer.status, (error) => error.name)`;

describe.each(["127.0.0.1", "localhost"])("a page of a listed origin, at %s", (host) => {
  it("shows the hub's pictures, although it is isolated", async () => {
    const script = `(async () => {
      const image = new Image();
      image.src = URL.createObjectURL(await (await ${withKey(`${series}/rendered`)}).blob());
      await image.decode();
      return [crossOriginIsolated, image.naturalWidth, image.naturalHeight];
    })()`;
    expect(await onPageOf(host, script)).toEqual([true, SIZE, SIZE]);
  });

  it("reads the headers that a viewer needs, and asks again on condition", async () => {
    const script = `(async () => {
      const authorization = "Bearer ${key}";
      const url = ${JSON.stringify(`${series}/metadata`)};
      const first = await fetch(url, { headers: { authorization } });
      const etag = first.headers.get("etag");
      const headers = { authorization, "if-none-match": etag };
      const again = await fetch(url, { headers, cache: "no-store" });
      return [first.status, /^"/.test(etag), again.status];
    })()`;
    expect(await onPageOf(host, script)).toEqual([200, true, 304]);
  });

  it("has no part in a person's session", async () => {
    const studies = JSON.stringify(`${hub.url}/dicom-web/studies`);
    expect(await onPageOf(host, orRefused(`fetch(${studies}, { credentials: "include" })`))).toBe("TypeError");
    expect(await onPageOf(host, orRefused(`fetch(${studies})`))).toBe(401);
    const session = JSON.stringify(`${hub.url}/api/session`);
    expect(await onPageOf(host, orRefused(`fetch(${session}, { credentials: "include" })`))).toBe("TypeError");
  });
});

it("a page of another origin gets nothing, key or not", async () => {
  const stranger = await emptyPages();
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${stranger.port}/`);
  expect(await page.evaluate(orRefused(withKey(`${series}/rendered`)))).toBe("TypeError");
  stranger.server.closeAllConnections();
  stranger.server.close();
});
