import { type DicomJsonDataset, itemsOf, numberOf, numbersOf, stringOf, stringsOf } from "./dicom-json.ts";
import { cross, dot, unit, vectorFrom } from "./patient-vector.ts";
import type {
  Frame,
  FrameGeometry,
  PaletteChannelSource,
  PaletteSource,
  PixelFormat,
  PixelSpacing,
  Rescale,
} from "./study-model.ts";
import type { VoiFunction, WindowLevel } from "./window-level.ts";

const SHARED = "52009229";
const PER_FRAME = "52009230";
/** A header may claim any number; the longest enhanced objects and cines of the field have some thousands. */
const MAX_FRAMES = 100_000;

/**
 * The frames of one image instance; none when it claims more than can be. Enhanced objects say place, spacing, rescale and
 * window per frame or shared (PS3.3 C.7.6.16).
 */
export function framesOfInstance(instance: DicomJsonDataset): readonly Frame[] {
  const count = Math.max(1, numberOf(instance, "00280008") ?? 1);
  if (count > MAX_FRAMES) return [];
  const shared = itemsOf(instance, SHARED)[0];
  const perFrame = itemsOf(instance, PER_FRAME);
  const format = pixelFormat(instance);
  const modality = stringOf(instance, "00080060") ?? "";
  const sopInstanceUid = stringOf(instance, "00080018") ?? "";
  const palette = format.photometricInterpretation === "PALETTE COLOR" ? paletteOf(instance) : undefined;
  const patientOrientation = stringsOf(instance, "00200020");
  return Array.from({ length: count }, (_, index): Frame => {
    const macro = (tag: string): DicomJsonDataset =>
      itemsOf(perFrame[index], tag)[0] ?? itemsOf(shared, tag)[0] ?? instance;
    const voi = macro("00289132");
    const measures = macro("00289110");
    return {
      key: `${sopInstanceUid}/${index + 1}`,
      sopInstanceUid,
      sopClassUid: stringOf(instance, "00080016") ?? "",
      seriesInstanceUid: stringOf(instance, "0020000E") ?? "",
      instanceNumber: numberOf(instance, "00200013"),
      frameNumber: index + 1,
      format,
      geometry: geometryOf(macro("00209113"), macro("00209116")),
      patientOrientation:
        patientOrientation[0] && patientOrientation[1] ? [patientOrientation[0], patientOrientation[1]] : undefined,
      spacing: spacingOf(measures, instance, modality),
      thicknessMm: numberOf(measures, "00180050"),
      rescale: rescaleOf(macro("00289145"), modality),
      windows: windowsOf(voi),
      voiFunction: voiFunctionOf(voi),
      lossy: lossyOf(instance),
      palette,
      transferSyntaxUid: stringOf(instance, "00083002"),
    };
  });
}

function pixelFormat(instance: DicomJsonDataset): PixelFormat {
  const bitsAllocated = numberOf(instance, "00280100") ?? 16;
  return {
    rows: numberOf(instance, "00280010") ?? 0,
    columns: numberOf(instance, "00280011") ?? 0,
    samplesPerPixel: numberOf(instance, "00280002") ?? 1,
    photometricInterpretation: stringOf(instance, "00280004") ?? "MONOCHROME2",
    planarConfiguration: numberOf(instance, "00280006") ?? 0,
    bitsAllocated,
    bitsStored: numberOf(instance, "00280101") ?? bitsAllocated,
    pixelRepresentation: numberOf(instance, "00280103") ?? 0,
  };
}

function geometryOf(place: DicomJsonDataset, orientation: DicomJsonDataset): FrameGeometry | undefined {
  const position = vectorFrom(numbersOf(place, "00200032"));
  const cosines = numbersOf(orientation, "00200037");
  const row = vectorFrom(cosines);
  const column = vectorFrom(cosines, 3);
  if (!position || !row || !column) return undefined;
  const normal = unit(cross(unit(row), unit(column)));
  if (Math.hypot(...normal) < 0.5) return undefined; // rows and columns parallel: the header is wrong
  return { position, row: unit(row), column: unit(column), normal, along: dot(position, normal) };
}

