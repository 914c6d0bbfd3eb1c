import { Redis } from "ioredis";
import type pg from "pg";
import type { Database } from "../../core/infra/postgres/database.ts";
import { isKnownJob, type JobHandlers, jobQueue, jobWorker } from "../../core/infra/queue/job-queue.ts";
import { publishLive } from "../../core/infra/queue/live-channel.ts";
import { outboxDone, outboxFailed, startOutboxRelay } from "../../core/infra/queue/outbox-relay.ts";
import { JOB_LANES } from "../../core/jobs/job-contracts.ts";

export interface TestWorker {
  /** What went wrong so far, by name of job or "relay". */
  readonly errors: { readonly name: string; readonly error: unknown }[];
  /** The doing side begins; without it jobs only wait. */
  work(): void;
  stop(): Promise<void>;
}

const NOTHING: JobHandlers = {
  "complete-study": async () => undefined,
  "request-reading": async () => undefined,
  "route-task": async () => undefined,
  "commit-storage": async () => undefined,
  "announce-study": async () => undefined,
  "forward-study": async () => undefined,
  "fetch-priors": async () => undefined,
  "look-up-availability": async () => undefined,
  "prepare-study": async () => undefined,
  "delete-study": async () => undefined,
  "cool-study": async () => undefined,
  "deliver-report": async () => undefined,
  "export-studies": async () => undefined,
};

/** Relay and worker as worker/main.ts puts them together, in this process. */
export function testWorker(
  district: { readonly db: Database; readonly pool: pg.Pool },
  redisUrl: string,
  options: { readonly handlers?: Partial<JobHandlers>; readonly againAfterMs?: number; readonly relay?: boolean } = {},
): TestWorker {
  const { db, pool } = district;
  const errors: TestWorker["errors"] = [];
  const open = () => new Redis(redisUrl, { maxRetriesPerRequest: null, retryStrategy: () => 100 }).on("error", () => 0);
  const [sending, working] = [open(), open()];
  const queue = jobQueue(sending);
  const relay =
    options.relay === false
      ? undefined
      : startOutboxRelay({
          db,
          pool,
          dispatchJob: queue.dispatch,
          isKnownJob,
          publish: (row) => publishLive(sending, JSON.stringify(row.payload)),
          onError: (error) => errors.push({ name: "relay", error }),
          ...(options.againAfterMs === undefined ? {} : { againAfterMs: options.againAfterMs }),
        });
  let workers: ReturnType<typeof jobWorker>[] = [];
  return {
    errors,
    work: () => {
      workers = JOB_LANES.map((lane) =>
        jobWorker({
          redis: working,
          lane,
          handlers: { ...NOTHING, ...options.handlers },
          concurrency: 4,
          onDone: (id) => outboxDone(db, id),
          onGivenUp: (id, failure) => outboxFailed(db, id, failure),
          onError: ({ name, error }) => errors.push({ name, error }),
        }),
      );
    },
    stop: async () => {
      await relay?.stop();
      await Promise.all(workers.map((worker) => worker.close()));
      await queue.close();
      sending.disconnect();
      working.disconnect();
    },
  };
}
