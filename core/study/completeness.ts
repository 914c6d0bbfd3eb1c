/** After an association was released, so long is waited for another of the same study: some scanners open one a series. */
const RELEASE_GRACE_MS = 1000;

export interface Arrival {
  readonly lastReceivedAt: number;
  /** When an association that brought instances of it was released last; null if never. */
  readonly releasedAt: number | null;
  readonly quietSeconds: number;
}

/** When the study counts as complete if nothing more comes, in ms since the epoch. */
export function completeAt(arrival: Arrival): number {
  const quiet = arrival.lastReceivedAt + arrival.quietSeconds * 1000;
  if (arrival.releasedAt === null || arrival.releasedAt < arrival.lastReceivedAt) return quiet;
  return Math.min(quiet, arrival.releasedAt + RELEASE_GRACE_MS);
}
