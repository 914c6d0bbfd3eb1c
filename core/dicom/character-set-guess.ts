/** What the label says the bytes are: one of the two whole encodings, a latin set (or nothing), another set. */
export type ClaimedEncoding = "utf-8" | "gb18030" | "latin" | "other";

/**
 * The text, when the bytes are certainly or nearly certainly not what the label claims; undefined when the label holds.
 * Seen in the field: GBK under ISO_IR 100 or no label, UTF-8 under ISO_IR 100, no label or GB18030, GBK under
 * ISO_IR 192. Only bytes with the high bit speak; plain ASCII never comes here.
 */
export function guessMislabelled(bytes: Uint8Array, claimed: ClaimedEncoding): string | undefined {
  const utf8 = decodeStrictly("utf-8", bytes);
  if (claimed === "utf-8") return utf8 ?? decodeStrictly("gb18030", bytes);
  if (utf8 !== undefined && isUtf8ForSure(utf8, claimed, bytes)) return utf8;
  if (claimed !== "latin" || isPlausibleLatin(bytes)) return undefined;
  return decodeStrictly("gb18030", bytes);
}

/**
 * Valid UTF-8 is rarely anything else, but two-byte sequences are also common GB 2312 characters (both bytes A1–FE), and
 * short words in Cyrillic, Greek or Thai sets can be valid by chance. Han, kana and Hangul take three bytes: enough.
 */
function isUtf8ForSure(text: string, claimed: ClaimedEncoding, bytes: Uint8Array): boolean {
  if (/[\u3000-\u30ff\u3400-\u9fff\uac00-\ud7af\uff00-\uffef]/.test(text)) return true;
  return claimed === "latin" && (isAccentedLatin(text) || !isGb2312(bytes));
}

/** "Jérôme": every letter beyond ASCII is latin and stands in a word with ASCII letters. */
function isAccentedLatin(text: string): boolean {
  const words = text.split(/[\s^=\\]+/).filter((word) => /[^\p{ASCII}]/u.test(word));
  return words.every((word) => /[A-Za-z]/.test(word) && !/[^\p{ASCII}\u00a1-\u024f]/u.test(word));
}

/** Every byte with the high bit belongs to a pair of the Chinese character rows of GB 2312 (B0–F7, A1–FE). */
function isGb2312(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at++) {
    const lead = bytes[at] as number;
    if (lead < 0x80) continue;
    const trail = bytes[at + 1] ?? 0;
    if (lead < 0xb0 || lead > 0xf7 || trail < 0xa1 || trail > 0xfe) return false;
    at += 1;
  }
  return true;
}

/**
 * In latin text accented letters and signs stand alone (`é`, `°`, `µ`), or two small ones within a word (`Größe`).
 * Three or more high bytes in a row, two capitals or signs in a row, or two that begin a word, are Chinese.
 */
function isPlausibleLatin(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; ) {
    if ((bytes[at] as number) < 0x80) {
      at += 1;
      continue;
    }
    let end = at;
    while (end < bytes.length && (bytes[end] as number) >= 0x80) end += 1;
    const length = end - at;
    if (length > 2) return false;
    const followsLetter = isAsciiLetter(bytes[at - 1]);
    if (length === 2 && !(followsLetter && isSmallLatin(bytes[at]) && isSmallLatin(bytes[at + 1]))) return false;
    at = end;
  }
  return true;
}

function isAsciiLetter(byte: number | undefined): boolean {
  return byte !== undefined && ((byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a));
}

/** ß, à–ö, ø–ÿ in ISO 8859-1. */
function isSmallLatin(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0xdf && byte !== 0xf7;
}

const strictDecoders = {
  "utf-8": new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }),
  gb18030: new TextDecoder("gb18030", { fatal: true }),
};

function decodeStrictly(label: keyof typeof strictDecoders, bytes: Uint8Array): string | undefined {
  try {
    return strictDecoders[label].decode(bytes);
  } catch {
    return undefined;
  }
}
