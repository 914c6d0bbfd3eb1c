import { spawn } from "node:child_process";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { PostgresBinaries } from "./postgres-binaries.ts";
import { giveTo, type UnprivilegedLaunch } from "./unprivileged-launch.ts";

export const POSTGRES_USER = "hub";

export function clusterPath(dataDir: string): string {
  return path.join(dataDir, "postgres");
}

/** Nothing of the hub's environment goes to Postgres: no passwords, and no PG* or LC_* that would change it. */
export function postgresEnv(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH ?? "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" };
}

/**
 * Makes the cluster when there is none. It is made beside its place and renamed, so that a start that was cut short
 * leaves nothing that looks like a database. The builtin C.UTF-8 order is the same on every machine and never changes
 * with a system library, so no index breaks by an update.
 */
export async function ensureCluster(
  dataDir: string,
  binaries: PostgresBinaries,
  launch: UnprivilegedLaunch,
  password: string,
  durable: boolean,
): Promise<void> {
  const cluster = clusterPath(dataDir);
  const version = await readFile(path.join(cluster, "PG_VERSION"), "utf8").catch(() => undefined);
  if (version !== undefined) {
    await giveTo(launch.owner, cluster);
    return;
  }
  const making = `${cluster}.making`;
  await rm(making, { recursive: true, force: true });
  await mkdir(making, { mode: 0o700 });
  const passwordFile = path.join(making, "password");
  await writeFile(passwordFile, password, { mode: 0o600 });
  await giveTo(launch.owner, making);
  const made = path.join(making, "cluster");
  await runInitdb(binaries, launch, [
    `--pgdata=${made}`,
    `--username=${POSTGRES_USER}`,
    `--pwfile=${passwordFile}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
    // pg_trgm asks the C library what a letter is; under plain C no Han character is one
    `--lc-ctype=${process.platform === "darwin" ? "UTF-8" : "C.UTF-8"}`,
    "--data-checksums",
    ...(durable ? [] : ["--no-sync"]),
  ]);
  await rename(made, cluster);
  await rm(making, { recursive: true, force: true });
}

function runInitdb(binaries: PostgresBinaries, launch: UnprivilegedLaunch, args: readonly string[]): Promise<void> {
  const { command, args: wrapped } = launch.wrap(binaries.initdb, args);
  const child = spawn(command, wrapped, {
    ...launch.options,
    cwd: "/",
    env: postgresEnv(),
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-2000);
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`initdb failed: ${said.trim().split("\n").slice(-3).join(" | ")}`));
    });
  });
}
