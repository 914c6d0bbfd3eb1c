import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";

export interface RunningScript {
  readonly child: ChildProcess;
  /** The next line it prints. Rejects, with what it said on stderr, when it ended before. */
  nextLine(): Promise<string>;
  /** Signals it and waits for its end. */
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** Starts a script of tests/support in a process of its own. The channel is there for it to end when this process ends. */
export function runScript(name: string, ...args: readonly string[]): RunningScript {
  const file = path.join(import.meta.dirname, name);
  const child = spawn(process.execPath, [file, ...args], { stdio: ["ignore", "pipe", "pipe", "ipc"] });
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error("no pipes");
  const exited = once(child, "exit");
  let errors = "";
  stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
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
