import type { EcgRhythm } from "./ecg-rhythm.ts";
import type { EcgIntervals } from "./ecg-truth.ts";
import type { DicomRow, DicomRows } from "./part10-writer.ts";

/** In which codes the device writes: those of today (PS3.16 CID 3001, 3227-3229), or the older SCP-ECG ones. */
export type EcgCodeScheme = "MDC" | "SCPECG";

export interface Code {
  readonly value: string;
  readonly scheme: string;
  readonly meaning: string;
  readonly version?: string;
}

export function codeSequence(tag: number, { value, scheme, meaning, version }: Code): DicomRow {
  return [
    tag,
    "SQ",
    [
      [
        [0x00080100, "SH", value],
        [0x00080102, "SH", scheme],
        ...(version === undefined ? [] : [[0x00080103, "SH", version] as const]),
        [0x00080104, "LO", meaning],
      ],
    ],
  ];
}

const MILLISECOND: Code = { value: "ms", scheme: "UCUM", meaning: "millisecond", version: "1.4" };
const DEGREE: Code = { value: "deg", scheme: "UCUM", meaning: "degree", version: "1.4" };
const PER_MINUTE: Code = { value: "/min", scheme: "UCUM", meaning: "per minute", version: "1.4" };

interface MeasurementCode {
  readonly interval: keyof EcgIntervals;
  readonly unit: Code;
  readonly MDC: Code;
  readonly SCPECG?: Code;
}

const mdc = (value: string, meaning: string): Code => ({ value, scheme: "MDC", meaning });
const loinc = (value: string, meaning: string): Code => ({ value, scheme: "LN", meaning });
const scp = (value: string, meaning: string): Code => ({ value, scheme: "SCPECG", meaning, version: "1.3" });

const MEASUREMENTS: readonly MeasurementCode[] = [
  { interval: "heartRateBpm", unit: PER_MINUTE, MDC: mdc("2:16016", "Ventricular Heart Rate") },
  {
    interval: "rrMs",
    unit: MILLISECOND,
    MDC: mdc("2:16168", "RR interval global"),
    SCPECG: scp("5.10.2.1-3", "RR Interval"),
  },
  { interval: "pMs", unit: MILLISECOND, MDC: mdc("2:16184", "P duration global") },
  {
    interval: "prMs",
    unit: MILLISECOND,
    MDC: mdc("2:15872", "PR interval global"),
    SCPECG: scp("5.13.5-7", "PR Interval"),
  },
  {
    interval: "qrsMs",
    unit: MILLISECOND,
    MDC: mdc("2:16156", "QRS duration global"),
    SCPECG: scp("5.13.5-9", "QRS Duration"),
  },
  {
    interval: "qtMs",
    unit: MILLISECOND,
    MDC: mdc("2:16160", "QT interval global"),
    SCPECG: scp("5.13.5-11", "QT Interval"),
  },
  {
    interval: "qtcMs",
    unit: MILLISECOND,
    MDC: mdc("2:15876", "QTc interval global"),
    SCPECG: scp("5.10.2.5-5", "QTc Interval"),
  },
  { interval: "pAxisDeg", unit: DEGREE, MDC: loinc("8626-4", "P wave Axis"), SCPECG: scp("5.10.3-11", "P Axis") },
  { interval: "qrsAxisDeg", unit: DEGREE, MDC: loinc("9997-8", "R wave Axis"), SCPECG: scp("5.10.3-13", "QRS Axis") },
  { interval: "tAxisDeg", unit: DEGREE, MDC: loinc("8638-9", "T wave Axis"), SCPECG: scp("5.10.3-15", "T Axis") },
];

/** What the device prints; for a doctor to confirm. */
const STATEMENTS: Readonly<Record<EcgRhythm, readonly string[]>> = {
  sinus: ["窦性心律", "正常心电图"],
  "atrial-fibrillation": ["心房颤动"],
  "inferior-stemi": ["窦性心律", "下壁ST段抬高，考虑急性心肌梗死", "** 危急值 **"],
  "third-degree-block": ["三度房室传导阻滞", "室性逸搏心律"],
  "premature-ventricular": ["窦性心律", "频发室性期前收缩"],
};

/** All channels of the first multiplex group (PS3.3 C.10.10.1.1: channel 0 stands for every one). */
const ALL_CHANNELS = [1, 0] as const;

/** Items of Waveform Annotation Sequence (0040,B020): statements as text, then measurements as numbers. */
export function ecgAnnotations(
  rhythm: EcgRhythm,
  intervals: EcgIntervals,
  scheme: EcgCodeScheme,
): readonly DicomRows[] {
  const texts = STATEMENTS[rhythm].map(
    (text): DicomRows => [
      [0x0040a0b0, "US", ALL_CHANNELS],
      [0x0040a180, "US", 0],
      [0x00700006, "ST", text],
    ],
  );
  const numbers = MEASUREMENTS.flatMap((measurement): DicomRows[] => {
    const code = measurement[scheme];
    const value = intervals[measurement.interval];
    if (!code || value === undefined) return [];
    return [
      [
        codeSequence(0x004008ea, measurement.unit),
        codeSequence(0x0040a043, code),
        [0x0040a0b0, "US", ALL_CHANNELS],
        [0x0040a180, "US", 1],
        [0x0040a30a, "DS", value],
      ],
    ];
  });
  return [...texts, ...numbers];
}
