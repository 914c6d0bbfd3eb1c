import type { DataSet } from "dicom-parser";
import { elementHead } from "./data-elements.ts";
import { LONG_LENGTH } from "./element-walk.ts";

/** By tag: an element that takes the place of the one that may be there, or null for none. */
export type ElementEdits = ReadonlyMap<number, Buffer | null>;

/**
 * The top level of a read Explicit VR Little Endian data set, from byte `start` on, with some elements put in, replaced or
 * left out; all others stay as they are, byte for byte. Group lengths are left out, since they would be wrong.
 */
export function editElements(dataSet: DataSet, start: number, edits: ElementEdits): Buffer {
  const bytes = Buffer.from(dataSet.byteArray.buffer, dataSet.byteArray.byteOffset, dataSet.byteArray.byteLength);
  const elements = Object.values(dataSet.elements).map((element) => {
    const head = LONG_LENGTH.has(element.vr ?? "") ? 12 : 8;
    return { tag: Number.parseInt(element.tag.slice(1), 16), at: element.dataOffset - head };
  });
  const present = new Set(elements.map(({ tag }) => tag));
  // in their order among those that are there, where there is one: real files have elements out of order
  const added = [...edits].flatMap(([tag, element]) => (element && !present.has(tag) ? [{ tag, element }] : []));
  added.sort((a, b) => a.tag - b.tag);
  const pieces: Buffer[] = [];
  for (const [i, { tag, at }] of elements.entries()) {
    while (added[0] && added[0].tag < tag) pieces.push(added.shift()?.element as Buffer);
    const edited = edits.get(tag);
    if (edited) pieces.push(edited);
    else if (edited === undefined && !isGroupLength(tag))
      pieces.push(bytes.subarray(Math.max(at, start), elements[i + 1]?.at ?? bytes.length));
  }
  return Buffer.concat([...pieces, ...added.map(({ element }) => element)]);
}

function isGroupLength(tag: number): boolean {
  return (tag & 0xffff) === 0 && tag < 0xfffe0000;
}

/** One element, Explicit VR Little Endian. The value has an even length; `length` is for one that follows elsewhere. */
export function explicitElement(tag: number, vr: string, value: Buffer, length = value.length): Buffer {
  return Buffer.concat([elementHead(tag, vr, length), value]);
}

/** A code string, padded with a space to even length. */
export function codeString(tag: number, text: string): Buffer {
  return explicitElement(tag, "CS", Buffer.from(text.length % 2 === 0 ? text : `${text} `, "latin1"));
}

export function unsignedShort(tag: number, value: number): Buffer {
  return explicitElement(tag, "US", Buffer.from([value & 0xff, value >> 8]));
}
