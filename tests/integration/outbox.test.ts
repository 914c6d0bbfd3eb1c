import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { Redis } from "ioredis";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { DomainError } from "../../core/errors.ts";
import { asHub } from "../../core/infra/postgres/as-actor.ts";
import { systemStatus } from "../../core/infra/postgres/queries/district-queries.ts";
import { subscribeLive } from "../../core/infra/queue/live-channel.ts";
import { requestReading } from "../../core/reading/request-reading.ts";
import { type DemoDistrict, openDemoDistrict, YANJI } from "../support/demo-district.ts";
import { eventually } from "../support/eventually.ts";
import { type OwnRedis, startOwnRedis } from "../support/own-redis.ts";
import { completeStudyOf, ROUTINE } from "../support/reading-desk.ts";
import { type TestWorker, testWorker } from "../support/test-worker.ts";

let district: DemoDistrict;
let redis: OwnRedis;
let worker: TestWorker | undefined;
let done: string[];

beforeAll(async () => {
  district = await openDemoDistrict({ max: 12 });
  redis = await startOwnRedis();
});
afterAll(async () => {
  await redis.stop();
  await district.close();
});
beforeEach(() => {
  done = [];
});
afterEach(async () => {
  await worker?.stop();
  worker = undefined;
  await district.db.deleteFrom("outbox").execute();
  const client = new Redis(redis.url);
  await client.flushall();
  client.disconnect();
});

const handlers = { "route-task": async ({ taskId }: { taskId: string }) => void done.push(taskId) };

async function put(name: string, payload: unknown, runAt = new Date()): Promise<string> {
  const row = await district.db
    .insertInto("outbox")
    .values({ kind: "job", name, payload: JSON.stringify(payload), run_at: runAt })
    .returning("id")
    .executeTakeFirstOrThrow();
  return row.id;
}

function rowOf(id: string) {
  return district.db.selectFrom("outbox").selectAll().where("id", "=", id).executeTakeFirst();
}
const gone = (id: string) => eventually(async () => (await rowOf(id)) === undefined, 20_000);
const dispatched = (id: string) => eventually(async () => (await rowOf(id))?.dispatched_at ?? undefined);

describe("a row of the outbox", () => {
  test("becomes a job, is done once, and goes", async () => {
    worker = testWorker(district, redis.url, { handlers });
    worker.work();
    const ids = await Promise.all(Array.from({ length: 20 }, (_, i) => put("route-task", { taskId: `t${i}` })));
    await Promise.all(ids.map(gone));
    expect(done.toSorted()).toEqual(Array.from({ length: 20 }, (_, i) => `t${i}`).toSorted());
    expect(worker.errors).toEqual([]);
  });

  test("waits for its time", async () => {
    worker = testWorker(district, redis.url, { handlers });
    worker.work();
    const runAt = new Date(Date.now() + 1500);
    const id = await put("route-task", { taskId: "later" }, runAt);
    await gone(id);
    expect(Date.now()).toBeGreaterThanOrEqual(runAt.getTime());
  });

  test("is carried once by two relays", async () => {
    worker = testWorker(district, redis.url, { handlers });
    const second = testWorker(district, redis.url, { handlers });
    const ids = await Promise.all(Array.from({ length: 30 }, (_, i) => put("route-task", { taskId: `t${i}` })));
    worker.work();
    second.work();
    await Promise.all(ids.map(gone));
    await second.stop();
    expect(done).toHaveLength(30);
  });

  test("is done although Redis was emptied between dispatch and work", async () => {
    worker = testWorker(district, redis.url, { handlers, againAfterMs: 1000 });
    const id = await put("route-task", { taskId: "emptied" });
    await dispatched(id);
    const client = new Redis(redis.url);
    await client.flushall();
    client.disconnect();
    worker.work();
    await gone(id);
    expect(done).toEqual(["emptied"]);
  });

  test("is done although Redis was killed and lost all it had", async () => {
    worker = testWorker(district, redis.url, { handlers, againAfterMs: 1000 });
    const id = await put("route-task", { taskId: "killed" });
    await dispatched(id);
    await redis.loseAll();
    worker.work();
    await gone(id);
    expect(done).toEqual(["killed"]);
  });

  test("waits out a Redis that is away, without holding on to its rows", async () => {
    worker = testWorker(district, redis.url, { handlers, againAfterMs: 1000 });
    worker.work();
    await redis.kill();
    const id = await put("route-task", { taskId: "away" });
    // The relay gives up after 5 s and lets the row go; until then it is locked.
    await eventually(async () => worker?.errors.some(({ name }) => name === "relay"), 12_000);
    await redis.start();
    await gone(id);
    expect(done).toEqual(["away"]);
  });

  test("is tried again when it fails for a while, and given up when it always will", async () => {
    let tries = 0;
    worker = testWorker(district, redis.url, {
      handlers: {
        "route-task": async ({ taskId }) => {
          if (taskId === "never") throw new DomainError("not-found");
          tries += 1;
          if (tries < 3) throw new DomainError("storage-failed");
          done.push(taskId);
        },
      },
    });
    worker.work();
    const [never, thrice] = await Promise.all([
      put("route-task", { taskId: "never" }),
      put("route-task", { taskId: "thrice" }),
    ]);
    await gone(thrice); // after waits of 1 s and 2 s
    expect(tries).toBe(3);
    expect(await rowOf(never)).toMatchObject({ failure: "not-found", failed_at: expect.any(Date) });
  });

  test.each([
    ["a payload that is not its contract's", "route-task", { task: 1 }],
    ["a name that nothing has", "constructor", {}],
    ["a name that was taken away", "measure-moon", {}],
  ])("with %s is given up and seen as failed; its neighbours go on", async (_what, name, payload) => {
    worker = testWorker(district, redis.url, { handlers, againAfterMs: 1000 });
    worker.work();
    const bad = await put(name, payload);
    const good = await put("route-task", { taskId: "good" });
    await gone(good);
    const row = await eventually(async () => ((await rowOf(bad))?.failed_at ? await rowOf(bad) : undefined));
    expect(row.failure).toBeTruthy();
    expect(await asHub(district.db, systemStatus)).toMatchObject({ outboxFailed: 1, outboxWaiting: 0 });
    await new Promise((resolve) => setTimeout(resolve, 1500)); // it does not come back
    expect((await rowOf(bad))?.failed_at).toEqual(row.failed_at);
    expect(done).toEqual(["good"]);
  });

  test("that is a live change is heard, and goes", async () => {
    worker = testWorker(district, redis.url, { handlers });
    const subscriber = new Redis(redis.url);
    const heard: string[] = [];
    await subscribeLive(subscriber, { onMessage: (message) => heard.push(message), onMissed: () => undefined });
    for (let i = 0; i < 5; i++) {
      const taskId = crypto.randomUUID();
      const payload = { topic: "task", siteIds: ["yanji"], taskId };
      await district.db
        .insertInto("outbox")
        .values({ kind: "live", name: "change", payload: JSON.stringify(payload) })
        .execute();
      await eventually(async () => heard.some((message) => message.includes(taskId)));
    }
    subscriber.disconnect();
    await eventually(async () => (await district.db.selectFrom("outbox").select("id").execute()).length === 0);
    expect(heard).toHaveLength(5);
  });

  test("is carried on when the relay's connection to Postgres is cut", async () => {
    worker = testWorker(district, redis.url, { handlers });
    worker.work();
    await gone(await put("route-task", { taskId: "before" }));
    const client = new pg.Client({ connectionString: district.databaseUrl });
    await client.connect();
    await client.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()",
    );
    await client.end();
    await gone(await eventually(() => put("route-task", { taskId: "after" }).catch(() => undefined)));
    expect(done).toEqual(["before", "after"]);
  });
});

