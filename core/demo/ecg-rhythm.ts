import { type EcgMorphology, MORPHOLOGIES } from "./ecg-morphology.ts";
import { tTimes } from "./ecg-waves.ts";
import type { SeededRandom } from "./seeded-random.ts";

export type EcgRhythm =
  | "sinus"
  | "atrial-fibrillation"
  | "inferior-stemi"
  | "third-degree-block"
  | "premature-ventricular";

interface EcgBeat {
  readonly qrsOnsetMs: number;
  readonly morphology: EcgMorphology;
  /** To the beat before: the QT goes by it. */
  readonly rrMs: number;
  readonly isPremature: boolean;
}

interface EcgPWave {
  readonly onsetMs: number;
  /** Index of the beat it leads to, where it leads to one. */
  readonly beat?: number;
}

export interface EcgSchedule {
  readonly beats: readonly EcgBeat[];
  readonly pWaves: readonly EcgPWave[];
  readonly hasFibrillation: boolean;
}

export const PR_MS = 160;
export const USUAL_RATE: Readonly<Record<EcgRhythm, number>> = {
  sinus: 72,
  "atrial-fibrillation": 98,
  "inferior-stemi": 66,
  "third-degree-block": 37,
  "premature-ventricular": 74,
};

const ATRIAL_RATE_IN_BLOCK = 86;
/** Beats begin before the record and run past its end, so that it is cut out of a longer time. */
const LEAD_IN_MS = 2500;

/** When the ventricles and the atria beat, from before the record to after it. */
export function ecgSchedule(rhythm: EcgRhythm, rateBpm: number, durationMs: number, random: SeededRandom): EcgSchedule {
  const usualRrMs = 60_000 / rateBpm;
  const { normal, inferiorInfarct, ventricularEscape, prematureVentricular } = MORPHOLOGIES;
  const beats: EcgBeat[] = [];
  const pWaves: EcgPWave[] = [];
  const phase = random.uniform();
  let at = -LEAD_IN_MS + phase * usualRrMs;
  let rrMs = usualRrMs;
  for (let beat = 0; at < durationMs + LEAD_IN_MS; beat++) {
    if (rhythm === "atrial-fibrillation") {
      beats.push({ qrsOnsetMs: at, morphology: normal, rrMs, isPremature: false });
      // Irregularly irregular, but no beat falls into the T of the one before.
      rrMs = Math.max(tTimes(normal.qrsMs, rrMs).endMs + 30, usualRrMs * (1 + 0.26 * random.normal()));
    } else if (rhythm === "third-degree-block") {
      beats.push({ qrsOnsetMs: at, morphology: ventricularEscape, rrMs, isPremature: false });
      rrMs = usualRrMs * (1 + 0.006 * random.normal());
    } else {
      const isPremature = rhythm === "premature-ventricular" && beat % 4 === 2;
      const ordinary = rhythm === "inferior-stemi" ? inferiorInfarct : normal;
      beats.push({ qrsOnsetMs: at, morphology: isPremature ? prematureVentricular : ordinary, rrMs, isPremature });
      if (!isPremature) pWaves.push({ onsetMs: at - PR_MS, beat });
      const nextIsPremature = rhythm === "premature-ventricular" && (beat + 1) % 4 === 2;
      // The sinus goes on undisturbed: early beat and full pause together are two intervals.
      if (nextIsPremature) rrMs = usualRrMs * 0.58;
      else if (isPremature) rrMs = usualRrMs * 1.42;
      else rrMs = usualRrMs * (1 + 0.025 * Math.sin(beat * 1.4) + 0.008 * random.normal());
    }
    at += rrMs;
  }
  if (rhythm === "third-degree-block") {
    const ppMs = 60_000 / ATRIAL_RATE_IN_BLOCK;
    for (let p = -LEAD_IN_MS + random.uniform() * ppMs; p < durationMs + LEAD_IN_MS; p += ppMs)
      pWaves.push({ onsetMs: p });
  }
  return { beats, pWaves, hasFibrillation: rhythm === "atrial-fibrillation" };
}
