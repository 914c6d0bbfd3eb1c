/** How many bytes had been sent at which moment (ms). */
export interface RateSample {
  readonly atMs: number;
  readonly bytes: number;
}

/** Long enough to even out batches, short enough to notice that the line got slower. */
const RATE_WINDOW_MS = 10_000;

/** Adds a sample and drops what is older than the window, but for one, which the rate is measured from. */
export function addSample(samples: readonly RateSample[], sample: RateSample): readonly RateSample[] {
  const oldest = sample.atMs - RATE_WINDOW_MS;
  const firstInside = samples.findIndex((one) => one.atMs >= oldest);
  const kept = firstInside === -1 ? samples.slice(-1) : samples.slice(Math.max(0, firstInside - 1));
  return [...kept, sample];
}

/** Bytes a second over the window; null until there is a second to tell from. */
export function bytesPerSecond(samples: readonly RateSample[]): number | null {
  const from = samples[0];
  const to = samples.at(-1);
  if (from === undefined || to === undefined || to.atMs - from.atMs < 1000) return null;
  return ((to.bytes - from.bytes) * 1000) / (to.atMs - from.atMs);
}

/** Seconds to go, rounded so that the figure does not flicker: to 5 s under a minute, to 10 s under ten, then minutes. */
export function restSeconds(bytesToGo: number, rate: number | null): number | null {
  if (rate === null || rate <= 0) return null;
  const seconds = bytesToGo / rate;
  const step = seconds < 60 ? 5 : seconds < 600 ? 10 : 60;
  return Math.max(step, Math.round(seconds / step) * step);
}
