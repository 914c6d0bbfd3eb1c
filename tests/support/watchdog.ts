import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { clearDataFolder } from "./clear-data-folder.ts";

/**
 * Reads folder names until the test run's end of the pipe closes, be it by SIGKILL, and then clears what it left. The
 * run's workers may go on for a moment and start things anew, so it looks again until nothing came back for a while.
 */
const folders: string[] = [];
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);
for await (const folder of createInterface({ input: process.stdin })) folders.push(folder);

const QUIET_ROUNDS = 6;
const found = () => folders.filter((folder) => existsSync(folder));
if (found().length > 0) {
  for (let quiet = 0; quiet < QUIET_ROUNDS; quiet += 1) {
    for (const folder of found()) {
      quiet = 0;
      await clearDataFolder(folder).catch(() => undefined); // something is still being written there: the next round
    }
    await sleep(500);
  }
}
