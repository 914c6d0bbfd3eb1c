import { rm } from "node:fs/promises";
import path from "node:path";
import { startEmbeddedRedis } from "../../core/infra/embedded/embedded-redis.ts";
import type { EmbeddedServer } from "../../core/infra/embedded/embedded-server.ts";
import { clearDataFolder } from "./clear-data-folder.ts";
import { createTestDataFolder } from "./test-data-folder.ts";

export interface OwnRedis {
  readonly url: string;
  /** Without a word, and with all it held; it comes back empty at the same address. */
  loseAll(): Promise<void>;
  /** SIGKILL; nobody answers until `start`. */
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** A Redis of one's own, for tests that do to it what would harm the others'. */
export async function startOwnRedis(): Promise<OwnRedis> {
  const dataDir = await createTestDataFolder();
  const log = { info: () => undefined, warn: () => undefined };
  let server: EmbeddedServer = await startEmbeddedRedis({ dataDir, log });
  const { url } = server;
  const kill = async () => {
    process.kill(server.pid, "SIGKILL");
    await server.exited;
  };
  const start = async () => {
    server = await startEmbeddedRedis({ dataDir, log });
    if (server.url !== url) throw new Error("the port was taken meanwhile");
  };
  return {
    url,
    kill,
    start,
    loseAll: async () => {
      await kill();
      await rm(path.join(dataDir, "redis"), { recursive: true, force: true });
      await start();
    },
    stop: async () => {
      await server.stop();
      await clearDataFolder(dataDir);
    },
  };
}
