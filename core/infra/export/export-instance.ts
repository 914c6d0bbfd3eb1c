import { inflateRawSync } from "node:zlib";
import { decidePixels } from "../../deidentify/decide-pixels.ts";
import { type DeidentifyRequest, deidentifyDataSet } from "../../deidentify/deidentify-data-set.ts";
import { textOf } from "../../deidentify/element-text.ts";
import type { RefusalReason } from "../../deidentify/refusal-reasons.ts";
import { changeVrEncoding } from "../../dicom/change-vr-encoding.ts";
import { type DataElement, type ReadElements, readElements, writeElements } from "../../dicom/data-elements.ts";
import { metaEnd } from "../../dicom/meta-end.ts";
import { part10Header } from "../../dicom/part10-header.ts";
import { HEADER_LIMIT_BYTES } from "../../dicom/read-part10.ts";
import {
  DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
  EXPLICIT_VR_LITTLE_ENDIAN,
  IMPLICIT_VR_LITTLE_ENDIAN,
} from "../../dicom/uid.ts";
import { DomainError } from "../../errors.ts";
import type { BlobStore } from "../../ports.ts";
import type { FrameReader } from "../archive/frame-reader.ts";
import type { CodecPool } from "../codec/codec-pool.ts";
import type { StoredInstance } from "../postgres/stored-instances.ts";
import { exportPixels } from "./export-pixels.ts";

export interface ExportParts {
  readonly blobs: BlobStore;
  readonly frames: FrameReader;
  readonly codecs: CodecPool;
}

export type ExportedInstance =
  | { readonly outcome: "refused"; readonly reason: RefusalReason }
  /** A Part 10 file, to be iterated once; the iteration throws when the pixels turn out not to be whole. */
  | { readonly outcome: "file"; readonly bytes: AsyncIterable<Buffer> };

const NATIVE = new Set([EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN, DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN]);
/** RLE and the JPEG family: a frame is a codestream whose comments can be found. Video, JPIP and retired Big Endian are not here. */
const ENCAPSULATED = new Set([
  "1.2.840.10008.1.2.5",
  ...["50", "51", "57", "70", "80", "81", "90", "91", "201", "202", "203"].map((x) => `1.2.840.10008.1.2.4.${x}`),
]);
const NOBODY = "DEIDENTIFIED";

/** One stored instance as it goes out, or why it does not. No more than its header and a frame are in memory. */
export async function exportInstance(
  parts: ExportParts,
  instance: StoredInstance,
  request: DeidentifyRequest,
): Promise<ExportedInstance> {
  const isNative = NATIVE.has(instance.transferSyntaxUid);
  if (!isNative && !ENCAPSULATED.has(instance.transferSyntaxUid))
    return { outcome: "refused", reason: "transfer-syntax-not-exported" };
  let read: ReadElements;
  try {
    read = await readHeader(parts.blobs, instance);
  } catch (error) {
    if (!(error instanceof DomainError) || error.kind === "unavailable") throw error;
    return { outcome: "refused", reason: error.code === "dicom-header-too-large" ? "too-large" : "unreadable" };
  }
  const { elements, pixelVr } = read;
  const decision = decidePixels(elements);
  if (decision.kind === "refuse") return { outcome: "refused", reason: decision.reason };
  const pixels = pixelVr === null ? null : await exportPixels(parts, instance, { elements, isNative, decision });
  if (pixels === "unreadable") return { outcome: "refused", reason: "pixels-unreadable" };
  const header = replaced(deidentifyDataSet(elements, request), pixels?.changed ?? []);
  const meta = part10Header({
    sopClassUid: textOf(header, 0x00080016),
    sopInstanceUid: textOf(header, 0x00080018),
    transferSyntaxUid: pixels?.transferSyntaxUid ?? EXPLICIT_VR_LITTLE_ENDIAN,
    sourceAeTitle: NOBODY,
  });
  const head = Buffer.concat([meta, writeElements(header)]);
  return {
    outcome: "file",
    bytes: (async function* () {
      yield head;
      if (pixels) yield* pixels.bytes;
    })(),
  };
}

/** The elements before the pixel data, whatever the file's encoding. */
async function readHeader(blobs: BlobStore, instance: StoredInstance): Promise<ReadElements> {
  const { blobKey, byteLength, pixelDataOffset, transferSyntaxUid } = instance;
  const isDeflated = transferSyntaxUid === DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN;
  const end = isDeflated ? byteLength : (pixelDataOffset ?? byteLength);
  if (end > HEADER_LIMIT_BYTES) throw new DomainError("dicom-header-too-large");
  const head = await blobs.read(blobKey, { start: 0, end });
  if (head.length < end) throw new DomainError("dicom-truncated");
  const dataSet = head.subarray(metaEnd(head) ?? end);
  if (isDeflated) return readElements(inflated(dataSet));
  return readElements(
    transferSyntaxUid === IMPLICIT_VR_LITTLE_ENDIAN ? changeVrEncoding(dataSet, "implicit") : dataSet,
  );
}

function inflated(dataSet: Buffer): Buffer {
  try {
    return inflateRawSync(dataSet, { maxOutputLength: 4 * HEADER_LIMIT_BYTES });
  } catch (error) {
    throw new DomainError("dicom-unreadable", {}, { cause: error });
  }
}

function replaced(elements: readonly DataElement[], changed: readonly DataElement[]): readonly DataElement[] {
  const tags = new Set(changed.map(({ tag }) => tag));
  return [...elements.filter(({ tag }) => !tags.has(tag)), ...changed];
}
