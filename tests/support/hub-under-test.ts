import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../core/infra/embedded/free-port.ts";

export interface HubUnderTest {
  readonly url: string;
  readonly httpPort: number;
  readonly dicomPort: number;
  /** Of the process that `npm start` is. */
  readonly pid: number;
  /** Of every account of the demo district. */
  readonly password: string;
  /** Ends the hub in its own order, and waits for it. */
  stop(): Promise<void>;
}

interface HubOptions {
  /** `serving`: people and devices can come; `demo-stored`: the demo studies are there, too. */
  readonly until: keyof typeof READY_LINES;
  /** Becomes HUB_DATA; whoever made it removes it. */
  readonly dataDir: string;
  readonly logFile: string;
  /** Free ones when not given. */
  readonly ports?: { readonly http: number; readonly dicom: number };
}

const ROOT = path.resolve(import.meta.dirname, "../..");
const PASSWORD = "demo-password-1";
/** What `npm start` prints when it has come so far. */
const READY_LINES = { serving: "DICOM  ", "demo-stored": '"event":"demo.stored"' } as const;
const START_LIMIT_MS = 150_000;
const STOP_LIMIT_MS = 40_000;

/** Starts the whole hub as `npm start` does, with the demo district, on free ports. */
export async function startHub({ dataDir, logFile, until, ports }: HubOptions): Promise<HubUnderTest> {
  const { http: httpPort, dicom: dicomPort } = ports ?? { http: await freePort(), dicom: await freePort() };
  // a DATABASE_URL or HUB_HOST of the person who runs the tests is not meant for this hub
  const own = Object.entries(process.env).filter(([name]) => !/^(HUB_|S3_|DATABASE_URL|REDIS_URL|NODE_ENV)/.test(name));
  const child = spawn(process.execPath, [path.join(ROOT, "bin/start.ts")], {
    cwd: ROOT,
    env: {
      ...Object.fromEntries(own),
      HUB_DATA: dataDir,
      HUB_HTTP_PORT: String(httpPort),
      HUB_DICOM_PORT: String(dicomPort),
      HUB_DEMO_PASSWORD: PASSWORD,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const log = createWriteStream(logFile, { flags: "a" });
  const ended = once(child, "exit");
  const ready = new Promise<void>((resolve) => {
    let said = "";
    child.stdout.on("data", (part: Buffer) => {
      said = (said + part.toString()).slice(-2000);
      if (said.includes(READY_LINES[until])) resolve();
    });
  });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });

  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
    const late = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT_MS);
    await ended;
    clearTimeout(late);
    log.end();
  };
  const fault = await Promise.race([
    ready.then(() => null),
    ended.then(() => "ended"),
    sleep(START_LIMIT_MS, "is not ready in time", { ref: false }),
  ]);
  if (fault !== null) {
    await stop();
    throw new Error(`the hub ${fault}; its last lines:\n${await lastLines(logFile)}`);
  }
  const url = `http://127.0.0.1:${httpPort}`;
  return { url, httpPort, dicomPort, pid: child.pid ?? 0, password: PASSWORD, stop };
}

/** What the hub said last, for the message of a failed test. */
export async function lastLines(logFile: string, count = 40): Promise<string> {
  const text = await readFile(logFile, "utf8").catch(() => "");
  return text.split("\n").slice(-count).join("\n");
}