describe("the worker process", () => {
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
  });

  async function startWorker(): Promise<ChildProcess> {
    const child = spawn(process.execPath, [path.resolve(import.meta.dirname, "../../worker/main.ts")], {
      env: {
        ...process.env,
        NODE_ENV: "test",
        DATABASE_URL: district.databaseUrl,
        REDIS_URL: redis.url,
        HUB_DATA: district.dataDir,
        HUB_LOG_LEVEL: "silent",
      },
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    children.push(child);
    await new Promise<void>((resolve, reject) => {
      child.once("message", () => resolve());
      child.once("exit", (code) => reject(new Error(`worker ended with ${code}`)));
    });
    return child;
  }

  test("killed in the middle of a job: it is done once more, and has its effect once", async () => {
    const studyInstanceUid = await completeStudyOf(district, YANJI);
    await district.db.deleteFrom("outbox").execute();
    const tech = await district.actor("tech");
    const taskId = await district.inReadingTransaction(tech, (tx) =>
      requestReading(tx, tech, studyInstanceUid, ROUTINE),
    );
    const holder = new pg.Client({ connectionString: district.databaseUrl });
    await holder.connect();
    await holder.query("BEGIN");
    await holder.query("SELECT 1 FROM reading_task WHERE id = $1 FOR UPDATE", [taskId]);

    const first = await startWorker();
    const waiting = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
    await eventually(async () => (await district.pool.query(waiting)).rowCount || undefined, 20_000);
    first.kill("SIGKILL");
    await holder.query("ROLLBACK");
    await holder.end();

    await startWorker();
    const state = () =>
      district.db.selectFrom("reading_task").select("state").where("id", "=", taskId).executeTakeFirstOrThrow();
    // the killed one's lock of 10 s and the next look of at most 5 s, then the job
    await eventually(async () => (await state()).state === "ready", 30_000);
    await eventually(async () => {
      const rows = await district.db.selectFrom("outbox").select("id").where("kind", "=", "job").execute();
      return rows.length === 0;
    });
    const routed = await district.db
      .selectFrom("audit_event")
      .select("id")
      .where("task_id", "=", taskId)
      .where("action", "=", "task.route")
      .execute();
    expect(routed).toHaveLength(1);
  });

  test("stops when it is told to", async () => {
    const child = await startWorker();
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
  });
});
