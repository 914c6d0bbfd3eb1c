import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

export interface RunningScript {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  /** The next line it prints. Rejects, with what it said on stderr, when it ended before. */
  nextLine(): Promise<string>;
  /** Signals it and waits for its end. */
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** Starts a script of tests/support in a process of its own. */
export function runScript(name: string, ...args: readonly string[]): RunningScript {
  const file = path.join(import.meta.dirname, name);
  const child = spawn(process.execPath, [file, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const exited = once(child, "exit");
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    child,
    nextLine: async () => {
      const { value, done } = await lines.next();
      if (done) throw new Error(`${name} ended: ${errors}`);
      return value;
    },
    kill: async (signal) => {
      child.kill(signal);
      await exited;
    },
  };
}
