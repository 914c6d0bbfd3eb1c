import { glob, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { readPostmaster } from "../../core/infra/embedded/postmaster-pid.ts";
import {
  commandLine,
  identifyProcess,
  type ProcessIdentity,
  stopProcess,
} from "../../core/infra/embedded/process-identity.ts";

/** Ends what still runs on a data folder, or on one up to two levels below it, without ceremony, and removes the folder. */
export async function clearDataFolder(folder: string): Promise<void> {
  for await (const file of glob(
    ["", "*/", "*/*/"].map((below) => `${below}{postgres/postmaster,redis/redis}.pid`),
    { cwd: folder },
  )) {
    const server = await serverOf(path.join(folder, file));
    if (server === undefined) continue;
    // SIGQUIT is Postgres's immediate shutdown, which ends its backends too
    await stopProcess(server, [
      { signal: server.redis ? "SIGTERM" : "SIGQUIT", waitMs: 3_000 },
      { signal: "SIGKILL", waitMs: 3_000 },
    ]);
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

async function serverOf(pidFile: string): Promise<(ProcessIdentity & { redis: boolean }) | undefined> {
  if (path.basename(pidFile) === "postmaster.pid") {
    const found = await readPostmaster(path.dirname(pidFile));
    return found.state === "live" ? { ...found.postmaster.identity, redis: false } : undefined;
  }
  const pid = Number((await readFile(pidFile, "utf8").catch(() => "")).trim());
  const identity = pid > 1 && commandLine(pid).includes("redis-server") ? identifyProcess(pid) : undefined;
  return identity === undefined ? undefined : { ...identity, redis: true };
}
