import type { ByteArrayParser } from "dicom-parser";
import { decodeText } from "./character-set.ts";
import { parsePersonName } from "./person-name.ts";

const VR = /^(AE|AS|AT|CS|DA|DS|DT|FD|FL|IS|LO|LT|OB|OD|OF|OL|OV|OW|PN|SH|SL|SQ|SS|ST|SV|TM|UC|UI|UL|UN|UR|US|UT|UV)$/;
const BINARY = new Set(["OB", "OD", "OF", "OL", "OV", "OW", "UN"]);

/** Is it a value representation (PS3.5 table 6.2-1)? */
export function isVr(text: string): boolean {
  return VR.test(text);
}

/** Whose values stand in JSON as InlineBinary or BulkDataURI (PS3.18 table F.2.3-1). */
export function isBinaryVr(vr: string): boolean {
  return BINARY.has(vr);
}

/** Base64; in browsers too, where there is no Buffer. */
export function binaryText(bytes: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(binary);
}

type ReadNumber = (parser: ByteArrayParser, bytes: Uint8Array, at: number) => number;
const NUMBERS: Readonly<Record<string, readonly [size: number, read: ReadNumber]>> = {
  US: [2, (parser, bytes, at) => parser.readUint16(bytes, at)],
  SS: [2, (parser, bytes, at) => parser.readInt16(bytes, at)],
  UL: [4, (parser, bytes, at) => parser.readUint32(bytes, at)],
  SL: [4, (parser, bytes, at) => parser.readInt32(bytes, at)],
  FL: [4, (parser, bytes, at) => parser.readFloat(bytes, at)],
  FD: [8, (parser, bytes, at) => parser.readDouble(bytes, at)],
};

/**
 * The values of an element in JSON (PS3.18 table F.2.3-1), null for an empty one among several. `specificCharacterSet` is
 * the one in force where the element stands.
 */
export function valuesOf(
  bytes: Uint8Array,
  vr: string,
  parser: ByteArrayParser,
  specificCharacterSet: string | undefined,
): readonly unknown[] {
  const number = NUMBERS[vr];
  if (number) return numbers(bytes, parser, ...number);
  switch (vr) {
    case "AT":
      return pairs(bytes, parser);
    case "SV":
    case "UV":
      return longNumbers(bytes, parser, vr === "SV");
    case "LT":
    case "ST":
    case "UT":
      return [decodeText(bytes, specificCharacterSet, "text") || null];
    case "UR":
      return [decodeText(bytes, undefined, "text") || null];
    case "PN":
      return split(decodeText(bytes, specificCharacterSet, "person-name")).map(personName);
    case "LO":
    case "SH":
    case "UC":
      return split(decodeText(bytes, specificCharacterSet, "text"));
    case "IS":
      return split(decodeText(bytes, undefined, "text")).map(integerString);
    case "DS":
      return split(decodeText(bytes, undefined, "text")).map(decimalString);
    default:
      return split(decodeText(bytes, undefined, "text"));
  }
}

function split(text: string): readonly (string | null)[] {
  return text.split("\\").map((value) => value.replaceAll("\0", "").trim() || null);
}

function personName(value: string | null) {
  if (value === null) return null;
  const { alphabetic, ideographic, phonetic } = parsePersonName(value);
  const groups = {
    ...(alphabetic && { Alphabetic: alphabetic }),
    ...(ideographic && { Ideographic: ideographic }),
    ...(phonetic && { Phonetic: phonetic }),
  };
  return Object.keys(groups).length > 0 ? groups : null;
}

/** What is no legal number stays the text it is, rather than be lost (PS3.18 F.2.3 allows either form). */
function integerString(value: string | null): number | string | null {
  return value !== null && /^[+-]?\d{1,12}$/.test(value) ? Number(value) : value;
}

function decimalString(value: string | null): number | string | null {
  if (value === null || !/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?$/.test(value)) return value;
  const number = Number(value);
  return Number.isFinite(number) ? number : value;
}

/** JSON has no NaN and no infinities: null stands there. */
function numbers(bytes: Uint8Array, parser: ByteArrayParser, size: number, read: ReadNumber): (number | null)[] {
  return Array.from({ length: Math.floor(bytes.length / size) }, (_, i) => {
    const value = read(parser, bytes, i * size);
    return Number.isFinite(value) ? value : null;
  });
}

function pairs(bytes: Uint8Array, parser: ByteArrayParser): string[] {
  const hex = (at: number) => parser.readUint16(bytes, at).toString(16).toUpperCase().padStart(4, "0");
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, i) => hex(i * 4) + hex(i * 4 + 2));
}

/** 64-bit integers: as text where a JSON number would not be exact (PS3.18 table F.2.3-1). */
function longNumbers(bytes: Uint8Array, parser: ByteArrayParser, signed: boolean): (number | string)[] {
  const isLittle = parser.readUint16(Uint8Array.of(1, 0), 0) === 1;
  return Array.from({ length: Math.floor(bytes.length / 8) }, (_, i) => {
    const low = BigInt(parser.readUint32(bytes, i * 8 + (isLittle ? 0 : 4)));
    const high = BigInt(parser.readUint32(bytes, i * 8 + (isLittle ? 4 : 0)));
    const value = signed ? BigInt.asIntN(64, (high << 32n) | low) : (high << 32n) | low;
    return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  });
}
