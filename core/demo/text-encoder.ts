/** Character sets a demo instance can be written in: the values of Specific Character Set (0008,0005), PS3.3 C.12.1.1.2. */
export type DemoCharset = "ISO_IR 192" | "GB18030" | "GBK" | "\\ISO 2022 IR 58";

/** Designates GB 2312 as G1 (PS3.3 table C.12-4, PS3.5 K.2). */
const ESCAPE_GB2312_TO_G1 = [0x1b, 0x24, 0x29, 0x41];
/** First linear index of the four-byte codes for U+10000 and up in GB 18030. */
const SUPPLEMENTARY_FROM = 189000;
/** Four-byte codes below this linear index stand for characters of the Basic Multilingual Plane. */
const BMP_FOUR_BYTE_CODES = 39420;

interface GbTables {
  readonly twoByte: ReadonlyMap<number, number>;
  readonly fourByte: ReadonlyMap<number, number>;
}

let tables: GbTables | undefined;

function fourBytes(linear: number): number[] {
  return [
    0x81 + Math.floor(linear / 12600),
    0x30 + (Math.floor(linear / 1260) % 10),
    0x81 + (Math.floor(linear / 10) % 126),
    0x30 + (linear % 10),
  ];
}

/** Node decodes GB 18030 but encodes only UTF-8, so the encoder is the decoder turned round, made when first needed. */
function gbTables(): GbTables {
  if (tables) return tables;
  const decoder = new TextDecoder("gb18030");
  const twoByte = new Map<number, number>();
  for (let lead = 0x81; lead <= 0xfe; lead++) {
    for (let trail = 0x40; trail <= 0xfe; trail++) {
      if (trail === 0x7f) continue;
      const decoded = decoder.decode(Uint8Array.of(lead, trail));
      const point = decoded.codePointAt(0) ?? 0xfffd;
      // One code point only: a pair that is no character decodes to the replacement character, or to two.
      if (point !== 0xfffd && decoded.length === 1 && !twoByte.has(point)) twoByte.set(point, (lead << 8) | trail);
    }
  }
  const fourByte = new Map<number, number>();
  for (let linear = 0; linear < BMP_FOUR_BYTE_CODES; linear++) {
    const point = decoder.decode(Uint8Array.from(fourBytes(linear))).codePointAt(0) ?? 0xfffd;
    if (point !== 0xfffd && !twoByte.has(point)) fourByte.set(point, linear);
  }
  tables = { twoByte, fourByte };
  return tables;
}

function gbBytes(character: string, charset: "GB18030" | "GBK" | "GB2312"): number[] {
  const point = character.codePointAt(0) ?? 0;
  if (point < 0x80) return [point];
  const { twoByte, fourByte } = gbTables();
  const pair = twoByte.get(point);
  if (pair !== undefined) {
    const [lead, trail] = [pair >> 8, pair & 0xff];
    const inGb2312 = lead >= 0xa1 && lead <= 0xf7 && trail >= 0xa1;
    if (charset !== "GB2312" || inGb2312) return [lead, trail];
  } else if (charset === "GB18030") {
    const linear = point >= 0x10000 ? SUPPLEMENTARY_FROM + point - 0x10000 : fourByte.get(point);
    if (linear !== undefined) return fourBytes(linear);
  }
  throw new RangeError(`U+${point.toString(16).toUpperCase()} is not in ${charset}`);
}

/** With code extensions the designation ends at each delimiter (PS3.5 §6.1.2.5.3), so every part says it anew. */
function iso2022Ir58Bytes(text: string, delimiters: string): number[] {
  const bytes: number[] = [];
  let designated = false;
  for (const character of text) {
    if (delimiters.includes(character)) designated = false;
    const encoded = gbBytes(character, "GB2312");
    if (encoded.length > 1 && !designated) {
      bytes.push(...ESCAPE_GB2312_TO_G1);
      designated = true;
    }
    bytes.push(...encoded);
  }
  return bytes;
}

/** Bytes of `text` in `charset`. Throws a RangeError for a character that the set does not hold. */
export function encodeText(text: string, charset: DemoCharset, isPersonName: boolean): Buffer {
  if (charset === "ISO_IR 192") return Buffer.from(text, "utf8");
  if (charset === "\\ISO 2022 IR 58") {
    return Buffer.from(iso2022Ir58Bytes(text, isPersonName ? "\\^=\r\n\f\t" : "\\\r\n\f\t"));
  }
  return Buffer.from([...text].flatMap((character) => gbBytes(character, charset)));
}
