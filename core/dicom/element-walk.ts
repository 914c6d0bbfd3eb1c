import { DomainError } from "../errors.ts";
import { elementOfTag } from "./dictionary.ts";

/** How the elements of a data set are written. */
export interface ElementEncoding {
  readonly isImplicitVr: boolean;
  readonly isBigEndian: boolean;
}

export interface WalkedElement {
  /** Eight upper-case hex digits. */
  readonly tag: string;
  readonly vr: string;
  readonly start: number;
  readonly valueStart: number;
  /** Of a value of undefined length: before the delimiter. */
  readonly valueEnd: number;
  readonly end: number;
  readonly isSequence: boolean;
}

/** VRs whose length has 32 bits in explicit encodings. */
export const LONG_LENGTH: ReadonlySet<string> = new Set(
  ["OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"], // PS3.5 table 7.1-1
);
const UNDEFINED_LENGTH = 0xffffffff;
const ITEM = "FFFEE000";
const ITEM_END = "FFFEE00D";
const SEQUENCE_END = "FFFEE0DD";
/** Deeper nesting than any real data set has. */
const MAX_DEPTH = 64;

/**
 * The elements from `at` to `end`, one level. Ends before an element that the bytes do not hold whole, as the header of
 * pixel data whose value follows elsewhere. Throws `dicom-unreadable` for sequences that are not.
 */
export function* walkElements(
  bytes: Buffer,
  at: number,
  end: number,
  encoding: ElementEncoding,
  depth = 0,
): Generator<WalkedElement> {
  let position = at;
  while (position + 8 <= end) {
    const element = elementAt(bytes, position, end, encoding, depth);
    if (!element) return;
    yield element;
    position = element.end;
  }
}

/** The items of a sequence: where each one's elements begin and end. */
export function* walkItems(
  bytes: Buffer,
  { valueStart, valueEnd }: Pick<WalkedElement, "valueStart" | "valueEnd">,
  encoding: ElementEncoding,
  depth: number,
): Generator<{ readonly start: number; readonly end: number }> {
  let position = valueStart;
  while (position + 8 <= valueEnd) {
    if (tagAt(bytes, position, encoding) !== ITEM) throw new DomainError("dicom-unreadable");
    const length = uint32(bytes, position + 4, encoding);
    const start = position + 8;
    const end =
      length === UNDEFINED_LENGTH ? endOf(ITEM_END, bytes, start, valueEnd, encoding, depth + 1) : start + length;
    if (end > valueEnd) throw new DomainError("dicom-unreadable");
    yield { start, end };
    position = length === UNDEFINED_LENGTH ? end + 8 : end;
  }
}

function elementAt(
  bytes: Buffer,
  start: number,
  limit: number,
  encoding: ElementEncoding,
  depth: number,
): WalkedElement | null {
  const tag = tagAt(bytes, start, encoding);
  let [vr, length, valueStart] = ["", 0, start + 8];
  if (encoding.isImplicitVr || tag.startsWith("FFFE")) {
    vr = tag.startsWith("FFFE") ? "" : (elementOfTag(tag)?.vr ?? "UN");
    length = uint32(bytes, start + 4, encoding);
  } else {
    vr = bytes.toString("latin1", start + 4, start + 6);
    if (LONG_LENGTH.has(vr)) {
      if (start + 12 > limit) return null;
      length = uint32(bytes, start + 8, encoding);
      valueStart = start + 12;
    } else length = encoding.isBigEndian ? bytes.readUInt16BE(start + 6) : bytes.readUInt16LE(start + 6);
  }
  if (length === UNDEFINED_LENGTH) {
    if (tag === "7FE00010") return null;
    // within UN of undefined length all is implicit (PS3.5 §6.2.2)
    const inner = vr === "UN" ? { isImplicitVr: true, isBigEndian: false } : encoding;
    const valueEnd = endOf(SEQUENCE_END, bytes, valueStart, limit, inner, depth + 1);
    return { tag, vr, start, valueStart, valueEnd, end: valueEnd + 8, isSequence: true };
  }
  const end = valueStart + length;
  return end > limit ? null : { tag, vr, start, valueStart, valueEnd: end, end, isSequence: vr === "SQ" };
}

/** Where the delimiter of this level stands. */
function endOf(
  delimiter: string,
  bytes: Buffer,
  from: number,
  limit: number,
  encoding: ElementEncoding,
  depth: number,
): number {
  if (depth > MAX_DEPTH) throw new DomainError("dicom-unreadable");
  let position = from;
  while (position + 8 <= limit) {
    const tag = tagAt(bytes, position, encoding);
    if (tag === delimiter) return position;
    if (tag === ITEM) {
      const length = uint32(bytes, position + 4, encoding);
      position += 8;
      position =
        length === UNDEFINED_LENGTH
          ? endOf(ITEM_END, bytes, position, limit, encoding, depth + 1) + 8
          : position + length;
      continue;
    }
    const element = elementAt(bytes, position, limit, encoding, depth);
    if (!element) break;
    position = element.end;
  }
  throw new DomainError("dicom-unreadable");
}

function tagAt(bytes: Buffer, at: number, { isBigEndian }: ElementEncoding): string {
  const [group, element] = isBigEndian
    ? [bytes.readUInt16BE(at), bytes.readUInt16BE(at + 2)]
    : [bytes.readUInt16LE(at), bytes.readUInt16LE(at + 2)];
  return (group * 0x10000 + element).toString(16).toUpperCase().padStart(8, "0");
}

function uint32(bytes: Buffer, at: number, { isBigEndian }: ElementEncoding): number {
  return isBigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at);
}
