import type { Redis } from "ioredis";

const CHANNEL = "hub:live";

/** Where changes are told to every http process. A change that nobody hears is no loss: pages read again when they return. */
export async function publishLive(redis: Redis, message: string): Promise<void> {
  await redis.publish(CHANNEL, message);
}

/** `redis` is used for this subscription alone; it subscribes again by itself after a lost connection. */
export async function subscribeLive(redis: Redis, onMessage: (message: string) => void): Promise<void> {
  redis.on("message", (_channel, message) => onMessage(message));
  await redis.subscribe(CHANNEL);
}
