import { DomainError } from "../errors.ts";
import { explicitElement } from "./edit-elements.ts";
import { LONG_LENGTH } from "./element-walk.ts";

const UNDEFINED_LENGTH = 0xffffffff;
const ITEM = 0xfffee000;
const ITEM_END = 0xfffee00d;
const SEQUENCE_END = 0xfffee0dd;
const PIXEL_DATA = 0x7fe00010;
const MAX_DEPTH = 64;

/** Bytes that change places in a value, by VR (PS3.5 §7.3); in all others the order is that of the text. */
const WIDTHS: Readonly<Record<string, 2 | 4 | 8>> = {
  AT: 2,
  OW: 2,
  SS: 2,
  US: 2,
  FL: 4,
  OF: 4,
  OL: 4,
  SL: 4,
  UL: 4,
  FD: 8,
  OD: 8,
  OV: 8,
  SV: 8,
  UV: 8,
};

interface Walk {
  readonly bytes: Buffer;
  readonly pieces: Buffer[];
  at: number;
}

/**
 * Elements in Explicit VR Big Endian (PS3.5 §A.3, retired) turned round to Little Endian. Sequences come out with undefined
 * lengths. The bytes may end with the head of a pixel data element, whose value then follows elsewhere. Throws
 * `dicom-unreadable`.
 */
export function changeByteOrder(bytes: Buffer): Buffer {
  const walk: Walk = { bytes, pieces: [], at: 0 };
  try {
    changeLevel(walk, bytes.length, 0);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new DomainError("dicom-unreadable", {}, { cause: error });
  }
  return Buffer.concat(walk.pieces);
}

/** The bytes of a value turned round in place, as its VR asks for. */
export function turnValue(value: Buffer, vr: string): Buffer {
  const width = WIDTHS[vr];
  if (width === undefined || value.length % width !== 0) return value;
  return width === 2 ? value.swap16() : width === 4 ? value.swap32() : value.swap64();
}

function changeLevel(walk: Walk, end: number, depth: number): void {
  const { bytes, pieces } = walk;
  while (walk.at < end) {
    const tag = bytes.readUInt32BE(walk.at);
    if (tag === ITEM_END) {
      walk.at += 8;
      return;
    }
    const vr = bytes.toString("latin1", walk.at + 4, walk.at + 6);
    const isLong = LONG_LENGTH.has(vr);
    const length = isLong ? bytes.readUInt32BE(walk.at + 8) : bytes.readUInt16BE(walk.at + 6);
    walk.at += isLong ? 12 : 8;
    const from = walk.at;
    if (vr === "SQ") {
      pieces.push(explicitElement(tag, vr, Buffer.alloc(0), UNDEFINED_LENGTH));
      changeItems(walk, length, end, depth + 1);
      continue;
    }
    const isCutPixelData = tag === PIXEL_DATA && from === bytes.length;
    if (!isCutPixelData && from + length > end) throw new DomainError("dicom-unreadable");
    const value = turnValue(Buffer.from(bytes.subarray(from, from + length)), vr);
    pieces.push(explicitElement(tag, vr, value, length));
    walk.at = isCutPixelData ? from : from + length;
  }
}

function changeItems(walk: Walk, length: number, limit: number, depth: number): void {
  const end = length === UNDEFINED_LENGTH ? limit : walk.at + length;
  if (end > limit || depth > MAX_DEPTH) throw new DomainError("dicom-unreadable");
  while (walk.at < end) {
    const tag = walk.bytes.readUInt32BE(walk.at);
    const itemLength = walk.bytes.readUInt32BE(walk.at + 4);
    walk.at += 8;
    if (tag === SEQUENCE_END) break;
    const itemEnd = itemLength === UNDEFINED_LENGTH ? end : walk.at + itemLength;
    if (tag !== ITEM || itemEnd > end) throw new DomainError("dicom-unreadable");
    walk.pieces.push(delimiter(ITEM, UNDEFINED_LENGTH));
    changeLevel(walk, itemEnd, depth);
    walk.pieces.push(delimiter(ITEM_END, 0));
  }
  walk.pieces.push(delimiter(SEQUENCE_END, 0));
}

function delimiter(tag: number, length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt16LE(Math.floor(tag / 0x10000), 0);
  bytes.writeUInt16LE(tag % 0x10000, 2);
  bytes.writeUInt32LE(length, 4);
  return bytes;
}
