import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmod, mkdtemp } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { startEmbeddedPostgres } from "../../core/infra/embedded/embedded-postgres.ts";
import { startEmbeddedRedis } from "../../core/infra/embedded/embedded-redis.ts";
import type { EmbeddedServer } from "../../core/infra/embedded/embedded-server.ts";
import { clearDataFolder } from "./clear-data-folder.ts";

export interface TestBench {
  readonly url: string;
  close(): Promise<void>;
}

const silent = { info: () => undefined, warn: () => undefined };
const REDIS_DATABASES = 512;

/**
 * One Postgres and one Redis for the whole run, started when the first test file asks, so that a run of pure functions
 * does not wait for them. Test files run in workers and ask over loopback HTTP. A watchdog process clears the folders and
 * ends the servers when this process was killed and could not.
 */
export async function startTestBench(): Promise<TestBench> {
  const watchdog = spawn(process.execPath, [path.join(import.meta.dirname, "watchdog.ts")], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  const folders: string[] = [];
  const newFolder = async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "hub-test-"));
    await chmod(folder, 0o711);
    folders.push(folder);
    watchdog.stdin.write(`${folder}\n`);
    return folder;
  };

  let postgres: Promise<EmbeddedServer> | undefined;
  let redis: Promise<EmbeddedServer> | undefined;
  let redisDatabases = 0;
  const answers: Record<string, () => Promise<string>> = {
    "/data-folder": newFolder,
    "/database": async () => {
      postgres ??= startPostgres(await newFolder());
      return createDatabase((await postgres).url);
    },
    "/redis": async () => {
      redis ??= startRedis(await newFolder());
      const url = new URL((await redis).url);
      url.pathname = `/${redisDatabases % REDIS_DATABASES}`;
      redisDatabases += 1;
      return url.href;
    },
  };
  // started once, also when two files ask at the same moment
  let last: Promise<unknown> = Promise.resolve();
  const server = createServer((request, response) => {
    const answer = answers[request.url ?? ""];
    if (answer === undefined) {
      response.writeHead(404).end();
      return;
    }
    last = last
      .then(answer)
      .then((text) => response.end(text))
      .catch((error) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");

  return {
    url: `http://127.0.0.1:${address.port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await (await postgres)?.stop();
      await (await redis)?.stop();
      for (const folder of folders) await clearDataFolder(folder);
      const gone = new Promise((resolve) => watchdog.once("exit", resolve));
      watchdog.stdin.end();
      await gone;
    },
  };
}

/** Without waits for the disk: nothing of it outlives the run. Tests of durability start their own. */
function startPostgres(dataDir: string): Promise<EmbeddedServer> {
  const settings = {
    fsync: "off",
    synchronous_commit: "off",
    full_page_writes: "off",
    shared_buffers: "64MB",
    max_connections: "200",
  };
  return startEmbeddedPostgres({ dataDir, log: silent, settings });
}

function startRedis(dataDir: string): Promise<EmbeddedServer> {
  return startEmbeddedRedis({ dataDir, log: silent, settings: [`databases ${REDIS_DATABASES}`] });
}

async function createDatabase(url: string): Promise<string> {
  const name = `test_${randomBytes(6).toString("hex")}`;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`create database ${name}`);
  } finally {
    await client.end();
  }
  const made = new URL(url);
  made.pathname = `/${name}`;
  return made.href;
}
