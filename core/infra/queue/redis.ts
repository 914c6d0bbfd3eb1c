import { Redis } from "ioredis";

/** A connection that comes back by itself for as long as it takes; commands wait meanwhile (BullMQ asks for null). */
export function openRedis(url: string, onError: (error: Error) => void): Redis {
  const redis = new Redis(url, {
    maxRetriesPerRequest: null,
    enableReadyCheck: true,
    // ten seconds by themselves, in which what is left of a killed server keeps us from the new one
    connectTimeout: 2000,
    retryStrategy: (times) => Math.min(times * 100, 2000),
  });
  redis.on("error", onError);
  return redis;
}
