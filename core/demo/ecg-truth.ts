import type { DemoLead, EcgMorphology } from "./ecg-morphology.ts";
import { MORPHOLOGIES, R_PEAK_KNOT } from "./ecg-morphology.ts";
import { type EcgRhythm, type EcgSchedule, PR_MS } from "./ecg-rhythm.ts";
import { hump, P_MS, qrsCurve, repolarisation, tTimes } from "./ecg-waves.ts";

/** Where a wave truly begins, peaks and ends, in ms from the first sample. */
export interface EcgMark {
  readonly wave: "P" | "QRS" | "T";
  readonly onsetMs: number;
  readonly peakMs: number;
  readonly offsetMs: number;
  /** Which QRS it belongs to (index among the QRS marks of the record); not for a P that is not conducted. */
  readonly beat?: number;
}

/** Of an ordinary beat of the rhythm. What the rhythm does not have is absent. */
export interface EcgIntervals {
  readonly heartRateBpm: number;
  readonly rrMs: number;
  readonly pMs?: number;
  readonly prMs?: number;
  readonly qrsMs: number;
  readonly qtMs: number;
  /** By Fridericia. */
  readonly qtcMs: number;
  readonly pAxisDeg?: number;
  readonly qrsAxisDeg: number;
  readonly tAxisDeg: number;
}

export interface EcgTruth {
  /** What the file says, in µV, sample by sample. */
  readonly leadsMicrovolt: Readonly<Record<DemoLead, Float64Array>>;
  /** Peak of each QRS in the record. */
  readonly rTimesMs: readonly number[];
  /** Waves that lie whole in the record, by onset. */
  readonly marks: readonly EcgMark[];
  readonly intervals: EcgIntervals;
}

export function ecgMarks(schedule: EcgSchedule, durationMs: number): readonly EcgMark[] {
  const isInside = ({ onsetMs, offsetMs }: EcgMark): boolean => onsetMs >= 0 && offsetMs <= durationMs;
  const beatNumbers = new Map<number, number>();
  const marks: EcgMark[] = [];
  schedule.beats.forEach(({ qrsOnsetMs, morphology }, index) => {
    const qrs: EcgMark = {
      wave: "QRS",
      onsetMs: qrsOnsetMs,
      peakMs: qrsOnsetMs + morphology.qrsMs * R_PEAK_KNOT,
      offsetMs: qrsOnsetMs + morphology.qrsMs,
      beat: beatNumbers.size,
    };
    if (!isInside(qrs)) return;
    beatNumbers.set(index, beatNumbers.size);
    marks.push(qrs);
  });
  schedule.beats.forEach(({ qrsOnsetMs, morphology, rrMs }, index) => {
    const { onsetMs, peakMs, endMs } = tTimes(morphology.qrsMs, rrMs);
    const beat = beatNumbers.get(index);
    if (beat === undefined) return;
    const t: EcgMark = {
      wave: "T",
      onsetMs: qrsOnsetMs + onsetMs,
      peakMs: qrsOnsetMs + peakMs,
      offsetMs: qrsOnsetMs + endMs,
      beat,
    };
    if (isInside(t)) marks.push(t);
  });
  for (const { onsetMs, beat } of schedule.pWaves) {
    const number = beat === undefined ? undefined : beatNumbers.get(beat);
    const p: EcgMark = {
      wave: "P",
      onsetMs,
      peakMs: onsetMs + P_MS / 2,
      offsetMs: onsetMs + P_MS,
      ...(number === undefined ? {} : { beat: number }),
    };
    if (isInside(p)) marks.push(p);
  }
  return marks.sort((a, b) => a.onsetMs - b.onsetMs);
}

/** Angle in the frontal plane of what a wave amounts to in I and aVF. */
function axisDeg(one: number, two: number): number {
  // aVF = II - I/2, and √3/2 of it is as long as I.
  return Math.round((Math.atan2((2 / Math.sqrt(3)) * (two - one / 2), one) * 180) / Math.PI);
}

function netArea(value: (part: number) => number): number {
  let sum = 0;
  for (let i = 0; i <= 200; i++) sum += value(i / 200);
  return sum;
}

const ORDINARY: Readonly<Record<EcgRhythm, EcgMorphology>> = {
  sinus: MORPHOLOGIES.normal,
  "atrial-fibrillation": MORPHOLOGIES.normal,
  "inferior-stemi": MORPHOLOGIES.inferiorInfarct,
  "third-degree-block": MORPHOLOGIES.ventricularEscape,
  "premature-ventricular": MORPHOLOGIES.normal,
};

export function ecgIntervals(rhythm: EcgRhythm, rTimesMs: readonly number[]): EcgIntervals {
  const { qrsMs, leads } = ORDINARY[rhythm];
  const [first = 0, last = 0] = [rTimesMs[0], rTimesMs.at(-1)];
  const rrMs = rTimesMs.length > 1 ? (last - first) / (rTimesMs.length - 1) : 0;
  const { onsetMs, endMs } = tTimes(qrsMs, rrMs);
  const area = (lead: "I" | "II", wave: "QRS" | "T"): number => {
    const [, heights, st, t] = leads[lead];
    const qrs = qrsCurve(heights, st);
    return wave === "QRS"
      ? netArea(qrs)
      : netArea((part) => repolarisation(onsetMs + part * (endMs - onsetMs), qrsMs, rrMs, 0, t));
  };
  const hasP = rhythm !== "atrial-fibrillation";
  const isConducted = hasP && rhythm !== "third-degree-block";
  const pArea = netArea((part) => hump(part, 0.5));
  return {
    heartRateBpm: rrMs === 0 ? 0 : Math.round(60_000 / rrMs),
    rrMs: Math.round(rrMs),
    ...(hasP ? { pMs: P_MS, pAxisDeg: axisDeg(pArea * leads.I[0], pArea * leads.II[0]) } : {}),
    ...(isConducted ? { prMs: PR_MS } : {}),
    qrsMs,
    qtMs: Math.round(endMs),
    qtcMs: rrMs === 0 ? 0 : Math.round(endMs / Math.cbrt(rrMs / 1000)),
    qrsAxisDeg: axisDeg(area("I", "QRS"), area("II", "QRS")),
    tAxisDeg: axisDeg(area("I", "T"), area("II", "T")),
  };
}
