import { DomainError } from "../../core/errors.ts";
import { type MediaType, parseMediaType } from "./media-type.ts";

/** Takes the bytes of one part; the promise of `write` is the backpressure. */
export interface PartSink {
  write(chunk: Buffer): Promise<void>;
  /** The part is whole. Not called for one that breaks off. */
  end(): Promise<void>;
}

/** What a part says of itself. */
export interface PartHeader {
  readonly contentType: MediaType | undefined;
  /** As it stands there. */
  readonly contentLocation: string | undefined;
}

export interface MultipartLimits {
  /** Bytes of one part's header. */
  readonly headerBytes: number;
  readonly parts: number;
}

const LIMITS: MultipartLimits = { headerBytes: 16 * 1024, parts: 100_000 };
const CRLF = Buffer.from("\r\n");
const HEADER_END = Buffer.from("\r\n\r\n");
const NOTHING = Buffer.alloc(0);

/**
 * Reads a multipart/related body (RFC 2387, RFC 2046 §5.1) as it arrives and gives each part's bytes on in the chunks
 * they came in: nothing is gathered but a part's header and the few bytes that may begin a boundary. Resolves to
 * "complete", or "broken-off" when the body ends before the closing boundary (the sink of the part at hand is left without
 * `end`). Throws `request-invalid` for what is not multipart, and `too-large` beyond the limits.
 */
export async function readMultipartRelated(
  body: AsyncIterable<Buffer>,
  boundary: string,
  beginPart: (header: PartHeader, index: number) => Promise<PartSink>,
  limits: MultipartLimits = LIMITS,
): Promise<"complete" | "broken-off"> {
  const delimiter = Buffer.from(`\r\n--${boundary}`, "latin1");
  let state: "preamble" | "boundary" | "header" | "content" | "epilogue" = "preamble";
  let sink: PartSink | undefined;
  let index = 0;
  // The first boundary may stand at the very beginning, without the line end that belongs to it.
  let carry: Buffer = CRLF;

  for await (const chunk of body) {
    let data = carry.length > 0 ? Buffer.concat([carry, chunk]) : chunk;
    carry = NOTHING;
    while (data.length > 0 && state !== "epilogue") {
      if (state === "preamble" || state === "content") {
        const found = data.indexOf(delimiter);
        const end = found >= 0 ? found : beginOfPartial(data, delimiter);
        if (sink && end > 0) await sink.write(end === data.length ? data : data.subarray(0, end));
        if (found < 0) {
          carry = data.subarray(end);
          break;
        }
        await sink?.end();
        sink = undefined;
        data = data.subarray(found + delimiter.length);
        state = "boundary";
      } else if (state === "boundary") {
        // "--" closes; else blanks and a line end (RFC 2046 §5.1.1)
        const line = data.indexOf(CRLF);
        if (data.length >= 2 && data[0] === 0x2d && data[1] === 0x2d) state = "epilogue";
        else if (line < 0) {
          if (data.length > 256) throw invalid("boundary");
          carry = data;
          break;
        } else {
          if (data.toString("latin1", 0, line).trim() !== "") throw invalid("boundary");
          data = data.subarray(line);
          state = "header";
        }
      } else {
        // `data` begins with the line end before the header, so that an empty header ends like any other
        const end = data.indexOf(HEADER_END);
        if ((end < 0 ? data.length : end) > limits.headerBytes) throw new DomainError("too-large", { part: index });
        if (end < 0) {
          carry = data;
          break;
        }
        if (index >= limits.parts) throw new DomainError("too-large", { parts: limits.parts });
        const header = data.toString("latin1", 0, end);
        const contentType = parseMediaType(field(header, "content-type") ?? "");
        sink = await beginPart({ contentType, contentLocation: field(header, "content-location") }, index++);
        data = data.subarray(end + HEADER_END.length);
        state = "content";
      }
    }
  }
  if (index === 0 && state !== "epilogue") throw invalid("multipart");
  return state === "epilogue" ? "complete" : "broken-off";
}

/** Where a delimiter may begin that the data does not hold whole; the data's length when none does. */
function beginOfPartial(data: Buffer, delimiter: Buffer): number {
  for (let at = Math.max(0, data.length - delimiter.length + 1); at < data.length; at++) {
    if (data[at] === 0x0d && data.compare(delimiter, 0, data.length - at, at) === 0) return at;
  }
  return data.length;
}

function field(header: string, name: string): string | undefined {
  // a line that begins with a blank goes on from the one before (RFC 5322 §2.2.3)
  for (const line of header.replace(/\r\n[ \t]+/g, " ").split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon > 0 && line.slice(0, colon).trim().toLowerCase() === name) return line.slice(colon + 1).trim();
  }
  return undefined;
}

function invalid(part: string): DomainError {
  return new DomainError("request-invalid", { where: part });
}
