import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import type { Database } from "./database.ts";

const LOOK_MS = 500;
const QUIET_SECONDS = 2;

/**
 * To be awaited before each piece of work that nobody waits for: it resolves at once, or when no device has brought anything
 * for two seconds. All that it is waited for comes to `limitMs` at most.
 */
export function givingWay(db: Database, limitMs: number): () => Promise<void> {
  let leftMs = limitMs;
  let lookedAt = Number.NEGATIVE_INFINITY;
  return async () => {
    if (performance.now() - lookedAt < LOOK_MS) return;
    while (leftMs > 0 && (await isReceiving(db))) {
      const wait = Math.min(LOOK_MS, leftMs);
      leftMs -= wait;
      await sleep(wait);
    }
    lookedAt = performance.now();
  };
}

async function isReceiving(db: Database): Promise<boolean> {
  const { rows } = await sql<{ busy: boolean }>`
    SELECT EXISTS (SELECT 1 FROM study WHERE state = 'receiving'
      AND last_received_at > now() - make_interval(secs => ${QUIET_SECONDS})) AS busy`.execute(db);
  return rows[0]?.busy === true;
}
