import { decodeText } from "../dicom/character-set.ts";
import type { DataSet } from "./parse-dicom.ts";

/** DS or IS. Undefined = absent or empty, NaN = there, but not a number. */
export function decimal(dataSet: DataSet, tag: string): number | undefined {
  const text = dataSet.string(tag)?.trim();
  if (text === undefined || text === "") return undefined;
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) ? Number(text) : Number.NaN;
}

/** Undefined when absent, empty or of another length than the VR has. */
export function unsigned16(dataSet: DataSet, tag: string): number | undefined {
  return (dataSet.elements[tag]?.length ?? 0) >= 2 ? dataSet.uint16(tag) : undefined;
}

export function unsigned32(dataSet: DataSet, tag: string): number | undefined {
  const length = dataSet.elements[tag]?.length ?? 0;
  // some carts write US where the standard has UL
  return length >= 4 ? dataSet.uint32(tag) : length === 2 ? dataSet.uint16(tag) : undefined;
}

export function unsigned16List(dataSet: DataSet, tag: string): readonly number[] {
  const count = Math.floor((dataSet.elements[tag]?.length ?? 0) / 2);
  return Array.from({ length: count }, (_, index) => dataSet.uint16(tag, index) ?? 0);
}

export function unsigned32List(dataSet: DataSet, tag: string): readonly number[] {
  const count = Math.floor((dataSet.elements[tag]?.length ?? 0) / 4);
  return Array.from({ length: count }, (_, index) => dataSet.uint32(tag, index) ?? 0);
}

const PATIENT_NAME = "x00100010";

/** Any text element, decoded with the instance's character set; empty when absent. */
export function text(dataSet: DataSet, tag: string, characterSet: string): string {
  const element = dataSet.elements[tag];
  if (!element || element.length === 0) return "";
  const bytes = dataSet.byteArray.subarray(element.dataOffset, element.dataOffset + element.length);
  return decodeText(bytes, characterSet, element.tag === PATIENT_NAME ? "person-name" : "text").trimStart();
}

export function items(dataSet: DataSet, tag: string): readonly DataSet[] {
  return (dataSet.elements[tag]?.items ?? []).flatMap((item) => (item.dataSet ? [item.dataSet] : []));
}

export interface CodedValue {
  readonly code: string;
  readonly scheme: string;
  readonly meaning: string;
}

/** The first item of a code sequence (PS3.3 §8). Long and URN codes count as codes too. */
export function codedValue(dataSet: DataSet, tag: string, characterSet: string): CodedValue | null {
  const item = items(dataSet, tag)[0];
  if (!item) return null;
  return {
    code:
      text(item, "x00080100", characterSet) ||
      text(item, "x00080119", characterSet) ||
      text(item, "x00080120", characterSet),
    scheme: text(item, "x00080102", characterSet),
    meaning: text(item, "x00080104", characterSet),
  };
}
