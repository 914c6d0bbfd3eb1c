import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { parseSettings, SETTING_NAMES } from "../../core/infra/settings.ts";

const root = path.resolve(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(path.join(root, file), "utf8");
const source = read("docker-compose.yml");

interface Service {
  readonly image: string;
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly user?: string;
}
interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly configs: Readonly<Record<string, { readonly content: string }>>;
}
const readCompose = (text: string): Compose => parse(text, { merge: true });
const compose = readCompose(source);

/** The Compose Specification's own schema, as the dclint package brings it. */
function schemaErrors(document: unknown): unknown[] {
  const folder = path.dirname(createRequire(import.meta.url).resolve("dclint/package.json"));
  const { $schema: _draft, ...schema } = JSON.parse(
    readFileSync(path.join(folder, "schemas/compose.schema.json"), "utf8"),
  );
  const validate = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(schema);
  validate(document);
  return validate.errors ?? [];
}

/** `${NAME:?why}` and `${NAME:-default}`, as compose fills them in. */
function filledIn(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{(\w+)(?::([?-])([^}]*))?\}/g, (_all, name: string, kind?: string, rest?: string) => {
    const value = values[name];
    if (value) return value;
    if (kind === "-") return rest ?? "";
    throw new Error(`${name} is not set`);
  });
}

const exampleNames = [...read(".env.example").matchAll(/^#? ?([A-Z][A-Z0-9_]+)=/gm)].map((match) => match[1] ?? "");
const filled = {
  ...Object.fromEntries(
    ["POSTGRES_PASSWORD", "REDIS_PASSWORD", "S3_ACCESS_KEY", "S3_SECRET_KEY"].map((name) => [name, "0a1b2c"]),
  ),
};

describe("docker-compose.yml", () => {
  test("follows the Compose Specification's schema", () => {
    expect(schemaErrors(compose)).toEqual([]);
    // the schema does look: a misspelt key is found
    const misspelt = structuredClone(compose);
    Object.assign(misspelt.services.http ?? {}, { enviroment: {} });
    expect(schemaErrors(misspelt)).not.toEqual([]);
  });

  test("has every service, each that stays up with a health check", () => {
    const staying = Object.keys(compose.services).filter((name) => name !== "migrate");
    expect(staying.sort()).toEqual(["dicom", "http", "postgres", "redis", "s3", "worker"]);
    expect(staying.filter((name) => !compose.services[name]?.healthcheck)).toEqual([]);
  });

  test("holds no secret: each must be given, and .env.example names all there is to give", () => {
    const names = [...source.matchAll(/\$\{(\w+)(:[?-])?/g)].map((match) => ({ name: match[1] ?? "", kind: match[2] }));
    const secrets = names.filter(({ name }) => /PASSWORD|ACCESS_KEY|SECRET/.test(name));
    expect(new Set(secrets.map(({ name }) => name)).size).toBe(4);
    expect(secrets.filter(({ kind }) => kind !== ":?")).toEqual([]);
    const unnamed = names
      .map(({ name }) => name)
      .filter((name) => name !== "HUB_VERSION" && !exampleNames.includes(name));
    expect(unnamed).toEqual([]);
    expect(read(".env.example")).not.toMatch(/^(POSTGRES_PASSWORD|REDIS_PASSWORD|S3_\w+_KEY)=.+/m);
    expect(() => filledIn(source, {})).toThrow("is not set");
  });

  test("gives the hub an environment it starts with", () => {
    const { services } = readCompose(filledIn(source, filled));
    for (const name of ["http", "dicom", "worker", "migrate"]) {
      const environment = Object.fromEntries(
        Object.entries(services[name]?.environment ?? {}).map(([key, value]) => [key, String(value)]),
      );
      expect(Object.keys(environment).filter((key) => !SETTING_NAMES.includes(key))).toEqual([]);
      const settings = parseSettings(environment);
      expect(settings).toMatchObject({
        production: true,
        http: { host: "0.0.0.0", port: 8080 },
        s3: { bucket: "hub" },
      });
      // the addresses lead to services of this file
      for (const url of [settings.databaseUrl, settings.redisUrl, settings.s3?.endpoint]) {
        expect(Object.keys(services)).toContain(new URL(url ?? "").hostname);
      }
    }
  });

  test("refers only to what it declares, and to files that are there", () => {
    for (const { volumes = [], depends_on = {} } of Object.values(compose.services)) {
      const named = volumes.map((volume) => volume.split(":")[0] ?? "").filter((name) => !name.startsWith("/"));
      expect(Object.keys(compose.volumes)).toEqual(expect.arrayContaining(named));
      expect(Object.keys(compose.services)).toEqual(expect.arrayContaining(Object.keys(depends_on)));
    }
    const scripts = Object.values(compose.services).flatMap(({ command }) =>
      command.filter((word) => word.endsWith(".ts")),
    );
    expect(new Set(scripts)).toEqual(new Set(["bin/hub.ts", "server/main.ts", "worker/main.ts"]));
    expect(scripts.filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
  });

  test("Redis keeps an append-only file and evicts nothing; the S3 store's configuration is JSON", () => {
    expect(compose.configs["redis-conf"]?.content).toMatch(/^appendonly yes$/m);
    expect(compose.configs["redis-conf"]?.content).toMatch(/^maxmemory-policy noeviction$/m);
    const s3 = JSON.parse(filledIn(compose.configs["s3-json"]?.content ?? "", filled));
    expect(s3.identities[0].credentials).toEqual([{ accessKey: "0a1b2c", secretKey: "0a1b2c" }]);
  });
});

describe("Dockerfile", () => {
  const lines = read("Dockerfile").split("\n");

  test("copies what is there and what .dockerignore lets through", () => {
    const allowed = read(".dockerignore")
      .split("\n")
      .filter((line) => line.startsWith("!"))
      .map((line) => new RegExp(`^${line.slice(1).replaceAll(".", "\\.").replaceAll("*", ".*")}$`));
    const copied = lines
      .filter((line) => line.startsWith("COPY ") && !line.includes("--from="))
      .flatMap((line) => line.split(/\s+/).slice(1, -1));
    expect(copied.length).toBeGreaterThan(5);
    for (const file of copied)
      expect(
        allowed.some((pattern) => pattern.test(file)),
        file,
      ).toBe(true);
    expect(copied.filter((file) => !file.includes("*") && !existsSync(path.join(root, file)))).toEqual([]);
  });

  test("runs on the pinned major version of Node, not as root", () => {
    const pinned = JSON.parse(read("package.json")).devDependencies.node.split(".")[0];
    const bases = lines.filter((line) => /^FROM node:/.test(line));
    expect(new Set(bases.map((line) => /^FROM node:(\d+)-slim/.exec(line)?.[1]))).toEqual(new Set([pinned]));
    expect(lines.findLast((line) => line.startsWith("USER "))).toBe("USER node");
  });
});
