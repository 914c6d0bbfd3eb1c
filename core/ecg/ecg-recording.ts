/**
 * One ECG as every reader of a file format leaves it, whatever the format was. Amplitudes are microvolts and times are
 * seconds from the start of the recording, so nothing behind a reader knows of raw samples, gains or baselines.
 */
export interface EcgRecording {
  readonly source: EcgSource;
  readonly patient: EcgPatient;
  readonly device: EcgDevice;
  readonly acquired: EcgAcquisitionTime;
  /** Rhythm recordings first, then representative beats, each in the order of the file. Never empty. */
  readonly waveforms: readonly EcgWaveform[];
  /** What the device measured and said. Ours is never mixed in here. */
  readonly deviceMeasurements: readonly EcgDeviceMeasurement[];
  readonly deviceMarks: readonly EcgDeviceMark[];
  readonly deviceStatements: readonly string[];
  readonly notes: readonly EcgNote[];
}

export interface EcgSource {
  readonly format: "dicom";
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly studyInstanceUid: string;
}

export interface EcgPatient {
  /** PN as it came: alphabetic=ideographic=phonetic, components by `^`. */
  readonly name: string;
  readonly patientId: string;
  readonly issuerOfPatientId: string;
  readonly birthDate: string;
  readonly sex: string;
  /** AS as it came: 042Y. */
  readonly age: string;
}

export interface EcgDevice {
  readonly manufacturer: string;
  readonly model: string;
  readonly serialNumber: string;
  readonly softwareVersions: string;
  readonly stationName: string;
  readonly institution: string;
}

/** DA and TM as they came, local to the acquiring site unless `timezoneOffset` (&ZZXX) says otherwise. Empty = not given. */
export interface EcgAcquisitionTime {
  readonly date: string;
  readonly time: string;
  readonly timezoneOffset: string;
}

export interface EcgWaveform {
  readonly kind: "rhythm" | "representative-beat";
  readonly label: string;
  readonly samplingFrequencyHz: number;
  readonly sampleCount: number;
  /** Start of the first sample, seconds from the start of the recording. */
  readonly startS: number;
  readonly leads: readonly EcgLead[];
}

export interface EcgLead {
  /** A name of `lead-names.ts`, or what the file calls a lead that is not in it. */
  readonly name: string;
  /** Microvolts, one value a sample; NaN where the device recorded none. */
  readonly microvolts: Float32Array;
  readonly origin: "recorded" | "derived";
  /** How much later than the group's first sample this lead's first sample was taken (PS3.3 C.10.9.1.4.4), seconds. */
  readonly skewS: number;
  /** Smallest step of the recording, microvolts. */
  readonly resolutionMicrovolts: number;
  readonly filters: EcgLeadFilters;
}

/** The filters the device had already applied. Null = not said or none. */
export interface EcgLeadFilters {
  readonly lowCutHz: number | null;
  readonly highCutHz: number | null;
  readonly notchHz: number | null;
}

export type EcgMeasurementName =
  | "heartRateBpm"
  | "rrMs"
  | "ppMs"
  | "pMs"
  | "prMs"
  | "qrsMs"
  | "qtMs"
  | "qtcMs"
  | "pAxisDeg"
  | "qrsAxisDeg"
  | "tAxisDeg";

export interface EcgDeviceMeasurement {
  /** Null when the code is not one we know: then `meaning` is all there is. */
  readonly name: EcgMeasurementName | null;
  readonly code: string;
  readonly scheme: string;
  readonly meaning: string;
  readonly value: number;
  /** UCUM, as it came; empty = none. */
  readonly unit: string;
}

export interface EcgDeviceMark {
  readonly code: string;
  readonly scheme: string;
  readonly meaning: string;
  /** Index into `waveforms`. */
  readonly waveform: number;
  /** Lead names it applies to; empty = all of the waveform. */
  readonly leads: readonly string[];
  /** From the start of the recording, seconds; two values or more for a segment. */
  readonly atS: readonly number[];
  readonly range: string;
}

export type EcgNoteCode =
  | "leads-derived"
  | "leads-missing"
  | "derivation-refused"
  | "identity-violated"
  | "lead-sensitivity-invalid"
  | "lead-unit-unknown"
  | "lead-unnamed"
  | "lead-duplicate"
  | "lead-flat"
  | "lead-padded"
  | "sign-extended"
  | "bits-stored-exceeded"
  | "group-unreadable"
  | "samples-surplus";

/** Something a reader of this ECG should know. */
export interface EcgNote {
  readonly code: EcgNoteCode;
  readonly leads: readonly string[];
  /** Group number from 1, reason code, or a figure in microvolts: what the code needs. */
  readonly detail: string;
}
