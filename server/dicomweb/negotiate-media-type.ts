import { isNative, TRANSFER_SYNTAXES } from "../../core/dicom/transfer-syntaxes.ts";
import { EXPLICIT_VR_BIG_ENDIAN, EXPLICIT_VR_LITTLE_ENDIAN } from "../../core/dicom/uid.ts";
import { DomainError } from "../../core/errors.ts";
import { canTranscode, LOSSLESS_TARGETS } from "../../core/infra/archive/can-transcode.ts";
import type { AcceptedRange, MediaType } from "./media-type.ts";
import { canonicalMediaType, defaultTransferSyntax, storedMediaType } from "./stored-media-type.ts";

/** How an answer goes out: as multipart/related or one part by itself, and what each part says it is. */
export interface ChosenMediaType {
  readonly isMultipart: boolean;
  /** Of each part, without parameters. */
  readonly type: string;
}

/** The transfer syntax that each instance is given in: the one that was asked for, `*` as stored, or null for the default. */
export interface ChosenInstances extends ChosenMediaType {
  readonly asked: string | null;
}

export interface ChosenFrames extends ChosenMediaType {
  /** What they are made into; null when they are given as they are stored. */
  readonly transcodeTo: string | null;
}

const ANY_TYPE = new Set(["*/*", "multipart/*", "multipart/related"]);
const LITTLE_ENDIAN = new Set(["1.2.840.10008.1.2", EXPLICIT_VR_LITTLE_ENDIAN, "1.2.840.10008.1.2.1.99"]);
const DICOM = "application/dicom";
const OCTETS = "application/octet-stream";

/**
 * How to give instances: as stored with `transfer-syntax=*`, in the one that is named when all can be given in it, in the
 * default without one. Throws `not-acceptable`.
 */
export function negotiateInstances(
  accepted: readonly MediaType[],
  storedSyntaxes: ReadonlySet<string>,
): ChosenInstances {
  for (const range of accepted) {
    const isMultipart = ANY_TYPE.has(range.type);
    const wanted = isMultipart ? (range.parameters.type?.toLowerCase() ?? DICOM) : range.type;
    if (![DICOM, "application/*", "*/*"].includes(wanted)) continue;
    const asked = range.parameters["transfer-syntax"] ?? null;
    const canBeGiven = (stored: string) =>
      asked === null || asked === "*" || asked === stored || canTranscode(stored, asked);
    if ([...storedSyntaxes].every(canBeGiven)) return { isMultipart, type: DICOM, asked };
  }
  throw new DomainError("not-acceptable", {
    offered: [...offeredFor(storedSyntaxes)]
      .map((syntax) => `multipart/related; type="${DICOM}"; transfer-syntax=${syntax}`)
      .join(", "),
  });
}

function* offeredFor(storedSyntaxes: ReadonlySet<string>): Iterable<string> {
  yield "*";
  for (const target of [EXPLICIT_VR_LITTLE_ENDIAN, ...LOSSLESS_TARGETS])
    if ([...storedSyntaxes].every((stored) => canTranscode(stored, target))) yield target;
}

/**
 * The transfer syntax that an instance is given in. By default Explicit VR Little Endian, unless the pixels are there in a
 * lossy form only (PS3.18 §8.7.3.4), or in one that there is no decoder for.
 */
export function instanceTransferSyntax(stored: string, asked: string | null): string {
  if (asked === "*") return stored;
  if (asked !== null) return asked;
  const isLossy = TRANSFER_SYNTAXES.get(stored)?.lossy === true;
  return !isLossy && canTranscode(stored, EXPLICIT_VR_LITTLE_ENDIAN) ? EXPLICIT_VR_LITTLE_ENDIAN : stored;
}

/**
 * How to give frames (PS3.18 §8.7.3.3, §8.7.8.2): as stored where the media type or `transfer-syntax=*` lets it, else
 * decoded for `application/octet-stream`, or in a lossless encoding that the media type or the transfer syntax names. Throws
 * `not-acceptable` for what cannot be given.
 */
