import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startEmbeddedPostgres } from "../../core/infra/embedded/embedded-postgres.ts";
import type { EmbeddedServer } from "../../core/infra/embedded/embedded-server.ts";
import { identifyProcess } from "../../core/infra/embedded/process-identity.ts";
import { readRunInfo } from "../../core/infra/embedded/run-info.ts";
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

const log = {
  info: (ids: Readonly<Record<string, unknown>>, event: string) =>
    events.push(ids.launch ? `${event} ${ids.launch}` : event),
  warn: (_ids: Readonly<Record<string, unknown>>, event: string) => events.push(event),
};
const start = (folder = dataDir): Promise<EmbeddedServer> => startEmbeddedPostgres({ dataDir: folder, log });

async function rows(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query({ text: sql, rowMode: "array" })).rows.flat();
  } finally {
    await client.end();
  }
}

describe("embedded Postgres", () => {
  test("is durable, UTF-8, on loopback only, behind a password, and known to a command beside the hub", async () => {
    const server = await start();
    const asked =
      "show fsync; show synchronous_commit; show listen_addresses; show server_encoding; show data_checksums";
    const shown: unknown[] = [];
    for (const sql of asked.split("; ")) shown.push(...(await rows(server.url, sql)));
    expect(shown).toEqual(["on", "on", "127.0.0.1", "UTF8", "on"]);
    // the builtin order folds case beyond ASCII and never depends on the machine's libraries
    expect(await rows(server.url, "select lower('ÄÖÅ'), upper('ж'), '延' < '边'")).toEqual(["äöå", "Ж", true]);
    expect(await rows(server.url, "select datlocprovider, datlocale from pg_database where datname = 'hub'")).toEqual([
      "b",
      "C.UTF-8",
    ]);

    const wrong = new URL(server.url);
    wrong.password = "guessed";
    await expect(rows(wrong.href, "select 1")).rejects.toMatchObject({ code: "28P01" });
    expect((await readRunInfo(dataDir, "postgres"))?.url).toBe(server.url);
    await server.stop();
    expect(await readRunInfo(dataDir, "postgres")).toBeUndefined();
    expect(identifyProcess(server.pid)).toBeUndefined();
  });

  test("what was committed survives kill -9 of the server, and `exited` tells a supervisor", async () => {
    const first = await start();
    await rows(first.url, "create table kept (n int)");
    await rows(first.url, "insert into kept select generate_series(1, 1000)");
    process.kill(first.pid, "SIGKILL");
    await first.exited;
    const second = await start();
    // 1 + 2 + … + 1000 = 1000 · 1001 / 2 = 500500
    expect(await rows(second.url, "select sum(n)::int from kept")).toEqual([500500]);
    expect(second.pid).not.toBe(first.pid);
    await second.stop();
  });

  test("one left by a hub that was killed is adopted, and ends with the hub that adopted it", async () => {
    const hub = runScript("hold-embedded.ts", "postgres", dataDir);
    const left = Number(await hub.nextLine());
    await hub.kill("SIGKILL");
    const server = await start();
    expect(events).toEqual(["postgres.adopted"]);
    expect(server.pid).toBe(left);
    expect(await rows(server.url, "select 1")).toEqual([1]);
    await server.stop();
    await server.exited;
    expect(identifyProcess(left)).toBeUndefined();
  });

  test("one left with other settings is stopped and started again", async () => {
    const hub = runScript("hold-embedded.ts", "postgres", dataDir);
    const left = Number(await hub.nextLine());
    await hub.kill("SIGKILL");
    const server = await startEmbeddedPostgres({ dataDir, log, settings: { work_mem: "7MB" } });
    expect(events).toContain("postgres.left-over-stopped");
    expect(server.pid).not.toBe(left);
    expect(await rows(server.url, "show work_mem")).toEqual(["7MB"]);
    await server.stop();
  });

  test("one that hangs is ended and started again", async () => {
    const hub = runScript("hold-embedded.ts", "postgres", dataDir);
    const left = Number(await hub.nextLine());
    await hub.kill("SIGKILL");
    process.kill(left, "SIGSTOP");
    const server = await start();
    expect(events).toContain("postgres.left-over-stopped");
    expect(await rows(server.url, "select 1")).toEqual([1]);
    await server.stop();
  });

  test("a folder that a living hub uses is refused", async () => {
    const hub = runScript("hold-embedded.ts", "postgres", dataDir);
    const left = Number(await hub.nextLine());
    await expect(start()).rejects.toThrow(`another hub (process ${hub.child.pid})`);
    expect(identifyProcess(left)).toBeDefined();
    await hub.kill("SIGKILL");
  });

  test("takes another port when its last one is taken", async () => {
    const hub = runScript("hold-embedded.ts", "postgres", dataDir);
    const left = Number(await hub.nextLine());
    await hub.kill("SIGKILL");
    process.kill(left, "SIGKILL");
    const taken = (await readRunInfo(dataDir, "postgres"))?.port;
    const squatter = createServer();
    for (let attempt = 0; !squatter.listening && attempt < 100; attempt += 1) {
      await new Promise<void>((resolve) => {
        squatter.once("error", () => resolve());
        squatter.listen({ port: taken, host: "127.0.0.1" }, resolve);
      });
      if (!squatter.listening) await sleep(50);
    }
    const server = await start();
    expect(Number(new URL(server.url).port)).not.toBe(taken);
    await server.stop();
    await new Promise((resolve) => squatter.close(resolve));
  });

  test("a pid file whose number belongs to another program does not block the start", async () => {
    const first = await start();
    await first.stop();
    // as in a new container, where the numbers begin again: this test's own pid is not a Postgres
    await writeFile(path.join(dataDir, "postgres", "postmaster.pid"), `${process.pid}\n${dataDir}/postgres\n1\n5432\n`);
    const second = await start();
    await second.stop();
  });

  test("a start that was cut short in initdb leaves nothing in the way", async () => {
    await mkdir(path.join(dataDir, "postgres.making", "cluster"), { recursive: true });
    await writeFile(path.join(dataDir, "postgres.making", "cluster", "PG_VERSION"), "18\n");
    const server = await start();
    await server.stop();
  });

  test("a lost password file is said in one line, without waiting", async () => {
    const first = await start();
    await first.stop();
    await rm(path.join(dataDir, "secrets", "postgres.password"));
    await expect(start()).rejects.toThrow("secrets/postgres.password");
  });
});

describe.runIf(process.getuid?.() === 0)("as root, which Postgres refuses", () => {
  test("it runs under another user where that user can reach the folder", async () => {
    const server = await start();
    expect(events).toEqual(["postgres.started other-user"]);
    await server.stop();
  });

  test("it runs in a user namespace where nobody else can, and the data moves between the two", async () => {
    const closed = path.join(dataDir, "closed");
    await mkdir(closed, { mode: 0o700 });
    const folder = path.join(closed, "data");
    const first = await start(folder);
    expect(events).toEqual(["postgres.started user-namespace"]);
    await rows(first.url, "create table kept as select 7 as n");
    process.kill(first.pid, "SIGKILL");
    await first.exited;

    await chmod(closed, 0o711);
    const second = await start(folder);
    expect(events.at(-1)).toBe("postgres.started other-user");
    expect(await rows(second.url, "select n from kept")).toEqual([7]);
    await second.stop();

    await chmod(closed, 0o700);
    const third = await start(folder);
    expect(events.at(-1)).toBe("postgres.started user-namespace");
    expect(await rows(third.url, "select n from kept")).toEqual([7]);
    await third.stop();
  });
});
