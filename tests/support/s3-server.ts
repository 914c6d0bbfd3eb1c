import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import type { S3Settings } from "../../core/infra/blob/s3-connection.ts";

/** Debian's own: another python3 on PATH does not see the package. */
const PYTHON = "/usr/bin/python3";

/** Why there can be no S3 server on this machine, in one line, or null. */
export const s3ServerMissing: string | null = isInstalled()
  ? null
  : "OpenStack Swift is not installed (Debian: apt-get install python3-swift)";

function isInstalled(): boolean {
  return existsSync(PYTHON) && spawnSync(PYTHON, ["-c", "import swift.common.middleware.s3api"]).status === 0;
}

export interface S3Server {
  readonly port: number;
  /** For a bucket that is not there yet. */
  settings(bucket: string): S3Settings;
  /** So many bytes the bucket may hold from now on. */
  setQuota(bucket: string, bytes: number): Promise<void>;
  stop(): Promise<void>;
}

/** A real S3 server with an empty store that is thrown away with it; it also ends when this process does. */
export async function startS3Server(): Promise<S3Server> {
  const accessKey = "hub-test";
  const secretKey = "hub-test-secret";
  const region = "us-east-1";
  const script = path.join(import.meta.dirname, "s3-server.py");
  const child = spawn(PYTHON, [script, accessKey, secretKey, region], { stdio: ["pipe", "pipe", "pipe"] });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-4000);
  });
  const exited = once(child, "exit");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`the S3 server ended: ${said}`);
    return value;
  };
  const port = Number(await nextLine());
  return {
    port,
    settings: (bucket) => ({ endpoint: `http://127.0.0.1:${port}`, accessKey, secretKey, bucket, region }),
    setQuota: async (bucket, bytes) => {
      child.stdin.write(`quota ${bucket} ${bytes}\n`);
      const answer = await nextLine();
      if (answer !== "done") throw new Error(`quota: ${answer}`);
    },
    stop: async () => {
      child.stdin.end();
      await exited;
    },
  };
}
