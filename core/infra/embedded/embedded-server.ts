import type { ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { isRunning, type ProcessIdentity, type StopStep, stopProcess } from "./process-identity.ts";
import { type EmbeddedPart, removeRunInfo } from "./run-info.ts";

/** A running server that belongs to this hub: started by it, or left by one that was killed and adopted. */
export interface EmbeddedServer {
  readonly url: string;
  readonly pid: number;
  /** Orderly end; resolves when the process is gone. Safe to call twice. */
  stop(): Promise<void>;
  /** Resolves when the process is gone, whoever ended it: the sign for a supervisor to start it again. */
  readonly exited: Promise<void>;
}

/** What the embedded parts write to the hub's log: an event name and ids. A pino logger fits. */
export interface EmbeddedLog {
  info(ids: Readonly<Record<string, unknown>>, event: string): void;
  warn(ids: Readonly<Record<string, unknown>>, event: string): void;
}

export function childExited(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once("exit", () => resolve());
  });
}

/** An adopted server is not our child, so nobody tells us: look. The timer does not keep this process alive. */
export async function processExited(identity: ProcessIdentity): Promise<void> {
  while (isRunning(identity)) await sleep(200, undefined, { ref: false });
}

/** Undefined when the program could be run at all. */
export function spawnError(child: ChildProcess): Promise<Error | undefined> {
  return new Promise((resolve) => {
    child.once("error", resolve);
    child.once("spawn", () => resolve(undefined));
  });
}

export function serverHandle(server: {
  readonly dataDir: string;
  readonly part: EmbeddedPart;
  readonly url: string;
  readonly identity: ProcessIdentity;
  readonly exited: Promise<void>;
  readonly shutdown: readonly StopStep[];
}): EmbeddedServer {
  let stopping: Promise<void> | undefined;
  const stop = async () => {
    await stopProcess(server.identity, server.shutdown);
    await removeRunInfo(server.dataDir, server.part);
  };
  return {
    url: server.url,
    pid: server.identity.pid,
    exited: server.exited,
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}
