import { type DemoCharset, encodeText } from "../demo/text-encoder.ts";
import type { DicomJsonAttribute } from "./dicom-json.ts";

const IN_CHARACTER_SET = new Set(["LO", "LT", "PN", "SH", "ST", "UC", "UT"]);
/** DS holds at most 16 bytes (PS3.5 table 6.2-1). */
const DECIMAL_LETTERS = 16;

type WriteNumber = (bytes: Buffer, value: number, at: number) => void;
const NUMBERS: Readonly<Record<string, readonly [size: number, write: WriteNumber]>> = {
  US: [2, (bytes, value, at) => bytes.writeUInt16LE(value, at)],
  SS: [2, (bytes, value, at) => bytes.writeInt16LE(value, at)],
  UL: [4, (bytes, value, at) => bytes.writeUInt32LE(value, at)],
  SL: [4, (bytes, value, at) => bytes.writeInt32LE(value, at)],
  FL: [4, (bytes, value, at) => bytes.writeFloatLE(value, at)],
  FD: [8, (bytes, value, at) => bytes.writeDoubleLE(value, at)],
};

/**
 * The values of an attribute of the DICOM JSON model (PS3.18 table F.2.3-1) as the bytes of its VR, Little Endian, without
 * padding. Throws RangeError for a text that the character set does not hold and a number that the VR does not.
 */
export function valueBytes({ vr, Value = [], InlineBinary }: DicomJsonAttribute, characterSet: DemoCharset): Buffer {
  if (InlineBinary !== undefined) return Buffer.from(InlineBinary, "base64");
  const number = NUMBERS[vr];
  if (number) return numbers(Value, ...number);
  if (vr === "AT") return tags(Value);
  if (vr === "SV" || vr === "UV") return longNumbers(Value, vr === "SV");
  const text = Value.map((value) => textOf(vr, value)).join("\\");
  return IN_CHARACTER_SET.has(vr) ? encodeText(text, characterSet, vr === "PN") : Buffer.from(text, "latin1");
}

/** Null stands where JSON has no number: NaN in VRs that know it. */
function numbers(values: readonly unknown[], size: number, write: WriteNumber): Buffer {
  const bytes = Buffer.alloc(values.length * size);
  values.forEach((value, i) => {
    write(bytes, value === null ? Number.NaN : Number(value), i * size);
  });
  return bytes;
}

function tags(values: readonly unknown[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => {
    const tag = String(value);
    if (!/^[0-9A-Fa-f]{8}$/.test(tag)) throw new RangeError("AT takes a tag");
    bytes.writeUInt16LE(Number.parseInt(tag.slice(0, 4), 16), i * 4);
    bytes.writeUInt16LE(Number.parseInt(tag.slice(4), 16), i * 4 + 2);
  });
  return bytes;
}

function longNumbers(values: readonly unknown[], isSigned: boolean): Buffer {
  const bytes = Buffer.alloc(values.length * 8);
  values.forEach((value, i) => {
    if (!/^-?\d{1,20}$/.test(String(value))) throw new RangeError("an integer was expected");
    const integer = BigInt(String(value));
    if (isSigned) bytes.writeBigInt64LE(integer, i * 8);
    else bytes.writeBigUInt64LE(integer, i * 8);
  });
  return bytes;
}

function textOf(vr: string, value: unknown): string {
  if (value === null) return "";
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

/** As many digits as there is room for, in whichever notation takes less of it. */
function decimalText(value: number): string {
  let text = String(value);
  for (let digits = 15; text.length > DECIMAL_LETTERS && digits > 0; digits--) {
    const plain = String(Number(value.toPrecision(digits)));
    text = plain.length <= DECIMAL_LETTERS ? plain : value.toExponential(digits - 1);
  }
  return text;
}
