import { MEASURED_LEADS, type MeasuredLead } from "./ecg-morphology.ts";
import type { EcgSchedule } from "./ecg-rhythm.ts";
import { hump, P_MS, qrsCurve, repolarisation, tTimes } from "./ecg-waves.ts";
import type { SeededRandom } from "./seeded-random.ts";

/** Height of the fibrillation of the atria in mV: greatest in V1 and below. */
const FIBRILLATION_MV: Readonly<Record<MeasuredLead, number>> = {
  I: 0.02,
  II: 0.06,
  V1: 0.1,
  V2: 0.05,
  V3: 0.025,
  V4: 0.02,
  V5: 0.02,
  V6: 0.02,
};
const P_PEAK_PART = 0.5;

/** What the heart makes, in mV, without noise. */
export function heartSignal(
  schedule: EcgSchedule,
  samplingFrequencyHz: number,
  samples: number,
  random: SeededRandom,
): Record<MeasuredLead, Float64Array> {
  const stepMs = 1000 / samplingFrequencyHz;
  const quiver = fibrillation(samples, stepMs, random);
  const signals = Object.fromEntries(MEASURED_LEADS.map((lead) => [lead, new Float64Array(samples)]));
  const add = (signal: Float64Array, fromMs: number, toMs: number, value: (timeMs: number) => number): void => {
    const last = Math.min(samples - 1, Math.ceil(toMs / stepMs));
    for (let i = Math.max(0, Math.floor(fromMs / stepMs)); i <= last; i++) {
      signal[i] = (signal[i] ?? 0) + value(i * stepMs - fromMs);
    }
  };
  for (const lead of MEASURED_LEADS) {
    const signal = signals[lead] ?? new Float64Array(0);
    for (const { qrsOnsetMs, morphology, rrMs } of schedule.beats) {
      const [, heights, st, t] = morphology.leads[lead];
      const { qrsMs } = morphology;
      const qrs = qrsCurve(heights, st);
      // Breathing turns the heart a little.
      const breath = 1 + 0.035 * Math.sin((2 * Math.PI * qrsOnsetMs) / 3900);
      const { endMs } = tTimes(qrsMs, rrMs);
      add(signal, qrsOnsetMs, qrsOnsetMs + endMs, (ms) =>
        ms <= qrsMs ? breath * qrs(ms / qrsMs) : breath * repolarisation(ms, qrsMs, rrMs, st, t),
      );
    }
    const beatsOfP = schedule.beats[0]?.morphology.leads[lead][0] ?? 0;
    for (const { onsetMs } of schedule.pWaves) {
      add(signal, onsetMs, onsetMs + P_MS, (ms) => pWave(lead, ms / P_MS) * beatsOfP);
    }
    if (schedule.hasFibrillation) {
      for (let i = 0; i < samples; i++) signal[i] = (signal[i] ?? 0) + FIBRILLATION_MV[lead] * (quiver[i] ?? 0);
    }
  }
  return signals as Record<MeasuredLead, Float64Array>;
}

/** In V1 the left atrium, later and turned away, makes the end of P negative. */
function pWave(lead: MeasuredLead, part: number): number {
  if (lead === "V1") return hump(part / 0.56, 0.5) - 0.7 * hump((part - 0.46) / 0.54, 0.5);
  return hump(part, P_PEAK_PART);
}

/** About 380 waves a minute, none like the one before. */
function fibrillation(samples: number, stepMs: number, random: SeededRandom): Float64Array {
  const quiver = new Float64Array(samples);
  let angle = random.uniform() * 2 * Math.PI;
  let [rate, size] = [6.3, 1];
  for (let i = 0; i < samples; i++) {
    rate += (6.3 - rate) * 0.004 + 0.05 * random.normal();
    size += (1 - size) * 0.003 + 0.012 * random.normal();
    angle += (2 * Math.PI * rate * stepMs) / 1000;
    quiver[i] = size * (Math.sin(angle) + 0.25 * Math.sin(2 * angle + 0.7));
  }
  return quiver;
}

/** Of each electrode: sway with the breath, a trembling of muscles, a little of the mains. In mV; 1 is an ordinary record. */
function electrodeNoise(
  samples: number,
  samplingFrequencyHz: number,
  amount: number,
  random: SeededRandom,
): Float64Array {
  const noise = new Float64Array(samples);
  if (amount === 0) return noise;
  const sways = [0.07, 0.16, 0.26, 0.34].map((hz) => ({
    hz: hz * random.between(0.85, 1.15),
    phase: random.uniform() * 2 * Math.PI,
    height: amount * 0.016 * random.between(0.4, 1.2),
  }));
  const mains = amount * 0.0025 * random.between(0.5, 1.5);
  const mainsPhase = random.uniform() * 2 * Math.PI;
  let muscle = 0;
  for (let i = 0; i < samples; i++) {
    const t = i / samplingFrequencyHz;
    // Low-passed once: muscle noise as it comes through a filter of 150 Hz.
    muscle = 0.45 * muscle + 0.55 * random.normal();
    let value = amount * 0.0075 * muscle + mains * Math.sin(2 * Math.PI * 50 * t + mainsPhase);
    for (const sway of sways) value += sway.height * Math.sin(2 * Math.PI * sway.hz * t + sway.phase);
    noise[i] = value;
  }
  return noise;
}

/** Adds the noise as it gets in: at the electrodes, so that the leads stay consistent with one another. */
export function addElectrodeNoise(
  signals: Record<MeasuredLead, Float64Array>,
  samplingFrequencyHz: number,
  amount: number,
  random: SeededRandom,
): void {
  const samples = signals.I.length;
  const electrode = (): Float64Array => electrodeNoise(samples, samplingFrequencyHz, amount, random);
  const [rightArm, leftArm, leftLeg] = [electrode(), electrode(), electrode()];
  for (const lead of MEASURED_LEADS) {
    const signal = signals[lead];
    const chest = lead === "I" || lead === "II" ? undefined : electrode();
    for (let i = 0; i < samples; i++) {
      const [ra, la, ll] = [rightArm[i] ?? 0, leftArm[i] ?? 0, leftLeg[i] ?? 0];
      const noise = lead === "I" ? la - ra : lead === "II" ? ll - ra : (chest?.[i] ?? 0) - (ra + la + ll) / 3;
      signal[i] = (signal[i] ?? 0) + noise;
    }
  }
}
