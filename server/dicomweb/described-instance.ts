import type { DicomJsonAttribute, DicomJsonDataSet } from "../../core/dicom/dicom-json.ts";
import { elementHead, encodeElements } from "../../core/dicom/encode-data-set.ts";
import { part10Header } from "../../core/dicom/part10-header.ts";
import { EXPLICIT_VR_LITTLE_ENDIAN, isUid } from "../../core/dicom/uid.ts";
import { DomainError } from "../../core/errors.ts";
import type { MediaType } from "./media-type.ts";
import { canonicalMediaType, storedMediaType } from "./stored-media-type.ts";

/** Bytes that came for a BulkDataURI; several under one URI are the frames, in their order. */
export interface BulkPart {
  readonly mediaType: MediaType | undefined;
  readonly byteLength: number;
  read(): AsyncIterable<Uint8Array>;
}

export type FindBulk = (uri: string) => readonly BulkPart[] | undefined;

const PIXEL_DATA = "7FE00010";
const ENCODING = { isImplicitVr: false, characterSet: "ISO_IR 192" } as const;
/** Bulk values within sequences are held in memory while their item is encoded. */
const NESTED_BULK_BYTES = 16 * 1024 * 1024;
const MOST_VALUE_BYTES = 0xfffffffe;

/** What a media type stands for when no transfer syntax is named (PS3.18 table 8.7.3-5). */
const DEFAULT_SYNTAXES: Readonly<Record<string, string>> = {
  "image/jpeg": "1.2.840.10008.1.2.4.50",
  "image/jls": "1.2.840.10008.1.2.4.80",
  "image/jp2": "1.2.840.10008.1.2.4.90",
  "image/jphc": "1.2.840.10008.1.2.4.201",
  "image/dicom-rle": "1.2.840.10008.1.2.5",
};

/**
 * The Part 10 file of an instance that came as DICOM JSON with its bulk data apart (PS3.18 §8.6.1, §10.5.1): the same for the
 * same input, so that what is sent again is known again. Bulk data are streamed in where they belong. Throws
 * `dicom-identifier-missing`, and `dicom-unreadable` for what is no data set or whose bulk data did not come.
 */
export async function* part10Of(dataSet: DicomJsonDataSet, find: FindBulk): AsyncGenerator<Uint8Array> {
  const pixels = dataSet[PIXEL_DATA];
  const frames = pixels?.BulkDataURI === undefined ? undefined : bulkOf(pixels, find);
  const transferSyntaxUid = frames ? transferSyntaxOf(frames) : EXPLICIT_VR_LITTLE_ENDIAN;
  yield part10Header({
    sopClassUid: uidOf(dataSet, "00080016", "SOPClassUID"),
    sopInstanceUid: uidOf(dataSet, "00080018", "SOPInstanceUID"),
    transferSyntaxUid,
    sourceAeTitle: "STOW",
  });
  const whole = { ...dataSet, "00080005": { vr: "CS", Value: ["ISO_IR 192"] } };
  for (const tag of Object.keys(whole).sort()) {
    if (!/^[0-9A-F]{8}$/.test(tag)) throw new DomainError("dicom-unreadable");
    if (tag < "00080000" || tag.endsWith("0000")) continue; // meta group, group lengths
    const attribute = whole[tag as keyof typeof whole] as DicomJsonAttribute;
    if (typeof attribute?.vr !== "string" || !/^[A-Z]{2}$/.test(attribute.vr))
      throw new DomainError("dicom-unreadable");
    if (attribute.BulkDataURI === undefined) yield await encoded(tag, attribute, find);
    else if (tag === PIXEL_DATA && transferSyntaxUid !== EXPLICIT_VR_LITTLE_ENDIAN)
      yield* encapsulated(bulkOf(attribute, find));
    else yield* plain(tag, attribute.vr, bulkOf(attribute, find));
  }
}

async function encoded(tag: string, attribute: DicomJsonAttribute, find: FindBulk): Promise<Uint8Array> {
  const whole = attribute.vr === "SQ" ? await withInlineBulk(attribute, find, { bytes: 0 }) : attribute;
  try {
    return encodeElements({ [tag]: whole }, ENCODING);
  } catch (error) {
    if (error instanceof DomainError) throw error;
    throw new DomainError("dicom-unreadable", {}, { cause: error });
  }
}

