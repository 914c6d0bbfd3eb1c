import dicomParser from "dicom-parser";
import { type DemoInstance, generateCtStudy } from "../../../core/demo/ct-study.ts";
import type { CtStudyOptions } from "../../../core/demo/ct-study-options.ts";

/** Columns and rows of the block that tells the slices apart: in the air, far from the phantom. */
export const SLICE_BLOCK = { from: 16, to: 48 } as const;

/**
 * A water phantom whose slices differ: each has a block of its own HU in the upper left corner, so that a picture of the
 * wrong slice cannot pass for the right one. Slice 1 has -900 HU there, each further one 50 more.
 */
export function phantomStudy(options: Omit<CtStudyOptions, "body" | "series">): DemoInstance[] {
  return [...generateCtStudy({ ...options, body: "phantom", series: ["thin"] })].map((instance, index) => {
    const bytes = Buffer.from(instance.bytes);
    const { columns, pixelOffset } = readCt(bytes);
    const stored = 1024 - 900 + 50 * index;
    for (let row = SLICE_BLOCK.from; row < SLICE_BLOCK.to; row++)
      for (let column = SLICE_BLOCK.from; column < SLICE_BLOCK.to; column++)
        bytes.writeUInt16LE(stored, pixelOffset + 2 * (row * columns + column));
    return { ...instance, bytes };
  });
}

export interface CtFile {
  readonly rows: number;
  readonly columns: number;
  readonly spacingMm: number;
  readonly pixelOffset: number;
  /** Modality values (HU): stored value × slope + intercept, PS3.3 C.11.1. */
  hu(column: number, row: number): number;
}

/** Reads the pixels straight from the file's bytes, by nothing that the hub or the viewer uses for it. */
export function readCt(bytes: Buffer): CtFile {
  const dataSet = dicomParser.parseDicom(bytes);
  const number = (tag: string) => Number(dataSet.string(tag)?.split("\\")[0]);
  const columns = dataSet.uint16("x00280011") ?? 0;
  const slope = number("x00281053");
  const intercept = number("x00281052");
  const pixelOffset = dataSet.elements.x7fe00010?.dataOffset;
  if (pixelOffset === undefined) throw new Error("no pixel data");
  const signed = dataSet.uint16("x00280103") === 1;
  return {
    rows: dataSet.uint16("x00280010") ?? 0,
    columns,
    spacingMm: number("x00280030"),
    pixelOffset,
    hu: (column, row) => {
      const at = pixelOffset + 2 * (row * columns + column);
      return (signed ? bytes.readInt16LE(at) : bytes.readUInt16LE(at)) * slope + intercept;
    },
  };
}

/** PS3.3 C.11.2.1.2.1, as it stands there, for an output of 0 to 255; c is the window centre, w the width. */
export function linearWindow(x: number, c: number, w: number): number {
  const [yMin, yMax] = [0, 255];
  if (x <= c - 0.5 - (w - 1) / 2) return yMin;
  if (x > c - 0.5 + (w - 1) / 2) return yMax;
  return ((x - (c - 0.5)) / (w - 1) + 0.5) * (yMax - yMin) + yMin;
}
