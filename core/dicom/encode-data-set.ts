import type { DemoCharset } from "../demo/text-encoder.ts";
import type { DicomJsonAttribute, DicomJsonDataSet } from "./dicom-json.ts";
import { valueBytes } from "./encode-values.ts";

export interface DataSetEncoding {
  readonly isImplicitVr: boolean;
  /** Of the texts; stands in (0008,0005) of what is encoded, whatever the data set says there. */
  readonly characterSet: DemoCharset;
  readonly isBigEndian?: boolean;
}

/** Bytes that are somewhere else until they are written. */
export interface Bulk {
  readonly byteLength: number;
}

/** The value of an element that is not in the data set itself: its bytes, or the frames of encapsulated pixel data. */
export type BulkValue<B extends Bulk> = { readonly value: B } | { readonly frames: readonly B[] };

/** Asked for each attribute with a BulkDataURI; one that it does not know is written empty. */
export type BulkOf<B extends Bulk> = (uri: string, tag: string) => BulkValue<B> | undefined;

/** A data set as it is to be written, in order; even in all its lengths. */
export type DataSetPieces<B extends Bulk> = readonly (Buffer | B)[];

const LONG_LENGTH = new Set(["OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"]);
const PADDED_WITH_NUL = new Set(["UI", "OB", "UN"]);
const MAX_DEPTH = 64;
const UNDEFINED_LENGTH = 0xffffffff;
const ITEM = "FFFEE000";
const SEQUENCE_DELIMITER = "FFFEE0DD";
const NUL = Buffer.from("\0");
const BLANK = Buffer.from(" ");

/**
 * A small data set (an identifier, never pixels) of the DICOM JSON model as bytes: ascending tags, sequences and items of
 * defined length. Throws RangeError for a text that the character set does not hold or a value too long for its VR.
 */
export function encodeDataSet(dataSet: DicomJsonDataSet, encoding: DataSetEncoding): Buffer {
  return encodeElements(withCharacterSet(dataSet, encoding), encoding);
}

/** Some elements of a data set, or of an item, as they are. Throws RangeError as `encodeDataSet` does, and beyond a depth. */
export function encodeElements(dataSet: DicomJsonDataSet, encoding: DataSetEncoding): Buffer {
  return Buffer.concat(elements<Buffer>(dataSet, encoding, () => undefined, 0));
}

/** As `encodeDataSet`, with bulk values where `bulkOf` gives them. */
export function encodePieces<B extends Bulk>(
  dataSet: DicomJsonDataSet,
  encoding: DataSetEncoding,
  bulkOf: BulkOf<B>,
): DataSetPieces<B> {
  return elements(withCharacterSet(dataSet, encoding), encoding, bulkOf, 0);
}

function withCharacterSet(dataSet: DicomJsonDataSet, { characterSet }: DataSetEncoding): DicomJsonDataSet {
  return { ...dataSet, "00080005": { vr: "CS", Value: characterSet.split("\\") } };
}

function elements<B extends Bulk>(
  dataSet: DicomJsonDataSet,
  encoding: DataSetEncoding,
  bulkOf: BulkOf<B>,
  depth: number,
): DataSetPieces<B> {
  if (depth > MAX_DEPTH) throw new RangeError("items within items within items");
  const tags = Object.keys(dataSet).sort();
  return tags.flatMap((tag) => element(tag, dataSet[tag] as DicomJsonAttribute, encoding, bulkOf, depth));
}

function element<B extends Bulk>(
  tag: string,
  attribute: DicomJsonAttribute,
  encoding: DataSetEncoding,
  bulkOf: BulkOf<B>,
  depth: number,
): DataSetPieces<B> {
  const { vr, BulkDataURI } = attribute;
  const bulk = BulkDataURI === undefined ? undefined : bulkOf(BulkDataURI, tag);
  if (bulk && "frames" in bulk)
    return [elementHead(tag, "OB", UNDEFINED_LENGTH, encoding), ...fragments(bulk.frames, encoding)];
  const value =
    vr === "SQ"
      ? items(attribute, encoding, bulkOf, depth)
      : padded<B>(bulk ? bulk.value : valueBytes(attribute, encoding), vr);
  return [elementHead(tag, vr, definedLength(value), encoding), ...value];
}

