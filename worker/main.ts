import { constants, setPriority } from "node:os";
import { frameReader } from "../core/infra/archive/frame-reader.ts";
import { sweepDoomed } from "../core/infra/archive/sweep-doomed.ts";
import { openBlobStore, openColdStore, sweepLeftovers } from "../core/infra/blob/open-blob-store.ts";
import { openCodecPool } from "../core/infra/codec/codec-pool.ts";
import { readDicomTls } from "../core/infra/dicom-tls-files.ts";
import { removeOldExportFiles } from "../core/infra/export/remove-old-files.ts";
import { createLog } from "../core/infra/log.ts";
import { postgresArchiveIndex } from "../core/infra/postgres/archive-index.ts";
import { sealAudit } from "../core/infra/postgres/audit-chain.ts";
import { enqueueColdStudies } from "../core/infra/postgres/cold-studies.ts";
import { openDatabase } from "../core/infra/postgres/database.ts";
import { listDueDeletions } from "../core/infra/postgres/deletions.ts";
import { namedKeys } from "../core/infra/postgres/named-keys.ts";
import { readingTransactions } from "../core/infra/postgres/reading-transaction.ts";
import { foldStoredFigures } from "../core/infra/postgres/stored-figures.ts";
import { exitWithParent, onStopSignal, sayReady } from "../core/infra/process/lifetime.ts";
import { isKnownJob, type JobHandlers, jobQueue, jobWorker } from "../core/infra/queue/job-queue.ts";
import { publishLive } from "../core/infra/queue/live-channel.ts";
import { outboxDone, outboxFailed, startOutboxRelay } from "../core/infra/queue/outbox-relay.ts";
import { openRedis } from "../core/infra/queue/redis.ts";
import { parseSettings } from "../core/infra/settings.ts";
import { JOB_LANES } from "../core/jobs/job-contracts.ts";
import { instanceReceiver } from "../core/study/receive-instance.ts";
import { every } from "./every.ts";
import { announceStudy } from "./jobs/announce-study.ts";
import { commitStorage } from "./jobs/commit-storage.ts";
import { completeStudy } from "./jobs/complete-study.ts";
import { coolStudy } from "./jobs/cool-study.ts";
import { deleteStudy } from "./jobs/delete-study.ts";
import { deliverReport } from "./jobs/deliver-report.ts";
import { makeExport } from "./jobs/export-studies.ts";
import { fetchPriors } from "./jobs/fetch-priors.ts";
import { forwardStudy } from "./jobs/forward-study.ts";
import { lookUpAvailability } from "./jobs/look-up-availability.ts";
import { prepareStudy } from "./jobs/prepare-study.ts";
import { requestReading } from "./jobs/request-reading.ts";
import { routeTask } from "./jobs/route-task.ts";

const SEAL_MS = 1000;
/** Devices are served first, but a reader may be waiting, too. */
const GIVE_WAY_MS = 30_000;
const HOUR_MS = 3600 * 1000;
const DAY_MS = 24 * HOUR_MS;
const SWEEP_DOOMED_MS = 60_000;
const SWEEP_MS = 6 * 3600 * 1000;

// devices and readers come first: what is made for later takes what they leave
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
const settings = parseSettings(process.env);
const log = createLog({ level: settings.logLevel, role: "worker" });
if (!settings.databaseUrl || !settings.redisUrl)
  throw new Error("DATABASE_URL and REDIS_URL are needed: `npm start` sets them");

const { db, pool, close } = openDatabase(settings.databaseUrl, {
  max: 24,
  onError: (err) => log.warn({ err }, "postgres.connection-lost"),
});
const onRedisError = (err: Error) => log.warn({ err }, "redis.connection-lost");
const sending = openRedis(settings.redisUrl, onRedisError);
const working = openRedis(settings.redisUrl, onRedisError);
const blobs = await openBlobStore(settings);
const receiver = instanceReceiver(blobs, postgresArchiveIndex(pool));
const codecs = openCodecPool({ isBackground: true, threads: 1 });
const caller = { aeTitle: settings.dicom.aeTitle, tls: settings.dicom.tls && readDicomTls(settings.dicom.tls) };
const inReadingTransaction = readingTransactions(db, Date.now);

