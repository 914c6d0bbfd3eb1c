import type { Redis } from "ioredis";

const CHANNEL = "hub:live";

/** Where changes are told to every http process. A change that nobody hears is no loss: pages read again when they return. */
export async function publishLive(redis: Redis, message: string): Promise<void> {
  await redis.publish(CHANNEL, message);
}

export interface LiveListener {
  onMessage(message: string): void;
  /** The line to Redis was lost and is there again: what was told meanwhile was not heard. */
  onMissed(): void;
}

/**
 * `redis` is used for this subscription alone. Resolves when it is there for the first time; it is made again with each new
 * connection.
 */
export function subscribeLive(redis: Redis, { onMessage, onMissed }: LiveListener): Promise<void> {
  redis.on("message", (_channel, message) => onMessage(message));
  return new Promise((resolve) => {
    let isFirst = true;
    // a connection that is lost before it has answered is followed by another one
    const subscribe = () =>
      redis.subscribe(CHANNEL).then(
        () => {
          if (!isFirst) onMissed();
          isFirst = false;
          resolve();
        },
        () => undefined,
      );
    redis.on("ready", subscribe);
    if (redis.status === "ready") void subscribe();
  });
}
