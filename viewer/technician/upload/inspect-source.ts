import { dataSetOffset, isPart10, readPart10Header } from "./part10-header.ts";
import { readZipEntry } from "./read-zip-entry.ts";
import type { InstanceHeader, ItemSource, LocalReason } from "./upload-item.ts";
import { type ReadRange, type ZipEntry, ZipProblem } from "./zip-directory.ts";

export type Inspection =
  | { readonly kind: "instance"; readonly header: InstanceHeader | null; readonly dataSetSha256: string | null }
  | { readonly kind: "refused" | "skipped"; readonly reason: LocalReason };

/** Up to here a file is read whole, for its hash; of a larger one only the header. */
const WHOLE_BYTES = 64 * 1024 * 1024;
const HEADER_BYTES = 4 * 1024 * 1024;

export const rangeOf =
  (file: File): ReadRange =>
  async (start, end) =>
    new Uint8Array(await file.slice(start, end).arrayBuffer());

async function firstBytes(source: ItemSource, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  if (source.kind === "file") return rangeOf(source.file)(0, Math.min(limit, source.file.size));
  const bytes = new Uint8Array(Math.min(limit, source.entry.size));
  let filled = 0;
  for await (const chunk of readZipEntry(rangeOf(source.zip), source.entry)) {
    const part = chunk.subarray(0, bytes.length - filled);
    bytes.set(part, filled);
    filled += part.length;
    // The last piece is waited for when the entry is read whole: its checksum is known only then.
    if (filled === bytes.length && bytes.length < source.entry.size) break;
  }
  return bytes;
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Looks into a file: is it DICOM, which instance, and the hash the hub knows it by. */
export async function inspectSource(source: ItemSource): Promise<Inspection> {
  const size = source.kind === "file" ? source.file.size : source.entry.size;
  if (size === 0) return { kind: "refused", reason: "empty-file" };
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = await firstBytes(source, size <= WHOLE_BYTES ? size : HEADER_BYTES);
  } catch (error) {
    return { kind: "refused", reason: error instanceof ZipProblem ? error.reason : "unreadable-file" };
  }
  if (!isPart10(bytes)) {
    const zipInZip = source.kind === "zip" && bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3;
    return { kind: "refused", reason: zipInZip ? "zip-nested" : "not-dicom" };
  }
  const read = readPart10Header(bytes);
  if (read.kind === "directory") return { kind: "skipped", reason: "dicomdir" };
  const offset = dataSetOffset(bytes);
  // crypto.subtle exists only on HTTPS and loopback; without the hash everything is sent, and the hub knows what it has.
  const hashable = read.header !== null && bytes.length === size && offset !== null && globalThis.isSecureContext;
  return {
    kind: "instance",
    header: read.header,
    dataSetSha256: hashable ? await sha256(bytes.subarray(offset)) : null,
  };
}

/** An entry's bytes as a Blob, which the browser may keep on disk: never more than 16 MiB of it on the heap here. */
export async function unpackEntry(zip: File, entry: ZipEntry): Promise<Blob> {
  const blobs: Blob[] = [];
  let pending: Uint8Array<ArrayBuffer>[] = [];
  let pendingBytes = 0;
  for await (const chunk of readZipEntry(rangeOf(zip), entry)) {
    pending.push(chunk);
    pendingBytes += chunk.length;
    if (pendingBytes >= 16 * 1024 * 1024) {
      blobs.push(new Blob(pending));
      pending = [];
      pendingBytes = 0;
    }
  }
  return new Blob([...blobs, ...pending]);
}
