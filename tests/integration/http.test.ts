import type { IncomingMessage } from "node:http";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { ENDPOINTS, type Operation } from "../../core/api/endpoints.ts";
import { PAYLOADS } from "../../core/api/payloads.ts";
import { publishLive } from "../../core/infra/queue/live-channel.ts";
import { createKey } from "../../core/infra/sign-in/accounts.ts";
import { DEMO_PASSWORD, type DemoDistrict, openDemoDistrict, YANJI } from "../support/demo-district.ts";
import { eventually } from "../support/eventually.ts";
import { type Answered, type HttpHub, openHttpHub } from "../support/http-hub.ts";
import { type OwnRedis, startOwnRedis } from "../support/own-redis.ts";
import { completeStudyOf, ROUTINE, requestedTask, signedReport, WRITTEN } from "../support/reading-desk.ts";
import { testWorker } from "../support/test-worker.ts";

let district: DemoDistrict;
let redis: OwnRedis;
let hub: HttpHub;

beforeAll(async () => {
  district = await openDemoDistrict();
  redis = await startOwnRedis();
  hub = await openHttpHub(district, redis.url);
});
afterAll(async () => {
  await hub.close();
  await redis.stop();
  await district.close();
});

const json = { "content-type": "application/json" };
const signIn = (body: unknown, headers: Record<string, string> = {}, at = hub) =>
  at.ask("/api/session", { method: "POST", headers: { ...json, ...headers }, body: JSON.stringify(body) });

function expectProblem(answer: Answered, status: number, code: string): void {
  expect(answer.status).toBe(status);
  expect(answer.headers.get("content-type")).toMatch(/^application\/problem\+json/);
  expect(answer.body).toEqual({
    type: "about:blank",
    title: expect.stringMatching(/\S/),
    status,
    code,
    detail: expect.any(Object),
  });
}

