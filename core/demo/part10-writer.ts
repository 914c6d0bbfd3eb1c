import { type DemoCharset, encodeText } from "./text-encoder.ts";

type TextVr =
  | "AE"
  | "AS"
  | "CS"
  | "DA"
  | "DS"
  | "DT"
  | "IS"
  | "LO"
  | "LT"
  | "PN"
  | "SH"
  | "ST"
  | "TM"
  | "UC"
  | "UI"
  | "UR"
  | "UT";
type NumberVr = "AT" | "FD" | "FL" | "SL" | "SS" | "UL" | "US";

/** One data element: tag as 0xggggeeee, VR, value. A list is a value of multiplicity > 1; an empty string is a value of length 0. */
export type DicomRow =
  | readonly [tag: number, vr: TextVr, value: string | number | readonly (string | number)[]]
  | readonly [tag: number, vr: NumberVr, value: number | readonly number[]]
  | readonly [tag: number, vr: "OB" | "OW" | "UN", value: Uint8Array]
  | readonly [tag: number, vr: "SQ", items: readonly DicomRows[]];

export type DicomRows = readonly DicomRow[];

interface Part10Options {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  /** In what the text values are encoded. What the instance says of it is the row (0008,0005), which may be made to lie. */
  readonly charset: DemoCharset;
  readonly rows: DicomRows;
}

const EXPLICIT_VR_LITTLE_ENDIAN = "1.2.840.10008.1.2.1";
const IMPLEMENTATION_CLASS_UID = "2.25.283186370206427914311346063426498127651";
const IMPLEMENTATION_VERSION_NAME = "HUB_DEMO_1";

/** VRs with a 32-bit length in explicit VR (PS3.5 §7.1.2). */
const LONG_VRS: ReadonlySet<string> = new Set(["OB", "OW", "SQ", "UC", "UN", "UR", "UT"]);
/** VRs that Specific Character Set governs (PS3.5 §6.1.2.2). */
const CHARSET_VRS: ReadonlySet<string> = new Set(["LO", "LT", "PN", "SH", "ST", "UC", "UT"]);
const NUMBER_BYTES: Readonly<Record<NumberVr, number>> = { AT: 4, FD: 8, FL: 4, SL: 4, SS: 2, UL: 4, US: 2 };

function numberBytes(vr: NumberVr, value: number | readonly number[]): Buffer {
  const numbers = typeof value === "number" ? [value] : value;
  const width = NUMBER_BYTES[vr];
  const bytes = Buffer.alloc(numbers.length * width);
  numbers.forEach((number, index) => {
    const at = index * width;
    if (vr === "AT") {
      bytes.writeUInt16LE(number >>> 16, at);
      bytes.writeUInt16LE(number & 0xffff, at + 2);
    } else if (vr === "FD") bytes.writeDoubleLE(number, at);
    else if (vr === "FL") bytes.writeFloatLE(number, at);
    else if (vr === "SL") bytes.writeInt32LE(number, at);
    else if (vr === "SS") bytes.writeInt16LE(number, at);
    else if (vr === "UL") bytes.writeUInt32LE(number, at);
    else bytes.writeUInt16LE(number, at);
  });
  return bytes;
}

/** DS holds at most 16 bytes (PS3.5 table 6.2-1): round to 6 decimals, plain notation. */
function textOf(vr: TextVr, value: string | number): string {
  return vr === "DS" && typeof value === "number" ? String(Number(value.toFixed(6))) : String(value);
}

function textBytes(vr: TextVr, value: string | number | readonly (string | number)[], charset: DemoCharset): Buffer {
  const text =
    typeof value === "string" || typeof value === "number"
      ? textOf(vr, value)
      : value.map((each) => textOf(vr, each)).join("\\");
  return CHARSET_VRS.has(vr) ? encodeText(text, charset, vr === "PN") : Buffer.from(text, "latin1");
}

function sequenceChunks(items: readonly DicomRows[], charset: DemoCharset): Uint8Array[] {
  return items.flatMap((rows) => {
    const content = dataSetChunks(rows, charset);
    const header = Buffer.alloc(8);
    header.writeUInt16LE(0xfffe, 0);
    header.writeUInt16LE(0xe000, 2);
    header.writeUInt32LE(byteLength(content), 4);
    return [header, ...content];
  });
}

function valueChunks(row: DicomRow, charset: DemoCharset): Uint8Array[] {
  switch (row[1]) {
    case "SQ":
      return sequenceChunks(row[2], charset);
    case "OB":
    case "OW":
    case "UN":
      return [row[2]];
    case "AT":
    case "FD":
    case "FL":
    case "SL":
    case "SS":
    case "UL":
    case "US":
      return [numberBytes(row[1], row[2])];
    default:
      return [textBytes(row[1], row[2], charset)];
  }
}

function byteLength(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.length, 0);
}

function elementChunks(row: DicomRow, charset: DemoCharset): Uint8Array[] {
  const [tag, vr] = row;
  const value = valueChunks(row, charset);
  const isBinary = vr === "UI" || vr === "OB" || vr === "UN";
  if (byteLength(value) % 2 === 1) value.push(Uint8Array.of(isBinary ? 0 : 0x20));
  const length = byteLength(value);
  const isLong = LONG_VRS.has(vr);
  const header = Buffer.alloc(isLong ? 12 : 8);
  header.writeUInt16LE(tag >>> 16, 0);
  header.writeUInt16LE(tag & 0xffff, 2);
  header.write(vr, 4, "latin1");
  if (isLong) header.writeUInt32LE(length, 8);
  else header.writeUInt16LE(length, 6);
  return [header, ...value];
}

function dataSetChunks(rows: DicomRows, charset: DemoCharset): Uint8Array[] {
  const inTagOrder = [...rows].sort((a, b) => a[0] - b[0]);
  return inTagOrder.flatMap((row) => elementChunks(row, charset));
}

/** A Part 10 file (PS3.10 §7.1) in Explicit VR Little Endian. The rows may come in any order. */
export function writePart10({ sopClassUid, sopInstanceUid, charset, rows }: Part10Options): Buffer {
  const meta = dataSetChunks(
    [
      [0x00020001, "OB", Uint8Array.of(0, 1)],
      [0x00020002, "UI", sopClassUid],
      [0x00020003, "UI", sopInstanceUid],
      [0x00020010, "UI", EXPLICIT_VR_LITTLE_ENDIAN],
      [0x00020012, "UI", IMPLEMENTATION_CLASS_UID],
      [0x00020013, "SH", IMPLEMENTATION_VERSION_NAME],
    ],
    charset,
  );
  const groupLength = dataSetChunks([[0x00020000, "UL", byteLength(meta)]], charset);
  const preamble = Buffer.alloc(132);
  preamble.write("DICM", 128, "latin1");
  return Buffer.concat([preamble, ...groupLength, ...meta, ...dataSetChunks(rows, charset)]);
}
