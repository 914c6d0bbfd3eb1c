import type { DataSet } from "dicom-parser";
import { HEADER_LIMIT_BYTES, readPart10 } from "../../dicom/read-part10.ts";
import { DomainError } from "../../errors.ts";
import type { PixelFormat } from "../../image/study-model.ts";
import type { BlobStore } from "../../ports.ts";
import type { StoredInstance } from "../postgres/archive-queries.ts";

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

export async function readPixelDescription(blobs: BlobStore, instance: StoredInstance): Promise<PixelDescription> {
  const end = Math.min(instance.pixelDataOffset ?? instance.byteLength, HEADER_LIMIT_BYTES);
  const head = await blobs.read(instance.blobKey, { start: 0, end });
  return pixelDescription(readPart10(head, end === instance.byteLength).dataSet);
}