export function negotiateFrames(accepted: readonly AcceptedRange[], stored: string): ChosenFrames {
  for (const range of accepted) {
    const isMultipart = ANY_TYPE.has(range.type);
    const named = isMultipart ? (range.parameters.type?.toLowerCase() ?? "*/*") : range.type;
    const syntax = range.parameters["transfer-syntax"];
    const isRefused = (form: Form | null) => form === null || range.except?.map(canonicalMediaType).includes(form.type);
    // what takes anything but the stored form takes it decoded
    const wanted = [canonicalMediaType(named), ...(named === "*/*" && syntax === undefined ? [OCTETS] : [])];
    const found = wanted.map((type) => resolve(type, syntax, stored)).find((form) => !isRefused(form));
    if (found) return { isMultipart, ...found };
  }
  const targets = [EXPLICIT_VR_LITTLE_ENDIAN, ...LOSSLESS_TARGETS].filter((to) => canTranscode(stored, to));
  throw new DomainError("not-acceptable", {
    offered: [...new Set([stored, ...targets])]
      .map((syntax) => `multipart/related; type="${storedMediaType(syntax)}"; transfer-syntax=${syntax}`)
      .join(", "),
  });
}

/** Bytes of no known kind, as multipart or by themselves. Throws `not-acceptable`. */
export function negotiateBytes(accepted: readonly MediaType[]): ChosenMediaType {
  for (const range of accepted) {
    const isMultipart = ANY_TYPE.has(range.type);
    const wanted = isMultipart ? (range.parameters.type?.toLowerCase() ?? OCTETS) : range.type;
    if ([OCTETS, "application/*", "*/*"].includes(wanted)) return { isMultipart, type: OCTETS };
  }
  throw new DomainError("not-acceptable", { offered: `multipart/related; type="${OCTETS}"` });
}

type Form = Omit<ChosenFrames, "isMultipart">;

function resolve(wanted: string, syntax: string | undefined, stored: string): Form | null {
  const own = storedMediaType(stored);
  const isStoredSyntax = syntax === "*" || syntax === stored || (isPlain(syntax) && isPlain(stored));
  if (wanted === "*/*") {
    // Big Endian is not for the web (§8.7.3), unless it is what someone asks for
    if (syntax === undefined && stored === EXPLICIT_VR_BIG_ENDIAN) return made(stored, EXPLICIT_VR_LITTLE_ENDIAN);
    if (syntax === undefined || isStoredSyntax) return { type: own, transcodeTo: null };
    return made(stored, syntax);
  }
  if (wanted === OCTETS || wanted === "application/*") {
    if (isStoredSyntax || (syntax === undefined && isPlain(stored))) return { type: OCTETS, transcodeTo: null };
    return syntax === undefined || isPlain(syntax) ? made(stored, EXPLICIT_VR_LITTLE_ENDIAN) : null;
  }
  const isOwn = wanted === own || (wanted === "image/*" && own.startsWith("image/"));
  if (isOwn && !isNative(stored) && (syntax === undefined || isStoredSyntax)) return { type: own, transcodeTo: null };
  const target = syntax ?? defaultTransferSyntax(wanted);
  if (target === undefined) return null;
  const type = storedMediaType(target);
  return type === wanted || (wanted === "image/*" && type.startsWith("image/")) ? made(stored, target) : null;
}

function made(stored: string, to: string): Form | null {
  const target = isPlain(to) ? EXPLICIT_VR_LITTLE_ENDIAN : to;
  return canTranscode(stored, target) ? { type: storedMediaType(target), transcodeTo: target } : null;
}

/** The frame's bytes are the same in each of these. */
function isPlain(syntax: string | undefined): boolean {
  return syntax !== undefined && LITTLE_ENDIAN.has(syntax);
}

/** The syntax a part says it is in: deflated and implicit ones give the bytes of Explicit VR Little Endian. */
export function frameTransferSyntax(stored: string): string {
  return LITTLE_ENDIAN.has(stored) ? EXPLICIT_VR_LITTLE_ENDIAN : stored;
}
