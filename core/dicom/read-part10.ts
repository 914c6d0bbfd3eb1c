import { constants, inflateRawSync } from "node:zlib";
import dicomParser, { type ByteStream, type DataSet, type Element } from "dicom-parser";
import { DomainError } from "../errors.ts";
import { DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_BIG_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN, isUid } from "./uid.ts";

/** So much of a file is read as its header at most; a deflated one may unfold to four times that. */
export const HEADER_LIMIT_BYTES = 8 * 1024 * 1024;

const PIXEL_DATA = "x7fe00010";
const PIXEL_DATA_TAGS = [PIXEL_DATA, "x7fe00008", "x7fe00009"] as const;
/** VRs with a 32-bit length that came after dicom-parser (PS3.5 §7.1.2): it would read their length as 16 bits. */
const LATE_VRS = new Set(["OV", "SV", "UV"]);

export interface Part10Header {
  readonly dataSet: DataSet;
  readonly transferSyntaxUid: string;
  /** Where the data set begins: all before it is preamble and group 0002. */
  readonly dataSetOffset: number;
  /** Where the pixel data element's value begins, in the file; null where there is none or the data set is deflated. */
  readonly pixelDataOffset: number | null;
  /** Bytes the pixel data element says it has; null when its length is undefined (encapsulated) or there is none. */
  readonly pixelDataLength: number | null;
  /** The head ended before the data set did, or may have: elements after that point are not in `dataSet`. */
  readonly cut: boolean;
}

/** dicom-parser's own class, which its type declarations give as an interface only. */
const { DataSet: ParsedDataSet } = dicomParser as unknown as {
  readonly DataSet: new (parser: ByteArrayParser, bytes: Uint8Array, elements: DataSet["elements"]) => DataSet;
};
type ByteArrayParser = typeof dicomParser.littleEndianByteArrayParser;

/**
 * Reads a Part 10 file's header up to the pixel data from the head of the file; `whole` when the head is all of it.
 * Throws `dicom-unreadable` or `dicom-truncated` for what is not DICOM or ends too soon, never anything else. Lengths and
 * nesting are bounded by the head's size.
 */
export function readPart10(head: Uint8Array, whole: boolean): Part10Header {
  const { transferSyntaxUid, dataSetOffset } = readMeta(head);
  const deflated = transferSyntaxUid === DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN;
  const bytes = deflated ? inflated(head, dataSetOffset) : head;
  const parser =
    transferSyntaxUid === EXPLICIT_VR_BIG_ENDIAN
      ? dicomParser.bigEndianByteArrayParser
      : dicomParser.littleEndianByteArrayParser;
  const dataSet = new ParsedDataSet(parser, bytes, {});
  let broken: unknown = null;
  try {
    const stream = new dicomParser.ByteStream(parser, bytes as Buffer, dataSetOffset);
    const explicit = transferSyntaxUid !== IMPLICIT_VR_LITTLE_ENDIAN;
    while (stream.position < bytes.length) {
      const element = explicit
        ? readExplicit(stream, dataSet)
        : dicomParser.readDicomElementImplicit(stream, PIXEL_DATA);
      dataSet.elements[element.tag] = element;
      if (element.tag === PIXEL_DATA) break;
      if (stream.position > bytes.length) throw new Error("buffer overrun");
    }
  } catch (error) {
    broken = error;
  }
  const pixelData = PIXEL_DATA_TAGS.map((tag) => dataSet.elements[tag]).find((element) => element !== undefined);
  if (broken !== null && !pixelData && whole) throw damaged(broken);
  if (broken !== null && !dataSet.elements.x00080018) throw damaged(broken);
  return {
    dataSet,
    transferSyntaxUid,
    dataSetOffset,
    pixelDataOffset: pixelData && !deflated ? pixelData.dataOffset : null,
    pixelDataLength: pixelData && !deflated && pixelData.hadUndefinedLength !== true ? pixelData.length : null,
    cut: !pixelData && (broken !== null || !whole),
  };
}

function readExplicit(stream: ByteStream, dataSet: DataSet): Element {
  const at = stream.position;
  const tag = dicomParser.readTag(stream);
  const vr = stream.readFixedString(2);
  if (!LATE_VRS.has(vr)) {
    stream.seek(at - stream.position);
    return dicomParser.readDicomElementExplicit(stream, dataSet.warnings, PIXEL_DATA);
  }
  stream.seek(2);
  const length = stream.readUint32();
  const element = { tag, vr, length, dataOffset: stream.position };
  stream.seek(length);
  return element;
}

function damaged(error: unknown): DomainError {
  return new DomainError(
    /overrun|past end|end of/i.test(String(error)) ? "dicom-truncated" : "dicom-unreadable",
    {},
    { cause: error },
  );
}

/** Group 0002 alone, read by hand: its length is checked against the head before anything is believed. */
function readMeta(head: Uint8Array): { transferSyntaxUid: string; dataSetOffset: number } {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  if (bytes.length < 144 || bytes.toString("latin1", 128, 132) !== "DICM") throw new DomainError("dicom-unreadable");
  let at = 132;
  let transferSyntaxUid = "";
  while (at + 8 <= bytes.length && bytes.readUInt16LE(at) === 0x0002) {
    const long = /^(OB|OW|SQ|UN|UT)$/.test(bytes.toString("latin1", at + 4, at + 6));
    if (long && at + 12 > bytes.length) break;
    const length = long ? bytes.readUInt32LE(at + 8) : bytes.readUInt16LE(at + 6);
    const value = at + (long ? 12 : 8);
    if (value + length > bytes.length) throw new DomainError("dicom-truncated");
    if (bytes.readUInt16LE(at + 2) === 0x0010)
      transferSyntaxUid = bytes.toString("latin1", value, value + length).replace(/[\0 ]+$/, "");
    at = value + length;
  }
  if (!isUid(transferSyntaxUid)) throw new DomainError("dicom-unreadable");
  return { transferSyntaxUid, dataSetOffset: at };
}

/** The file with its data set unfolded (PS3.5 §A.5); what a cut head gives of it. */
function inflated(head: Uint8Array, dataSetOffset: number): Uint8Array {
  try {
    const body = inflateRawSync(head.subarray(dataSetOffset), {
      finishFlush: constants.Z_SYNC_FLUSH,
      maxOutputLength: 4 * HEADER_LIMIT_BYTES,
    });
    return Buffer.concat([head.subarray(0, dataSetOffset), body]);
  } catch (error) {
    throw new DomainError("dicom-unreadable", {}, { cause: error });
  }
}
