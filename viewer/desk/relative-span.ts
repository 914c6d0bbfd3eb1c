import type { TextKey } from "../i18n/catalogue.ts";

export interface RelativeSpan {
  readonly key: TextKey;
  readonly count: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** "12 minutes ago", "in 3 hours"; null from a day on, where the date itself says more. All in ms since the epoch. */
export function relativeSpan(at: number, now: number): RelativeSpan | null {
  const ago = now - at;
  const span = Math.abs(ago);
  if (span >= DAY_MS) return null;
  if (span < MINUTE_MS) return { key: "time.now", count: 0 };
  if (span < HOUR_MS)
    return { key: ago > 0 ? "time.minutes-ago" : "time.in-minutes", count: Math.floor(span / MINUTE_MS) };
  return { key: ago > 0 ? "time.hours-ago" : "time.in-hours", count: Math.floor(span / HOUR_MS) };
}
