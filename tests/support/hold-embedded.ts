import { startEmbeddedPostgres } from "../../core/infra/embedded/embedded-postgres.ts";
import { startEmbeddedRedis } from "../../core/infra/embedded/embedded-redis.ts";
import { exitWithParent } from "../../core/infra/process/lifetime.ts";

/** A stand-in for a hub: starts an embedded part on the folder given, says its pid, and waits to be killed. */
const [part, dataDir = ""] = process.argv.slice(2);
const log = { info: () => undefined, warn: () => undefined };
const server = await (part === "redis"
  ? startEmbeddedRedis({ dataDir, log })
  : startEmbeddedPostgres({ dataDir, log }));
process.stdout.write(`${server.pid}\n`);
exitWithParent(async () => undefined);
setInterval(() => undefined, 60_000);
