import type { CtStudyOptions } from "./ct-study-options.ts";
import { ageText, timeAfter } from "./demo-dates.ts";
import type { DicomRows } from "./part10-writer.ts";

export const CT_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.2";

/** What all instances of a series have in common. */
export interface CtSeriesFacts {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly frameOfReferenceUid: string;
  readonly seriesNumber: number;
  readonly seriesDescription: string;
  readonly imageType: readonly string[];
  readonly kernelName: string;
  readonly sliceThicknessMm: number;
  /** Between the middles of neighbours; undefined for a projection. */
  readonly spacingBetweenSlicesMm?: number;
  readonly orientation: readonly number[];
  readonly pixelSpacingMm: readonly [rowMm: number, columnMm: number];
  readonly rows: number;
  readonly columns: number;
  readonly windows: readonly { readonly centre: number; readonly width: number; readonly name: string }[];
  /** Seconds after the start of the study. */
  readonly startsAfterS: number;
}

/** What only this instance has. */
interface CtInstanceFacts {
  readonly sopInstanceUid: string;
  readonly instanceNumber: number;
  readonly positionMm: readonly [x: number, y: number, z: number];
}

const BODY_TEXTS = {
  chest: { part: "CHEST", study: "胸部CT平扫", protocol: "Chest routine", kvp: 120, mas: 110 },
  head: { part: "HEAD", study: "颅脑CT平扫", protocol: "Head routine", kvp: 120, mas: 260 },
  phantom: { part: "", study: "水模质控", protocol: "QC water", kvp: 120, mas: 200 },
} as const;

/** All attributes but the pixels: CT Image IOD (PS3.3 A.3), types 1 and 2 and what scanners usually add. */
export function ctAttributes(options: CtStudyOptions, series: CtSeriesFacts, instance: CtInstanceFacts): DicomRows {
  const { patient, studyDate, studyTime } = options;
  const text = BODY_TEXTS[options.body];
  const seriesTime = timeAfter(studyTime, series.startsAfterS);
  const instanceTime = timeAfter(studyTime, series.startsAfterS + instance.instanceNumber * 0.1);
  const charset = options.declaredCharset ?? options.charset ?? "ISO_IR 192";
  return [
    [0x00080005, "CS", charset],
    [0x00080008, "CS", series.imageType],
    [0x00080012, "DA", studyDate],
    [0x00080013, "TM", instanceTime],
    [0x00080016, "UI", CT_IMAGE_STORAGE],
    [0x00080018, "UI", instance.sopInstanceUid],
    [0x00080020, "DA", studyDate],
    [0x00080021, "DA", studyDate],
    [0x00080022, "DA", studyDate],
    [0x00080023, "DA", studyDate],
    [0x00080030, "TM", studyTime],
    [0x00080031, "TM", seriesTime],
    [0x00080032, "TM", instanceTime],
    [0x00080033, "TM", instanceTime],
    [0x00080050, "SH", options.accessionNumber],
    [0x00080060, "CS", "CT"],
    [0x00080070, "LO", "Demo Imaging"],
    [0x00080080, "LO", options.institution],
    [0x00080090, "PN", ""],
    [0x00081010, "SH", options.stationName],
    [0x00081030, "LO", text.study],
    [0x0008103e, "LO", series.seriesDescription],
    [0x00081090, "LO", "Demo CT 64"],
    [0x00100010, "PN", `${patient.nameLatin}=${patient.nameHan}`],
    [0x00100020, "LO", patient.id],
    [0x00100030, "DA", patient.birthDate],
    [0x00100040, "CS", patient.sex],
    [0x00101010, "AS", options.ageText ?? ageText(patient.birthDate, studyDate)],
    ...(text.part === "" ? [] : [[0x00180015, "CS", text.part] as const]),
    [0x00180050, "DS", series.sliceThicknessMm],
    [0x00180060, "DS", text.kvp],
    ...(series.spacingBetweenSlicesMm === undefined
      ? []
      : [[0x00180088, "DS", series.spacingBetweenSlicesMm] as const]),
    [0x00180090, "DS", 500],
    [0x00181000, "LO", "DEMO-0001"],
    [0x00181020, "LO", "1.0"],
    [0x00181030, "LO", text.protocol],
    [0x00181100, "DS", Math.max(series.columns * series.pixelSpacingMm[1], series.rows * series.pixelSpacingMm[0])],
    [0x00181120, "DS", 0],
    [0x00181130, "DS", 150],
    [0x00181140, "CS", "CW"],
    [0x00181150, "IS", 500],
    [0x00181151, "IS", text.mas * 2],
    [0x00181152, "IS", text.mas],
    [0x00181160, "SH", "BODY FILTER"],
    [0x00181190, "DS", 1.2],
    [0x00181210, "SH", series.kernelName],
    [0x00185100, "CS", "HFS"],
    [0x0020000d, "UI", series.studyInstanceUid],
    [0x0020000e, "UI", series.seriesInstanceUid],
    [0x00200010, "SH", "1"],
    [0x00200011, "IS", series.seriesNumber],
    [0x00200012, "IS", 1],
    [0x00200013, "IS", instance.instanceNumber],
    [0x00200032, "DS", instance.positionMm],
    [0x00200037, "DS", series.orientation],
    [0x00200052, "UI", series.frameOfReferenceUid],
    [0x00201040, "LO", ""],
    [0x00201041, "DS", instance.positionMm[2]],
    // Not a paired part of the body; type 2C where the body part does not say so.
    ...(text.part === "" ? [[0x00200060, "CS", ""] as const] : []),
    [0x00280002, "US", 1],
    [0x00280004, "CS", "MONOCHROME2"],
    [0x00280010, "US", series.rows],
    [0x00280011, "US", series.columns],
    [0x00280030, "DS", series.pixelSpacingMm],
    [0x00280100, "US", 16],
    [0x00280101, "US", 12],
    [0x00280102, "US", 11],
    [0x00280103, "US", 0],
    [0x00281050, "DS", series.windows.map(({ centre }) => centre)],
    [0x00281051, "DS", series.windows.map(({ width }) => width)],
    [0x00281052, "DS", -1024],
    [0x00281053, "DS", 1],
    // A projection has no Hounsfield units (PS3.3 C.11.1.1.2: US, unspecified).
    [0x00281054, "LO", series.imageType.includes("LOCALIZER") ? "US" : "HU"],
    [0x00281055, "LO", series.windows.map(({ name }) => name)],
  ];
}
