import type { DicomJsonAttribute, DicomJsonDataSet } from "../../core/dicom/dicom-json.ts";
import { elementOfTag } from "../../core/dicom/dictionary.ts";
import { type BulkValue, encodePieces } from "../../core/dicom/encode-data-set.ts";
import { nativeFrameBits } from "../../core/dicom/frame-offsets.ts";
import { part10Header } from "../../core/dicom/part10-header.ts";
import { EXPLICIT_VR_LITTLE_ENDIAN } from "../../core/dicom/uid.ts";
import { DomainError } from "../../core/errors.ts";
import type { HeldBulk } from "./held-bulk.ts";

/** The parts of a request that a BulkDataURI names: one, or the frames of pixel data in order. */
export type BulkOf = (uri: string) => readonly HeldBulk[];

export const PIXEL_DATA = "7FE00010";
/** What a file's own data set does not hold: groups before 0008, and (0008,3002) that metadata say for it (PS3.18 §10.4). */
const NOT_STORED = /^000[0-7]|^00083002$/;
const UTF_8 = { isImplicitVr: false, characterSet: "ISO_IR 192" } as const;

/**
 * A Part 10 file of metadata and bulk data (PS3.18 §10.5.1.4), to be written in pieces: Explicit VR Little Endian, or the
 * transfer syntax of the pixel data's frames; texts in UTF-8. Throws `dicom-unreadable`, `bulk-data-mismatch` or
 * `media-type-unsupported`, with the attribute.
 */
export function composeInstance(metadata: DicomJsonDataSet, bulkOf: BulkOf): readonly (Buffer | HeldBulk)[] {
  const pixelUri = metadata[PIXEL_DATA]?.BulkDataURI;
  const frames = pixelUri === undefined ? [] : bulkOf(pixelUri);
  const transferSyntaxUid = syntaxOf(frames);
  const isEncapsulated = transferSyntaxUid !== EXPLICIT_VR_LITTLE_ENDIAN;
  const described = isEncapsulated ? withPixelDescription(metadata, frames) : metadata;
  const dataSet = Object.fromEntries(Object.entries(described).filter(([tag]) => !NOT_STORED.test(tag)));
  const nativeBytes = frames[0]?.byteLength ?? inlineBytes(metadata[PIXEL_DATA]);
  if (!isEncapsulated && nativeBytes !== undefined) assertNativeLength(dataSet, nativeBytes);
  const header = part10Header({
    sopClassUid: textOf(metadata["00080016"]),
    sopInstanceUid: textOf(metadata["00080018"]),
    transferSyntaxUid,
  });
  const bulkValue = (uri: string, tag: string): BulkValue<HeldBulk> => {
    if (uri === pixelUri && tag === PIXEL_DATA && isEncapsulated) return { frames };
    const [value] = bulkOf(uri);
    if (!value || (value.form.kind === "frame" && value.form.isImage)) throw mismatch(tag);
    return { value };
  };
  try {
    return inRuns([header, ...encodePieces(dataSet, UTF_8, bulkValue)]);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new DomainError("dicom-unreadable", {}, { cause: error });
  }
}

/** What stands between bulk values, in one piece each. */
function inRuns(pieces: readonly (Buffer | HeldBulk)[]): readonly (Buffer | HeldBulk)[] {
  const runs: (Buffer | HeldBulk)[] = [];
  let run: Buffer[] = [];
  const endRun = () => {
    if (run.length > 0) runs.push(Buffer.concat(run));
    run = [];
  };
  for (const piece of pieces) {
    if (Buffer.isBuffer(piece)) run.push(piece);
    else {
      endRun();
      runs.push(piece);
    }
  }
  endRun();
  return runs;
}

export function textOf(attribute: DicomJsonAttribute | undefined): string {
  const value = attribute?.Value?.[0];
  return typeof value === "string" ? value.trim() : "";
}

export function numberOf(attribute: DicomJsonAttribute | undefined): number | undefined {
  const value = attribute?.Value?.[0];
  const number = typeof value === "string" ? Number(value) : value;
  return typeof number === "number" && Number.isInteger(number) ? number : undefined;
}

function syntaxOf(frames: readonly HeldBulk[]): string {
  const [first, ...others] = frames.map(({ form }) =>
    form.kind === "frame" ? form.transferSyntaxUid : EXPLICIT_VR_LITTLE_ENDIAN,
  );
  if (others.some((other) => other !== first)) throw mismatch(PIXEL_DATA);
  return first ?? EXPLICIT_VR_LITTLE_ENDIAN;
}

function inlineBytes(attribute: DicomJsonAttribute | undefined): number | undefined {
  return attribute?.InlineBinary === undefined ? undefined : Buffer.byteLength(attribute.InlineBinary, "base64");
}

/** A part that was cut short has no other sign. Where the description is not whole, readers know no length either. */
function assertNativeLength(dataSet: DicomJsonDataSet, byteLength: number): void {
  const [rows, columns, samplesPerPixel, bitsAllocated] = ["00280010", "00280011", "00280002", "00280100"].map((tag) =>
    numberOf(dataSet[tag]),
  );
  if (!rows || !columns || !samplesPerPixel || !bitsAllocated) return;
  const bits = nativeFrameBits({
    rows,
    columns,
    samplesPerPixel,
    bitsAllocated,
    numberOfFrames: 1,
    isSubsampled: /_42[02]$/.test(textOf(dataSet["00280004"])),
  });
  const expected = Math.ceil((bits * (numberOf(dataSet["00280008"]) ?? 1)) / 8);
  if (byteLength !== expected && byteLength !== expected + (expected % 2)) throw mismatch(PIXEL_DATA);
}

/**
 * PS3.18 §10.5.1.4: the Image Pixel Description Macro may be left out where the image itself says it; where both do, they
 * say the same size.
 */
function withPixelDescription(metadata: DicomJsonDataSet, frames: readonly HeldBulk[]): DicomJsonDataSet {
  const [first] = frames;
  const pixels = first?.form.kind === "frame" ? first.form.pixels : null;
  const [rows, columns] = [numberOf(metadata["00280010"]), numberOf(metadata["00280011"])];
  if (rows && columns) {
    // a JPEG may leave its number of lines for later (ITU-T T.81 B.2.5)
    if (pixels && (pixels.columns !== columns || (pixels.rows !== 0 && pixels.rows !== rows)))
      throw mismatch(PIXEL_DATA);
    return metadata;
  }
  if (!pixels || first?.form.kind !== "frame") throw new DomainError("bulk-data-mismatch", { attribute: "Rows" });
  const isLossless = /\.(57|70)$/.test(first.form.transferSyntaxUid);
  const colour = isLossless ? "RGB" : "YBR_FULL_422";
  const bitsAllocated = pixels.bitsStored > 8 ? 16 : 8;
  const us = (value: number): DicomJsonAttribute => ({ vr: "US", Value: [value] });
  return {
    "00280103": us(0),
    ...(pixels.samplesPerPixel > 1 ? { "00280006": us(0) } : {}),
    "00280004": { vr: "CS", Value: [pixels.samplesPerPixel > 1 ? colour : "MONOCHROME2"] },
    ...metadata,
    "00280002": us(pixels.samplesPerPixel),
    "00280010": us(pixels.rows),
    "00280011": us(pixels.columns),
    "00280100": us(bitsAllocated),
    "00280101": us(pixels.bitsStored),
    "00280102": us(pixels.bitsStored - 1),
  };
}

function mismatch(tag: string): DomainError {
  return new DomainError("bulk-data-mismatch", { attribute: elementOfTag(tag)?.keyword ?? tag });
}
