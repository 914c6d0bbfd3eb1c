import { isIPv4 } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DEMO_ACCOUNTS } from "../core/demo/demo-district.ts";
import { openBlobStore } from "../core/infra/blob/open-blob-store.ts";
import { seedDemoDistrict } from "../core/infra/demo/seed-demo.ts";
import { storeDemoStudies } from "../core/infra/demo/store-demo-studies.ts";
import { noteDemoStored, renewDemoPassword, unfinishedDemo } from "../core/infra/demo/unfinished-demo.ts";
import { startEmbeddedPostgres } from "../core/infra/embedded/embedded-postgres.ts";
import { startEmbeddedRedis } from "../core/infra/embedded/embedded-redis.ts";
import type { EmbeddedServer } from "../core/infra/embedded/embedded-server.ts";
import { createLog } from "../core/infra/log.ts";
import { postgresArchiveIndex } from "../core/infra/postgres/archive-index.ts";
import { type DatabaseHandle, openDatabase } from "../core/infra/postgres/database.ts";
import { migrate } from "../core/infra/postgres/migrate.ts";
import { onStopSignal } from "../core/infra/process/lifetime.ts";
import { parseSettings, SettingsError } from "../core/infra/settings.ts";
import { newToken } from "../core/infra/sign-in/secret-token.ts";
import { instanceReceiver } from "../core/study/receive-instance.ts";
import { type Supervised, superviseProcess } from "./supervise.ts";

/** Runs the whole hub on this machine: the embedded parts, then http, dicom and worker, each a process of its own. */
const settings = settingsOrEnd();
const log = createLog({ level: settings.logLevel, role: "start" });
const root = join(import.meta.dirname, "..");

const embedded: { postgres?: EmbeddedServer; redis?: EmbeddedServer } = {};
let processes: Supervised[] = [];
let stopping = false;

interface Urls {
  readonly database: string;
  readonly redis: string;
}

onStopSignal(stop);

const starting = start();
starting.catch(async (error: unknown) => {
  if (stopping) return;
  log.error({ err: error }, "start.failed");
  console.error(`The hub did not start: ${error instanceof Error ? error.message : "unknown"}`);
  await stop();
  process.exit(1);
});

/** Each step asks whether a stop came meanwhile: what is begun after it would be left behind. */
async function start(): Promise<void> {
  const urls = {
    database: settings.databaseUrl ?? (await startPart("postgres")),
    redis: settings.redisUrl ?? (await startPart("redis")),
  };
  if (stopping) return;
  const database = openDatabase(urls.database, { max: 4 });
  try {
    await migrate(database.db);
    const demoPassword = await seedDemo(database);
    if (stopping) return;
    processes = startProcesses(urls);
    await Promise.all(processes.map((process) => process.ready));
    sayWhere();
    if (demoPassword !== null) {
      sayDemo(demoPassword);
      await storeDemo(database);
    }
  } finally {
    await database.close();
  }
}

function settingsOrEnd() {
  try {
    return parseSettings(process.env);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    console.error(error.message);
    process.exit(2);
  }
}

/** Starts an embedded part, and again whenever it ends by itself; it comes back on the same port when that is free. */
async function startPart(part: "postgres" | "redis"): Promise<string> {
  const start = part === "postgres" ? startEmbeddedPostgres : startEmbeddedRedis;
  const server = await start({ dataDir: settings.dataDir, log });
  embedded[part] = server;
  void server.exited.then(async () => {
    if (stopping) return;
    log.error({ part }, "embedded.ended");
    const url = await startPart(part);
    if (url === server.url || processes.length === 0) return;
    const urlOf = (each: "postgres" | "redis", given: string | undefined) => given ?? embedded[each]?.url ?? url;
    await restartProcesses({
      database: urlOf("postgres", settings.databaseUrl),
      redis: urlOf("redis", settings.redisUrl),
    });
  });
  if (stopping) await server.stop();
  return server.url;
}

