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
const HTJ2K_LOSSLESS_RPCL = "1.2.840.10008.1.2.4.202";
/** RPCL is a case of the other. */
const HTJ2K_LOSSLESS = new Set(["1.2.840.10008.1.2.4.201", HTJ2K_LOSSLESS_RPCL]);

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

/** What has to be done with a frame before it goes out. */
export type FrameForm = "as-stored" | "decoded" | "htj2k";

export interface ChosenFrames extends ChosenMediaType {
  readonly form: FrameForm;
  /** What each part says it is in. */
  readonly transferSyntaxUid: string;
}

/**
 * How to give frames (PS3.18 §8.7.3.3, §8.7.8.2): as they are stored where that is asked for or anything is good;
 * `application/octet-stream` by itself asks for uncompressed little-endian bytes, `image/jphc` for lossless HTJ2K, and they
 * are made then. Nothing is ever coded with loss. Throws `not-acceptable` for everything else.
 */
export function negotiateFrames(accepted: readonly MediaType[], stored: string): ChosenFrames {
  for (const range of accepted) {
    const isMultipart = ANY_TYPE.has(range.type);
    const named = isMultipart ? (range.parameters.type?.toLowerCase() ?? "*/*") : range.type;
    const wanted = canonicalMediaType(named);
    const syntax = range.parameters["transfer-syntax"];
    const type = resolve(wanted, syntax, stored);
    if (type) return { isMultipart, type, form: "as-stored", transferSyntaxUid: frameTransferSyntax(stored) };
    const made = madeForm(wanted, syntax);
    if (made) return { isMultipart, ...made };
  }
  throw new DomainError("not-acceptable", {
    offered: `multipart/related; type="${storedMediaType(stored)}"; transfer-syntax=${stored}`,
  });
}

/** What can be made of a frame that is not stored so. */
function madeForm(wanted: string, syntax: string | undefined): Omit<ChosenFrames, "isMultipart"> | null {
  if (["application/octet-stream", "application/*"].includes(wanted) && (syntax === undefined || isPlain(syntax)))
    return { type: "application/octet-stream", form: "decoded", transferSyntaxUid: EXPLICIT_LITTLE_ENDIAN };
  if (wanted === "image/jphc" && (syntax === undefined || HTJ2K_LOSSLESS.has(syntax)))
    return { type: "image/jphc", form: "htj2k", transferSyntaxUid: syntax ?? HTJ2K_LOSSLESS_RPCL };
  return null;
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

/** The frame's bytes are the same in each of these. */
function isPlain(syntax: string | undefined): boolean {
  return syntax !== undefined && LITTLE_ENDIAN.has(syntax);
}

/** The syntax a part says it is in: deflated and implicit ones give the bytes of Explicit VR Little Endian. */
function frameTransferSyntax(stored: string): string {
  return LITTLE_ENDIAN.has(stored) ? EXPLICIT_LITTLE_ENDIAN : stored;
}
