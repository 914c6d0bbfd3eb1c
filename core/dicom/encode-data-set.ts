import { type DemoCharset, encodeText } from "../demo/text-encoder.ts";
import type { DicomJsonAttribute, DicomJsonDataSet } from "./dicom-json.ts";

export interface DataSetEncoding {
  readonly isImplicitVr: boolean;
  /** Of the texts; stands in (0008,0005) of what is encoded, whatever the data set says there. */
  readonly characterSet: DemoCharset;
  readonly isBigEndian?: boolean;
}

const IN_CHARACTER_SET = new Set(["LO", "LT", "PN", "SH", "ST", "UC", "UT"]);
const LONG_LENGTH = new Set(["OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"]);
const MAX_DEPTH = 64;
const PADDED_WITH_NUL = new Set(["UI", "OB", "UN"]);

/**
 * A small data set (an identifier, never pixels) of the DICOM JSON model as bytes: Little Endian, ascending tags, sequences
 * and items of defined length. Throws RangeError for a text that the character set does not hold or a value too long for
 * its VR.
 */
export function encodeDataSet(dataSet: DicomJsonDataSet, encoding: DataSetEncoding): Buffer {
  return encodeElements({ ...dataSet, "00080005": { vr: "CS", Value: encoding.characterSet.split("\\") } }, encoding);
}

/** Some elements of a data set, or of an item, as they are. Throws RangeError as `encodeDataSet` does, and beyond a depth. */
export function encodeElements(dataSet: DicomJsonDataSet, encoding: DataSetEncoding, depth = 0): Buffer {
  if (depth > MAX_DEPTH) throw new RangeError("items within items within items");
  const tags = Object.keys(dataSet).sort();
  return Buffer.concat(tags.map((tag) => element(tag, dataSet[tag] as DicomJsonAttribute, encoding, depth)));
}

function element(tag: string, attribute: DicomJsonAttribute, encoding: DataSetEncoding, depth: number): Buffer {
  const { vr } = attribute;
  const value = vr === "SQ" ? items(attribute, encoding, depth) : padded(bytesOf(attribute, encoding.characterSet), vr);
  return Buffer.concat([elementHead(tag, vr, value.length, encoding), value]);
}

/** What stands before the value of an element. Throws RangeError for a value too long for its VR. */
export function elementHead(
  tag: string,
  vr: string,
  length: number,
  { isImplicitVr = false, isBigEndian = false }: Partial<DataSetEncoding> = {},
): Buffer {
  const hasLongLength = isImplicitVr || LONG_LENGTH.has(vr);
  if (!hasLongLength && length > 0xffff) throw new RangeError(`value of ${tag} is too long for ${vr}`);
  const head = Buffer.alloc(!isImplicitVr && hasLongLength ? 12 : 8);
  const put = numberWriter(head, isBigEndian);
  put(Number.parseInt(tag.slice(0, 4), 16), 0, 2);
  put(Number.parseInt(tag.slice(4), 16), 2, 2);
  if (!isImplicitVr) head.write(vr, 4, "latin1");
  if (hasLongLength) put(length, head.length - 4, 4);
  else put(length, 6, 2);
  return head;
}

function numberWriter(bytes: Buffer, isBigEndian: boolean) {
  return (value: number, at: number, length: number) =>
    isBigEndian ? bytes.writeUIntBE(value, at, length) : bytes.writeUIntLE(value, at, length);
}

function items({ Value = [] }: DicomJsonAttribute, encoding: DataSetEncoding, depth: number): Buffer {
  return Buffer.concat(
    Value.flatMap((item) => {
      const body = encodeElements((item ?? {}) as DicomJsonDataSet, encoding, depth + 1);
      const head = Buffer.alloc(8);
      const put = numberWriter(head, encoding.isBigEndian ?? false);
      put(0xfffe, 0, 2);
      put(0xe000, 2, 2);
      put(body.length, 4, 4);
      return [head, body];
    }),
  );
}

function bytesOf({ vr, Value = [], InlineBinary }: DicomJsonAttribute, characterSet: DemoCharset): Buffer {
  if (InlineBinary !== undefined) return Buffer.from(InlineBinary, "base64");
  const numbers = NUMBERS[vr];
  if (numbers) return Buffer.from(numbers(Value).buffer);
  if (vr === "AT") return Buffer.concat(Value.map(tagBytes));
  const texts = Value.map((value) => textOf(value, vr));
  const text = texts.join("\\");
  return IN_CHARACTER_SET.has(vr) ? encodeText(text, characterSet, vr === "PN") : Buffer.from(text, "latin1");
}

/** Typed arrays have this machine's byte order, which is little-endian on everything that Node runs on here. */
const NUMBERS: Readonly<Record<string, (values: readonly unknown[]) => ArrayBufferView<ArrayBuffer>>> = {
  US: (values) => Uint16Array.from(values.map(Number)),
  SS: (values) => Int16Array.from(values.map(Number)),
  UL: (values) => Uint32Array.from(values.map(Number)),
  SL: (values) => Int32Array.from(values.map(Number)),
  FL: (values) => Float32Array.from(values.map(Number)),
  FD: (values) => Float64Array.from(values.map(Number)),
  UV: (values) => BigUint64Array.from(values.map((value) => BigInt(String(value)))),
  SV: (values) => BigInt64Array.from(values.map((value) => BigInt(String(value)))),
};

function tagBytes(value: unknown): Buffer {
  const tag = /^[0-9A-Fa-f]{8}$/.exec(String(value))?.[0];
  if (!tag) throw new RangeError("an AT value that is no tag");
  const bytes = Buffer.alloc(4);
  bytes.writeUInt16LE(Number.parseInt(tag.slice(0, 4), 16), 0);
  bytes.writeUInt16LE(Number.parseInt(tag.slice(4), 16), 2);
  return bytes;
}

function textOf(value: unknown, vr: string): string {
  if (vr === "PN") return nameText(value);
  if (vr === "DS" && typeof value === "number") return decimalText(value);
  return value === null || value === undefined ? "" : String(value);
}

/** A number in the 16 characters of a Decimal String (PS3.5 §6.2), with all the digits that find room. */
function decimalText(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError("a DS value that is no number");
  let text = String(value);
  for (let digits = 16; text.length > 16; digits--) text = String(Number(value.toPrecision(digits)));
  return text;
}

function nameText(value: unknown): string {
  const groups = (value ?? {}) as Readonly<Record<string, string | undefined>>;
  return [groups.Alphabetic, groups.Ideographic, groups.Phonetic]
    .map((group) => group ?? "")
    .join("=")
    .replace(/=+$/, "");
}

function padded(bytes: Buffer, vr: string): Buffer {
  return bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.from(PADDED_WITH_NUL.has(vr) ? "\0" : " ")]);
}
