import { createHash } from "node:crypto";

/** An audit line as it goes into the chain; `detail` is Postgres' own text of the jsonb, which is canonical. */
export interface SealedLine {
  readonly id: string;
  /** Microseconds since the epoch. */
  readonly at: string;
  readonly actor: string;
  readonly accountId: string | null;
  readonly action: string;
  readonly outcome: string;
  readonly studyId: string | null;
  readonly taskId: string | null;
  readonly detail: string;
}

/** SHA-256 over the hash before and the line: whoever changes a line must change every later hash. */
export function sealHash(before: Uint8Array, line: SealedLine): Buffer {
  const fields = [
    line.id,
    line.at,
    line.actor,
    line.accountId,
    line.action,
    line.outcome,
    line.studyId,
    line.taskId,
    line.detail,
  ];
  return createHash("sha256").update(before).update(JSON.stringify(fields), "utf8").digest();
}

export const CHAIN_BEGIN: Uint8Array = new Uint8Array(32);
