import { DomainError } from "../errors.ts";
import { elementOfTag } from "./dictionary.ts";
import { LONG_LENGTH } from "./element-walk.ts";

type VrEncoding = "implicit" | "explicit";

const UNDEFINED_LENGTH = 0xffffffff;
const ITEM = 0xfffee000;
const ITEM_END = 0xfffee00d;
const SEQUENCE_END = 0xfffee0dd;
const PIXEL_REPRESENTATION = 0x00280103;
/** Float, double float and integer pixel data. */
const PIXEL_DATA: ReadonlySet<number> = new Set([0x7fe00008, 0x7fe00009, 0x7fe00010]);
/** Deeper nesting than any real data set has. */
const MAX_DEPTH = 64;

interface Walk {
  readonly bytes: Buffer;
  readonly pieces: Uint8Array[];
  at: number;
}

/**
 * Elements of a Little Endian data set with implicit VRs made explicit, or the other way round (PS3.5 §7.1, Annex A):
 * values stay as they are, byte for byte. Sequences come out with undefined lengths, group lengths are left out since they
 * would be wrong. Elements of unknown tags become UN. The bytes may end with the header of an uncompressed pixel data
 * element, whose value then follows elsewhere. Throws `dicom-unreadable`.
 */
export function changeVrEncoding(bytes: Buffer, from: VrEncoding): Buffer {
  const walk: Walk = { bytes, pieces: [], at: 0 };
  try {
    changeLevel(walk, { from, end: bytes.length, depth: 0, isSigned: false, isUnknown: false });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new DomainError("dicom-unreadable", {}, { cause: error });
  }
  return Buffer.concat(walk.pieces);
}

interface Level {
  readonly from: VrEncoding;
  readonly end: number;
  readonly depth: number;
  /** Pixel Representation says that values of US or SS are signed. */
  readonly isSigned: boolean;
  /** Within UN of undefined length all is implicit already (PS3.5 §6.2.2). */
  readonly isUnknown: boolean;
}

function changeLevel(walk: Walk, level: Level): void {
  const { bytes, pieces } = walk;
  let { isSigned } = level;
  while (walk.at < level.end) {
    const tag = readTag(walk);
    if (tag === ITEM_END) {
      walk.at += 4;
      return;
    }
    const { vr, length } = readHead(walk, tag, level.from, isSigned);
    const start = walk.at;
    if (vr === "SQ" || (length === UNDEFINED_LENGTH && !PIXEL_DATA.has(tag))) {
      pieces.push(head(tag, "SQ", UNDEFINED_LENGTH, level.isUnknown ? "implicit" : other(level.from)));
      const isUnknown = level.isUnknown || (level.from === "explicit" && vr === "UN");
      changeItems(walk, length, { ...level, isSigned, isUnknown, from: isUnknown ? "implicit" : level.from });
      continue;
    }
    const isCutPixelData = PIXEL_DATA.has(tag) && start === bytes.length;
    if (!isCutPixelData && start + length > level.end) throw unreadable();
    if (tag === PIXEL_REPRESENTATION && length === 2) isSigned = bytes.readUInt16LE(start) === 1;
    if ((tag & 0xffff) !== 0) {
      pieces.push(head(tag, vr, length, level.isUnknown ? "implicit" : other(level.from)));
      pieces.push(bytes.subarray(start, start + length));
    }
    walk.at = isCutPixelData ? start : start + length;
  }
}

function changeItems(walk: Walk, length: number, level: Level): void {
  if (level.depth >= MAX_DEPTH) throw unreadable();
  const end = length === UNDEFINED_LENGTH ? level.end : walk.at + length;
  if (end > level.end) throw unreadable();
  const { bytes, pieces } = walk;
  while (walk.at < end) {
    const tag = readTag(walk);
    const itemLength = bytes.readUInt32LE(walk.at);
    walk.at += 4;
    if (tag === SEQUENCE_END) break;
    if (tag !== ITEM) throw unreadable();
    const itemEnd = itemLength === UNDEFINED_LENGTH ? end : walk.at + itemLength;
    if (itemEnd > end) throw unreadable();
    pieces.push(head(ITEM, "", UNDEFINED_LENGTH, "implicit"));
    changeLevel(walk, { ...level, end: itemEnd, depth: level.depth + 1 });
    pieces.push(head(ITEM_END, "", 0, "implicit"));
  }
  pieces.push(head(SEQUENCE_END, "", 0, "implicit"));
}

function readTag(walk: Walk): number {
  const tag = walk.bytes.readUInt16LE(walk.at) * 0x10000 + walk.bytes.readUInt16LE(walk.at + 2);
  walk.at += 4;
  return tag;
}

function readHead(walk: Walk, tag: number, from: VrEncoding, isSigned: boolean) {
  const { bytes } = walk;
  if (from === "implicit") {
    const length = bytes.readUInt32LE(walk.at);
    walk.at += 4;
    return { vr: vrOfTag(tag, length, isSigned), length };
  }
  const vr = bytes.toString("latin1", walk.at, walk.at + 2);
  const isLong = LONG_LENGTH.has(vr);
  const length = isLong ? bytes.readUInt32LE(walk.at + 4) : bytes.readUInt16LE(walk.at + 2);
  walk.at += isLong ? 8 : 4;
  return { vr, length };
}

/** The dictionary's, where the element has it; a value too long for its VR's 16-bit length is UN (PS3.5 §6.2.2 note 2). */
function vrOfTag(tag: number, length: number, isSigned: boolean): string {
  const listed = elementOfTag(tag.toString(16).padStart(8, "0"))?.vr;
  const isCreator = listed === undefined && (tag & 0x10000) !== 0 && (tag & 0xffff) >= 0x10 && (tag & 0xffff) <= 0xff;
  const vr =
    listed === "xs"
      ? isSigned
        ? "SS"
        : "US"
      : listed === "ox" || listed === "lt"
        ? "OW"
        : (listed ?? (isCreator ? "LO" : "UN"));
  return !LONG_LENGTH.has(vr) && length > 0xffff ? "UN" : vr;
}

function head(tag: number, vr: string, length: number, as: VrEncoding): Buffer {
  const isExplicit = as === "explicit";
  const isLong = !isExplicit || LONG_LENGTH.has(vr);
  const bytes = Buffer.alloc(isExplicit && isLong ? 12 : 8);
  bytes.writeUInt16LE(Math.floor(tag / 0x10000), 0);
  bytes.writeUInt16LE(tag % 0x10000, 2);
  if (isExplicit) bytes.write(vr, 4, "latin1");
  if (isLong) bytes.writeUInt32LE(length, bytes.length - 4);
  else bytes.writeUInt16LE(length, 6);
  return bytes;
}

function other(encoding: VrEncoding): VrEncoding {
  return encoding === "implicit" ? "explicit" : "implicit";
}

function unreadable(): DomainError {
  return new DomainError("dicom-unreadable");
}