describe("sign-in", () => {
  test("gives a cookie that scripts cannot read and other sites cannot use; sign-out ends the session", async () => {
    const answer = await signIn({ username: " GP ", password: DEMO_PASSWORD });
    expect(answer.status).toBe(200);
    expect(PAYLOADS.signIn.answer.parse(answer.body)).toMatchObject({
      account: { username: "gp", displayName: "林国栋" },
      roles: [{ role: "gp", site: { id: "yanji" } }],
    });
    const [cookie = ""] = answer.headers.getSetCookie();
    expect(cookie).toMatch(/^hub_session=[\w-]{43}; /);
    for (const flag of ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=43200"]) expect(cookie).toContain(flag);
    const token = cookie.split(";")[0] ?? "";
    expect(await hub.call("getSession", token)).toMatchObject({ status: 200, body: answer.body });

    const out = await hub.call("signOut", token);
    expect(out.status).toBe(204);
    expect(out.headers.getSetCookie()[0]).toMatch(/^hub_session=;.*Expires=Thu, 01 Jan 1970/);
    // a session is remembered for two seconds
    await eventually(async () => (await hub.call("getSession", token)).status === 401, 4000);
  });

  test("keeps neither password nor token in the database", async () => {
    await hub.signIn("tech");
    const rows = await district.db.selectFrom("session").select("token_sha256").execute();
    expect(rows.every((row) => row.token_sha256.length === 32)).toBe(true);
    const accounts = await district.db.selectFrom("account").select("password_hash").execute();
    for (const { password_hash } of accounts) expect(password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  test.each([
    ["a wrong password", { username: "gp", password: "wrong" }],
    ["a name that nobody has", { username: "nobody", password: DEMO_PASSWORD }],
  ])("refuses %s in the same words, and writes it down", async (_what, body) => {
    const before = await refusals();
    expectProblem(await signIn(body), 401, "wrong-credentials");
    expect(await refusals()).toBe(before + 1);
  });

  test("refuses a disabled account", async () => {
    await district.db.updateTable("account").set({ disabled_at: new Date() }).where("username", "=", "tech2").execute();
    expectProblem(await signIn({ username: "tech2", password: DEMO_PASSWORD }), 401, "wrong-credentials");
    await district.db.updateTable("account").set({ disabled_at: null }).where("username", "=", "tech2").execute();
  });

  async function refusals(): Promise<number> {
    const rows = await district.db
      .selectFrom("audit_event")
      .select("id")
      .where("action", "=", "session.open")
      .where("outcome", "=", "refused")
      .execute();
    return rows.length;
  }

  test("counts failures, not people: a whole hospital may sign in from one address", async () => {
    const own = await openHttpHub(district, redis.url);
    for (let i = 0; i < 24; i++)
      expect((await signIn({ username: "gp", password: DEMO_PASSWORD }, {}, own)).status).toBe(200);
    const wrong = () => signIn({ username: "gp", password: "wrong" }, {}, own);
    for (let i = 0; i < 20; i++) expect((await wrong()).status).toBe(401);
    const answer = await wrong();
    expectProblem(answer, 429, "too-many-attempts");
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    await own.close();
  });

  test("is not needed with a bearer key, until it is revoked", async () => {
    const key = await createKey(district.db, "tech", "board");
    const ask = (path: string) => hub.ask(path, { headers: { authorization: `Bearer ${key}` } });
    expect(await ask("/api/session")).toMatchObject({ status: 200, body: { account: { username: "tech" } } });
    expect((await ask("/dicom-web/studies")).status).toBeLessThan(300);
    expectProblem(
      await hub.ask("/api/session", { headers: { authorization: `Bearer ${key}x` } }),
      401,
      "not-signed-in",
    );
    await district.db.updateTable("api_key").set({ revoked_at: new Date() }).execute();
    await eventually(async () => (await ask("/api/session")).status === 401, 4000);
  });
});

describe("other sites", () => {
  test.each([
    ["Sec-Fetch-Site: cross-site", { "sec-fetch-site": "cross-site" }],
    ["Sec-Fetch-Site: same-site", { "sec-fetch-site": "same-site" }],
    ["an Origin that is not ours", { origin: "http://evil.example" }],
    ["Origin: null", { origin: "null" }],
  ])("cannot act with a person's cookie: %s", async (_what, headers) => {
    const cookie = await hub.signIn("gp");
    const answer = await hub.ask("/api/session", { method: "DELETE", headers: { cookie, ...headers } });
    expectProblem(answer, 403, "cross-site-request");
    expectProblem(await signIn({ username: "gp", password: DEMO_PASSWORD }, headers), 403, "cross-site-request");
    expect((await hub.call("getSession", cookie)).status).toBe(200);
  });

  test("our own pages, and machines, may", async () => {
    for (const headers of [{ "sec-fetch-site": "same-origin" }, { origin: hub.url }, {}])
      expect((await signIn({ username: "gp", password: DEMO_PASSWORD }, headers)).status).toBe(200);
  });
});

describe("every answer", () => {
  test.each(["/healthz", "/api/openapi.json", "/api/session", "/api/nothing", "/dicom-web/studies", "/"])(
    "has the headers that keep a page to itself: %s",
    async (path) => {
      const { headers } = await hub.ask(path);
      const csp = headers.get("content-security-policy") ?? "";
      for (const part of ["default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'self'"])
        expect(csp).toContain(part);
      expect(csp).toMatch(/script-src 'self' 'wasm-unsafe-eval'(;|$)/);
      expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
      expect(headers.get("cross-origin-embedder-policy")).toBe("require-corp");
      expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      expect(headers.get("x-powered-by")).toBeNull();
    },
  );

  test("with data of patients is not kept by anybody", async () => {
    const cookie = await hub.signIn("tech");
    for (const operation of ["listStudies", "getSession", "listNotices"] as const)
      expect((await hub.call(operation, cookie)).headers.get("cache-control")).toBe("no-store");
  });

  test("that is a problem has its words in the reader's language", async () => {
    const title = async (language: string) =>
      ((await hub.ask("/api/studies", { headers: { "accept-language": language } })).body as { title: string }).title;
    expect(await title("zh-CN,zh;q=0.9")).toContain("登录");
    expect(await title("en")).toContain("signed out");
  });
});

describe("what is sent wrongly", () => {
  const uuid = crypto.randomUUID();
  const cases: readonly (readonly [string, Operation, Record<string, string>, string, unknown, string])[] = [
    ["no body", "saveDraft", { taskId: uuid }, "", undefined, "body"],
    ["an empty body", "saveDraft", { taskId: uuid }, "", {}, "findings, impression, basedOn"],
    ["text for a number", "saveDraft", { taskId: uuid }, "", { ...WRITTEN, basedOn: "1" }, "basedOn"],
    [
      "too long a text",
      "saveDraft",
      { taskId: uuid },
      "",
      { ...WRITTEN, findings: "x".repeat(20_001), basedOn: 0 },
      "findings",
    ],
    ["NUL in a text", "saveDraft", { taskId: uuid }, "", { ...WRITTEN, findings: "a\0b", basedOn: 0 }, "findings"],
    ["no UUID", "claimTask", { taskId: "1 OR 1=1" }, "", undefined, "taskId"],
    ["no UID", "requestReading", { studyInstanceUid: "../x" }, "", ROUTINE, "studyInstanceUid"],
    [
      "an urgency that is none",
      "requestReading",
      { studyInstanceUid: "1.2" },
      "",
      { ...ROUTINE, urgency: "x" },
      "urgency",
    ],
    ["a page of nothing", "listStudies", {}, "?limit=0", undefined, "limit"],
    ["a date that is none", "listStudies", {}, "?from=2026-11-22", undefined, "from"],
    ["NUL in a search", "listStudies", {}, "?q=%00", undefined, "q"],
    ["a question twice", "listStudies", {}, "?q=a&q=b", undefined, "q"],
    ["no reason", "returnReport", { taskId: uuid }, "", { reason: "" }, "reason"],
    [
      "no digest",
      "findStoredInstances",
      {},
      "",
      { instances: [{ sopInstanceUid: "1.2", dataSetSha256: "xyz" }] },
      "instances.0.dataSetSha256",
    ],
  ];
  const SENDER: Partial<Record<Operation, string>> = {
    saveDraft: "radiologist",
    claimTask: "radiologist",
    returnReport: "reviewer",
  };

  test.each(cases)("%s (%s) is named", async (_what, operation, params, query, body, where) => {
    const cookie = await hub.signIn(SENDER[operation] ?? "tech");
    const answer = await hub.call(operation, cookie, { params, query, ...(body === undefined ? {} : { body }) });
    expectProblem(answer, 400, "request-invalid");
    expect((answer.body as { detail: { where: string } }).detail.where).toBe(where);
  });

  test("broken JSON, too much of it, another type, an address that cannot be decoded", async () => {
    const post = (body: string, type = "application/json") =>
      hub.ask("/api/session", { method: "POST", headers: { "content-type": type }, body });
    expectProblem(await post("{"), 400, "request-invalid");
    expectProblem(await post(JSON.stringify({ username: "x".repeat(300_000) })), 413, "too-large");
    expectProblem(await post("username=gp", "application/x-www-form-urlencoded"), 400, "request-invalid");
    expectProblem(await post("{}", "application/json; charset=gbk"), 415, "media-type-unsupported");
    const cookie = await hub.signIn("tech");
    expectProblem(await hub.ask("/api/studies/%E0%A4%A", { headers: { cookie } }), 400, "request-invalid");
    expectProblem(await hub.ask("/api/nothing", { headers: { cookie } }), 404, "not-found");
  });
});

describe("answers", () => {
  test("keep to their schemas, from the request to the report", async () => {
    const studyInstanceUid = await completeStudyOf(district, YANJI);
    const taskId = await requestedTask(district, studyInstanceUid, "tech");
    await signedReport(district, taskId);
    const places = { studyInstanceUid, taskId };
    const asked: readonly (readonly [Operation, string])[] = [
      ["listStudies", "tech"],
      ["getStudy", "tech"],
      ["listTasks", "radiologist"],
      ["getTask", "reviewer"],
      ["getTask", "gp"],
      ["listReports", "gp"],
      ["getReport", "gp"],
      ["listNotices", "gp"],
      ["listSites", "gp"],
      ["listAccounts", "admin"],
      ["listApplicationEntities", "admin"],
      ["listAuditEvents", "admin"],
      ["getSystemStatus", "admin"],
      ["acknowledgeReport", "gp"],
    ];
    for (const [operation, who] of asked) {
      const answer = await hub.call(operation, await hub.signIn(who), { params: places });
      expect({ operation, who, status: answer.status }).toEqual({ operation, who, status: 200 });
      const parsed = PAYLOADS[operation].answer?.safeParse(answer.body);
      expect({ operation, problems: parsed?.error?.issues }).toEqual({ operation, problems: undefined });
    }
    // the sending site sees signed versions only
    const { body } = await hub.call("getTask", await hub.signIn("gp"), { params: places });
    expect((body as { versions: { status: string }[] }).versions.map((v) => v.status)).toEqual(["final"]);
  });

  test("a second claim is told the first reader's name", async () => {
    const taskId = await requestedTask(district, await completeStudyOf(district, YANJI), "tech");
    expect((await hub.call("claimTask", await hub.signIn("radiologist"), { params: { taskId } })).status).toBe(200);
    const second = await hub.call("claimTask", await hub.signIn("reviewer"), { params: { taskId } });
    expectProblem(second, 409, "task-claimed-by-other");
    expect(second.body).toMatchObject({ detail: { reader: "顾明远" }, title: expect.stringContaining("顾明远") });
    expect((await hub.call("claimTask", await hub.signIn("radiologist"), { params: { taskId } })).status).toBe(200);
  });
});

describe("OpenAPI", () => {
  interface Described {
    readonly operationId?: string;
    readonly parameters?: readonly { name: string; in: string; required: boolean; schema: object }[];
    readonly requestBody?: { readonly content: object };
    readonly responses: Readonly<Record<string, { readonly description?: string }>>;
  }

  test("is 3.1, and has every operation with its parameters, bodies and answers", async () => {
    const { body, headers } = await hub.ask("/api/openapi.json");
    expect(headers.get("content-type")).toContain("application/json");
    const description = body as {
      readonly openapi: string;
      readonly info: { readonly title: string; readonly version: string };
      readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
      readonly components: { readonly schemas: object };
    };
    expect(description.openapi).toMatch(/^3\.1\.\d$/);
    expect(description.info).toMatchObject({ title: expect.any(String), version: expect.any(String) });
    const found = Object.entries(description.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, described]) => ({ path, method, described })),
    );
    expect(found.map((f) => f.described.operationId).sort()).toEqual(Object.keys(ENDPOINTS).sort());
    for (const { path, method, described } of found) {
      const operation = described.operationId as Operation;
      expect(`${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ":$1")}`).toBe(ENDPOINTS[operation]);
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      const parameters = described.parameters ?? [];
      expect(parameters.filter((p) => p.in === "path").map((p) => p.name)).toEqual(inPath);
      for (const parameter of parameters) {
        expect(["path", "query"]).toContain(parameter.in);
        if (parameter.in === "path") expect(parameter.required).toBe(true);
        expect(parameter.schema).toBeTypeOf("object");
      }
      expect(described.requestBody !== undefined).toBe("body" in PAYLOADS[operation]);
      expect(Object.keys(described.responses).some((status) => status.startsWith("20"))).toBe(true);
      for (const [status, response] of Object.entries(described.responses)) {
        expect(status).toMatch(/^([1-5]\d\d|[1-5]XX|default)$/);
        expect(response.description).toBeTruthy();
      }
    }
    // each reference leads somewhere
    for (const [, name] of JSON.stringify(body).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g))
      expect(description.components.schemas).toHaveProperty(name ?? "");
  });
});

