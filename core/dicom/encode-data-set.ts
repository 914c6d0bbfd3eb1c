import type { DemoCharset } from "../demo/text-encoder.ts";
import type { DicomJsonAttribute, DicomJsonDataSet } from "./dicom-json.ts";
import { valueBytes } from "./encode-values.ts";

export interface DataSetEncoding {
  readonly isImplicitVr: boolean;
  /** Of the texts; stands in (0008,0005) of what is encoded, whatever the data set says there. */
  readonly characterSet: DemoCharset;
}

/** Bytes that are somewhere else until they are written. */
export interface Bulk {
  readonly byteLength: number;
}

/** The value of an element that is not in the data set itself: its bytes, or the frames of encapsulated pixel data. */
export type BulkValue<B extends Bulk> = { readonly value: B } | { readonly frames: readonly B[] };

/** A data set as it is to be written, in order; even in all its lengths. */
export interface DataSetPieces<B extends Bulk> {
  readonly pieces: readonly (Buffer | B)[];
  readonly byteLength: number;
}

const LONG_LENGTH = new Set(["OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"]);
const PADDED_WITH_NUL = new Set(["UI", "OB", "UN"]);
const UNDEFINED_LENGTH = 0xffffffff;
const PIXEL_DATA = "7FE00010";
const ITEM = [0xfe, 0xff, 0x00, 0xe0] as const;
const SEQUENCE_DELIMITER = [0xfe, 0xff, 0xdd, 0xe0] as const;
const NUL = Buffer.from("\0");
const BLANK = Buffer.from(" ");

/**
 * A small data set (an identifier, never pixels) of the DICOM JSON model as bytes: Little Endian, ascending tags, sequences
 * and items of defined length. Throws RangeError for a text that the character set does not hold or a value too long for
 * its VR.
 */
export function encodeDataSet(dataSet: DicomJsonDataSet, encoding: DataSetEncoding): Buffer {
  const { pieces } = encodePieces<Buffer>(dataSet, encoding, () => undefined);
  return Buffer.concat(pieces);
}

/**
 * As `encodeDataSet`, with bulk values where `bulkOf` gives them, which is asked for each attribute with a BulkDataURI; one
 * that it does not know is written empty. Frames become items after a Basic Offset Table (PS3.5 §A.4).
 */
export function encodePieces<B extends Bulk>(
  dataSet: DicomJsonDataSet,
  encoding: DataSetEncoding,
  bulkOf: (uri: string, tag: string) => BulkValue<B> | undefined,
): DataSetPieces<B> {
  return encodeLevel(
    { ...dataSet, "00080005": { vr: "CS", Value: encoding.characterSet.split("\\") } },
    encoding,
    bulkOf,
  );
}

type BulkOf<B extends Bulk> = (uri: string, tag: string) => BulkValue<B> | undefined;

function encodeLevel<B extends Bulk>(dataSet: DicomJsonDataSet, encoding: DataSetEncoding, bulkOf: BulkOf<B>) {
  const tags = Object.keys(dataSet).sort();
  return joined(tags.map((tag) => element(tag, dataSet[tag] as DicomJsonAttribute, encoding, bulkOf)));
}

function element<B extends Bulk>(
  tag: string,
  attribute: DicomJsonAttribute,
  encoding: DataSetEncoding,
  bulkOf: BulkOf<B>,
): DataSetPieces<B> {
  const { vr, BulkDataURI } = attribute;
  const bulk = BulkDataURI === undefined ? undefined : bulkOf(BulkDataURI, tag);
  if (bulk && "frames" in bulk) {
    const head = elementHead(PIXEL_DATA, "OB", UNDEFINED_LENGTH, encoding);
    return joined([whole<B>(head), ...fragments(bulk.frames)]);
  }
  const value =
    vr === "SQ"
      ? items(attribute, encoding, bulkOf)
      : padded<B>(bulk ? bulk.value : valueBytes(attribute, encoding.characterSet), vr);
  return joined([whole<B>(elementHead(tag, vr, value.byteLength, encoding)), value]);
}

function elementHead(tag: string, vr: string, length: number, { isImplicitVr }: DataSetEncoding): Buffer {
  const hasLongLength = isImplicitVr || LONG_LENGTH.has(vr);
  if (!hasLongLength && length > 0xffff) throw new RangeError(`value of ${tag} is too long for ${vr}`);
  const head = Buffer.alloc(!isImplicitVr && hasLongLength ? 12 : 8);
  head.writeUInt16LE(Number.parseInt(tag.slice(0, 4), 16), 0);
  head.writeUInt16LE(Number.parseInt(tag.slice(4), 16), 2);
  if (!isImplicitVr) head.write(vr, 4, "latin1");
  if (hasLongLength) head.writeUInt32LE(length, head.length - 4);
  else head.writeUInt16LE(length, 6);
  return head;
}

function items<B extends Bulk>({ Value = [] }: DicomJsonAttribute, encoding: DataSetEncoding, bulkOf: BulkOf<B>) {
  return joined(
    Value.flatMap((item) => {
      const body = encodeLevel(item as DicomJsonDataSet, encoding, bulkOf);
      return [whole<B>(itemHead(ITEM, body.byteLength)), body];
    }),
  );
}

/** The offsets are from the first byte of the first item after the table (PS3.5 §A.4); one frame needs none. */
function fragments<B extends Bulk>(frames: readonly B[]): DataSetPieces<B>[] {
  const table = Buffer.alloc(frames.length > 1 ? frames.length * 4 : 0);
  let offset = 0;
  const each = frames.map((frame, i) => {
    const body = padded<B>(frame, "OB");
    // an image of more than 4 GiB has no place in a table of 32 bits, and needs none: it has one item a frame
    if (i * 4 < table.length && offset <= 0xffffffff) table.writeUInt32LE(offset, i * 4);
    offset += 8 + body.byteLength;
    return joined([whole<B>(itemHead(ITEM, body.byteLength)), body]);
  });
  const offsets = offset <= 0xffffffff ? table : Buffer.alloc(0);
  return [
    whole<B>(Buffer.concat([itemHead(ITEM, offsets.length), offsets])),
    ...each,
    whole<B>(itemHead(SEQUENCE_DELIMITER, 0)),
  ];
}

function itemHead(tag: readonly number[], length: number): Buffer {
  const head = Buffer.from([...tag, 0, 0, 0, 0]);
  head.writeUInt32LE(length, 4);
  return head;
}

function whole<B extends Bulk>(bytes: Buffer): DataSetPieces<B> {
  return { pieces: [bytes], byteLength: bytes.length };
}

function padded<B extends Bulk>(value: Buffer | B, vr: string): DataSetPieces<B> {
  if (value.byteLength % 2 === 0) return { pieces: [value], byteLength: value.byteLength };
  return { pieces: [value, PADDED_WITH_NUL.has(vr) ? NUL : BLANK], byteLength: value.byteLength + 1 };
}

function joined<B extends Bulk>(parts: readonly DataSetPieces<B>[]): DataSetPieces<B> {
  return {
    pieces: parts.flatMap(({ pieces }) => pieces),
    byteLength: parts.reduce((sum, { byteLength }) => sum + byteLength, 0),
  };
}
