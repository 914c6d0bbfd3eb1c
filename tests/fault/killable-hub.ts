import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readRunInfo } from "../../core/infra/embedded/run-info.ts";
import { type HubUnderTest, lastLines, startHub } from "../support/hub-under-test.ts";

export const PARTS = ["http", "dicom", "worker", "postgres", "redis", "all"] as const;
export type Part = (typeof PARTS)[number];

export interface KillableHub {
  readonly url: string;
  readonly dicomPort: number;
  /** Sends SIGKILL; when everything was killed, starts it again. */
  kill(part: Part): Promise<void>;
  /** Resolves when the DICOM port and the pages' server answer for their database. */
  serving(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const SERVING_LIMIT_MS = 30_000;

/** The whole hub as `npm start` runs it, every process of which may be killed at any moment; so far come as `until` says. */
export async function killableHub(
  dataDir: string,
  logFile: string,
  until: "serving" | "demo-stored" = "demo-stored",
): Promise<KillableHub> {
  let hub: HubUnderTest = await startHub({ dataDir, logFile, until });
  const ports = { http: hub.httpPort, dicom: hub.dicomPort };
  const start = async () => {
    hub = await startHub({ dataDir, logFile, until: "serving", ports });
  };

  /** Each process says its role and pid in every line of its log; the last one lives. */
  async function pidOf(part: Exclude<Part, "all">): Promise<number | undefined> {
    if (part === "postgres" || part === "redis") return (await readRunInfo(dataDir, part))?.server.pid;
    const said = (await readFile(logFile, "utf8")).matchAll(new RegExp(`"role":"${part}","pid":(\\d+)`, "g"));
    const last = [...said].at(-1)?.[1];
    return last === undefined ? undefined : Number(last);
  }

  function killPid(pid: number | undefined): void {
    try {
      if (pid) process.kill(pid, "SIGKILL");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error; // it was just about to be started again
    }
  }

  return {
    url: hub.url,
    dicomPort: hub.dicomPort,
    async kill(part) {
      if (part !== "all") return killPid(await pidOf(part));
      const pids = await Promise.all((["http", "dicom", "worker", "postgres", "redis"] as const).map(pidOf));
      for (const pid of [hub.pid, ...pids]) killPid(pid);
      await hub.stop();
      await start();
    },
    async serving() {
      const deadline = performance.now() + SERVING_LIMIT_MS;
      for (;;) {
        const missing = await notServing(hub);
        if (missing === null) return;
        if (performance.now() > deadline)
          throw new Error(`the hub does not serve again: ${missing}; its last lines:\n${await lastLines(logFile, 25)}`);
        await sleep(50);
      }
    },
    async restart() {
      await hub.stop();
      await start();
    },
    stop: () => hub.stop(),
  };
}

/** What of the hub does not answer, and how; null when everything does. */
async function notServing(hub: HubUnderTest): Promise<string | null> {
  const ready = await fetch(`${hub.url}/readyz`).then(
    async (answer) => (answer.ok ? null : `/readyz says ${answer.status} ${await answer.text()}`),
    (error: Error) => `/readyz is not there: ${error.message} ${String(error.cause)}`,
  );
  if (ready !== null) return ready;
  const args = ["-v", "-aet", "STORESCU", "-aec", "HUB", "127.0.0.1", String(hub.dicomPort)];
  const { status, stdout, stderr } = spawnSync("echoscu", args, { encoding: "utf8" });
  return status === 0 ? null : `echoscu ended with ${status}: ${stdout}${stderr}`;
}

/** What the administrator types; resolves to what it prints. Throws when it says that something is wrong. */
export function hubCommand(dataDir: string, args: readonly string[]): string {
  const script = path.resolve(import.meta.dirname, "../../bin/hub.ts");
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    env: { ...process.env, HUB_DATA: dataDir },
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`hub ${args.join(" ")} ended with ${status}:\n${stdout}${stderr}`);
  return stdout.trim();
}
