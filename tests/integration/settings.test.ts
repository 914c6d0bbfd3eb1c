import { Writable } from "node:stream";
import { describe, expect, test } from "vitest";
import { createLog } from "../../core/infra/log.ts";
import { parseSettings, SettingsError } from "../../core/infra/settings.ts";

function badKeys(environment: Record<string, string>): readonly string[] {
  try {
    parseSettings(environment);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.keys;
    throw error;
  }
}

describe("settings", () => {
  test("an empty environment gives the contract's defaults", () => {
    const settings = parseSettings({});
    expect(settings.http).toMatchObject({ host: "127.0.0.1", port: 8080, trustProxy: false });
    expect(settings.dicom).toMatchObject({ host: "127.0.0.1", port: 11112, aeTitle: "HUB" });
    expect(settings.dataDir).toBe(`${process.cwd()}/data`);
    expect([settings.databaseUrl, settings.redisUrl, settings.s3]).toEqual([undefined, undefined, undefined]);
    expect(settings.production).toBe(false);
  });

  test("a variable set to nothing counts as not set, as compose files make them", () => {
    expect(parseSettings({ HUB_HTTP_PORT: "", DATABASE_URL: " ", HUB_AET: "" })).toEqual(parseSettings({}));
  });

  test("every bad key is named at once, and no value is", () => {
    const environment = {
      HUB_HTTP_PORT: "70000",
      HUB_AET: "LONGER THAN 16 CHARACTERS",
      DATABASE_URL: "mysql://user:hushhush@host/db",
      HUB_DEMO: "maybe",
      HUB_STOP_SECONDS: "soon",
    };
    expect(badKeys(environment)).toEqual(
      expect.arrayContaining(["HUB_HTTP_PORT", "HUB_AET", "DATABASE_URL", "HUB_DEMO", "HUB_STOP_SECONDS"]),
    );
    expect(() => parseSettings(environment)).toThrow(/HUB_HTTP_PORT.*\n.*HUB_AET/s);
    expect(() => parseSettings(environment)).not.toThrow(/hushhush/);
  });

  test("what belongs together is asked for together", () => {
    expect(badKeys({ S3_ENDPOINT: "http://s3:8333", S3_ACCESS_KEY: "a" })).toEqual(["S3_SECRET_KEY", "S3_BUCKET"]);
  });

  test("origins of other pages are taken as browsers write them, or the start is refused", () => {
    const origins = (value: string) => parseSettings({ HUB_CORS_ORIGINS: value }).http.corsOrigins;
    expect(origins("https://viewer.example.org, http://127.0.0.1:3000")).toEqual([
      "https://viewer.example.org",
      "http://127.0.0.1:3000",
    ]);
    for (const bad of [
      "*",
      "viewer.example.org",
      "https://viewer.example.org/",
      "https://viewer.example.org:443",
      "null",
    ])
      expect(() => origins(bad), bad).toThrow("HUB_CORS_ORIGINS");
  });

  test("the proxy setting takes what Express takes", () => {
    const trustProxy = (value: string) => parseSettings({ HUB_TRUST_PROXY: value }).http.trustProxy;
    expect(["1", "true", "no", "loopback, 10.0.0.0/8"].map(trustProxy)).toEqual([
      1,
      true,
      false,
      "loopback, 10.0.0.0/8",
    ]);
  });
});

describe("other origins", () => {
  const origins = (value: string) => parseSettings({ HUB_CORS_ORIGINS: value }).http.corsOrigins;

  test("are listed exactly, each once; none unless set", () => {
    expect(parseSettings({}).http.corsOrigins).toEqual([]);
    expect(origins("https://a.example, http://127.0.0.1:3000  https://a.example")).toEqual([
      "https://a.example",
      "http://127.0.0.1:3000",
    ]);
  });

  test.each([
    "*",
    "null",
    "a.example",
    "https://a.example/",
    "https://a.example:443",
    "https://A.example",
    "https://*.example/x",
    "file://",
    "https://a.example, nonsense",
  ])("%s stops the start", (value) => {
    expect(badKeys({ HUB_CORS_ORIGINS: value })).toEqual(["HUB_CORS_ORIGINS"]);
  });
});

describe("log", () => {
  function logged(write: (log: ReturnType<typeof createLog>) => void): string {
    let text = "";
    const destination = new Writable({
      write(chunk, _encoding, done) {
        text += chunk;
        done();
      },
    });
    write(createLog({ level: "info", role: "http", destination }));
    return text;
  }

  test("a line is an event with ids", () => {
    const line = JSON.parse(logged((log) => log.info({ studyInstanceUid: "1.2.3" }, "study.received")));
    expect(line).toMatchObject({ level: "info", role: "http", event: "study.received", studyInstanceUid: "1.2.3" });
  });

  test("names that carry secrets or people are blotted out, also one level down", () => {
    const text = logged((log) =>
      log.info(
        { password: "hushhush", patient: { birth: "1970" }, row: { patientName: "张三", url: "redis://:hushhush@h" } },
        "x",
      ),
    );
    expect(text).not.toMatch(/hushhush|张三|1970/);
  });

  test("an error of the database is told by its code, since its message may quote a row", () => {
    const error = Object.assign(new Error("duplicate key: Key (name)=(张三) already exists"), {
      code: "23505",
      severity: "ERROR",
      detail: "Key (name)=(张三)",
      constraint: "patient_key",
    });
    const text = logged((log) => log.error({ err: error }, "store.failed"));
    expect(text).not.toContain("张三");
    expect(JSON.parse(text).err).toMatchObject({ code: "23505", constraint: "patient_key" });
  });
});
