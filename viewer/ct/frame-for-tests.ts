import type { Frame, ImageSeries } from "../../core/image/study-model.ts";
import type { FrameImage } from "./frame-image.ts";

export function frameForTests(key: string): Frame {
  return {
    key,
    sopInstanceUid: key,
    sopClassUid: "",
    seriesInstanceUid: key.slice(0, 1),
    instanceNumber: 1,
    frameNumber: 1,
    format: {
      rows: 10,
      columns: 10,
      samplesPerPixel: 1,
      photometricInterpretation: "MONOCHROME2",
      planarConfiguration: 0,
      bitsAllocated: 16,
      bitsStored: 12,
      pixelRepresentation: 0,
    },
    geometry: undefined,
    patientOrientation: undefined,
    spacing: undefined,
    thicknessMm: undefined,
    rescale: { slope: 1, intercept: 0, unit: "" },
    windows: [],
    voiFunction: "LINEAR",
    lossy: undefined,
    palette: undefined,
    transferSyntaxUid: undefined,
  };
}

/** A series of 200-byte frames with keys `<name>0`, `<name>1` …. */
export function seriesForTests(name: string, count: number): ImageSeries {
  return {
    seriesInstanceUid: name,
    seriesNumber: 1,
    description: "",
    modality: "CT",
    bodyPart: "",
    frames: Array.from({ length: count }, (_, index) => frameForTests(`${name}${index}`)),
  };
}

export function imageForTests(frame: Frame): FrameImage {
  return {
    imageId: frame.key,
    minPixelValue: 0,
    maxPixelValue: 0,
    slope: 1,
    intercept: 0,
    windowCenter: 0,
    windowWidth: 1,
    rows: 10,
    columns: 10,
    height: 10,
    width: 10,
    color: false,
    invert: false,
    rowPixelSpacing: undefined,
    columnPixelSpacing: undefined,
    sizeInBytes: 200,
    getPixelData: () => [],
    render: () => {},
    frame,
    reduction: 0,
    decoded: { kind: "grey", rows: 10, columns: 10, pixels: new Uint16Array(100), min: 0, max: 0 },
    transferSyntaxUid: "1.2.840.10008.1.2.1",
  };
}
