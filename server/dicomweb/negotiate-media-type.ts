import { DomainError } from "../../core/errors.ts";
import type { MediaType } from "./media-type.ts";
import { canonicalMediaType, isNative, storedMediaType } from "./stored-media-type.ts";

/** How an answer goes out: as multipart/related or one part by itself, and what each part says it is. */
export interface ChosenMediaType {
  readonly isMultipart: boolean;
  /** Of each part, without parameters. */
  readonly type: string;
}

const ANY_TYPE = new Set(["*/*", "multipart/*", "multipart/related"]);
const LITTLE_ENDIAN = new Set(["1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.1.99"]);
const EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1";

/**
 * How to give instances in their stored transfer syntaxes: application/dicom with `transfer-syntax=*`, without one, or
 * with the one that all have. Throws `not-acceptable`.
 */
export function negotiateInstances(
  accepted: readonly MediaType[],
  storedSyntaxes: ReadonlySet<string>,
): ChosenMediaType {
  const type = "application/dicom";
  for (const range of accepted) {
    const isMultipart = ANY_TYPE.has(range.type);
    const wanted = isMultipart ? (range.parameters.type?.toLowerCase() ?? type) : range.type;
    if (![type, "application/*", "*/*"].includes(wanted)) continue;
    const syntax = range.parameters["transfer-syntax"];
    if (syntax !== undefined && syntax !== "*" && [...storedSyntaxes].some((stored) => stored !== syntax)) continue;
    return { isMultipart, type };
  }
  throw new DomainError("not-acceptable", {
    offered: 'multipart/related; type="application/dicom"; transfer-syntax=*',
  });
}

export interface ChosenFrameType extends ChosenMediaType {
  /** They have to be decoded to Explicit VR Little Endian first. */
  readonly isDecoded: boolean;
}

/**
 * How to give frames (PS3.18 §8.7.3.3, §8.7.8.2): as they are stored where that is taken at all. `application/octet-stream` by
 * itself, or in a little-endian transfer syntax, asks for uncompressed bytes; with `transfer-syntax=*` or the stored one it takes
 * what there is. Throws `not-acceptable` for what would have to be encoded.
 */
export function negotiateFrames(accepted: readonly MediaType[], stored: string): ChosenFrameType {
  for (const isDecoded of [false, true]) {
    for (const range of accepted) {
      const isMultipart = ANY_TYPE.has(range.type);
      const named = isMultipart ? (range.parameters.type?.toLowerCase() ?? "*/*") : range.type;
      const [wanted, syntax] = [canonicalMediaType(named), range.parameters["transfer-syntax"]];
      const type = isDecoded ? resolveDecoded(wanted, syntax) : resolve(wanted, syntax, stored);
      if (type) return { isMultipart, type, isDecoded };
    }
  }
  throw framesNotAcceptable(stored);
}

export function framesNotAcceptable(stored: string): DomainError {
  return new DomainError("not-acceptable", {
    offered: `multipart/related; type="${storedMediaType(stored)}"; transfer-syntax=${stored}`,
  });
}

/** Bytes of no known kind, as multipart or by themselves. Throws `not-acceptable`. */
export function negotiateBytes(accepted: readonly MediaType[]): ChosenMediaType {
  const type = "application/octet-stream";
  for (const range of accepted) {
    const isMultipart = ANY_TYPE.has(range.type);
    const wanted = isMultipart ? (range.parameters.type?.toLowerCase() ?? type) : range.type;
    if ([type, "application/*", "*/*"].includes(wanted)) return { isMultipart, type };
  }
  throw new DomainError("not-acceptable", { offered: 'multipart/related; type="application/octet-stream"' });
}

function resolve(wanted: string, syntax: string | undefined, stored: string): string | null {
  const own = storedMediaType(stored);
  const isStoredSyntax = syntax === "*" || syntax === stored || (isPlain(syntax) && isPlain(stored));
  if (wanted === "*/*") return syntax === undefined || isStoredSyntax ? own : null;
  if (wanted === "application/octet-stream" || wanted === "application/*")
    return isStoredSyntax || (syntax === undefined && isPlain(stored)) ? "application/octet-stream" : null;
  const isOwn = wanted === own || (wanted === "image/*" && own.startsWith("image/"));
  return isOwn && !isNative(stored) && (syntax === undefined || isStoredSyntax) ? own : null;
}

function resolveDecoded(wanted: string, syntax: string | undefined): string | null {
  const isBytes = wanted === "application/octet-stream" || wanted === "application/*";
  return isBytes && (syntax === undefined || isPlain(syntax)) ? "application/octet-stream" : null;
}

/** The frame's bytes are the same in each of these. */
function isPlain(syntax: string | undefined): boolean {
  return syntax !== undefined && LITTLE_ENDIAN.has(syntax);
}

/** The syntax a part says it is in: deflated and implicit ones give the bytes of Explicit VR Little Endian. */
export function frameTransferSyntax(stored: string, isDecoded: boolean): string {
  return isDecoded || LITTLE_ENDIAN.has(stored) ? EXPLICIT_LITTLE_ENDIAN : stored;
}
