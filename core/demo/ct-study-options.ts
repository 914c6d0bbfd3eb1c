import type { DemoPatient } from "./demo-people.ts";
import type { DemoCharset } from "./text-encoder.ts";

export type CtBody = "chest" | "head" | "phantom";
/** `thin`: many thin slices with a sharp kernel; `soft`: 5 mm with a soft one; `localizer`: one projection from the front. */
export type CtSeriesKind = "thin" | "soft" | "localizer";

export interface CtStudyOptions {
  /** Decides the whole study: the same options give the same bytes. */
  readonly seed: number | string;
  readonly body: CtBody;
  /** Number of slices of the `thin` series: they share the length of the body among them. */
  readonly slices: number;
  /** Rows and columns; 512 unless told. */
  readonly size?: number;
  readonly patient: DemoPatient;
  /** DICOM DA and TM, local to the site. */
  readonly studyDate: string;
  readonly studyTime: string;
  readonly accessionNumber: string;
  readonly institution: string;
  readonly stationName: string;
  /** In this order; only `thin` unless told. */
  readonly series?: readonly CtSeriesKind[];
  /** Head only: a bleeding in the left basal ganglia. */
  readonly bleed?: boolean;
  /** Encoding of the names; ISO_IR 192 unless told. */
  readonly charset?: DemoCharset;
  /** What (0008,0005) says, where it shall differ from how the text is encoded. */
  readonly declaredCharset?: string;
  /** Patient's Age as it shall stand there; else reckoned from the dates. */
  readonly ageText?: string;
  /** Compute so many slices a series and repeat them: for tests of stores and of volume, where the picture is no matter. */
  readonly distinct?: number;
}
