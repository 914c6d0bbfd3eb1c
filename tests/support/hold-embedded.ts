import { startEmbeddedPostgres } from "../../core/infra/embedded/embedded-postgres.ts";
import { startEmbeddedRedis } from "../../core/infra/embedded/embedded-redis.ts";

/** A stand-in for a hub: starts the embedded parts on the folder given, says their pids, and waits to be killed. */
const dataDir = process.argv[2] ?? "";
const log = { info: () => undefined, warn: () => undefined };
const postgres = await startEmbeddedPostgres({ dataDir, log });
const redis = await startEmbeddedRedis({ dataDir, log });
process.stdout.write(`${JSON.stringify({ postgres: postgres.pid, redis: redis.pid })}\n`);
setInterval(() => undefined, 60_000);
