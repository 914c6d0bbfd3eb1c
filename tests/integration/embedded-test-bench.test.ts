import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import pg from "pg";
import { expect, test } from "vitest";
import { runScript } from "../support/run-script.ts";
import { createTestDatabase } from "../support/test-postgres.ts";
import { createTestRedis } from "../support/test-redis.ts";

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query({ text: sql, rowMode: "array" })).rows.flat();
  } finally {
    await client.end();
  }
}

test("each test file has a database and a Redis of its own", async () => {
  const [one, other] = [await createTestDatabase(), await createTestDatabase()];
  await query(one, "create table only_here ()");
  expect(await query(other, "select to_regclass('only_here')")).toEqual([null]);

  const [here, there] = [new Redis(await createTestRedis()), new Redis(await createTestRedis())];
  await here.set("only", "here");
  expect(await there.get("only")).toBeNull();
  here.disconnect();
  there.disconnect();
});

test("a test run that is killed leaves no server and no folder behind", async () => {
  const run = runScript("hold-test-bench.ts");
  const bench = await run.nextLine();
  const ask = async (what: string) => (await fetch(`${bench}/${what}`)).text();
  const database = await ask("database");
  const folder = await ask("data-folder");
  expect(await query(database, "select 1")).toEqual([1]);
  expect(existsSync(folder)).toBe(true);
  await run.kill("SIGKILL");

  const deadline = Date.now() + 15_000;
  const answers = () =>
    query(database, "select 1").then(
      () => true,
      () => false,
    );
  while ((existsSync(folder) || (await answers())) && Date.now() < deadline) await sleep(100);
  expect(await answers()).toBe(false);
  expect(existsSync(folder)).toBe(false);
});
