import { dicomJson } from "../../dicom/dicom-json.ts";
import { HEADER_LIMIT_BYTES, readPart10 } from "../../dicom/read-part10.ts";
import { replaceElements } from "../../dicom/replace-elements.ts";
import { DomainError } from "../../errors.ts";
import {
  type IdentityOverlay,
  identityChanges,
  ORIGINAL_ATTRIBUTES,
  OVERLAID,
} from "../../patient/identity-overlay.ts";
import type { BlobStore } from "../../ports.ts";

interface StoredFile {
  readonly blobKey: string;
  readonly byteLength: number;
  readonly pixelDataOffset: number | null;
}

/** The beginning of a file as it goes out, and from which byte of the blob the rest follows as it is. */
export interface OverlaidHead {
  readonly head: Buffer;
  readonly restFrom: number;
}

/**
 * Lays a changed identity over the header of a file on its way out: within the bound of a header in memory, the blob as it
 * is. Throws what reading a header throws: an instance whose patient cannot be corrected is not given under the wrong one.
 */
export async function overlaidHead(
  blobs: BlobStore,
  file: StoredFile,
  overlay: IdentityOverlay,
): Promise<OverlaidHead> {
  const restFrom = file.pixelDataOffset ?? file.byteLength;
  if (restFrom > HEADER_LIMIT_BYTES) throw new DomainError("dicom-header-too-large");
  const head = await blobs.read(file.blobKey, { start: 0, end: restFrom });
  if (head.length !== restFrom) throw new DomainError("dicom-truncated");
  const isWhole = file.pixelDataOffset === null;
  const header = dicomJson(readPart10(head, isWhole).dataSet, { inlineBytes: 0 });
  const looked = Object.fromEntries(OVERLAID.flatMap((tag) => (header[tag] ? [[tag, header[tag]]] : [])));
  const changes = identityChanges(looked, overlay);
  if (!changes) return { head, restFrom };
  const append = { tag: ORIGINAL_ATTRIBUTES, item: changes.originals };
  return { head: replaceElements(head, isWhole, { ...changes, append }), restFrom };
}
