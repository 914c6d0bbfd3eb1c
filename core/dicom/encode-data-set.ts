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
const PADDED_WITH_NUL = new Set(["UI", "OB", "UN"]);

/**
 * A small data set (an identifier, never pixels) of the DICOM JSON model as bytes: Little Endian, ascending tags, sequences
 * and items of defined length. Throws RangeError for a text that the character set does not hold or a value too long for
 * its VR.
 */
export function encodeDataSet(dataSet: DicomJsonDataSet, encoding: DataSetEncoding): Buffer {
  return encodeElements({ ...dataSet, "00080005": { vr: "CS", Value: encoding.characterSet.split("\\") } }, encoding);
}

/** Elements as they stand within a data set: the character set is said elsewhere. */
export function encodeElements(dataSet: DicomJsonDataSet, encoding: DataSetEncoding): Buffer {
  const tags = Object.keys(dataSet).sort();
  return Buffer.concat(tags.map((tag) => element(tag, dataSet[tag] as DicomJsonAttribute, encoding)));
}

function element(tag: string, attribute: DicomJsonAttribute, encoding: DataSetEncoding): Buffer {
  const { vr } = attribute;
  const value = vr === "SQ" ? items(attribute, encoding) : padded(bytesOf(attribute, encoding.characterSet), vr);
  const hasLongLength = encoding.isImplicitVr || LONG_LENGTH.has(vr);
  if (!hasLongLength && value.length > 0xffff) throw new RangeError(`value of ${tag} is too long for ${vr}`);
  const head = Buffer.alloc(!encoding.isImplicitVr && hasLongLength ? 12 : 8);
  const put = numberWriter(head, encoding);
  put(Number.parseInt(tag.slice(0, 4), 16), 0, 2);
  put(Number.parseInt(tag.slice(4), 16), 2, 2);
  if (!encoding.isImplicitVr) head.write(vr, 4, "latin1");
  if (hasLongLength) put(value.length, head.length - 4, 4);
  else put(value.length, 6, 2);
  return Buffer.concat([head, value]);
}

function numberWriter(bytes: Buffer, { isBigEndian = false }: DataSetEncoding) {
  return (value: number, at: number, length: number) =>
    isBigEndian ? bytes.writeUIntBE(value, at, length) : bytes.writeUIntLE(value, at, length);
}

function items({ Value = [] }: DicomJsonAttribute, encoding: DataSetEncoding): Buffer {
  return Buffer.concat(
    Value.flatMap((item) => {
      const body = encodeElements(item as DicomJsonDataSet, encoding);
      const head = Buffer.alloc(8);
      const put = numberWriter(head, encoding);
      put(0xfffe, 0, 2);
      put(0xe000, 2, 2);
      put(body.length, 4, 4);
      return [head, body];
    }),
  );
}

function bytesOf({ vr, Value = [] }: DicomJsonAttribute, characterSet: DemoCharset): Buffer {
  if (vr === "US") return Buffer.from(Uint16Array.from(Value.map(Number)).buffer);
  const texts = Value.map((value) => (vr === "PN" ? nameText(value) : value === null ? "" : String(value)));
  const text = texts.join("\\");
  return IN_CHARACTER_SET.has(vr) ? encodeText(text, characterSet, vr === "PN") : Buffer.from(text, "latin1");
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