/** One handler a contract: the type does not allow a missing one, nor one too many. */
const handlers: JobHandlers = {
  "complete-study": completeStudy({ db, clock: Date.now }),
  "request-reading": requestReading({ db, inReadingTransaction }),
  "route-task": routeTask(inReadingTransaction),
  "prepare-study": prepareStudy({ db, blobs, codecs, giveWayMs: GIVE_WAY_MS, frames: frameReader(blobs) }),
  "export-studies": makeExport({ db, blobs, codecs, frames: frameReader(blobs) }),
  "commit-storage": commitStorage({ db, blobs, caller }),
  "announce-study": announceStudy({ db, caller }),
  "forward-study": forwardStudy({ db, blobs, caller }),
  "fetch-priors": fetchPriors({ db, caller }),
  "look-up-availability": lookUpAvailability({ db, caller }),
  "delete-study": deleteStudy({ db, clock: Date.now }),
  "cool-study": coolStudy({ db, blobs, cold: await openColdStore(settings), clock: Date.now }),
  "deliver-report": deliverReport({ db, receiver, inReadingTransaction }),
};

const queue = jobQueue(sending);
/** One study is prepared at a time: its frames keep every core busy. Outward jobs mostly wait, each on a connection to Postgres. */
const CONCURRENCY = { quick: 8, long: 1, outward: 8 } as const;
const workers = JOB_LANES.map((lane) =>
  jobWorker({
    redis: working,
    lane,
    handlers,
    concurrency: CONCURRENCY[lane],
    onDone: (id) => outboxDone(db, id),
    onGivenUp: (id, failure) => outboxFailed(db, id, failure),
    onError: ({ name, outboxId, error }) => log.error({ job: name, outboxId, err: error }, "job.failed"),
  }),
);
const relay = startOutboxRelay({
  db,
  pool,
  dispatchJob: queue.dispatch,
  isKnownJob,
  publish: (row) => publishLive(sending, JSON.stringify(row.payload)),
  onError: (err) => log.warn({ err }, "outbox.relay-failed"),
});
const sealing = every(
  SEAL_MS,
  async () => void (await sealAudit(db)),
  (err) => log.warn({ err }, "audit.seal-failed"),
);
const sweeping = every(
  SWEEP_MS,
  async () => {
    await sweepLeftovers(settings, namedKeys(db), Date.now);
    await removeOldExportFiles(db, blobs, Date.now);
  },
  (err) => log.warn({ err }, "blobs.sweep-failed"),
);

const listing = every(
  DAY_MS,
  async () => log.info(await listDueDeletions(db, Date.now()), "deletions.listed"),
  (err) => log.warn({ err }, "deletions.list-failed"),
);
const sweepingDoomed = every(
  SWEEP_DOOMED_MS,
  async () => {
    await sweepDoomed(db, blobs, Date.now());
    await foldStoredFigures(db);
  },
  (err) => log.warn({ err }, "doomed-blobs.sweep-failed"),
);

/** Without a cold store nobody asks. */
const cooling = every(
  HOUR_MS,
  async () => void (settings.cold && (await enqueueColdStudies(db, Date.now()))),
  (err) => log.warn({ err }, "cold-studies.enqueue-failed"),
);

async function stop(): Promise<void> {
  await Promise.all([
    relay.stop(),
    sealing.stop(),
    sweeping.stop(),
    listing.stop(),
    sweepingDoomed.stop(),
    cooling.stop(),
  ]);
  await Promise.all(workers.map((worker) => worker.close()));
  await codecs.close();
  await queue.close();
  sending.disconnect();
  working.disconnect();
  await close();
}

onStopSignal(stop);
exitWithParent(stop);
sayReady();
log.info({}, "worker.ready");
