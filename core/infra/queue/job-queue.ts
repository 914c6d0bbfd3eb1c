import { DelayedError, type Job, Queue, UnrecoverableError, Worker } from "bullmq";
import type { Redis } from "ioredis";
import { DomainError } from "../../errors.ts";
import { JOB_LANES, JOBS, type JobLane, type JobName, type JobPayload } from "../../jobs/job-contracts.ts";
import { PutOff } from "../../jobs/put-off.ts";
import type { OutboxRow } from "./outbox-relay.ts";

const QUEUES: Readonly<Record<JobLane, string>> = {
  quick: "hub",
  long: "hub-long",
  outward: "hub-outward",
};
/**
 * A killed worker's job comes back once its lock has run out and the next look for such jobs has come: after both of these.
 * BullMQ's defaults are 30 s each. A living worker renews the lock twice in its time.
 */
const LOCK_MS = 10_000;
const STALLED_INTERVAL_MS = 5000;
/** A job that puts itself off without saying until when: the first wait, doubled each time, and the longest. */
const PUT_OFF_MS = { first: 500, longest: 10_000 };

export type JobHandler<Name extends JobName> = (payload: JobPayload<Name>) => Promise<void>;
export type JobHandlers = { readonly [Name in JobName]: JobHandler<Name> };

interface JobData {
  readonly outboxId: string;
  readonly payload: unknown;
}

export interface JobQueue {
  dispatch(row: OutboxRow): Promise<void>;
  close(): Promise<void>;
}

export function isKnownJob(name: string): name is JobName {
  return Object.hasOwn(JOBS, name);
}

/** The sending side. The same outbox row twice is one job: its id is the row's. */
export function jobQueue(redis: Redis): JobQueue {
  const open = (lane: JobLane) => {
    const queue = new Queue<JobData>(QUEUES[lane], { connection: redis });
    queue.on("error", () => undefined); // the connection's owner hears of it; without a listener it goes to the console
    return queue;
  };
  const queues: Readonly<Record<JobLane, Queue<JobData>>> = {
    quick: open("quick"),
    long: open("long"),
    outward: open("outward"),
  };
  return {
    dispatch: async (row) => {
      const contract = JOBS[row.name as JobName];
      const queue = queues[contract.lane];
      const jobId = `outbox-${row.id}`;
      // A finished or failed job of that id would swallow this one.
      const known = await queue.getJob(jobId);
      if (known && ((await known.isFailed()) || (await known.isCompleted()))) await known.remove();
      await queue.add(
        row.name,
        { outboxId: row.id, payload: row.payload },
        {
          jobId,
          delay: Math.max(0, new Date(row.runAt).getTime() - Date.now()),
          attempts: contract.attempts,
          backoff: { type: "exponential", delay: contract.backoffMs },
          removeOnComplete: true,
          removeOnFail: { count: 1000 },
        },
      );
    },
    close: async () => void (await Promise.all(JOB_LANES.map((lane) => queues[lane].close()))),
  };
}

export interface JobWorkerOptions {
  readonly redis: Redis;
  readonly lane: JobLane;
  readonly handlers: JobHandlers;
  readonly concurrency: number;
  readonly lockMs?: number;
  readonly onDone: (outboxId: string) => Promise<void>;
  readonly onGivenUp: (outboxId: string, failure: string) => Promise<void>;
  readonly onError: (event: { readonly name: string; readonly outboxId: string; readonly error: unknown }) => void;
}

/** The doing side: parse, run the handler, and only then let the outbox row go. */
export function jobWorker(options: JobWorkerOptions): { close(): Promise<void> } {
  const worker = new Worker<JobData>(QUEUES[options.lane], (job, token) => runJob(options, job, token), {
    connection: options.redis,
    concurrency: options.concurrency,
    stalledInterval: STALLED_INTERVAL_MS,
    lockDuration: options.lockMs ?? LOCK_MS,
    maxStalledCount: 10,
  });
  worker.on("error", (error) => options.onError({ name: "worker", outboxId: "", error }));
  worker.on("failed", (job, error) => {
    if (!job) return;
    options.onError({ name: job.name, outboxId: job.data.outboxId, error });
    const givenUp = error instanceof UnrecoverableError || job.attemptsMade >= (job.opts.attempts ?? 1);
    if (givenUp)
      options
        .onGivenUp(job.data.outboxId, error.message)
        .catch((cause) => options.onError({ name: job.name, outboxId: job.data.outboxId, error: cause }));
  });
  return { close: () => worker.close() };
}

async function runJob(options: JobWorkerOptions, job: Job<JobData>, token: string | undefined): Promise<void> {
  const name = job.name;
  if (!isKnownJob(name)) throw new UnrecoverableError("no job is called so");
  const contract = JOBS[name];
  const payload = contract.payload.safeParse(job.data.payload);
  if (!payload.success) throw new UnrecoverableError("the payload does not match its contract");
  try {
    await (options.handlers[name] as (payload: unknown) => Promise<void>)(payload.data);
  } catch (error) {
    if (error instanceof PutOff) {
      await job.moveToDelayed(error.until?.getTime() ?? Date.now() + waitOf(job), token);
      throw new DelayedError();
    }
    // What will not be otherwise tomorrow is not tried again.
    if (error instanceof DomainError && error.kind !== "unavailable") throw new UnrecoverableError(error.code);
    throw error;
  }
  await options.onDone(job.data.outboxId);
}

/** Jobs that were put off together do not come back together. */
function waitOf({ attemptsStarted, attemptsMade }: Job): number {
  const before = Math.max(0, attemptsStarted - attemptsMade - 1);
  return Math.min(PUT_OFF_MS.longest, PUT_OFF_MS.first * 2 ** before) * (0.5 + Math.random() / 2);
}
