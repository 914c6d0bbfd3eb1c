import type { DataSet } from "dicom-parser";
import { DomainError } from "../../errors.ts";
import type { PixelFormat } from "../../image/study-model.ts";

/** What a header says of all frames of an instance. */
export interface PixelDescription {
  readonly format: PixelFormat;
  readonly numberOfFrames: number;
}

/** The Image Pixel module (PS3.3 C.7.6.3) of a header. Throws `not-acceptable` for one that has no pixels. */
export function pixelDescription(dataSet: DataSet): PixelDescription {
  const number = (tag: string, otherwise: number): number => dataSet.uint16(tag) ?? otherwise;
  const bitsAllocated = number("x00280100", 16);
  const format: PixelFormat = {
    rows: number("x00280010", 0),
    columns: number("x00280011", 0),
    samplesPerPixel: number("x00280002", 1),
    photometricInterpretation: dataSet.string("x00280004") ?? "MONOCHROME2",
    planarConfiguration: number("x00280006", 0),
    bitsAllocated,
    bitsStored: number("x00280101", bitsAllocated),
    pixelRepresentation: number("x00280103", 0),
  };
  if (format.rows === 0 || format.columns === 0) throw new DomainError("not-acceptable", { reason: "no pixels" });
  return { format, numberOfFrames: Math.max(1, dataSet.intString("x00280008") ?? 1) };
}
