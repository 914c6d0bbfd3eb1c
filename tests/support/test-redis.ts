import { Redis } from "ioredis";
import { askTestBench } from "./ask-test-bench.ts";

/**
 * The connection string of an empty Redis database of one's own, on the run's shared server. Keys are apart; channels
 * (PUBLISH) are common to the server, so a test that counts messages tells its own by an id.
 */
export async function createTestRedis(): Promise<string> {
  const url = await askTestBench("redis");
  const redis = new Redis(url);
  await redis.flushdb();
  redis.disconnect();
  return url;
}
