import { guessMislabelled } from "./character-set-guess.ts";

/** What delimits values inside the text: PS3.5 §6.1.2.5.3 resets the code extensions at them. */
export type TextKind = "text" | "person-name";

/**
 * Text of a data element as Unicode, by its Specific Character Set (0008,0005) as it stands in the file (several values
 * with `\` between). The whole value is decoded before anyone splits it at `\`, `^` or `=`, because those bytes are
 * also second bytes of GBK, GB18030, Shift-JIS and JIS X 0208 characters. Padding (space, NUL) at the end is taken off.
 * Wrong labels of the field are seen through (`guessMislabelled`). Never throws: what cannot be read is U+FFFD.
 */
export function decodeText(bytes: Uint8Array, specificCharacterSet: string | undefined, kind: TextKind): string {
  const text = isPlainAscii(bytes) ? decodeAs("ascii", bytes) : decodeExtended(bytes, specificCharacterSet ?? "", kind);
  return withoutPadding(text);
}

/** A set that can be designated by an escape sequence: which half of the code it takes, and how its bytes are read. */
interface CodedSet {
  readonly half: "G0" | "G1";
  readonly bytesPerCharacter: 1 | 2;
  /** Label of the decoder (Encoding Standard) that reads these bytes once `lift` and `prefix` have been applied. */
  readonly decoder: string;
  /** Bytes of a 94×94 set in G0 are read by the EUC decoder, which wants the high bit. */
  readonly lift?: boolean;
  /** EUC-JP wants 8F before each character of JIS X 0212. */
  readonly prefix?: number;
}

const ascii: CodedSet = { half: "G0", bytesPerCharacter: 1, decoder: "ascii" };
const romaji: CodedSet = { half: "G0", bytesPerCharacter: 1, decoder: "shift_jis" };
const katakana: CodedSet = { half: "G1", bytesPerCharacter: 1, decoder: "shift_jis" };
const jisX0208: CodedSet = { half: "G0", bytesPerCharacter: 2, decoder: "euc-jp", lift: true };
const jisX0212: CodedSet = { half: "G0", bytesPerCharacter: 2, decoder: "euc-jp", lift: true, prefix: 0x8f };
const ksX1001: CodedSet = { half: "G1", bytesPerCharacter: 2, decoder: "euc-kr" };
const gb2312: CodedSet = { half: "G1", bytesPerCharacter: 2, decoder: "gb18030" };
const latin = (decoder: string): CodedSet => ({ half: "G1", bytesPerCharacter: 1, decoder });

/** Escape sequences without the ESC, PS3.3 tables C.12-3 and C.12-4; `$@` is the JIS X 0208 of 1978, still met. */
const ESCAPES: Readonly<Record<string, CodedSet>> = {
  "(B": ascii,
  "(J": romaji,
  ")I": katakana,
  $B: jisX0208,
  "$@": jisX0208,
  "$(D": jisX0212,
  "$)C": ksX1001,
  "$)A": gb2312,
  "-A": latin("iso-8859-1"),
  "-B": latin("iso-8859-2"),
  "-C": latin("iso-8859-3"),
  "-D": latin("iso-8859-4"),
  "-F": latin("iso-8859-7"),
  "-G": latin("iso-8859-6"),
  "-H": latin("iso-8859-8"),
  "-L": latin("iso-8859-5"),
  "-M": latin("windows-1254"),
  "-T": latin("windows-874"),
  "-b": latin("iso-8859-15"),
};

/** Registration number → the set it brings into G1 without an escape (first value), or by one (later values). */
const SETS: Readonly<Record<string, CodedSet>> = {
  "13": katakana,
  "58": gb2312,
  "100": latin("iso-8859-1"),
  "101": latin("iso-8859-2"),
  "109": latin("iso-8859-3"),
  "110": latin("iso-8859-4"),
  "126": latin("iso-8859-7"),
  "127": latin("iso-8859-6"),
  "138": latin("iso-8859-8"),
  "144": latin("iso-8859-5"),
  "148": latin("windows-1254"),
  "149": ksX1001,
  "166": latin("windows-874"),
  "203": latin("iso-8859-15"),
};

type Label =
  | { readonly whole: "utf-8" | "gb18030" }
  | { readonly set: CodedSet | undefined; readonly number: string | undefined };

/** One value of (0008,0005); spellings of the field (`ISO IR 100`, `GB2312`, `UTF-8`) are taken for what they mean. */
function readLabel(value: string): Label {
  const name = value.toUpperCase().replace(/[^A-Z0-9]/g, "");
  if (name === "ISOIR192" || name === "UTF8" || name === "ISO2022IR192") return { whole: "utf-8" };
  if (/^(GB18030|GBK|GB2312)/.test(name)) return { whole: "gb18030" };
  const number = /^ISO(?:2022)?IR(\d+)$/.exec(name)?.[1];
  return { set: number === undefined ? undefined : SETS[number], number };
}

