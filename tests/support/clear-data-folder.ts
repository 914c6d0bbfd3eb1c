import { rm } from "node:fs/promises";
import path from "node:path";
import { readPostmaster } from "../../core/infra/embedded/postmaster-pid.ts";
import { isRunning, type ProcessIdentity, stopProcess } from "../../core/infra/embedded/process-identity.ts";
import { readRunInfo } from "../../core/infra/embedded/run-info.ts";

/** Ends what still runs on a data folder, without ceremony, and removes the folder. */
export async function clearDataFolder(folder: string): Promise<void> {
  const left: ProcessIdentity[] = [];
  for (const part of ["postgres", "redis"] as const) {
    const server = (await readRunInfo(folder, part))?.server;
    if (server !== undefined && isRunning(server)) left.push(server);
  }
  const postmaster = await readPostmaster(path.join(folder, "postgres"));
  if (postmaster.state === "live") left.push(postmaster.postmaster.identity);
  for (const server of left) {
    // SIGQUIT is Postgres's immediate shutdown, which ends its backends too; Redis ignores it
    await stopProcess(server, [
      { signal: "SIGQUIT", waitMs: 3_000 },
      { signal: "SIGTERM", waitMs: 3_000 },
      { signal: "SIGKILL", waitMs: 3_000 },
    ]);
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
