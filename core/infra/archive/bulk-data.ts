import type { DataSet, Element } from "dicom-parser";
import { HEADER_LIMIT_BYTES, readPart10 } from "../../dicom/read-part10.ts";
import { DomainError } from "../../errors.ts";
import type { BlobStore } from "../../ports.ts";
import type { StoredInstance } from "../postgres/stored-instances.ts";

/**
 * The bytes of the value at a path as in BulkDataURI: a tag, or sequence, item from 0, tag. Throws `not-found`. Pixel data
 * is not among them: it is given by frames.
 */
export async function readBulkData(
  blobs: BlobStore,
  instance: StoredInstance,
  path: readonly string[],
): Promise<Buffer> {
  const end = Math.min(instance.pixelDataOffset ?? instance.byteLength, HEADER_LIMIT_BYTES);
  const head = await blobs.read(instance.blobKey, { start: 0, end });
  let dataSet: DataSet = readPart10(head, end === instance.byteLength).dataSet;
  for (let at = 0; at + 2 < path.length; at += 2) {
    const item = elementAt(dataSet, path[at]).items?.[Number(path[at + 1])];
    if (!item?.dataSet) throw new DomainError("not-found");
    dataSet = item.dataSet;
  }
  const element = elementAt(dataSet, path.at(-1));
  const last = element.dataOffset + element.length;
  if (path.length % 2 === 0 || last > dataSet.byteArray.length || element.items) throw new DomainError("not-found");
  return Buffer.from(dataSet.byteArray.subarray(element.dataOffset, last));
}

function elementAt(dataSet: DataSet, tag: string | undefined): Element {
  const element =
    tag !== undefined && /^[0-9A-F]{8}$/.test(tag) ? dataSet.elements[`x${tag.toLowerCase()}`] : undefined;
  if (!element || tag?.startsWith("7FE0")) throw new DomainError("not-found");
  return element;
}
