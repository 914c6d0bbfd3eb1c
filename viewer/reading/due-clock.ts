export type ClockLevel = "quiet" | "soon" | "close" | "late";

/** Time left of a task, or by how much it is (or was) late. */
export interface DueClock {
  readonly level: ClockLevel;
  /** Whole minutes, never negative. */
  readonly minutes: number;
}

/** Level by the share of the granted time that is left: a third is soon, a tenth is close. */
const SOON = 1 / 3;
const CLOSE = 1 / 10;
const MINUTE_MS = 60_000;

/** `at`: now for a living task, the signing time for a finished one. All in milliseconds since the epoch. */
export function dueClock(at: number, requestedAt: number, dueAt: number): DueClock {
  const left = dueAt - at;
  // a minute begun is still left; a minute begun is not yet late
  if (left < 0) return { level: "late", minutes: Math.floor(-left / MINUTE_MS) };
  const share = left / Math.max(dueAt - requestedAt, MINUTE_MS);
  const level = share <= CLOSE ? "close" : share <= SOON ? "soon" : "quiet";
  return { level, minutes: Math.ceil(left / MINUTE_MS) };
}

export interface Span {
  readonly days: number;
  readonly hours: number;
  readonly minutes: number;
}

export function spanOf(minutes: number): Span {
  return { days: Math.floor(minutes / 1440), hours: Math.floor((minutes % 1440) / 60), minutes: minutes % 60 };
}