/** The hub's own line for live changes stands. */
async function subscribed(): Promise<boolean> {
  const client = new Redis(redis.url);
  const [, count] = (await client.pubsub("NUMSUB", "hub:live")) as [string, number];
  client.disconnect();
  return count > 0;
}

describe("health", () => {
  test("says which part is away", async () => {
    expect(await hub.ask("/healthz")).toMatchObject({ status: 200, body: { status: "ok" } });
    expect(await hub.ask("/readyz")).toMatchObject({ status: 200, body: { postgres: true, redis: true } });
    await redis.kill();
    const away = await eventually(async () => {
      const answer = await hub.ask("/readyz");
      return answer.status === 503 && answer;
    });
    expect(away.body).toEqual({ postgres: true, redis: false });
    expect((await hub.ask("/healthz")).status).toBe(200);
    // without Redis people read and write on
    expect((await hub.call("listStudies", await hub.signIn("tech"))).status).toBe(200);
    await redis.start();
    await eventually(async () => (await hub.ask("/readyz")).status === 200);
    await eventually(subscribed);
  });

  test("figures have no names in them", async () => {
    const { body } = await hub.ask("/metrics");
    expect(body).toMatch(/^hub_outbox\{state="waiting"\} \d+$/m);
    expect(body).not.toMatch(/yanji|gp|patient/i);
  });
});

