import { spawnSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** A process id together with when that process began: an id alone is given out again after a crash or in a new container. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startedAt: string;
}

/** Undefined when there is no such process, or when it is dead and only waits for its parent to notice. */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  const stat = readProc(pid, "stat");
  if (stat !== undefined) {
    // proc(5): the name in parentheses may hold blanks; after it come field 3 (state) … field 22 (starttime).
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [state, startTime] = [fields[0], fields[19]];
    return state === "Z" || state === "X" || startTime === undefined ? undefined : { pid, startedAt: startTime };
  }
  if (process.platform === "linux") return undefined;
  const started = ps(pid, "lstart=");
  return started === "" || ps(pid, "state=").startsWith("Z") ? undefined : { pid, startedAt: started };
}

export function thisProcess(): ProcessIdentity {
  const identity = identifyProcess(process.pid);
  if (identity === undefined) throw new Error("cannot read this process's own start time");
  return identity;
}

export function isRunning(identity: ProcessIdentity): boolean {
  return identifyProcess(identity.pid)?.startedAt === identity.startedAt;
}

/** The command line, its words parted by blanks; empty when it cannot be read. */
export function commandLine(pid: number): string {
  const words = readProc(pid, "cmdline");
  if (words !== undefined) return words.replaceAll("\0", " ").trim();
  return process.platform === "linux" ? "" : ps(pid, "command=");
}

/** The folder a process works in; undefined where the system does not say. */
export function workingFolder(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

/** True once it is gone; false when `timeoutMs` passed first. */
async function waitUntilGone(identity: ProcessIdentity, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (isRunning(identity)) {
    if (Date.now() >= deadline) return false;
    await sleep(20);
  }
  return true;
}

export interface StopStep {
  readonly signal: NodeJS.Signals;
  readonly waitMs: number;
}

/** Sends one signal after the other until the process is gone. Throws when it outlives the last of them. */
export async function stopProcess(identity: ProcessIdentity, steps: readonly StopStep[]): Promise<void> {
  for (const { signal, waitMs } of steps) {
    if (!isRunning(identity)) return;
    try {
      process.kill(identity.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ESRCH") return;
      throw error;
    }
    if (await waitUntilGone(identity, waitMs)) return;
  }
  if (isRunning(identity)) throw new Error(`process ${identity.pid} could not be stopped`);
}

function readProc(pid: number, file: "stat" | "cmdline"): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return undefined; // gone, or a system without /proc
  }
}

function ps(pid: number, column: string): string {
  return spawnSync("ps", ["-o", column, "-p", String(pid)], { encoding: "utf8" }).stdout?.trim() ?? "";
}
