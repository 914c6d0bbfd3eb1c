/** One part of a multipart body (RFC 2046 §5.1). Header names are lower case. */
export interface MultipartPart {
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
}

/** `multipart/related; type="application/dicom"; boundary=x` → x; null when it is no multipart. */
export function multipartBoundary(contentType: string): string | null {
  if (!/^\s*multipart\//i.test(contentType)) return null;
  const found = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType);
  return found?.[1] ?? found?.[2] ?? null;
}

/**
 * The parts of a whole body, as views of it. A part that says its Content-Length is taken at its word when the boundary
 * stands where it ends, so that bytes that happen to look like the boundary do no harm. Throws on a body that is cut short.
 */
export function parseMultipart(bytes: Uint8Array, boundary: string): readonly MultipartPart[] {
  const delimiter = ascii(`--${boundary}`);
  const parts: MultipartPart[] = [];
  let at = indexOf(bytes, delimiter, 0);
  while (at >= 0) {
    let from = at + delimiter.length;
    if (bytes[from] === DASH && bytes[from + 1] === DASH) return parts;
    while (bytes[from] === SPACE || bytes[from] === TAB) from += 1;
    const headersEnd = indexOf(bytes, BLANK_LINE, from);
    if (headersEnd < 0) break;
    const headers = parseHeaders(bytes.subarray(from, headersEnd));
    const start = headersEnd + BLANK_LINE.length;
    const length = Number(headers.get("content-length") ?? Number.NaN);
    const closing = ascii(`\r\n--${boundary}`);
    const end = startsWith(bytes, closing, start + length) ? start + length : indexOf(bytes, closing, start);
    if (end < 0) break;
    parts.push({ headers, body: bytes.subarray(start, end) });
    at = end + 2;
  }
  throw new RangeError("multipart body without its closing boundary");
}

const DASH = 0x2d;
const SPACE = 0x20;
const TAB = 0x09;
const BLANK_LINE = ascii("\r\n\r\n");

function parseHeaders(bytes: Uint8Array): ReadonlyMap<string, string> {
  const lines = new TextDecoder().decode(bytes).split("\r\n");
  return new Map(
    lines.flatMap((line) => {
      const colon = line.indexOf(":");
      return colon > 0 ? [[line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()] as const] : [];
    }),
  );
}

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function startsWith(bytes: Uint8Array, wanted: Uint8Array, at: number): boolean {
  return at >= 0 && at + wanted.length <= bytes.length && wanted.every((byte, index) => bytes[at + index] === byte);
}

function indexOf(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(wanted[0] ?? 0, from); at >= 0; at = bytes.indexOf(wanted[0] ?? 0, at + 1))
    if (startsWith(bytes, wanted, at)) return at;
  return -1;
}
