import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { echoPeer } from "../../core/infra/dimse-scu/echo-scu.ts";
import { freePort } from "../../core/infra/embedded/free-port.ts";
import { openDatabase } from "../../core/infra/postgres/database.ts";
import type { FoundDestination } from "../../core/infra/postgres/find-destination.ts";
import { PutOff } from "../../core/jobs/put-off.ts";
import { startDimseServer } from "../../server/dimse/dimse-server.ts";
import { atDestination } from "../../worker/at-destination.ts";
import { type DemoDistrict, openDemoDistrict } from "../support/demo-district.ts";
import { eventually } from "../support/eventually.ts";
import { type OwnRedis, startOwnRedis } from "../support/own-redis.ts";
import { type TestWorker, testWorker } from "../support/test-worker.ts";

let district: DemoDistrict;
let redis: OwnRedis;
let workers: TestWorker[] = [];

beforeAll(async () => {
  district = await openDemoDistrict({ max: 24 });
  redis = await startOwnRedis();
});
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.stop()));
  workers = [];
});
afterAll(async () => {
  await redis.stop();
  await district.close();
});

const register = (title: string, port: number, maxOutgoing: number) =>
  district.db
    .insertInto("application_entity")
    .values({ title, site_id: "yanji", host: "127.0.0.1", port, max_outgoing: maxOutgoing })
    .execute();

const ask = async (aeTitle: string, count: number) => {
  for (let i = 0; i < count; i++)
    await district.db
      .insertInto("outbox")
      .values({ kind: "job", name: "announce-study", payload: JSON.stringify({ studyId: String(i), aeTitle }) })
      .execute();
};
const left = async (aeTitle: string) =>
  (
    await sql<{ count: number }>`SELECT count(*)::int FROM outbox WHERE payload ->> 'aeTitle' = ${aeTitle}`.execute(
      district.db,
    )
  ).rows[0]?.count;

/** So many workers as separate processes have them: nothing is shared but Postgres and Redis. */
function work(count: number, at: (destination: FoundDestination) => Promise<void>): void {
  workers = Array.from({ length: count }, () =>
    testWorker(district, redis.url, {
      handlers: {
        "announce-study": ({ studyId, aeTitle }) =>
          atDestination(district.db, aeTitle, `announce ${studyId} ${aeTitle}`, at),
      },
    }),
  );
  for (const worker of workers) worker.work();
}

test("a destination is called as often at a time as it takes, over all workers, and the others are not kept waiting", async () => {
  await register("ONE", 104, 1);
  await register("TWO", 104, 2);
  const now = new Map<string, number>();
  const most = new Map<string, number>();
  work(2, async ({ aeTitle }) => {
    now.set(aeTitle, (now.get(aeTitle) ?? 0) + 1);
    most.set(aeTitle, Math.max(most.get(aeTitle) ?? 0, now.get(aeTitle) ?? 0));
    await sleep(150);
    now.set(aeTitle, (now.get(aeTitle) ?? 0) - 1);
  });
  await ask("ONE", 6); // more than both lanes have places would stand in each other's way
  await ask("TWO", 6);
  await eventually(async () => (await left("ONE")) === 0 && (await left("TWO")) === 0);
  expect(Object.fromEntries(most)).toEqual({ ONE: 1, TWO: 2 });
  expect(workers.flatMap(({ errors }) => errors)).toEqual([]);
});

test("a dead destination is left alone by all its jobs together, and comes back for all of them", async () => {
  const [deadPort, livePort] = [await freePort(), await freePort()];
  await register("DEAD", deadPort, 4);
  await register("LIVE", livePort, 1);
  const open = (port: number, aeTitle: string) =>
    startDimseServer({
      port,
      host: "127.0.0.1",
      aeTitle,
      findApplicationEntity: async () => ({ siteId: "yanji" }),
      receiver: district.receiver,
      log: () => undefined,
    });
  const live = await open(livePort, "LIVE");
  let calls = 0;
  work(1, async (destination) => {
    if (destination.aeTitle === "DEAD") calls += 1;
    await echoPeer({ aeTitle: "HUB" }, destination);
  });
  await ask("DEAD", 12);
  const pause = () =>
    district.db.selectFrom("destination_pause").selectAll().where("ae_title", "=", "DEAD").executeTakeFirst();
  await eventually(pause);
  await sleep(500);
  // twelve jobs, and no more calls than were on their way when the first one failed: the lane has four places
  expect(calls).toBeLessThanOrEqual(4);
  expect(await pause()).toMatchObject({ failures: 1 }); // they failed together, so that is once
  await ask("LIVE", 3);
  await eventually(async () => (await left("LIVE")) === 0, 3000);
  expect(await left("DEAD")).toBe(12);
  const dead = await open(deadPort, "DEAD");
  await eventually(async () => (await left("DEAD")) === 0);
  expect(await pause()).toBeUndefined();
  await Promise.all([live.close(), dead.close()]);
}, 60_000);

