/// <reference types="node" />
import { readFileSync } from "node:fs";
import dicomParser from "dicom-parser";
import type { PixelFormat } from "../image/study-model.ts";
import type { DecodeRequest } from "./decoded-frame.ts";

const IMPLICIT = "1.2.840.10008.1.2";

/** The frames of a DICOM file with what decoding needs to know of them. For the tests: in the page the server says all this. */
export function framesForTests(path: string): readonly DecodeRequest[] {
  const bytes = new Uint8Array(readFileSync(path));
  // Two of the oldest files have no Part 10 header; both are implicit little-endian.
  const part10 = String.fromCharCode(...bytes.subarray(128, 132)) === "DICM";
  const dataset = dicomParser.parseDicom(bytes, part10 ? {} : { TransferSyntaxUID: IMPLICIT });
  const transferSyntaxUid = dataset.string("x00020010") ?? IMPLICIT;
  const number = (tag: string, otherwise: number): number => dataset.uint16(tag) ?? otherwise;
  const bitsAllocated = number("x00280100", 16);
  const format: PixelFormat = {
    rows: number("x00280010", 0),
    columns: number("x00280011", 0),
    samplesPerPixel: number("x00280002", 1),
    photometricInterpretation: dataset.string("x00280004") ?? "MONOCHROME2",
    planarConfiguration: number("x00280006", 0),
    bitsAllocated,
    bitsStored: number("x00280101", bitsAllocated),
    pixelRepresentation: number("x00280103", 0),
  };
  const element = dataset.elements.x7fe00010;
  if (!element) return [];
  const count = Number(dataset.string("x00280008") ?? "1");
  return Array.from({ length: count }, (_, index) => ({
    bytes: element.encapsulatedPixelData
      ? new Uint8Array(encapsulated(dataset, element, index, count))
      : bytes.slice(
          element.dataOffset + (index * element.length) / count,
          element.dataOffset + ((index + 1) * element.length) / count,
        ),
    transferSyntaxUid,
    format,
  }));
}

function encapsulated(
  dataset: dicomParser.DataSet,
  element: dicomParser.Element,
  index: number,
  count: number,
): Uint8Array {
  const fragments = element.fragments ?? [];
  if (count === 1) return dicomParser.readEncapsulatedPixelDataFromFragments(dataset, element, 0, fragments.length);
  if (fragments.length === count) return dicomParser.readEncapsulatedPixelDataFromFragments(dataset, element, index);
  if (element.basicOffsetTable?.length) return dicomParser.readEncapsulatedImageFrame(dataset, element, index);
  const offsets = dicomParser.createJPEGBasicOffsetTable(dataset, element);
  return dicomParser.readEncapsulatedImageFrame(dataset, element, index, offsets);
}
