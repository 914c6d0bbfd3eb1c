/**
 * Filters for looking only: they run on a copy, forwards and backwards, so waves keep their place in time. The stored
 * samples, and every measurement from them, stay unfiltered. What is on must be named on the paper.
 */
export const DISPLAY_FILTERS = ["low-pass-40", "notch-50", "baseline-0.5"] as const;
export type DisplayFilter = (typeof DISPLAY_FILTERS)[number];

/** What a reader can choose, in the order of the key that steps through it. */
export const FILTER_CHOICES = {
  none: [],
  "low-pass": ["low-pass-40"],
  notch: ["notch-50"],
  "low-pass+notch": ["low-pass-40", "notch-50"],
  baseline: ["baseline-0.5"],
  all: ["low-pass-40", "notch-50", "baseline-0.5"],
} as const satisfies Readonly<Record<string, readonly DisplayFilter[]>>;
export type FilterChoice = keyof typeof FILTER_CHOICES;

/** A new array; gaps (NaN) stay gaps and each piece between them is filtered for itself. */
export function filterForDisplay(
  microvolts: Float32Array,
  samplingFrequencyHz: number,
  filters: readonly DisplayFilter[],
): Float32Array {
  const filtered = microvolts.slice();
  for (const filter of filters) {
    const section = biquad(filter, samplingFrequencyHz);
    if (!section) continue;
    for (const [from, to] of pieces(filtered)) bothWays(filtered.subarray(from, to), section, samplingFrequencyHz);
  }
  return filtered;
}

interface Biquad {
  readonly b: readonly [number, number, number];
  readonly a: readonly [number, number];
}

/** −3 dB of two passes of a second-order Butterworth lies at its own corner × (√2 − 1)^¼. */
const TWO_PASSES = (Math.SQRT2 - 1) ** 0.25;

/**
 * Second-order sections by the bilinear transform (R. Bristow-Johnson, Audio EQ Cookbook). Null where the corner is too near
 * half the sampling frequency: there is nothing above it to take away.
 */
function biquad(filter: DisplayFilter, samplingFrequencyHz: number): Biquad | null {
  const corner = { "low-pass-40": 40 / TWO_PASSES, "notch-50": 50, "baseline-0.5": 0.5 * TWO_PASSES }[filter];
  if (corner >= 0.45 * samplingFrequencyHz) return null;
  const w = (2 * Math.PI * corner) / samplingFrequencyHz;
  const q = filter === "notch-50" ? 20 : Math.SQRT1_2;
  const alpha = Math.sin(w) / (2 * q);
  const cos = Math.cos(w);
  const a0 = 1 + alpha;
  const b: Biquad["b"] =
    filter === "low-pass-40"
      ? [(1 - cos) / 2, 1 - cos, (1 - cos) / 2]
      : filter === "notch-50"
        ? [1, -2 * cos, 1]
        : [(1 + cos) / 2, -(1 + cos), (1 + cos) / 2];
  return { b: [b[0] / a0, b[1] / a0, b[2] / a0], a: [(-2 * cos) / a0, (1 - alpha) / a0] };
}

/** Pads both ends by the odd reflection, so that the ends neither ring nor sag. */
function bothWays(piece: Float32Array, section: Biquad, samplingFrequencyHz: number): void {
  const pad = Math.min(piece.length - 1, Math.round(2 * samplingFrequencyHz));
  if (pad < 1) return;
  const first = piece[0] ?? 0;
  const last = piece[piece.length - 1] ?? 0;
  const work = new Float64Array(piece.length + 2 * pad);
  work.set(piece, pad);
  for (let index = 1; index <= pad; index += 1) {
    work[pad - index] = 2 * first - (piece[index] ?? 0);
    work[pad + piece.length - 1 + index] = 2 * last - (piece[piece.length - 1 - index] ?? 0);
  }
  oneWay(work, section);
  work.reverse();
  oneWay(work, section);
  work.reverse();
  for (let index = 0; index < piece.length; index += 1) piece[index] = work[pad + index] ?? 0;
}

/** In place, transposed direct form II, started in the steady state of the first value. */
function oneWay(values: Float64Array, { b, a }: Biquad): void {
  const start = values[0] ?? 0;
  const gain = (b[0] + b[1] + b[2]) / (1 + a[0] + a[1]);
  let z1 = start * (gain - b[0]);
  let z2 = start * (b[2] - a[1] * gain);
  for (let index = 0; index < values.length; index += 1) {
    const x = values[index] ?? 0;
    const y = b[0] * x + z1;
    z1 = b[1] * x - a[0] * y + z2;
    z2 = b[2] * x - a[1] * y;
    values[index] = y;
  }
}

function pieces(values: Float32Array): readonly (readonly [from: number, to: number])[] {
  const found: [number, number][] = [];
  let from = -1;
  for (let index = 0; index <= values.length; index += 1) {
    const gap = index === values.length || Number.isNaN(values[index]);
    if (gap && from >= 0) found.push([from, index]);
    if (gap) from = -1;
    else if (from < 0) from = index;
  }
  return found;
}
