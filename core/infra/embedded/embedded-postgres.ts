import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { open, rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
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
import { findPostgresBinaries, type PostgresBinaries } from "./postgres-binaries.ts";
import { clusterPath, ensureCluster, POSTGRES_USER, postgresEnv } from "./postgres-cluster.ts";
import { postmasterPidPath, readPostmaster } from "./postmaster-pid.ts";
import {
  identifyProcess,
  isRunning,
  type ProcessIdentity,
  type StopStep,
  stopProcess,
  thisProcess,
} from "./process-identity.ts";
import { keptPassword, type RunInfo, removeRunInfo, writeRunInfo } from "./run-info.ts";
import { logTail, serverLogPath } from "./server-log.ts";
import { type UnprivilegedLaunch, unprivilegedLaunch } from "./unprivileged-launch.ts";

export interface EmbeddedPostgresOptions {
  readonly dataDir: string;
  readonly log: EmbeddedLog;
  /** Server settings over the defaults below. */
  readonly settings?: Readonly<Record<string, string>>;
}

const DATABASE = "hub";
/** SQLSTATE invalid_password and invalid_catalog_name. */
const WRONG_PASSWORD = "28P01";
const NO_SUCH_DATABASE = "3D000";
/** Replaying the log after a crash may take minutes; a start that is still at it is not a failed one. */
const START_LIMIT_MS = 15 * 60_000;
const START_TRIES = 5;
/** PostgreSQL: SIGINT is the fast shutdown, SIGQUIT the immediate one, which is recovered at the next start. */
const SHUTDOWN: readonly StopStep[] = [
  { signal: "SIGINT", waitMs: 30_000 },
  { signal: "SIGQUIT", waitMs: 10_000 },
  { signal: "SIGKILL", waitMs: 5_000 },
];

/** For one left over that may be stuck: nobody waits for its answers any more, and the log is replayed anyway. */
const CLEARING: readonly StopStep[] = [
  { signal: "SIGINT", waitMs: 5_000 },
  { signal: "SIGQUIT", waitMs: 3_000 },
  { signal: "SIGKILL", waitMs: 5_000 },
];

const SETTINGS: Readonly<Record<string, string>> = {
  fsync: "on",
  synchronous_commit: "on",
  full_page_writes: "on",
  shared_buffers: "256MB",
  effective_cache_size: "1GB",
  work_mem: "16MB",
  maintenance_work_mem: "128MB",
  max_connections: "100",
  wal_compression: "on",
  max_wal_size: "2GB",
  checkpoint_timeout: "15min",
  random_page_cost: "1.1",
  // what a busy hour brings is known to the planner soon
  autovacuum_naptime: "20s",
  timezone: "UTC",
  log_timezone: "UTC",
  jit: "off",
  // The log is no place for patient data: no statements, and no DETAIL lines, which quote the row.
  log_min_error_statement: "panic",
  log_error_verbosity: "terse",
  log_parameter_max_length_on_error: "0",
};

/**
 * Starts the Postgres that came with the dependencies on `<dataDir>/postgres`, on a free loopback port. One left by a hub
 * that was killed is adopted when it answers and is of the same make, else stopped and started again. Throws when another
 * living hub holds the folder, and when the server does not come up.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedServer> {
  const dataDir = await openDataDir(options.dataDir);
  const binaries = findPostgresBinaries();
  const settings = { ...SETTINGS, ...options.settings };
  const fingerprint = createHash("sha256")
    .update(JSON.stringify([binaries.postgres, settings]))
    .digest("hex");
  const before = await claimPart(dataDir, "postgres");
  const password = await keptPassword(dataDir, "postgres");
  const start: Start = { dataDir, log: options.log, binaries, settings, fingerprint, password, before };
  const adopted = await adoptOrClear(start);
  if (adopted !== undefined) return adopted;

  const launch = unprivilegedLaunch(dataDir, binaries.postgres);
  await ensureCluster(dataDir, binaries, launch, password, settings.fsync !== "off");
  const logFile = await serverLogPath(dataDir, "postgres");
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort(attempt === 1 ? before?.port : undefined);
    const server = await launchServer(start, launch, port, logFile);
    if (server !== undefined) return server;
    const tail = await logTail(logFile);
    // The port was taken in between, or processes of a killed server are still letting go of its memory.
    const passing = /address already in use|could not create any TCP|shared memory block|lock file/i.test(tail);
    if (!passing || attempt === START_TRIES) throw new Error(`embedded Postgres did not start: ${tail}`);
    options.log.warn({ attempt }, "postgres.start-tried-again");
    await sleep(500);
  }
}

interface Start {
  readonly dataDir: string;
  readonly log: EmbeddedLog;
  readonly binaries: PostgresBinaries;
  readonly settings: Readonly<Record<string, string>>;
  readonly fingerprint: string;
  readonly password: string;
  readonly before: RunInfo | undefined;
}

/** Takes over a server left running, or makes way for a new one and answers undefined. */
async function adoptOrClear(start: Start): Promise<EmbeddedServer | undefined> {
  const { dataDir, log, fingerprint } = start;
  const left = await readPostmaster(clusterPath(dataDir));
  if (left.state === "foreign") await rm(postmasterPidPath(clusterPath(dataDir)), { force: true });
  if (left.state !== "live") return undefined;
  const { identity, port } = left.postmaster;
  const url = urlFor(start.password, port);
  if (start.before?.fingerprint === fingerprint && (await answers(url, identity))) {
    await writeRunInfo(dataDir, "postgres", { url, port, server: identity, owner: thisProcess(), fingerprint });
    log.info({ pid: identity.pid, port }, "postgres.adopted");
    const exited = processExited(identity);
    return serverHandle({ dataDir, part: "postgres", url, identity, exited, shutdown: SHUTDOWN });
  }
  log.warn({ pid: identity.pid }, "postgres.left-over-stopped");
  await stopProcess(identity, CLEARING);
  return undefined;
}

/** One try on one port; undefined when the server went away again, with its reason in the log file. */
async function launchServer(
  start: Start,
  launch: UnprivilegedLaunch,
  port: number,
  logFile: string,
): Promise<EmbeddedServer | undefined> {
  const { dataDir, fingerprint } = start;
  const url = urlFor(start.password, port);
  const all = { ...start.settings, port: String(port), listen_addresses: "127.0.0.1", unix_socket_directories: "" };
  const flags = Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const { command, args } = launch.wrap(start.binaries.postgres, ["-D", clusterPath(dataDir), ...flags]);
  const output = await open(logFile, "a", 0o600);
  // Its own session: Ctrl-C reaches the hub alone, which then ends Postgres after its own last write.
  const child = spawn(command, args, {
    ...launch.options,
    cwd: "/",
    env: postgresEnv(),
    detached: true,
    stdio: ["ignore", output.fd, output.fd],
  });
  const failed = await spawnError(child);
  await output.close();
  if (failed !== undefined) throw failed;
  const exited = childExited(child);
  const identity = child.pid === undefined ? undefined : identifyProcess(child.pid);
  if (identity === undefined) return undefined;
  await writeRunInfo(dataDir, "postgres", { url, port, server: identity, owner: thisProcess(), fingerprint });
  if (await ready(url, identity)) {
    start.log.info({ pid: identity.pid, port, launch: launch.kind }, "postgres.started");
    return serverHandle({ dataDir, part: "postgres", url, identity, exited, shutdown: SHUTDOWN });
  }
  await stopProcess(identity, SHUTDOWN);
  await removeRunInfo(dataDir, "postgres");
  return undefined;
}

function urlFor(password: string, port: number): string {
  return `postgres://${POSTGRES_USER}:${encodeURIComponent(password)}@127.0.0.1:${port}/${DATABASE}`;
}

/** Waits through recovery; false as soon as the process is gone. */
async function ready(url: string, identity: ProcessIdentity): Promise<boolean> {
  const deadline = Date.now() + START_LIMIT_MS;
  while (isRunning(identity) && Date.now() < deadline) {
    const fault = await reachDatabase(url);
    if (fault === undefined) return isRunning(identity);
    if (fault === WRONG_PASSWORD) {
      await stopProcess(identity, SHUTDOWN);
      throw new Error(
        "embedded Postgres refuses its password: secrets/postgres.password is not the one it was made with",
      );
    }
    await sleep(30);
  }
  return false;
}

/** For a server found running: it has ten seconds. */
async function answers(url: string, identity: ProcessIdentity): Promise<boolean> {
  const deadline = Date.now() + 10_000;
  while (isRunning(identity) && Date.now() < deadline) {
    const fault = await reachDatabase(url);
    if (fault === undefined) return true;
    if (fault === WRONG_PASSWORD) return false;
    await sleep(100);
  }
  return false;
}

/** Undefined when the hub's database answers, else the fault; makes the database on the way when the cluster is new. */
async function reachDatabase(url: string): Promise<string | undefined> {
  const fault = await query(url, "select 1");
  if (fault !== NO_SUCH_DATABASE) return fault;
  const maintenance = new URL(url);
  maintenance.pathname = "/postgres";
  return (await query(maintenance.href, `create database ${DATABASE}`)) ?? query(url, "select 1");
}

/** Undefined when it worked, else the SQLSTATE or the system's error code. */
async function query(url: string, sql: string): Promise<string | undefined> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on("error", () => undefined); // the server may end the connection while we look
  try {
    await client.connect();
    await client.query(sql);
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code ?? "unknown";
  } finally {
    await client.end().catch(() => undefined);
  }
}
