import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import path from "node:path";

const ELSEWHERE = ["/usr/bin", "/usr/sbin", "/usr/local/bin", "/opt/homebrew/bin"];

/** The first redis-server on PATH or in the usual places. BullMQ needs 6.2. */
export function findRedisServer(): string {
  for (const folder of [...(process.env.PATH ?? "").split(path.delimiter), ...ELSEWHERE]) {
    const file = path.join(folder, "redis-server");
    if (folder === "" || !isExecutable(file)) continue;
    const version = /v=(\d+)\.(\d+)/.exec(spawnSync(file, ["--version"], { encoding: "utf8" }).stdout ?? "");
    const [major, minor] = [Number(version?.[1]), Number(version?.[2])];
    if (major > 6 || (major === 6 && minor >= 2)) return file;
  }
  throw new Error("no redis-server of version 6.2 or newer on PATH: install Redis, or set REDIS_URL");
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
