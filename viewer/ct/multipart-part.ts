export interface MultipartPart {
  readonly contentType: string;
  readonly transferSyntaxUid: string | undefined;
  readonly body: Uint8Array<ArrayBuffer>;
}

const CR = 13;
const LF = 10;

/**
 * The first part of a multipart/related answer (RFC 2046 5.1), as WADO-RS gives a frame (PS3.18 8.7.3). An answer that is
 * not multipart is taken as one part. Undefined when there is no whole part: the connection broke in the middle.
 */
export function firstMultipartPart(contentType: string, bytes: Uint8Array<ArrayBuffer>): MultipartPart | undefined {
  if (!/^multipart\//i.test(contentType)) {
    return { contentType, transferSyntaxUid: parameter(contentType, "transfer-syntax"), body: bytes };
  }
  const boundary = parameter(contentType, "boundary");
  if (!boundary) return undefined;
  const delimiter = new TextEncoder().encode(`--${boundary}`);
  const opening = indexOf(bytes, delimiter, 0);
  if (opening < 0) return undefined;
  const blank = indexOf(bytes, Uint8Array.of(CR, LF, CR, LF), opening);
  if (blank < 0) return undefined;
  const headers = new TextDecoder("latin1").decode(bytes.subarray(opening + delimiter.length, blank));
  const type = header(headers, "content-type") ?? "application/octet-stream";
  const start = blank + 4;
  const length = Number(header(headers, "content-length"));
  const end = Number.isInteger(length) && length > 0 ? start + length : closing(bytes, delimiter, start);
  if (end === undefined || end > bytes.length) return undefined;
  return { contentType: type, transferSyntaxUid: parameter(type, "transfer-syntax"), body: bytes.subarray(start, end) };
}

function header(block: string, name: string): string | undefined {
  const line = block.split("\r\n").find((candidate) => candidate.toLowerCase().startsWith(`${name}:`));
  return line?.slice(name.length + 1).trim();
}

function parameter(type: string, name: string): string | undefined {
  const match = new RegExp(`;\\s*${name}\\s*=\\s*(?:"([^"]*)"|([^;\\s]+))`, "i").exec(type);
  return match?.[1] ?? match?.[2];
}

/** Looks for the closing delimiter from the end: a single frame's answer ends with it, and pixels are long. */
function closing(bytes: Uint8Array, delimiter: Uint8Array, start: number): number | undefined {
  const line = new Uint8Array(delimiter.length + 2);
  line.set([CR, LF]);
  line.set(delimiter, 2);
  for (let at = bytes.length - line.length; at >= start; at--) if (matches(bytes, line, at)) return at;
  return undefined;
}

function indexOf(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  const last = Math.min(bytes.length - wanted.length, from + 65536); // headers are short
  for (let at = from; at <= last; at++) if (matches(bytes, wanted, at)) return at;
  return -1;
}

function matches(bytes: Uint8Array, wanted: Uint8Array, at: number): boolean {
  for (let index = 0; index < wanted.length; index++) if (bytes[at + index] !== wanted[index]) return false;
  return true;
}
