import type { Frame, ImageSeries } from "../../image/study-model.ts";
import { type Exam, examOf } from "./exam.ts";

export interface SeriesForTests {
  readonly description: string;
  readonly modality?: string;
  readonly bodyPart?: string;
  readonly kernel?: string;
  readonly thicknessMm?: number;
  readonly imageType?: readonly string[];
  readonly plane?: "axial" | "coronal" | "sagittal" | "none";
  readonly frames?: number;
  readonly colour?: boolean;
  readonly sopClassUid?: string;
}

const CT_IMAGE = "1.2.840.10008.5.1.4.1.1.2";
export const SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7";
export const LOCALIZER = ["ORIGINAL", "PRIMARY", "LOCALIZER"];
export const MPR = ["DERIVED", "SECONDARY", "MPR"];
const NORMALS = { axial: [0, 0, 1], coronal: [0, 1, 0], sagittal: [1, 0, 0] } as const;

/** A series as devices send it; its UID is its description. */
export function seriesOf(given: SeriesForTests): ImageSeries {
  const { description, modality = "CT", plane = "axial", colour = false } = given;
  const frame: Frame = {
    key: description,
    sopInstanceUid: description,
    sopClassUid: given.sopClassUid ?? CT_IMAGE,
    seriesInstanceUid: description,
    instanceNumber: 1,
    frameNumber: 1,
    format: {
      rows: 512,
      columns: 512,
      samplesPerPixel: colour ? 3 : 1,
      photometricInterpretation: colour ? "RGB" : "MONOCHROME2",
      planarConfiguration: 0,
      bitsAllocated: 16,
      bitsStored: 12,
      pixelRepresentation: 0,
    },
    geometry:
      plane === "none"
        ? undefined
        : { position: [0, 0, 0], row: [1, 0, 0], column: [0, 1, 0], normal: NORMALS[plane], along: 0 },
    patientOrientation: undefined,
    spacing: undefined,
    thicknessMm: given.thicknessMm,
    rescale: { slope: 1, intercept: 0, unit: "HU" },
    windows: [],
    voiFunction: "LINEAR",
    lossy: undefined,
    palette: undefined,
    transferSyntaxUid: undefined,
  };
  return {
    seriesInstanceUid: description,
    seriesNumber: 1,
    description,
    modality,
    bodyPart: given.bodyPart ?? "",
    ...(given.kernel === undefined ? {} : { convolutionKernel: given.kernel }),
    imageType: given.imageType ?? ["ORIGINAL", "PRIMARY", "AXIAL"],
    frames: Array.from({ length: given.frames ?? 60 }, () => frame),
  };
}

export function examForTests(
  description: string,
  series: readonly SeriesForTests[],
  prior?: readonly SeriesForTests[],
): Exam {
  return examOf(
    { description, series: series.map(seriesOf) },
    prior && { description: "", series: prior.map(seriesOf) },
  );
}