function decodeExtended(bytes: Uint8Array, specificCharacterSet: string, kind: TextKind): string {
  const labels = specificCharacterSet.split("\\").map(readLabel);
  for (const label of labels) {
    // These two know no code extensions and stand alone; standing with others, they are still what the sender wrote in.
    if ("whole" in label) return guessMislabelled(bytes, label.whole) ?? decodeAs(label.whole, bytes);
  }
  if (bytes.includes(ESC)) return decodeWithEscapes(bytes, labels, kind);
  const [label] = labels.filter((one) => "set" in one);
  // Japanese senders write Shift-JIS under ISO_IR 13, its half-width part.
  if (label?.set === katakana) return decodeAs("shift_jis", bytes);
  const isLatin = label?.number === undefined || label.number === "6" || label.number === "100";
  const guessed = guessMislabelled(bytes, isLatin ? "latin" : "other");
  if (guessed !== undefined) return guessed;
  return decodeWithEscapes(bytes, labels, kind);
}

const ESC = 0x1b;

function decodeWithEscapes(bytes: Uint8Array, labels: readonly Label[], kind: TextKind): string {
  const sets = labels.map((label) => ("set" in label ? label.set : undefined));
  const initialG0 = sets[0] === katakana ? romaji : ascii;
  const initialG1 = sets[0];
  // High bytes that no escape announces mean nothing by the standard; senders who forget the escape mean their own set.
  const unannounced = initialG1 ?? sets.find((set) => set !== undefined) ?? latin("iso-8859-1");
  let g0 = initialG0;
  let g1 = initialG1;
  let text = "";
  let at = 0;
  while (at < bytes.length) {
    const byte = bytes[at] as number;
    if (byte === ESC) {
      const { set, length } = readEscape(bytes, at);
      if (set?.half === "G0") g0 = set;
      if (set?.half === "G1") g1 = set;
      at += length;
      continue;
    }
    const high = byte >= 0x80;
    const set = high ? (g1 ?? unannounced) : byte <= 0x20 ? ascii : g0;
    const from = at;
    at = endOfRun(bytes, at, set, high);
    text += decodeSet(set, bytes.subarray(from, at));
    if (!high && set.bytesPerCharacter === 1 && isDelimiter(bytes[at - 1] as number, kind)) {
      g0 = initialG0;
      // Where the first value brings no G1 set a forgotten escape after `^` does no harm: the last one stays.
      if (initialG1) g1 = initialG1;
    }
  }
  return text;
}

/** End of the bytes from `at` that one set reads in one go; a run of single G0 bytes ends after a delimiter. */
function endOfRun(bytes: Uint8Array, at: number, set: CodedSet, high: boolean): number {
  let end = at;
  while (end < bytes.length) {
    const byte = bytes[end] as number;
    if (byte === ESC || byte >= 0x80 !== high) break;
    if (!high && set.bytesPerCharacter === 1 && isDelimiter(byte, "person-name")) return end + 1;
    if (!high && set.bytesPerCharacter === 2 && byte <= 0x20) break;
    // Senders who say IR 58 and write GBK: the second byte of a rare character may be a low one.
    const isGbkPair = set === gb2312 && ((bytes[end + 1] ?? 0) & 0xc0) === 0x40;
    end += set === gb2312 && (isGbkPair || (bytes[end + 1] ?? 0) >= 0x80) ? 2 : 1;
  }
  return Math.max(end, at + 1);
}

/** PS3.5 §6.1.2.5.3: control characters and `\`; in person names also `^` and `=`. */
function isDelimiter(byte: number, kind: TextKind): boolean {
  if (byte === 0x09 || byte === 0x0a || byte === 0x0c || byte === 0x0d || byte === 0x5c) return true;
  return kind === "person-name" && (byte === 0x5e || byte === 0x3d);
}

function readEscape(bytes: Uint8Array, at: number): { readonly set: CodedSet | undefined; readonly length: number } {
  for (const length of [3, 2]) {
    const set = ESCAPES[String.fromCharCode(...bytes.subarray(at + 1, at + 1 + length))];
    if (set) return { set, length: 1 + length };
  }
  // ISO/IEC 2022: ESC, intermediates 2/0–2/15, one final byte. One we do not know is left out of the text.
  let end = at + 1;
  while (end < bytes.length && end < at + 4 && (bytes[end] as number) >= 0x20 && (bytes[end] as number) <= 0x2f) end++;
  return { set: undefined, length: Math.min(end + 1, bytes.length) - at };
}

function decodeSet(set: CodedSet, bytes: Uint8Array): string {
  if (!set.lift) return decodeAs(set.decoder, bytes);
  const step = set.prefix === undefined ? 2 : 3;
  const lifted = new Uint8Array(Math.ceil(bytes.length / 2) * step);
  let to = 0;
  for (let at = 0; at < bytes.length; at += 2) {
    if (set.prefix !== undefined) lifted[to++] = set.prefix;
    lifted[to++] = (bytes[at] as number) | 0x80;
    lifted[to++] = (bytes[at + 1] ?? 0x20) | 0x80;
  }
  return decodeAs(set.decoder, lifted);
}

const decoders = new Map<string, InstanceType<typeof TextDecoder>>();

function decodeAs(label: string, bytes: Uint8Array): string {
  const decoder = decoders.get(label) ?? new TextDecoder(label, { ignoreBOM: true });
  decoders.set(label, decoder);
  return decoder.decode(bytes);
}

function isPlainAscii(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte >= 0x80 || byte === ESC) return false;
  return true;
}

function withoutPadding(text: string): string {
  let end = text.length;
  while (end > 0 && (text.charCodeAt(end - 1) === 0x20 || text.charCodeAt(end - 1) === 0)) end -= 1;
  return end === text.length ? text : text.slice(0, end);
}
