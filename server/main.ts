import { createServer } from "node:http";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openBlobStore, sweepLeftovers } from "../core/infra/blob/open-blob-store.ts";
import { openCodecPool } from "../core/infra/codec/codec-pool.ts";
import { readDicomTls } from "../core/infra/dicom-tls-files.ts";
import { createLog } from "../core/infra/log.ts";
import { postgresArchiveIndex } from "../core/infra/postgres/archive-index.ts";
import { openDatabase } from "../core/infra/postgres/database.ts";
import { findApplicationEntity } from "../core/infra/postgres/find-application-entity.ts";
import { namedKeys } from "../core/infra/postgres/named-keys.ts";
import { noteRejectedAssociations } from "../core/infra/postgres/note-rejected-association.ts";
import { readingTransactions } from "../core/infra/postgres/reading-transaction.ts";
import { exitWithParent, onStopSignal, sayReady } from "../core/infra/process/lifetime.ts";
import { subscribeLive } from "../core/infra/queue/live-channel.ts";
import { openRedis } from "../core/infra/queue/redis.ts";
import { parseSettings, type Settings } from "../core/infra/settings.ts";
import { instanceReceiver } from "../core/study/receive-instance.ts";
import { cFindService } from "./dimse/c-find.ts";
import { cGetService } from "./dimse/c-get.ts";
import { cMoveService } from "./dimse/c-move.ts";
import { startDimseServer } from "./dimse/dimse-server.ts";
import { instanceAvailabilityService } from "./dimse/instance-availability.ts";
import { modalityWorklistService } from "./dimse/modality-worklist.ts";
import { performedStepCreateService, performedStepSetService } from "./dimse/performed-procedure-step.ts";
import { storageCommitmentService } from "./dimse/storage-commitment.ts";
import { createApp } from "./http/app.ts";
import { authenticator } from "./http/authenticate.ts";
import { liveServer } from "./live/live-server.ts";
import { workitemLine } from "./live/workitem-line.ts";

type Role = "http" | "dicom";

const { values } = parseArgs({ options: { role: { type: "string" } } });
const role: Role = values.role === "dicom" ? "dicom" : "http";
const settings = parseSettings(process.env);
const log = createLog({ level: settings.logLevel, role });

const stop = role === "http" ? await startHttp(settings) : await startDicom(settings);
onStopSignal(stop);
exitWithParent(stop);
sayReady();

/** The archive, as each process opens it for itself. */
async function openArchive(of: Settings) {
  if (!of.databaseUrl || !of.redisUrl) throw new Error("DATABASE_URL and REDIS_URL are needed: `npm start` sets them");
  const database = openDatabase(of.databaseUrl, { onError: (err) => log.warn({ err }, "postgres.connection-lost") });
  const blobs = await openBlobStore(of);
  await sweepLeftovers(of, namedKeys(database.db), Date.now).catch((err) => log.warn({ err }, "blobs.sweep-failed"));
  const receiver = instanceReceiver(blobs, postgresArchiveIndex(database.pool));
  return { database, blobs, receiver, redisUrl: of.redisUrl };
}

async function startHttp(of: Settings): Promise<() => Promise<void>> {
  const { database, blobs, receiver, redisUrl } = await openArchive(of);
  const onRedisError = (err: Error) => log.warn({ err }, "redis.connection-lost");
  const redis = openRedis(redisUrl, onRedisError);
  const subscriber = openRedis(redisUrl, onRedisError);
  const find = authenticator(database.db);
  const codecs = openCodecPool();
  codecs.warm();
  const app = createApp({
    db: database.db,
    redis,
    blobs,
    receiver,
    codecs,
    inReadingTransaction: readingTransactions(database.db, Date.now),
    authenticator: find,
    settings: of,
    pagesFolder: join(import.meta.dirname, "../dist"),
    log,
  });
  const server = createServer(
    { keepAliveTimeout: 65_000, requestTimeout: 0, headersTimeout: 30_000, noDelay: true },
    app,
  );
  const live = liveServer({
    server,
    actorOf: find,
    sameOrigin: (request) => {
      const origin = request.headers.origin;
      return origin === undefined || URL.parse(origin)?.host === request.headers.host;
    },
    subscribe: (listener) => void subscribeLive(subscriber, listener),
    line: workitemLine({ db: database.db, actorOf: find }),
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(of.http.port, of.http.host, resolve);
  });
  log.info({ port: of.http.port }, "http.listening");
  return async () => {
    live.close();
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    const late = setTimeout(() => server.closeAllConnections(), of.stopSeconds * 500);
    await closed;
    clearTimeout(late);
    await codecs.close();
    redis.disconnect();
    subscriber.disconnect();
    await database.close();
  };
}

async function startDicom(of: Settings): Promise<() => Promise<void>> {
  const { database, blobs, receiver } = await openArchive(of);
  const tls = of.dicom.tls && { port: of.dicom.tls.port, ...readDicomTls(of.dicom.tls) };
  const caller = { aeTitle: of.dicom.aeTitle, tls };
  const dimse = await startDimseServer({
    port: of.dicom.port,
    host: of.dicom.host,
    aeTitle: of.dicom.aeTitle,
    tls,
    findApplicationEntity: (title) => findApplicationEntity(database.db, title),
    receiver,
    services: [
      cFindService({ db: database.db, aeTitle: of.dicom.aeTitle }),
      cGetService({ db: database.db, blobs }),
      cMoveService({ db: database.db, blobs, caller }),
      storageCommitmentService({ db: database.db, blobs }),
      modalityWorklistService(database.db),
      performedStepCreateService(database.db),
      performedStepSetService(database.db, receiver),
      instanceAvailabilityService(database.db),
    ],
    onRejected: noteRejectedAssociations(database.db, (error) => log.warn({ err: error }, "audit.line-lost")),
    log: ({ event, ...ids }) => log.info(ids, event),
  });
  log.info({ port: dimse.port, tlsPort: dimse.tlsPort }, "dicom.listening");
  return async () => {
    await dimse.close();
    await database.close();
  };
}