/** Bytes on their way through hold little of the heap: the young ones are looked through early, at less memory and time. */
const YOUNG_OBJECTS = "--max-semi-space-size=8";
/**
 * What goes through leaves a little in the old part of a heap that is small: at V8's own measure it would be marked whole
 * every hundred instances.
 */
const OLD_OBJECTS = "--heap-growing-percent=150";

function startProcesses(urls: Urls): Supervised[] {
  const env = {
    ...process.env,
    DATABASE_URL: urls.database,
    REDIS_URL: urls.redis,
    HUB_DATA: settings.dataDir,
    UV_THREADPOOL_SIZE: "16",
  };
  const main = (name: string, script: string, args: readonly string[], flags: readonly string[] = []) =>
    superviseProcess({
      name,
      args: [YOUNG_OBJECTS, ...flags, join(root, script), ...args],
      env,
      log,
      stopMs: settings.stopSeconds * 1000,
    });
  return [
    main("http", "server/main.ts", ["--role", "http"], [OLD_OBJECTS]),
    main("dicom", "server/main.ts", ["--role", "dicom"], [OLD_OBJECTS]),
    main("worker", "worker/main.ts", []),
  ];
}

/** An embedded part came back elsewhere: the processes are told by starting them again. */
async function restartProcesses(urls: Urls): Promise<void> {
  await Promise.all(processes.map((process) => process.stop()));
  if (!stopping) processes = startProcesses(urls);
}

async function stop(): Promise<void> {
  stopping = true;
  await Promise.all(processes.map((process) => process.stop()));
  await starting.catch(() => undefined);
  await embedded.redis?.stop();
  await embedded.postgres?.stop();
}

/**
 * The demo is for a first look on one's own machine only. Gives the password when the district was written, or when its first
 * start was broken off.
 */
async function seedDemo({ db }: DatabaseHandle): Promise<string | null> {
  const { host } = settings.http;
  const loopback = host === "localhost" || host === "::1" || (isIPv4(host) && host.startsWith("127."));
  if (settings.demo.mode === "off" || settings.production || !loopback) return null;
  const password = settings.demo.password ?? newToken().slice(0, 14);
  const isOwed = (await seedDemoDistrict(db, password)) || (await renewDemoPassword(db, password));
  return isOwed ? password : null;
}

const DEMO_ATTEMPTS = 20;

/** What is stored already is not stored twice, so that it may be tried again; the hub runs without them, too. */
async function storeDemo({ db, pool }: DatabaseHandle): Promise<void> {
  for (let attempt = 1; attempt <= DEMO_ATTEMPTS && !stopping; attempt++) {
    try {
      const began = await unfinishedDemo(db);
      if (began === null) return;
      const receiver = instanceReceiver(await openBlobStore(settings), postgresArchiveIndex(pool));
      await storeDemoStudies(receiver, began.getTime());
      await noteDemoStored(db);
      log.info({}, "demo.stored");
      return;
    } catch (err) {
      log.warn({ err, attempt }, "demo.not-stored");
      await sleep(1000);
    }
  }
}

function sayWhere(): void {
  console.log(`\n  Tele-reading Hub  http://${settings.http.host}:${settings.http.port}/`);
  console.log(`  DICOM             ${settings.dicom.host}:${settings.dicom.port}  AE title ${settings.dicom.aeTitle}`);
  if (settings.dicom.tls) console.log(`  DICOM over TLS    ${settings.dicom.host}:${settings.dicom.tls.port}`);
  console.log(`  data              ${settings.dataDir}\n`);
}

function sayDemo(password: string): void {
  console.log("  Demo district: everybody in it is invented. Password of every account, made for this install:\n");
  console.log(`      ${password}\n`);
  for (const { username, displayName, title, roles } of DEMO_ACCOUNTS)
    console.log(
      `  ${username.padEnd(12)} ${displayName} ${title}  ${roles.map((r) => `${r.role}@${r.siteId ?? "*"}`).join(" ")}`,
    );
  console.log("\n  A study of your own: storescu -aet CT_YANJI -aec HUB 127.0.0.1 <DICOM port> +sd +r FOLDER\n");
}
