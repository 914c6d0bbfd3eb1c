import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startEmbeddedRedis } from "../../core/infra/embedded/embedded-redis.ts";
import { identifyProcess } from "../../core/infra/embedded/process-identity.ts";
import { readRunInfo, removeRunInfo } from "../../core/infra/embedded/run-info.ts";
import { clearDataFolder } from "../support/clear-data-folder.ts";
import { runScript } from "../support/run-script.ts";
import { createTestDataFolder } from "../support/test-data-folder.ts";

let dataDir: string;
let events: string[];

beforeEach(async () => {
  dataDir = await createTestDataFolder();
  events = [];
});
afterEach(() => clearDataFolder(dataDir));

const note = (_ids: Readonly<Record<string, unknown>>, event: string) => events.push(event);
const start = () => startEmbeddedRedis({ dataDir, log: { info: note, warn: note } });

async function ask<T>(url: string, question: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, { retryStrategy: () => null, maxRetriesPerRequest: 0 });
  redis.on("error", () => undefined);
  try {
    return await question(redis);
  } finally {
    redis.disconnect();
  }
}

describe("embedded Redis", () => {
  test("keeps an append-only file, evicts nothing, wants the password, and is known to a command beside the hub", async () => {
    const server = await start();
    const shown = await ask(server.url, (redis) =>
      Promise.all(["appendonly", "appendfsync", "maxmemory-policy", "bind"].map((key) => redis.config("GET", key))),
    );
    expect(shown.flat()).toEqual([
      ...["appendonly", "yes", "appendfsync", "everysec"],
      ...["maxmemory-policy", "noeviction", "bind", "127.0.0.1"],
    ]);
    const open = new URL(server.url);
    open.password = "";
    await expect(ask(open.href, (redis) => redis.get("a"))).rejects.toThrow(/NOAUTH/);
    expect((await readRunInfo(dataDir, "redis"))?.url).toBe(server.url);
    await server.stop();
    expect(await readRunInfo(dataDir, "redis")).toBeUndefined();
    expect(identifyProcess(server.pid)).toBeUndefined();
  });

  test("what was written over a second ago survives kill -9, and `exited` tells a supervisor", async () => {
    const first = await start();
    await ask(first.url, (redis) => redis.set("kept", "1"));
    await sleep(1500); // everysec: the file is synced at most about a second after the write
    process.kill(first.pid, "SIGKILL");
    await first.exited;
    const second = await start();
    expect(await ask(second.url, (redis) => redis.get("kept"))).toBe("1");
    await second.stop();
  });

  test("what was written just before an orderly stop is there again", async () => {
    const first = await start();
    await ask(first.url, (redis) => redis.set("kept", "2"));
    await first.stop();
    const second = await start();
    expect(await ask(second.url, (redis) => redis.get("kept"))).toBe("2");
    await second.stop();
  });

  test("one left by a hub that was killed is adopted", async () => {
    const hub = runScript("hold-embedded.ts", "redis", dataDir);
    const left = Number(await hub.nextLine());
    await hub.kill("SIGKILL");
    const server = await start();
    expect(events).toEqual(["redis.adopted"]);
    expect(server.pid).toBe(left);
    await server.stop();
    expect(identifyProcess(left)).toBeUndefined();
  });

  test("one left that nothing is written about is stopped: two on one file would ruin it", async () => {
    const hub = runScript("hold-embedded.ts", "redis", dataDir);
    const left = Number(await hub.nextLine());
    await hub.kill("SIGKILL");
    await removeRunInfo(dataDir, "redis");
    const server = await start();
    expect(events).toEqual(["redis.left-over-stopped", "redis.started"]);
    expect(identifyProcess(left)).toBeUndefined();
    await server.stop();
  });
});
