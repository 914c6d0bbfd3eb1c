/** Encodings by Defined Term of Specific Character Set (PS3.3 C.12.1.1.2). */
const ENCODINGS: Readonly<Record<string, string>> = {
  "ISO_IR 192": "utf-8",
  GB18030: "gb18030",
  GBK: "gb18030",
  "ISO_IR 58": "gb18030",
  "ISO_IR 13": "shift_jis",
  "ISO_IR 87": "iso-2022-jp",
  "ISO_IR 159": "iso-2022-jp",
  "ISO_IR 149": "euc-kr",
  "ISO_IR 101": "iso-8859-2",
  "ISO_IR 109": "iso-8859-3",
  "ISO_IR 110": "iso-8859-4",
  "ISO_IR 144": "iso-8859-5",
  "ISO_IR 127": "iso-8859-6",
  "ISO_IR 126": "iso-8859-7",
  "ISO_IR 138": "iso-8859-8",
  "ISO_IR 148": "iso-8859-9",
  "ISO_IR 203": "iso-8859-15",
  "ISO_IR 166": "windows-874",
};

const ESCAPE = 0x1b;

/** `characterSet` is the value of (0008,0005), components separated by a backslash; empty = the default repertoire. */
export function decodeDicomText(bytes: Uint8Array, characterSet: string): string {
  if (bytes.every((byte) => byte < 0x80 && byte !== ESCAPE)) return ascii(bytes);
  const terms = characterSet.split("\\").map((term) => term.trim().replace(/^ISO 2022 IR /, "ISO_IR "));
  const encoding = terms.map((term) => ENCODINGS[term]).find((found) => found !== undefined);
  if (encoding === "iso-2022-jp") return decode(bytes, encoding);
  if (encoding) return decode(withoutEscapes(bytes), encoding);
  return decode(bytes, unlabelledEncoding(bytes));
}

/**
 * Not labelled, or labelled Latin-1: in the field that is often UTF-8 or GBK. Latin letters with accents stand alone between
 * ASCII letters, Chinese characters in GB 2312 are pairs of bytes from A1 up.
 */
function unlabelledEncoding(bytes: Uint8Array): string {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return "utf-8";
  } catch {
    return /^(?:[\0-\x7f]|[\xa1-\xf7][\xa1-\xfe])*$/.test(ascii(bytes)) ? "gb18030" : "windows-1252";
  }
}

/** ISO 2022 escapes that switch G1 (ESC $ ) A and the like): the bytes behind them are what the EUC encodings have. */
function withoutEscapes(bytes: Uint8Array): Uint8Array {
  const kept: number[] = [];
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index] ?? 0;
    if (byte !== ESCAPE) {
      kept.push(byte);
      continue;
    }
    while (index + 1 < bytes.length && (bytes[index + 1] ?? 0) >= 0x20 && (bytes[index + 1] ?? 0) <= 0x2f) index += 1;
    index += 1; // the final byte
  }
  return Uint8Array.from(kept);
}

function decode(bytes: Uint8Array, encoding: string): string {
  return new TextDecoder(encoding).decode(bytes);
}

function ascii(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
