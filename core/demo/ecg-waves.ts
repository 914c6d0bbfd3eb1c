import { QRS_KNOTS } from "./ecg-morphology.ts";

/** Duration of P. */
export const P_MS = 104;
/** QT at 60/min; at other rates by Fridericia's law, so that QTc (Fridericia) is the same at each rate. */
const QT_AT_60_MS = 396;
/** Share of T in what follows the QRS; after a wide one there is hardly an ST segment. */
const T_SHARE = 0.7;
const T_SHARE_AFTER_WIDE = 0.86;
const WIDE_QRS_MS = 120;
const T_PEAK_PART = 0.57;
const T_POWER = 1.9;

/** A smooth hump from 0 at 0 to 1 at `peak` to 0 at 1; nothing outside. The lower the power, the more abrupt its ends. */
export function hump(part: number, peak: number, power = 1.6): number {
  if (part <= 0 || part >= 1) return 0;
  const x = part < peak ? part / peak : (1 - part) / (1 - peak);
  return Math.sin((Math.PI / 2) * x) ** power;
}

/** Where T begins, peaks and ends, from the onset of the QRS. */
export function tTimes(
  qrsMs: number,
  rrMs: number,
): { readonly onsetMs: number; readonly peakMs: number; readonly endMs: number } {
  // A wide QRS makes the QT longer by about as much.
  const endMs = QT_AT_60_MS * Math.cbrt(Math.min(rrMs, 1400) / 1000) + Math.max(0, qrsMs - 100);
  const onsetMs = endMs - (endMs - qrsMs) * (qrsMs > WIDE_QRS_MS ? T_SHARE_AFTER_WIDE : T_SHARE);
  return { onsetMs, peakMs: onsetMs + (endMs - onsetMs) * T_PEAK_PART, endMs };
}

/** ST level and T at a time after the onset of the QRS, in mV. */
export function repolarisation(timeMs: number, qrsMs: number, rrMs: number, st: number, t: number): number {
  const { onsetMs, endMs } = tTimes(qrsMs, rrMs);
  if (timeMs <= qrsMs || timeMs >= endMs) return 0;
  const part = (timeMs - onsetMs) / (endMs - onsetMs);
  const fade = part <= 0 ? 1 : 0.5 + 0.5 * Math.cos(Math.PI * part);
  return st * fade + t * hump(part, T_PEAK_PART, T_POWER);
}

/** Slopes for a curve that never goes past its knots (Fritsch and Butland's harmonic mean). */
function monotoneSlopes(x: readonly number[], y: readonly number[]): number[] {
  const slope = (i: number): number => ((y[i + 1] ?? 0) - (y[i] ?? 0)) / ((x[i + 1] ?? 0) - (x[i] ?? 0));
  return x.map((_, i) => {
    if (i === 0 || i === x.length - 1) return 0;
    const [before, after] = [slope(i - 1), slope(i)];
    return before * after <= 0 ? 0 : (2 * before * after) / (before + after);
  });
}

/** The QRS as a function of its part from 0 to 1: from 0 through the knots to the level of the ST segment. */
export function qrsCurve(heights: readonly number[], st: number): (part: number) => number {
  const x = [0, ...QRS_KNOTS, 1];
  const y = [0, ...heights, st];
  const m = monotoneSlopes(x, y);
  return (part) => {
    if (part <= 0 || part > 1) return 0;
    const i = Math.max(0, x.findIndex((knot) => knot >= part) - 1);
    const [x0 = 0, x1 = 1] = [x[i], x[i + 1]];
    const width = x1 - x0;
    const t = (part - x0) / width;
    const [y0 = 0, y1 = 0, m0 = 0, m1 = 0] = [y[i], y[i + 1], m[i], m[i + 1]];
    const t2 = t * t;
    const t3 = t2 * t;
    return (
      y0 * (2 * t3 - 3 * t2 + 1) + m0 * width * (t3 - 2 * t2 + t) + y1 * (3 * t2 - 2 * t3) + m1 * width * (t3 - t2)
    );
  };
}
