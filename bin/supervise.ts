import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { READY } from "../core/infra/process/lifetime.ts";

export interface SupervisedCommand {
  readonly name: string;
  /** Script and its arguments, run by this very Node. */
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly log: SuperviseLog;
  /** How long `stop` waits for the child's own orderly end before it is killed. */
  readonly stopMs?: number;
}

export interface SuperviseLog {
  info(ids: Readonly<Record<string, unknown>>, event: string): void;
  error(ids: Readonly<Record<string, unknown>>, event: string): void;
}

export interface Supervised {
  readonly name: string;
  readonly pid: () => number | undefined;
  /** Resolves when the child has said that it serves (`sayReady`), for the first time. Rejects when it was stopped first. */
  readonly ready: Promise<void>;
  stop(): Promise<void>;
}

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 10_000;
/** A child that lived so long had started well: the next pause is the short one again. */
const SETTLED_MS = 30_000;

/**
 * Keeps one child process running: whenever it ends, it is started again, at first after 0.2 s, then after twice the last
 * pause, up to 10 s. The child is in a session of its own, so that Ctrl-C comes to it once, through `stop`.
 */
export function superviseProcess(command: SupervisedCommand): Supervised {
  const { name, log } = command;
  const stopMs = command.stopMs ?? 20_000;
  const stopped = new AbortController();
  const firstReady = Promise.withResolvers<void>();
  firstReady.promise.catch(() => undefined); // nobody need wait for it
  let child: ChildProcess | undefined;

  const run = async () => {
    let pauseMs = FIRST_PAUSE_MS;
    while (!stopped.signal.aborted) {
      const began = Date.now();
      child = spawn(process.execPath, command.args, {
        env: command.env,
        detached: true,
        stdio: ["ignore", "inherit", "inherit", "ipc"],
      });
      child.on("message", (message) => {
        if (message === READY) firstReady.resolve();
      });
      const ended = await childEnd(child);
      if (stopped.signal.aborted) break;
      log.error({ child: name, ...ended, ranMs: Date.now() - began }, "process.ended");
      if (Date.now() - began >= SETTLED_MS) pauseMs = FIRST_PAUSE_MS;
      await sleep(pauseMs, undefined, { signal: stopped.signal }).catch(() => undefined);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    }
    firstReady.reject(new Error(`${name} was stopped`));
    log.info({ child: name }, "process.stopped");
  };
  const finished = run();

  return {
    name,
    pid: () => child?.pid,
    ready: firstReady.promise,
    stop: async () => {
      if (!stopped.signal.aborted) {
        stopped.abort();
        child?.kill("SIGTERM");
      }
      const late = setTimeout(() => child?.kill("SIGKILL"), stopMs);
      await finished;
      clearTimeout(late);
    },
  };
}

function childEnd(child: ChildProcess): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve) => {
    child.once("error", () => resolve({ code: null, signal: null }));
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
}
