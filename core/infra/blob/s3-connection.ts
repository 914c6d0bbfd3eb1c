import { setTimeout as pause } from "node:timers/promises";
import { Client } from "minio";
import type { Settings } from "../settings.ts";
import { isPassing, s3Fault } from "./s3-fault.ts";
import { s3Agent, s3Transport } from "./s3-transport.ts";

export type S3Settings = NonNullable<Settings["s3"]>;

/** How long the store waits for a server that is not well, before it says so. */
export interface S3Patience {
  readonly attempts: number;
  /** Before the second attempt; twice as long before each further one. */
  readonly pauseMs: number;
  /** A connection on which nothing moves for so long is given up; and no attempt begins later than this after the first. */
  readonly idleMs: number;
}

/** With the pauses between them (0.2 + 0.4 + 0.8 s) four attempts outlast a server that is being restarted. */
const USUAL_PATIENCE: S3Patience = { attempts: 4, pauseMs: 200, idleMs: 30_000 };

export interface S3Connection {
  readonly client: Client;
  readonly bucket: string;
  readonly region: string;
  /** Calls again after a passing fault, unless `goOn` says that nobody waits any more. Rejects with a DomainError. */
  patiently<T>(call: (attempt: number) => Promise<T>, goOn?: () => boolean): Promise<T>;
}

export function s3Connection(settings: S3Settings, patience: S3Patience = USUAL_PATIENCE): S3Connection {
  const endpoint = new URL(settings.endpoint);
  const secure = endpoint.protocol === "https:";
  const client = new Client({
    endPoint: endpoint.hostname.replace(/^\[|\]$/g, ""),
    port: Number(endpoint.port) || (secure ? 443 : 80),
    useSSL: secure,
    accessKey: settings.accessKey,
    secretKey: settings.secretKey,
    region: settings.region,
    transport: s3Transport(secure, patience.idleMs),
    transportAgent: s3Agent(secure, patience.idleMs),
    // its own way of trying again writes to the console and forgets what the server said
    retryOptions: { disableRetry: true },
  });
  return {
    client,
    bucket: settings.bucket,
    region: settings.region,
    patiently: async (call, goOn = () => true) => {
      const latest = performance.now() + patience.idleMs;
      for (let attempt = 1; ; attempt++) {
        try {
          return await call(attempt);
        } catch (error) {
          const pauseMs = patience.pauseMs * 2 ** (attempt - 1) * (0.75 + Math.random() / 2);
          const again = attempt < patience.attempts && isPassing(error) && performance.now() + pauseMs < latest;
          if (again && goOn()) await pause(pauseMs);
          if (!again || !goOn()) throw s3Fault(error);
        }
      }
    },
  };
}
