import { type DemoCharset, encodeText } from "../demo/text-encoder.ts";
import type { DicomJsonAttribute } from "./dicom-json.ts";

export interface ValueEncoding {
  readonly characterSet: DemoCharset;
  readonly isBigEndian?: boolean;
}

const IN_CHARACTER_SET = new Set(["LO", "LT", "PN", "SH", "ST", "UC", "UT"]);
/** DS holds at most 16 bytes (PS3.5 table 6.2-1). */
const DECIMAL_LETTERS = 16;

type WriteNumber = (bytes: Buffer, value: number, at: number) => void;
const WHOLE_NUMBERS: Readonly<Record<string, readonly [size: number, write: WriteNumber]>> = {
  US: [2, (bytes, value, at) => bytes.writeUInt16LE(value, at)],
  SS: [2, (bytes, value, at) => bytes.writeInt16LE(value, at)],
  UL: [4, (bytes, value, at) => bytes.writeUInt32LE(value, at)],
  SL: [4, (bytes, value, at) => bytes.writeInt32LE(value, at)],
};
const FLOATS: Readonly<Record<string, readonly [size: number, write: WriteNumber]>> = {
  FL: [4, (bytes, value, at) => bytes.writeFloatLE(value, at)],
  FD: [8, (bytes, value, at) => bytes.writeDoubleLE(value, at)],
};
/** Bytes that change their order together (PS3.5 §7.3). */
const WORDS: Readonly<Record<string, 2 | 4 | 8>> = {
  ...{ AT: 2, OW: 2, SS: 2, US: 2 },
  ...{ FL: 4, OF: 4, OL: 4, SL: 4, UL: 4 },
  ...{ FD: 8, OD: 8, OV: 8, SV: 8, UV: 8 },
};

/**
 * The values of an attribute of the DICOM JSON model (PS3.18 table F.2.3-1) as the bytes of its VR, without padding. Throws
 * RangeError for a text that the character set does not hold and a number that the VR does not.
 */
export function valueBytes(attribute: DicomJsonAttribute, { characterSet, isBigEndian }: ValueEncoding): Buffer {
  const bytes = littleEndian(attribute, characterSet);
  const word = WORDS[attribute.vr];
  if (!isBigEndian || word === undefined) return bytes;
  return word === 2 ? bytes.swap16() : word === 4 ? bytes.swap32() : bytes.swap64();
}

function littleEndian({ vr, Value = [], InlineBinary }: DicomJsonAttribute, characterSet: DemoCharset): Buffer {
  if (InlineBinary !== undefined) return Buffer.from(InlineBinary, "base64");
  const whole = WHOLE_NUMBERS[vr];
  if (whole) return numbers(Value.map(integer), ...whole);
  const float = FLOATS[vr];
  // null stands where JSON has no number: NaN
  if (float)
    return numbers(
      Value.map((value) => (value === null ? Number.NaN : Number(value))),
      ...float,
    );
  if (vr === "AT") return tags(Value);
  if (vr === "SV" || vr === "UV") return longNumbers(Value, vr === "SV");
  const text = Value.map((value) => textOf(vr, value)).join("\\");
  return IN_CHARACTER_SET.has(vr) ? encodeText(text, characterSet, vr === "PN") : Buffer.from(text, "latin1");
}

function numbers(values: readonly number[], size: number, write: WriteNumber): Buffer {
  const bytes = Buffer.alloc(values.length * size);
  values.forEach((value, i) => {
    write(bytes, value, i * size);
  });
  return bytes;
}

function integer(value: unknown): number {
  const number = value === null ? Number.NaN : Number(value);
  if (!Number.isInteger(number)) throw new RangeError("an integer was expected");
  return number;
}

function tags(values: readonly unknown[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => {
    const tag = String(value);
    if (!/^[0-9A-Fa-f]{8}$/.test(tag)) throw new RangeError("an AT value that is no tag");
    bytes.writeUInt16LE(Number.parseInt(tag.slice(0, 4), 16), i * 4);
    bytes.writeUInt16LE(Number.parseInt(tag.slice(4), 16), i * 4 + 2);
  });
  return bytes;
}

function longNumbers(values: readonly unknown[], isSigned: boolean): Buffer {
  const bytes = Buffer.alloc(values.length * 8);
  values.forEach((value, i) => {
    if (!/^-?\d{1,20}$/.test(String(value))) throw new RangeError("an integer was expected");
    const long = BigInt(String(value));
    if (isSigned) bytes.writeBigInt64LE(long, i * 8);
    else bytes.writeBigUInt64LE(long, i * 8);
  });
  return bytes;
}

function textOf(vr: string, value: unknown): string {
  if (value === null || value === undefined) return "";
  if (vr === "PN") return nameText(value);
  if (vr === "DS" && typeof value === "number") return decimalText(value);
  return String(value);
}

function nameText(value: unknown): string {
  const groups = (value ?? {}) as Readonly<Record<string, string | undefined>>;
  return [groups.Alphabetic, groups.Ideographic, groups.Phonetic]
    .map((group) => group ?? "")
    .join("=")
    .replace(/=+$/, "");
}

/** A DS value: as many digits as there is room for, in whichever notation takes less of it. Throws RangeError for no number. */
export function decimalText(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError("a DS value that is no number");
  let text = String(value);
  for (let digits = 15; text.length > DECIMAL_LETTERS && digits > 0; digits--) {
    const plain = String(Number(value.toPrecision(digits)));
    text = plain.length <= DECIMAL_LETTERS ? plain : value.toExponential(digits - 1);
  }
  return text;
}