test("after the pause one job tries alone, and a failure makes the next pause longer", async () => {
  await register("GONE", await freePort(), 4);
  const call = (name: string) =>
    atDestination(
      district.db,
      "GONE",
      name,
      async (destination) => void (await echoPeer({ aeTitle: "HUB" }, destination)),
    );
  const over = () => sql`UPDATE destination_pause SET until = now() - interval '1 second'`.execute(district.db);
  const pauseS = async () => {
    const { rows } = await sql<{ s: number }>`
      SELECT extract(epoch FROM until - now())::float AS s FROM destination_pause WHERE ae_title = 'GONE'`.execute(
      district.db,
    );
    return rows[0]?.s ?? 0;
  };
  // 5 s, then twice as long each time
  for (const expected of [5, 10, 20]) {
    await expect(call("a")).rejects.toMatchObject({ failure: "unreachable" });
    expect(await pauseS()).toBeGreaterThan(expected - 3);
    expect(await pauseS()).toBeLessThanOrEqual(expected);
    await expect(call("a")).rejects.toBeInstanceOf(PutOff);
    await over();
  }
  const [inside, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const first = atDestination(district.db, "GONE", "first", () => {
    inside.resolve();
    return held.promise;
  });
  await inside.promise;
  await expect(call("second")).rejects.toBeInstanceOf(PutOff); // it takes four at a time when it answers
  held.resolve();
  await first;
  expect(await pauseS()).toBe(0); // it answers again
});

test("a worker that dies gives its place back, and its work", async () => {
  await register("SOLE", 104, 1);
  const dying = openDatabase(district.databaseUrl, { max: 2 });
  const inside = Promise.withResolvers<number>();
  const held = Promise.withResolvers<void>();
  const first = atDestination(dying.db, "SOLE", "the same", async () => {
    // the connections that hold an advisory lock in this database
    const { rows } = await sql<{
      pid: number;
    }>`SELECT DISTINCT pid FROM pg_locks l JOIN pg_database d ON d.oid = l.database
      WHERE l.locktype = 'advisory' AND d.datname = current_database()`.execute(district.db);
    expect(rows).toHaveLength(1);
    inside.resolve(rows[0]?.pid ?? 0);
    await held.promise;
  });
  const pid = await inside.promise;
  const again = (name: string) => atDestination(district.db, "SOLE", name, async () => undefined);
  await expect(again("another")).rejects.toBeInstanceOf(PutOff);
  await sql`SELECT pg_terminate_backend(${pid})`.execute(district.db);
  await eventually(
    async () =>
      again("the same").then(
        () => true,
        () => false,
      ),
    5000,
  );
  held.resolve();
  await first;
  await dying.close();
});

test("being put off is no attempt, however often", async () => {
  let times = 0;
  workers = [
    testWorker(district, redis.url, {
      handlers: {
        "route-task": async () => {
          times += 1;
          if (times <= 20) throw new PutOff(new Date()); // the contract has eight attempts
        },
      },
    }),
  ];
  workers[0]?.work();
  const { id } = await district.db
    .insertInto("outbox")
    .values({ kind: "job", name: "route-task", payload: JSON.stringify({ taskId: "t" }) })
    .returning("id")
    .executeTakeFirstOrThrow();
  await eventually(async () => {
    const row = await district.db.selectFrom("outbox").select("id").where("id", "=", id).executeTakeFirst();
    return row === undefined;
  });
  expect(times).toBe(21);
  expect(workers[0]?.errors).toEqual([]);
});
