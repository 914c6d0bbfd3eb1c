import { DomainError } from "../../errors.ts";
import type { CodecPool } from "./codec-pool.ts";
import type { CodecRequest, CodecResult, CodecTask } from "./codec-tasks.ts";

/** The codec threads as one account has them. */
export type CodecShare = Pick<CodecPool, "run">;

export interface FairCodecs {
  /**
   * Throws `busy` when too much of the account's waits already. To be asked before an answer begins: what has begun is not
   * refused midway.
   */
  assertRoom(accountId: string): void;
  shareOf(accountId: string): CodecShare;
}

/** So many frames of one account are at the pool at once: a frame of another's waits behind no more of them. */
const AT_ONCE = 4;
/** Each answer has two frames under way at most. */
const MAX_WAITING = 64;

interface Lane {
  running: number;
  readonly waiting: (() => void)[];
}

/** Shares the pool between accounts: whoever asks for very much waits behind what is his own. */
export function fairCodecs(pool: CodecShare, { atOnce = AT_ONCE, maxWaiting = MAX_WAITING } = {}): FairCodecs {
  const lanes = new Map<string, Lane>();

  async function enter(accountId: string): Promise<void> {
    const lane = lanes.get(accountId) ?? { running: 0, waiting: [] };
    lanes.set(accountId, lane);
    if (lane.running >= atOnce) return new Promise((resolve) => void lane.waiting.push(resolve));
    lane.running += 1;
  }

  function leave(accountId: string): void {
    const lane = lanes.get(accountId) as Lane;
    const next = lane.waiting.shift();
    if (next) next();
    else lane.running -= 1;
    if (lane.running === 0) lanes.delete(accountId);
  }

  return {
    assertRoom: (accountId) => {
      if ((lanes.get(accountId)?.waiting.length ?? 0) >= maxWaiting) throw new DomainError("busy");
    },
    shareOf: (accountId) => ({
      run: async <T extends CodecTask>(task: T, request: CodecRequest<T>): Promise<CodecResult<T>> => {
        await enter(accountId);
        try {
          return await pool.run(task, request);
        } finally {
          leave(accountId);
        }
      },
    }),
  };
}
