import type { DemoPatient } from "./demo-people.ts";
import type { EcgCodeScheme } from "./ecg-annotations.ts";
import type { EcgRhythm } from "./ecg-rhythm.ts";
import type { DemoCharset } from "./text-encoder.ts";

export interface EcgOptions {
  /** Decides the whole record: the same options give the same bytes. */
  readonly seed: number | string;
  readonly rhythm: EcgRhythm;
  /** Of the ventricles; the usual one of the rhythm unless told. */
  readonly rateBpm?: number;
  readonly patient: DemoPatient;
  /** DICOM DA and TM, local to the site. */
  readonly studyDate: string;
  readonly studyTime: string;
  readonly accessionNumber: string;
  readonly institution: string;
  readonly stationName: string;
  /** 10 s unless told. */
  readonly durationS?: number;
  /** 500 unless told; the IOD takes 200 to 1000, and 16384 samples. */
  readonly samplingFrequencyHz?: number;
  /** µV for each step of the converter; 2.5 unless told. */
  readonly sensitivityUv?: number;
  /** 0: none; 1, the default: an ordinary record. */
  readonly noise?: number;
  /** Whether the device's own reading is in the file; it is unless told. */
  readonly annotations?: boolean;
  readonly codes?: EcgCodeScheme;
  readonly charset?: DemoCharset;
  readonly declaredCharset?: string;
  readonly ageText?: string;
}
