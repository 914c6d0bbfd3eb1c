import { DomainError } from "../errors.ts";
import { LONG_LENGTH } from "./element-walk.ts";

/** A data element with its value as bytes, or with its items. Tags as numbers. */
export type DataElement = ValueElement | SequenceElement;

export interface ValueElement {
  readonly tag: number;
  readonly vr: string;
  readonly value: Buffer;
}

export interface SequenceElement {
  readonly tag: number;
  readonly vr: "SQ";
  readonly items: readonly (readonly DataElement[])[];
}

const UNDEFINED_LENGTH = 0xffffffff;
const ITEM = 0xfffee000;
const ITEM_END = 0xfffee00d;
const SEQUENCE_END = 0xfffee0dd;
/** Pixel data of every kind, and what stands after it. */
const FIRST_PIXEL_DATA = 0x7fe00008;
/** Deeper nesting than any real data set has. */
const MAX_DEPTH = 64;

interface Walk {
  readonly bytes: Buffer;
  at: number;
}

export interface ReadElements {
  readonly elements: readonly DataElement[];
  /** VR of the pixel data element, at whose head the reading ended; null when the data set ended before one. */
  readonly pixelVr: string | null;
}

/**
 * The elements of an Explicit VR Little Endian data set up to its pixel data. What stands in UN or in OB of undefined length
 * is not unfolded: its value comes back empty. Throws `dicom-unreadable`.
 */
export function readElements(bytes: Buffer): ReadElements {
  try {
    const walk: Walk = { bytes, at: 0 };
    const elements: DataElement[] = [];
    while (walk.at < bytes.length) {
      const { tag, vr, length } = readHead(walk);
      if (tag >= FIRST_PIXEL_DATA) return { elements, pixelVr: tag < 0x7fe10000 ? vr : null };
      elements.push(readValue(walk, { tag, vr, length }, bytes.length, 0));
    }
    return { elements, pixelVr: null };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new DomainError("dicom-unreadable", {}, { cause: error });
  }
}

/** Explicit VR Little Endian, in the order of the tags; sequences and items of defined length. */
export function writeElements(elements: readonly DataElement[]): Buffer {
  const inOrder = [...elements].sort((a, b) => a.tag - b.tag);
  return Buffer.concat(
    inOrder.flatMap((element) => {
      const value = "items" in element ? writeItems(element.items) : evened(element);
      return [elementHead(element.tag, element.vr, value.length), value];
    }),
  );
}

/** The head of an element as it stands before its value; `length` null is undefined. */
export function elementHead(tag: number, vr: string, length: number | null): Buffer {
  const isLong = LONG_LENGTH.has(vr);
  if (!isLong && (length === null || length > 0xffff)) throw new DomainError("dicom-unreadable");
  const head = Buffer.alloc(isLong ? 12 : 8);
  head.writeUInt16LE(Math.floor(tag / 0x10000), 0);
  head.writeUInt16LE(tag % 0x10000, 2);
  head.write(vr, 4, "latin1");
  if (isLong) head.writeUInt32LE(length ?? UNDEFINED_LENGTH, 8);
  else head.writeUInt16LE(length ?? 0, 6);
  return head;
}

function writeItems(items: SequenceElement["items"]): Buffer {
  return Buffer.concat(
    items.flatMap((item) => {
      const body = writeElements(item);
      const head = Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0]);
      head.writeUInt32LE(body.length, 4);
      return [head, body];
    }),
  );
}

function evened({ vr, value }: ValueElement): Buffer {
  if (value.length % 2 === 0) return value;
  return Buffer.concat([value, Buffer.from(vr === "UI" || vr === "OB" || vr === "UN" ? "\0" : " ")]);
}

interface Head {
  readonly tag: number;
  readonly vr: string;
  readonly length: number;
}

function readHead(walk: Walk): Head {
  const { bytes } = walk;
  const tag = readTag(walk);
  const vr = bytes.toString("latin1", walk.at, walk.at + 2);
  const isLong = LONG_LENGTH.has(vr);
  const length = isLong ? bytes.readUInt32LE(walk.at + 4) : bytes.readUInt16LE(walk.at + 2);
  walk.at += isLong ? 8 : 4;
  return { tag, vr, length };
}

function readTag(walk: Walk): number {
  const tag = walk.bytes.readUInt16LE(walk.at) * 0x10000 + walk.bytes.readUInt16LE(walk.at + 2);
  walk.at += 4;
  return tag;
}

function readValue(walk: Walk, { tag, vr, length }: Head, end: number, depth: number): DataElement {
  if (vr === "SQ") return { tag, vr, items: readItems(walk, length, end, depth) };
  if (length === UNDEFINED_LENGTH) {
    skipItems(walk, depth);
    return { tag, vr, value: Buffer.alloc(0) };
  }
  if (walk.at + length > end) throw new DomainError("dicom-truncated");
  const value = walk.bytes.subarray(walk.at, walk.at + length);
  walk.at += length;
  return { tag, vr, value };
}

function readItems(walk: Walk, length: number, levelEnd: number, depth: number): SequenceElement["items"] {
  if (depth >= MAX_DEPTH) throw new DomainError("dicom-unreadable");
  const end = length === UNDEFINED_LENGTH ? levelEnd : walk.at + length;
  if (end > levelEnd) throw new DomainError("dicom-truncated");
  const items: DataElement[][] = [];
  while (walk.at < end) {
    const tag = readTag(walk);
    const itemLength = walk.bytes.readUInt32LE(walk.at);
    walk.at += 4;
    if (tag === SEQUENCE_END) return items;
    if (tag !== ITEM) throw new DomainError("dicom-unreadable");
    const itemEnd = itemLength === UNDEFINED_LENGTH ? end : walk.at + itemLength;
    if (itemEnd > end) throw new DomainError("dicom-truncated");
    items.push(readItem(walk, itemEnd, depth + 1));
  }
  return items;
}

function readItem(walk: Walk, end: number, depth: number): DataElement[] {
  const item: DataElement[] = [];
  while (walk.at < end) {
    if (walk.bytes.readUInt16LE(walk.at) === 0xfffe) {
      if (readTag(walk) !== ITEM_END) throw new DomainError("dicom-unreadable");
      walk.at += 4;
      return item;
    }
    item.push(readValue(walk, readHead(walk), end, depth));
  }
  return item;
}

/** Past a value of undefined length whose items are fragments, or Implicit VR within UN (PS3.5 §6.2.2). */
function skipItems(walk: Walk, depth: number): void {
  if (depth >= MAX_DEPTH) throw new DomainError("dicom-unreadable");
  for (;;) {
    const tag = readTag(walk);
    const length = walk.bytes.readUInt32LE(walk.at);
    walk.at += 4;
    if (tag === SEQUENCE_END) return;
    if (tag !== ITEM) throw new DomainError("dicom-unreadable");
    if (length !== UNDEFINED_LENGTH) walk.at += length;
    else skipImplicitItem(walk, depth + 1);
    if (walk.at > walk.bytes.length) throw new DomainError("dicom-truncated");
  }
}

function skipImplicitItem(walk: Walk, depth: number): void {
  for (;;) {
    const tag = readTag(walk);
    const length = walk.bytes.readUInt32LE(walk.at);
    walk.at += 4;
    if (tag === ITEM_END) return;
    if (length === UNDEFINED_LENGTH) skipItems(walk, depth);
    else walk.at += length;
  }
}
