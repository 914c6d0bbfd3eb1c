import { jpegHeader } from "../../core/decode/jpeg-header.ts";
import { isVideo, TRANSFER_SYNTAXES } from "../../core/dicom/transfer-syntaxes.ts";
import { EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN } from "../../core/dicom/uid.ts";
import { DomainError } from "../../core/errors.ts";
import type { MediaType } from "./media-type.ts";
import { canonicalMediaType, storedMediaType } from "./stored-media-type.ts";

/** What the bytes of a bulk data part are. */
export type BulkForm =
  /** The value of an element as it is, Little Endian. */
  | { readonly kind: "value" }
  /** One frame of encapsulated pixel data; octets may be any other value of such an instance too. */
  | {
      readonly kind: "frame";
      readonly transferSyntaxUid: string;
      readonly isImage: boolean;
      readonly pixels: FramePixels | null;
    };

/** What a JPEG says of its pixels: the Image Pixel Description may be left out beside it (PS3.18 §10.5.2). */
export interface FramePixels {
  readonly rows: number;
  readonly columns: number;
  readonly samplesPerPixel: number;
  readonly bitsStored: number;
}

/** The transfer syntax that a media type means when it names none (PS3.18 table 8.7.3-5). */
const DEFAULTS: Readonly<Record<string, string>> = {
  "image/jls": "1.2.840.10008.1.2.4.80",
  "image/jp2": "1.2.840.10008.1.2.4.90",
  "image/jpx": "1.2.840.10008.1.2.4.92",
  "image/jphc": "1.2.840.10008.1.2.4.201",
  "image/dicom-rle": "1.2.840.10008.1.2.5",
};
const JPEG = "image/jpeg";
const OCTETS = "application/octet-stream";
const LITTLE_ENDIAN = new Set([EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN]);

/**
 * What a bulk data part is by its Content-Type (PS3.18 §8.7.3.3) and its first bytes. Throws `media-type-unsupported` for
 * video, for what is an instance of its own, and for a transfer syntax that is not of the media type;
 * `bulk-data-mismatch` for bytes that are not what the type says.
 */
export function bulkForm(mediaType: MediaType | undefined, head: Buffer): BulkForm {
  const given = canonicalMediaType(mediaType?.type ?? OCTETS);
  // the file format and the codestream of HTJ2K; only the latter is taken, whatever it is called
  const type = given === "image/jph" ? "image/jphc" : given;
  const named = mediaType?.parameters["transfer-syntax"];
  if (named !== undefined && named !== "*" && !TRANSFER_SYNTAXES.has(named)) throw unsupported(type);
  const transferSyntaxUid = named === "*" ? undefined : named;
  if (type === OCTETS) return octets(transferSyntaxUid);
  if (type === JPEG || DEFAULTS[type] !== undefined) return frame(type, transferSyntaxUid, head);
  // an encapsulated document comes in the media type it has (PS3.18 §10.5.1.4): PDF, CDA, a model
  if (/^(application\/dicom|image\/|video\/|audio\/|multipart\/)/.test(type)) throw unsupported(type);
  return { kind: "value" };
}

function octets(transferSyntaxUid: string | undefined): BulkForm {
  if (transferSyntaxUid === undefined || LITTLE_ENDIAN.has(transferSyntaxUid)) return { kind: "value" };
  if (!TRANSFER_SYNTAXES.get(transferSyntaxUid)?.encapsulated || isVideo(transferSyntaxUid)) throw unsupported(OCTETS);
  return { kind: "frame", transferSyntaxUid, isImage: false, pixels: null };
}

function frame(type: string, named: string | undefined, head: Buffer): BulkForm {
  if (named !== undefined && canonicalMediaType(storedMediaType(named)) !== type) throw unsupported(type);
  if (!beginsAs(type, head)) throw new DomainError("bulk-data-mismatch", { contentType: type });
  if (type !== JPEG)
    return { kind: "frame", transferSyntaxUid: named ?? (DEFAULTS[type] as string), isImage: true, pixels: null };
  const header = headerOfJpeg(head);
  return {
    kind: "frame",
    transferSyntaxUid: named ?? jpegSyntax(header?.process, head),
    isImage: true,
    pixels: header && {
      rows: header.rows,
      columns: header.columns,
      samplesPerPixel: header.components,
      bitsStored: header.bitsPerSample,
    },
  };
}

/** Codestreams without the boxes of a file format around them (PS3.5 §8.2). */
function beginsAs(type: string, head: Buffer): boolean {
  if (type === JPEG || type === "image/jls") return head.length > 3 && head.readUInt16BE(0) === 0xffd8;
  if (type === "image/dicom-rle") return head.length >= 64 && head.readUInt32LE(0) >= 1 && head.readUInt32LE(0) <= 15;
  return head.length > 3 && head.readUInt32BE(0) === 0xff4fff51;
}

function headerOfJpeg(head: Buffer) {
  try {
    return jpegHeader(head);
  } catch {
    return null; // its frame header comes later than what was kept of it, or never
  }
}

/** By the process that the codestream itself names: the default of the standard would call a lossy image lossless. */
function jpegSyntax(process: number | undefined, head: Buffer): string {
  if (process === 0) return "1.2.840.10008.1.2.4.50";
  if (process === 1) return "1.2.840.10008.1.2.4.51";
  return process === 3 && predictorOf(head) !== 1 ? "1.2.840.10008.1.2.4.57" : "1.2.840.10008.1.2.4.70";
}

/** Ss of the first scan header (ITU-T T.81 B.2.3, H.1.2.1). */
function predictorOf(head: Buffer): number | undefined {
  for (let at = 2; at + 4 < head.length && head[at] === 0xff; at += 2 + head.readUInt16BE(at + 2))
    if (head[at + 1] === 0xda) return head[at + 5 + 2 * (head[at + 4] ?? 0)];
  return undefined;
}

function unsupported(type: string): DomainError {
  return new DomainError("media-type-unsupported", { contentType: type });
}
