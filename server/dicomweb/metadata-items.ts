import { DomainError } from "../../core/errors.ts";

/**
 * So many values may one data set have, each attribute counted as some five: what is parsed takes many times the memory of
 * its text, and nothing else runs meanwhile. An enhanced image of 1,000 frames may have 100 attributes a frame.
 */
const MOST_VALUES = 500_000;

const [QUOTE, BACKSLASH, COMMA, COLON] = Buffer.from('"\\,:');
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = Buffer.from("[]{}");

/**
 * The texts of the data sets in a metadata part (PS3.18 §F.2): an array of them, or one by itself. Only their ends are
 * looked for, so that one at a time can be parsed; whether each is JSON by itself is for its reader to say. Throws
 * `request-invalid` for what is neither, and `too-large`.
 */
export function metadataItems(text: Buffer, most: number): readonly Buffer[] {
  const whole = trimmed(text);
  if (whole[0] === OPEN_OBJECT) {
    const [one, ...others] = itemsIn(whole, most);
    if (one === undefined || others.length > 0) throw invalid();
    return [one];
  }
  if (whole[0] !== OPEN_ARRAY || whole.at(-1) !== CLOSE_ARRAY) throw invalid();
  const inside = trimmed(whole.subarray(1, -1));
  return inside.length === 0 ? [] : itemsIn(inside, most);
}

/** What stands between commas that are in nothing. */
function itemsIn(text: Buffer, most: number): readonly Buffer[] {
  const items: Buffer[] = [];
  let start = 0;
  let depth = 0;
  let values = 0;
  const end = (at: number) => {
    if (items.length === most) throw new DomainError("too-large", { instances: most });
    items.push(trimmed(text.subarray(start, at)));
    start = at + 1;
    values = 0;
  };
  for (let at = 0; at < text.length; at++) {
    const byte = text[at];
    if (byte === QUOTE) at = endOfString(text, at);
    else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) depth++;
    else if ((byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) && --depth < 0) throw invalid();
    else if (byte === COMMA && depth === 0) end(at);
    else if ((byte === COMMA || byte === COLON) && ++values > MOST_VALUES)
      throw new DomainError("too-large", { values: MOST_VALUES });
  }
  if (depth > 0) throw invalid();
  end(text.length);
  return items;
}

/** Of the quote that ends the string which begins at `start`. */
function endOfString(text: Buffer, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === BACKSLASH) at++;
    else if (text[at] === QUOTE) return at;
  }
  throw invalid();
}

function trimmed(text: Buffer): Buffer {
  let [start, end] = [0, text.length];
  while (start < end && isBlank(text[start])) start++;
  while (end > start && isBlank(text[end - 1])) end--;
  return text.subarray(start, end);
}

/** White space of JSON (RFC 8259 §2). */
function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function invalid(): DomainError {
  return new DomainError("request-invalid", { where: "metadata" });
}