/** Items with their bulk values in them. */
async function withInlineBulk(
  attribute: DicomJsonAttribute,
  find: FindBulk,
  held: { bytes: number },
  depth = 0,
): Promise<DicomJsonAttribute> {
  if (depth > 64) throw new DomainError("dicom-unreadable");
  if (attribute.BulkDataURI !== undefined) {
    const chunks: Uint8Array[] = [];
    for (const part of bulkOf(attribute, find)) {
      held.bytes += part.byteLength;
      if (held.bytes > NESTED_BULK_BYTES) throw new DomainError("dicom-header-too-large");
      for await (const chunk of part.read()) chunks.push(chunk);
    }
    return { vr: attribute.vr, InlineBinary: Buffer.concat(chunks).toString("base64") };
  }
  if (attribute.vr !== "SQ" || !Array.isArray(attribute.Value)) return attribute;
  const items: DicomJsonDataSet[] = [];
  for (const item of attribute.Value as readonly DicomJsonDataSet[]) {
    const entries: [string, DicomJsonAttribute][] = [];
    for (const [tag, inner] of Object.entries(item ?? {}))
      entries.push([tag, await withInlineBulk(inner, find, held, depth + 1)]);
    items.push(Object.fromEntries(entries));
  }
  return { vr: "SQ", Value: items };
}

async function* plain(tag: string, vr: string, parts: readonly BulkPart[]): AsyncGenerator<Uint8Array> {
  const length = parts.reduce((sum, part) => sum + part.byteLength, 0);
  if (length > MOST_VALUE_BYTES) throw new DomainError("dicom-unreadable");
  yield elementHead(tag, vr, length + (length % 2));
  for (const part of parts) yield* part.read();
  if (length % 2 === 1) yield Buffer.alloc(1);
}

/** Each part is a frame in one fragment (PS3.5 §A.4), with an empty offset table before them. */
async function* encapsulated(frames: readonly BulkPart[]): AsyncGenerator<Uint8Array> {
  yield elementHead(PIXEL_DATA, "OB", 0xffffffff);
  yield itemHead(0);
  for (const frame of frames) {
    if (frame.byteLength > MOST_VALUE_BYTES) throw new DomainError("dicom-unreadable");
    yield itemHead(frame.byteLength + (frame.byteLength % 2));
    yield* frame.read();
    if (frame.byteLength % 2 === 1) yield Buffer.alloc(1);
  }
  yield Buffer.from([0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0]);
}

function itemHead(length: number): Buffer {
  const head = Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0]);
  head.writeUInt32LE(length, 4);
  return head;
}

function bulkOf(attribute: DicomJsonAttribute, find: FindBulk): readonly BulkPart[] {
  const parts = find(attribute.BulkDataURI ?? "");
  if (!parts) throw new DomainError("bulk-data-missing");
  return parts;
}

/** All frames are in one coding. Throws `media-type-unsupported`. */
function transferSyntaxOf(frames: readonly BulkPart[]): string {
  const syntaxes = new Set(frames.map(({ mediaType }) => syntaxOf(mediaType)));
  const [syntax] = syntaxes;
  if (syntax === undefined || syntaxes.size > 1) throw new DomainError("media-type-unsupported", { contentType: "" });
  return syntax;
}

function syntaxOf(mediaType: MediaType | undefined): string {
  const type = canonicalMediaType(mediaType?.type ?? "application/octet-stream");
  const named = mediaType?.parameters["transfer-syntax"];
  if (type === "application/octet-stream" && (named === undefined || named === EXPLICIT_VR_LITTLE_ENDIAN))
    return EXPLICIT_VR_LITTLE_ENDIAN;
  const syntax = named ?? DEFAULT_SYNTAXES[type];
  if (syntax === undefined || type === "application/octet-stream" || storedMediaType(syntax) !== type)
    throw new DomainError("media-type-unsupported", { contentType: type });
  return syntax;
}

function uidOf(dataSet: DicomJsonDataSet, tag: string, attribute: string): string {
  const value = dataSet[tag]?.Value?.[0];
  if (typeof value !== "string") throw new DomainError("dicom-identifier-missing", { attribute });
  if (!isUid(value)) throw new DomainError("dicom-identifier-invalid", { attribute });
  return value;
}
