import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, open, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { claimPart, openDataDir } from "./data-dir.ts";
import {
  childExited,
  type EmbeddedLog,
  type EmbeddedServer,
  processExited,
  serverHandle,
  spawnError,
} from "./embedded-server.ts";
import { freePort } from "./free-port.ts";
import {
  commandLine,
  identifyProcess,
  isRunning,
  type ProcessIdentity,
  type StopStep,
  stopProcess,
  thisProcess,
  workingFolder,
} from "./process-identity.ts";
import { findRedisServer } from "./redis-binary.ts";
import { keptPassword, type RunInfo, removeRunInfo, writeRunInfo, writeSecretFile } from "./run-info.ts";
import { logTail, serverLogPath } from "./server-log.ts";

export interface EmbeddedRedisOptions {
  readonly dataDir: string;
  readonly log: EmbeddedLog;
  /** Lines of redis.conf after those below. */
  readonly settings?: readonly string[];
}

const START_LIMIT_MS = 5 * 60_000;
const START_TRIES = 5;
/** Redis writes its append-only file out on SIGTERM. */
const SHUTDOWN: readonly StopStep[] = [
  { signal: "SIGTERM", waitMs: 15_000 },
  { signal: "SIGKILL", waitMs: 5_000 },
];

/**
 * Starts redis-server on `<dataDir>/redis`, on a free loopback port with a password. One left by a hub that was killed is
 * adopted when it answers, else stopped and started again: two servers on one append-only file would ruin it.
 */
export async function startEmbeddedRedis(options: EmbeddedRedisOptions): Promise<EmbeddedServer> {
  const dataDir = await openDataDir(options.dataDir);
  const folder = path.join(dataDir, "redis");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const binary = findRedisServer();
  const before = await claimPart(dataDir, "redis");
  const password = await keptPassword(dataDir, "redis");
  const pidFile = path.join(folder, "redis.pid");
  const logFile = await serverLogPath(dataDir, "redis");
  const config = [...configLines(folder, pidFile, logFile, password), ...(options.settings ?? [])];
  const fingerprint = createHash("sha256")
    .update(JSON.stringify([binary, config]))
    .digest("hex");
  const start: Start = { dataDir, log: options.log, binary, config, fingerprint, password, before };

  const left = await leftOver(pidFile, folder);
  const adopted = left === undefined ? undefined : await adoptOrClear(start, left);
  if (adopted !== undefined) return adopted;
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort(attempt === 1 ? before?.port : undefined);
    await rm(pidFile, { force: true });
    const server = await launchServer(start, port, logFile);
    if (server !== undefined) return server;
    const tail = await logTail(logFile);
    if (!/address already in use|failed listening/i.test(tail) || attempt === START_TRIES) {
      throw new Error(`embedded Redis did not start: ${tail}`);
    }
    options.log.warn({ attempt }, "redis.start-tried-again");
    await sleep(200);
  }
}

interface Start {
  readonly dataDir: string;
  readonly log: EmbeddedLog;
  readonly binary: string;
  readonly config: readonly string[];
  readonly fingerprint: string;
  readonly password: string;
  readonly before: RunInfo | undefined;
}

async function adoptOrClear(start: Start, left: ProcessIdentity): Promise<EmbeddedServer | undefined> {
  const { dataDir, log, before } = start;
  const same = before?.fingerprint === start.fingerprint && before.server.pid === left.pid;
  if (same && (await answers(before.url, left, 10_000))) {
    await writeRunInfo(dataDir, "redis", { ...before, owner: thisProcess() });
    log.info({ pid: left.pid, port: before.port }, "redis.adopted");
    const exited = processExited(left);
    return serverHandle({ dataDir, part: "redis", url: before.url, identity: left, exited, shutdown: SHUTDOWN });
  }
  log.warn({ pid: left.pid }, "redis.left-over-stopped");
  await stopProcess(left, SHUTDOWN);
  return undefined;
}

/** One try on one port; undefined when the server went away again, with its reason in the log file. */
async function launchServer(start: Start, port: number, logFile: string): Promise<EmbeddedServer | undefined> {
  const { dataDir, fingerprint } = start;
  const url = `redis://:${encodeURIComponent(start.password)}@127.0.0.1:${port}/0`;
  const configFile = path.join(dataDir, "run", "redis.conf");
  await writeSecretFile(configFile, `${[`port ${port}`, ...start.config].join("\n")}\n`);
  const output = await open(logFile, "a", 0o600);
  const child = spawn(start.binary, [configFile], {
    cwd: "/",
    detached: true, // as for Postgres: Ctrl-C is for the hub
    env: { PATH: process.env.PATH ?? "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" },
    stdio: ["ignore", output.fd, output.fd],
  });
  const failed = await spawnError(child);
  await output.close();
  if (failed !== undefined) throw failed;
  const exited = childExited(child);
  const identity = child.pid === undefined ? undefined : identifyProcess(child.pid);
  if (identity === undefined) return undefined;
  await writeRunInfo(dataDir, "redis", { url, port, server: identity, owner: thisProcess(), fingerprint });
  if (await answers(url, identity, START_LIMIT_MS)) {
    start.log.info({ pid: identity.pid, port }, "redis.started");
    return serverHandle({ dataDir, part: "redis", url, identity, exited, shutdown: SHUTDOWN });
  }
  await stopProcess(identity, SHUTDOWN);
  await removeRunInfo(dataDir, "redis");
  return undefined;
}

/** In a file of mode 0600, because arguments can be read by everyone on the machine. */
function configLines(folder: string, pidFile: string, logFile: string, password: string): readonly string[] {
  return [
    "bind 127.0.0.1",
    "protected-mode yes",
    `requirepass ${password}`,
    "daemonize no",
    `pidfile ${quoted(pidFile)}`,
    `logfile ${quoted(logFile)}`,
    `dir ${quoted(folder)}`,
    'save ""',
    "appendonly yes",
    "appendfsync everysec",
    "aof-load-truncated yes",
    "maxmemory-policy noeviction",
  ];
}

function quoted(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

/**
 * Redis writes its pid into the data folder and works there, which tells it from a later process with the same number.
 * Where the folder cannot be asked, the name has to do.
 */
async function leftOver(pidFile: string, folder: string): Promise<ProcessIdentity | undefined> {
  const pid = Number((await readFile(pidFile, "utf8").catch(() => "")).trim());
  if (!Number.isInteger(pid) || pid <= 1 || !commandLine(pid).includes("redis-server")) return undefined;
  return (workingFolder(pid) ?? folder) === folder ? identifyProcess(pid) : undefined;
}

async function answers(url: string, identity: ProcessIdentity, limitMs: number): Promise<boolean> {
  const deadline = Date.now() + limitMs;
  while (isRunning(identity) && Date.now() < deadline) {
    if (await ping(url, identity.pid)) return true;
    await sleep(30);
  }
  return false;
}

/** The answer must come from that very process, not from another Redis that took the port. */
async function ping(url: string, pid: number): Promise<boolean> {
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 2_000,
    commandTimeout: 2_000,
    maxRetriesPerRequest: 0,
    enableReadyCheck: false,
    retryStrategy: () => null,
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.ping(); // fails with LOADING while the append-only file is read
    return (await client.info("server")).includes(`process_id:${pid}\r`);
  } catch {
    return false;
  } finally {
    client.disconnect();
  }
}