function elementHead(tag: string, vr: string, length: number, encoding: DataSetEncoding): Buffer {
  const { isImplicitVr, isBigEndian = false } = encoding;
  const hasLongLength = isImplicitVr || LONG_LENGTH.has(vr);
  if (!hasLongLength && length > 0xffff) throw new RangeError(`value of ${tag} is too long for ${vr}`);
  const head = Buffer.alloc(!isImplicitVr && hasLongLength ? 12 : 8);
  const put = numberWriter(head, isBigEndian);
  putTag(tag, put);
  if (!isImplicitVr) head.write(vr, 4, "latin1");
  if (hasLongLength) put(length, head.length - 4, 4);
  else put(length, 6, 2);
  return head;
}

function items<B extends Bulk>(
  { Value = [] }: DicomJsonAttribute,
  encoding: DataSetEncoding,
  bulkOf: BulkOf<B>,
  depth: number,
): DataSetPieces<B> {
  return Value.flatMap((item) => {
    const body = elements((item ?? {}) as DicomJsonDataSet, encoding, bulkOf, depth + 1);
    return [itemHead(ITEM, definedLength(body), encoding), ...body];
  });
}

/**
 * Each frame is one fragment, after a Basic Offset Table, whose offsets are from the first byte of the first item after it
 * (PS3.5 §A.4). One frame needs none, and an image of more than 4 GiB has no room in one of 32 bits.
 */
function fragments<B extends Bulk>(frames: readonly B[], encoding: DataSetEncoding): DataSetPieces<B> {
  const offsets: number[] = [];
  let end = 0;
  const each = frames.flatMap((frame) => {
    const body = padded<B>(frame, "OB");
    offsets.push(end);
    end += 8 + definedLength(body);
    return [itemHead(ITEM, definedLength(body), encoding), ...body];
  });
  const hasTable = frames.length > 1 && (offsets.at(-1) ?? 0) < UNDEFINED_LENGTH;
  const table = Buffer.alloc(hasTable ? offsets.length * 4 : 0);
  if (hasTable) for (const [i, offset] of offsets.entries()) table.writeUInt32LE(offset, i * 4);
  return [itemHead(ITEM, table.length, encoding), table, ...each, itemHead(SEQUENCE_DELIMITER, 0, encoding)];
}

function itemHead(tag: string, length: number, { isBigEndian = false }: DataSetEncoding): Buffer {
  const head = Buffer.alloc(8);
  const put = numberWriter(head, isBigEndian);
  putTag(tag, put);
  put(length, 4, 4);
  return head;
}

type PutNumber = (value: number, at: number, length: number) => void;

function numberWriter(bytes: Buffer, isBigEndian: boolean): PutNumber {
  return (value, at, length) =>
    void (isBigEndian ? bytes.writeUIntBE(value, at, length) : bytes.writeUIntLE(value, at, length));
}

function putTag(tag: string, put: PutNumber): void {
  put(Number.parseInt(tag.slice(0, 4), 16), 0, 2);
  put(Number.parseInt(tag.slice(4), 16), 2, 2);
}

function padded<B extends Bulk>(value: Buffer | B, vr: string): DataSetPieces<B> {
  if (value.byteLength % 2 === 0) return [value];
  return [value, PADDED_WITH_NUL.has(vr) ? NUL : BLANK];
}

/** Throws RangeError for what would read as of undefined length, and for more. */
function definedLength(pieces: DataSetPieces<Bulk>): number {
  const length = pieces.reduce((sum, { byteLength }) => sum + byteLength, 0);
  if (length >= UNDEFINED_LENGTH) throw new RangeError("a value of 4 GiB and more");
  return length;
}
