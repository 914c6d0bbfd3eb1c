import { type Response, Router } from "express";
import type { Redis } from "ioredis";
import { sql } from "kysely";
import type { Database } from "../../core/infra/postgres/database.ts";

/** /healthz: the process answers. /readyz: so do Postgres and Redis. /metrics: figures for Prometheus, no ids. */
export function healthRouter(db: Database, redis: Redis): Router {
  const router = Router();
  router.get("/healthz", (_request, response) => void response.json({ status: "ok" }));
  router.get("/readyz", async (_request, response) => {
    const [postgres, queue] = await Promise.all([
      answers(sql`SELECT 1`.execute(db)),
      answers(redis.status === "ready" ? redis.ping() : Promise.reject(new Error(redis.status))),
    ]);
    response.status(postgres && queue ? 200 : 503).json({ postgres, redis: queue });
  });
  router.get("/metrics", (_request, response) => metrics(db, response));
  return router;
}

const LIMIT_MS = 2000;

async function answers(asked: Promise<unknown>): Promise<boolean> {
  const late = new Promise<false>((resolve) => setTimeout(resolve, LIMIT_MS, false).unref());
  return Promise.race([
    asked.then(
      () => true,
      () => false,
    ),
    late,
  ]);
}

async function metrics(db: Database, response: Response): Promise<void> {
  const tasks = await sql<{
    state: string;
    count: string;
  }>`SELECT state, count(*) FROM reading_task GROUP BY state`.execute(db);
  const outbox = await sql<{ waiting: string; failed: string }>`
    SELECT count(*) FILTER (WHERE failed_at IS NULL) AS waiting, count(failed_at) AS failed FROM outbox WHERE kind = 'job'`.execute(
    db,
  );
  const memory = process.memoryUsage();
  const lines = [
    "# TYPE hub_tasks gauge",
    ...tasks.rows.map((row) => `hub_tasks{state="${row.state}"} ${row.count}`),
    "# TYPE hub_outbox gauge",
    `hub_outbox{state="waiting"} ${outbox.rows[0]?.waiting ?? 0}`,
    `hub_outbox{state="failed"} ${outbox.rows[0]?.failed ?? 0}`,
    "# TYPE process_resident_memory_bytes gauge",
    `process_resident_memory_bytes ${memory.rss}`,
    "# TYPE process_cpu_seconds_total counter",
    `process_cpu_seconds_total ${(process.cpuUsage().user + process.cpuUsage().system) / 1e6}`,
  ];
  response.type("text/plain; version=0.0.4").send(`${lines.join("\n")}\n`);
}
