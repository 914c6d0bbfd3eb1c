/** Tries before the reader is told, and how long to wait before try n (from 1): half a second, one, two; a little uneven. */
export const MOST_TRIES = 4;

export function retryAfterMs(failedTries: number, random: number): number {
  return Math.round(500 * 2 ** (failedTries - 1) * (0.85 + 0.3 * random));
}
