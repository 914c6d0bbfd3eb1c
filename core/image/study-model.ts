import type { PersonName } from "./dicom-json.ts";
import type { PatientVector } from "./patient-vector.ts";
import type { VoiFunction, WindowLevel } from "./window-level.ts";

/** A study as the reading room sees it: image series in order, every frame with what drawing and measuring it needs. */
export interface StudyModel {
  readonly studyInstanceUid: string;
  readonly patient: PatientIdentity;
  readonly accessionNumber: string;
  /** As stored: DA `YYYYMMDD` and TM, local to the acquiring site. */
  readonly studyDate: string;
  readonly studyTime: string;
  readonly description: string;
  readonly institution: string;
  readonly series: readonly ImageSeries[];
  /** What belongs to the study but is not drawn as an image here. */
  readonly documents: readonly StudyDocument[];
}

export interface PatientIdentity {
  readonly name: PersonName;
  readonly patientId: string;
  readonly sex: string;
  readonly birthDate: string;
  /** AS as stored, e.g. `061Y`; empty when the file has none. */
  readonly age: string;
}

export interface ImageSeries {
  readonly seriesInstanceUid: string;
  readonly seriesNumber: number | undefined;
  readonly description: string;
  readonly modality: string;
  readonly bodyPart: string;
  /** (0018,1210) and (0008,0008); absent where the file says nothing. */
  readonly convolutionKernel?: string;
  readonly imageType?: readonly string[];
  readonly frames: readonly Frame[];
}

export type DocumentKind = "report" | "pdf" | "ecg" | "presentation" | "other";

export interface StudyDocument {
  readonly kind: DocumentKind;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
  readonly sopClassUid: string;
  readonly modality: string;
  readonly title: string;
  readonly date: string;
}

/** How the stored pixels are laid out (PS3.3 C.7.6.3). */
export interface PixelFormat {
  readonly rows: number;
  readonly columns: number;
  readonly samplesPerPixel: number;
  readonly photometricInterpretation: string;
  readonly planarConfiguration: number;
  readonly bitsAllocated: number;
  readonly bitsStored: number;
  readonly pixelRepresentation: number;
}

export interface FrameGeometry {
  /** Centre of the first pixel, mm. */
  readonly position: PatientVector;
  /** Direction of a row, from the first column to the last. */
  readonly row: PatientVector;
  /** Direction of a column, from the first row to the last. */
  readonly column: PatientVector;
  readonly normal: PatientVector;
  /** Position along the normal, mm. */
  readonly along: number;
}

export interface PixelSpacing {
  /** Between rows, that is, down the image. */
  readonly rowMm: number;
  /** Between columns, that is, across the image. */
  readonly columnMm: number;
  /** `imager`: at the detector, not in the patient (PS3.3 10.7.1.3); a length read from it is too long. */
  readonly at: "patient" | "imager";
}

export interface Rescale {
  readonly slope: number;
  readonly intercept: number;
  /** `HU` for CT that says nothing else; empty for images without a unit. */
  readonly unit: string;
}

export interface PaletteSource {
  /** Red, green, blue. */
  readonly channels: readonly [PaletteChannelSource, PaletteChannelSource, PaletteChannelSource];
}

export interface PaletteChannelSource {
  /** Number of entries (0 means 65536), first value mapped, bits an entry. */
  readonly descriptor: readonly [entries: number, firstMapped: number, bits: number];
  readonly segmented: boolean;
  readonly values: readonly number[];
  readonly inline: string | undefined;
  readonly uri: string | undefined;
}

export interface Frame {
  /** `<SOP Instance UID>/<frame number>`: one key for a frame, across series and studies. */
  readonly key: string;
  readonly sopInstanceUid: string;
  readonly sopClassUid: string;
  readonly seriesInstanceUid: string;
  readonly instanceNumber: number | undefined;
  readonly frameNumber: number;
  readonly format: PixelFormat;
  readonly geometry: FrameGeometry | undefined;
  /** Letters the file gives for rows and columns where there is no geometry (CR, DX, photographs). */
  readonly patientOrientation: readonly [row: string, column: string] | undefined;
  readonly spacing: PixelSpacing | undefined;
  readonly thicknessMm: number | undefined;
  readonly rescale: Rescale;
  readonly windows: readonly WindowLevel[];
  readonly voiFunction: VoiFunction;
  /** Undefined unless the header says the pixels went through a lossy step; the ratio is undefined when not given. */
  readonly lossy: { readonly ratio: number | undefined } | undefined;
  readonly palette: PaletteSource | undefined;
  /** What the server says it would give; the frame's own content type is believed before this. */
  readonly transferSyntaxUid: string | undefined;
}
