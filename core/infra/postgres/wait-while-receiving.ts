import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import type { Database } from "./database.ts";

const LOOK_MS = 1000;
const QUIET_SECONDS = 2;

/** Resolves when no device has brought anything for two seconds, or after `limitMs`: what nobody waits for gives way. */
export async function waitWhileReceiving(db: Database, limitMs: number): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (performance.now() < deadline && (await isReceiving(db))) await sleep(LOOK_MS);
}

async function isReceiving(db: Database): Promise<boolean> {
  const { rows } = await sql<{ busy: boolean }>`
    SELECT EXISTS (SELECT 1 FROM study WHERE state = 'receiving'
      AND last_received_at > now() - make_interval(secs => ${QUIET_SECONDS})) AS busy`.execute(db);
  return rows[0]?.busy === true;
}