const PROJECTION = new Set(["CR", "DX", "MG", "IO", "PX", "RF", "XA"]);

function spacingOf(measures: DicomJsonDataset, instance: DicomJsonDataset, modality: string): PixelSpacing | undefined {
  const inPatient = pair(numbersOf(measures, "00280030"));
  const atImager = pair(numbersOf(instance, "00181164"));
  if (inPatient) {
    // PS3.3 10.7.1.3: equal to the imager's spacing and without a calibration type, it was never brought to the patient.
    const uncalibrated =
      PROJECTION.has(modality) &&
      stringOf(instance, "00280A02") === undefined &&
      atImager?.[0] === inPatient[0] &&
      atImager[1] === inPatient[1];
    return { rowMm: inPatient[0], columnMm: inPatient[1], at: uncalibrated ? "imager" : "patient" };
  }
  return atImager ? { rowMm: atImager[0], columnMm: atImager[1], at: "imager" } : undefined;
}

function pair(numbers: readonly number[]): readonly [number, number] | undefined {
  const [row, column] = numbers;
  return row !== undefined && column !== undefined && row > 0 && column > 0 ? [row, column] : undefined;
}

function rescaleOf(transformation: DicomJsonDataset, modality: string): Rescale {
  const slope = numberOf(transformation, "00281053");
  const intercept = numberOf(transformation, "00281052");
  const type = stringOf(transformation, "00281054");
  const rescaled = slope !== undefined || intercept !== undefined;
  // A CT without a rescale type is in HU (PS3.3 C.8.2.1.1.2); without a rescale at all nothing is claimed.
  const unit = type && type !== "US" ? type : modality === "CT" && rescaled ? "HU" : "";
  return { slope: slope || 1, intercept: intercept ?? 0, unit };
}

function windowsOf(voi: DicomJsonDataset): readonly WindowLevel[] {
  const widths = numbersOf(voi, "00281051");
  return numbersOf(voi, "00281050").flatMap((center, index) => {
    const width = widths[index];
    return width === undefined || width <= 0 ? [] : [{ center, width }];
  });
}

function voiFunctionOf(voi: DicomJsonDataset): VoiFunction {
  const name = stringOf(voi, "00281056");
  return name === "SIGMOID" || name === "LINEAR_EXACT" ? name : "LINEAR";
}

function lossyOf(instance: DicomJsonDataset): Frame["lossy"] {
  if (stringOf(instance, "00282110") !== "01") return undefined;
  return { ratio: numbersOf(instance, "00282112").at(-1) };
}

function paletteOf(instance: DicomJsonDataset): PaletteSource | undefined {
  const red = paletteChannel(instance, "00281101", "00281201", "00281221");
  const green = paletteChannel(instance, "00281102", "00281202", "00281222");
  const blue = paletteChannel(instance, "00281103", "00281203", "00281223");
  return red && green && blue ? { channels: [red, green, blue] } : undefined;
}

function paletteChannel(
  instance: DicomJsonDataset,
  descriptorTag: string,
  dataTag: string,
  segmentedTag: string,
): PaletteChannelSource | undefined {
  const [entries, firstMapped, bits] = numbersOf(instance, descriptorTag);
  const segmented = instance[dataTag] === undefined && instance[segmentedTag] !== undefined;
  const data = instance[segmented ? segmentedTag : dataTag];
  if (entries === undefined || firstMapped === undefined || bits === undefined || !data) return undefined;
  return {
    descriptor: [entries, firstMapped, bits],
    segmented,
    values: numbersOf(instance, segmented ? segmentedTag : dataTag),
    inline: data.InlineBinary,
    uri: data.BulkDataURI,
  };
}
