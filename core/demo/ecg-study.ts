import { demoUid } from "./demo-uid.ts";
import { ecgAnnotations } from "./ecg-annotations.ts";
import { type EcgUids, ecgAttributes, ecgMultiplexGroup, TWELVE_LEAD_ECG_STORAGE } from "./ecg-attributes.ts";
import { DEMO_LEADS, type DemoLead } from "./ecg-morphology.ts";
import type { EcgOptions } from "./ecg-options.ts";
import { ecgSchedule, USUAL_RATE } from "./ecg-rhythm.ts";
import { addElectrodeNoise, heartSignal } from "./ecg-signal.ts";
import { type EcgTruth, ecgIntervals, ecgMarks } from "./ecg-truth.ts";
import { type DicomRow, writePart10 } from "./part10-writer.ts";
import { seededRandom } from "./seeded-random.ts";

export interface DemoEcg extends EcgUids {
  readonly bytes: Buffer;
  readonly truth: EcgTruth;
}

/** Integers as the converter gives them. The limb leads are reckoned from I and II after conversion, as devices do. */
function convert(signals: ReturnType<typeof heartSignal>, sensitivityUv: number): Record<DemoLead, Int16Array> {
  const samples = signals.I.length;
  const measured = (signal: Float64Array): Int16Array =>
    Int16Array.from(signal, (mv) => Math.min(32767, Math.max(-32767, Math.round((mv * 1000) / sensitivityUv))));
  const [one, two] = [measured(signals.I), measured(signals.II)];
  const derived = (formula: (i: number, ii: number) => number): Int16Array =>
    Int16Array.from({ length: samples }, (_, at) => Math.round(formula(one[at] ?? 0, two[at] ?? 0)));
  return {
    I: one,
    II: two,
    III: derived((i, ii) => ii - i),
    aVR: derived((i, ii) => -(i + ii) / 2),
    aVL: derived((i, ii) => i - ii / 2),
    aVF: derived((i, ii) => ii - i / 2),
    V1: measured(signals.V1),
    V2: measured(signals.V2),
    V3: measured(signals.V3),
    V4: measured(signals.V4),
    V5: measured(signals.V5),
    V6: measured(signals.V6),
  };
}

/** One 12-lead ECG as DICOM (12-lead ECG Waveform Storage), with the truth about it. */
export function generateEcg(options: EcgOptions): DemoEcg {
  const samplingFrequencyHz = options.samplingFrequencyHz ?? 500;
  const durationS = options.durationS ?? 10;
  const sensitivityUv = options.sensitivityUv ?? 2.5;
  const scheme = options.codes ?? "MDC";
  const random = seededRandom("ecg", options.seed, options.rhythm);
  const schedule = ecgSchedule(options.rhythm, options.rateBpm ?? USUAL_RATE[options.rhythm], durationS * 1000, random);
  const signals = heartSignal(schedule, samplingFrequencyHz, Math.round(durationS * samplingFrequencyHz), random);
  addElectrodeNoise(signals, samplingFrequencyHz, options.noise ?? 1, random);
  const channels = convert(signals, sensitivityUv);
  const marks = ecgMarks(schedule, durationS * 1000);
  const rTimesMs = marks.filter(({ wave }) => wave === "QRS").map(({ peakMs }) => peakMs);
  const intervals = ecgIntervals(options.rhythm, rTimesMs);
  const studyInstanceUid = demoUid(options.seed, "study", options.accessionNumber, "ecg");
  const uids = {
    studyInstanceUid,
    seriesInstanceUid: demoUid(options.seed, "series", studyInstanceUid),
    sopInstanceUid: demoUid(options.seed, "instance", studyInstanceUid),
  };
  const rows: DicomRow[] = [
    ...ecgAttributes(options, uids),
    [0x54000100, "SQ", [ecgMultiplexGroup(channels, samplingFrequencyHz, sensitivityUv, scheme)]],
  ];
  if (options.annotations ?? true) rows.push([0x0040b020, "SQ", ecgAnnotations(options.rhythm, intervals, scheme)]);
  const bytes = writePart10({
    sopClassUid: TWELVE_LEAD_ECG_STORAGE,
    sopInstanceUid: uids.sopInstanceUid,
    charset: options.charset ?? "ISO_IR 192",
    rows,
  });
  const microvolt = (lead: DemoLead): Float64Array => Float64Array.from(channels[lead], (raw) => raw * sensitivityUv);
  const leadsMicrovolt = Object.fromEntries(DEMO_LEADS.map((lead) => [lead, microvolt(lead)])) as Record<
    DemoLead,
    Float64Array
  >;
  return { ...uids, bytes, truth: { leadsMicrovolt, rTimesMs, marks, intervals } };
}