describe("live", () => {
  const open: WebSocket[] = [];
  afterEach(() => {
    for (const socket of open.splice(0)) socket.terminate();
  });

  async function listen(cookie: string | null, headers: Record<string, string> = {}, path = "/live") {
    const socket = new WebSocket(`${hub.url.replace("http", "ws")}${path}`, {
      headers: { ...(cookie === null ? {} : { cookie }), ...headers },
    });
    open.push(socket);
    const heard: string[] = [];
    socket.on("message", (data) => heard.push(String(data)));
    socket.on("error", () => undefined);
    const status = await new Promise<number>((resolve) => {
      socket.once("open", () => resolve(101));
      socket.once("unexpected-response", (_request, response: IncomingMessage) => resolve(response.statusCode ?? 0));
    });
    return { status, heard, socket };
  }

  test("a page hears what changed at its site, and nothing of another", async () => {
    const [gp, gp2, radiologist, ecg, admin] = await Promise.all(
      ["gp", "gp2", "radiologist", "ecg", "admin"].map(async (name) => listen(await hub.signIn(name))),
    );
    const worker = testWorker(district, redis.url);
    const studyInstanceUid = await completeStudyOf(district, YANJI);
    const asked = await hub.call("requestReading", await hub.signIn("tech"), {
      params: { studyInstanceUid },
      body: ROUTINE,
    });
    const taskId = (asked.body as { id: string }).id;
    await eventually(async () => gp?.heard.some((message) => message.includes(taskId)));
    const change = gp?.heard.find((message) => message.includes(taskId)) ?? "{}";
    expect(JSON.parse(change)).toEqual({ topic: "task", siteIds: ["yanji"], studyInstanceUid, taskId });

    const redisClient = new Redis(redis.url);
    const last = { topic: "task", siteIds: ["yanji", "qzx"], taskId: crypto.randomUUID() };
    await publishLive(redisClient, JSON.stringify(last));
    for (const page of [gp, radiologist, admin])
      await eventually(async () => page?.heard.some((message) => message.includes(last.taskId)));
    await publishLive(redisClient, "not even JSON");
    await publishLive(redisClient, JSON.stringify({ topic: "else" }));
    await publishLive(redisClient, JSON.stringify({ ...last, taskId: "after" }));
    await eventually(async () => gp?.heard.some((message) => message.includes("after")));
    redisClient.disconnect();
    for (const page of [gp2, ecg]) expect(page?.heard).toEqual([]);
    // never what: no name, no text
    for (const message of gp?.heard ?? []) expect(Object.keys(JSON.parse(message))).not.toContain("patient");
    await worker.stop();
  });

  test("a page that may have missed something is let go, and hears again once it is back", async () => {
    const cookie = await hub.signIn("gp");
    const before = await listen(cookie);
    const gone = new Promise<number>((resolve) => before.socket.once("close", resolve));
    await redis.kill();
    await redis.start();
    expect(await gone).toBe(1012);

    const after = await listen(cookie);
    const redisClient = new Redis(redis.url);
    const taskId = crypto.randomUUID();
    await publishLive(redisClient, JSON.stringify({ topic: "task", siteIds: ["yanji"], taskId }));
    await eventually(async () => after.heard.some((message) => message.includes(taskId)));
    redisClient.disconnect();
  });

  test("nobody else may listen", async () => {
    const cookie = await hub.signIn("gp");
    expect((await listen(null)).status).toBe(401);
    expect((await listen("hub_session=guessed")).status).toBe(401);
    expect((await listen(cookie, { origin: "http://evil.example" })).status).toBe(401);
    expect((await listen(cookie, {}, "/other")).status).toBe(401);
    expect((await listen(cookie, { origin: hub.url })).status).toBe(101);
  });
});
