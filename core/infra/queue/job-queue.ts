import { type Job, Queue, UnrecoverableError, Worker } from "bullmq";
import type { Redis } from "ioredis";
import { DomainError } from "../../errors.ts";
import { JOBS, type JobName, type JobPayload } from "../../jobs/job-contracts.ts";
import type { OutboxRow } from "./outbox-relay.ts";

const QUEUE = "hub";
/** A killed worker's job comes back after this; BullMQ's default is 30 s. */
const STALLED_INTERVAL_MS = 5000;

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

/** The sending side. The same outbox row twice is one job: its id is the row's. */
export function jobQueue(redis: Redis): JobQueue {
  const queue = new Queue<JobData>(QUEUE, { connection: redis });
  return {
    dispatch: async (row) => {
      const contract = JOBS[row.name as JobName];
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
    close: () => queue.close(),
  };
}

export interface JobWorkerOptions {
  readonly redis: Redis;
  readonly handlers: JobHandlers;
  readonly concurrency: number;
  readonly onDone: (outboxId: string) => Promise<void>;
  readonly onGivenUp: (outboxId: string, failure: string) => Promise<void>;
  readonly onError: (event: { readonly name: string; readonly outboxId: string; readonly error: unknown }) => void;
}

/** The doing side: parse, run the handler, and only then let the outbox row go. */
export function jobWorker(options: JobWorkerOptions): { close(): Promise<void> } {
  const worker = new Worker<JobData>(QUEUE, (job) => runJob(options, job), {
    connection: options.redis,
    concurrency: options.concurrency,
    stalledInterval: STALLED_INTERVAL_MS,
    lockDuration: 30_000,
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

async function runJob(options: JobWorkerOptions, job: Job<JobData>): Promise<void> {
  const name = job.name as JobName;
  const contract = JOBS[name];
  if (!contract) throw new UnrecoverableError(`no job is called ${job.name}`);
  const payload = contract.payload.safeParse(job.data.payload);
  if (!payload.success) throw new UnrecoverableError("the payload does not match its contract");
  try {
    await (options.handlers[name] as (payload: unknown) => Promise<void>)(payload.data);
  } catch (error) {
    // What will not be otherwise tomorrow is not tried again.
    if (error instanceof DomainError && error.kind !== "unavailable") throw new UnrecoverableError(error.code);
    throw error;
  }
  await options.onDone(job.data.outboxId);
}
