import { closeSync, constants, createReadStream } from "node:fs";
import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { DomainError } from "../../errors.ts";
import type { BlobStore, ByteRange } from "../../ports.ts";
import { isBlobKey } from "./blob-key.ts";
import { fileBlobWriter } from "./file-blob-writer.ts";
import { closeFile, openFile, readInto, sizeOfFile, syncAll } from "./file-calls.ts";
import { missing } from "./file-fault.ts";
import { gatherBuffers } from "./gather-buffers.ts";
import { incomingFolderName } from "./sweep-incoming.ts";

const READ_STREAM_BYTES = 512 * 1024;
/** A range up to this is taken at its word; for a longer one the file's size is looked at before memory is asked for. */
const SMALL_BYTES = 2 * 1024 * 1024;

/**
 * Blobs as files: `<root>/blobs/<key>`, written under `<root>/incoming` and renamed when whole. `seal` syncs the
 * file and its folder, so that a power cut leaves either the blob or nothing under its key.
 */
export async function openFileBlobStore(root: string): Promise<BlobStore> {
  const blobs = join(root, "blobs");
  const incoming = join(root, "incoming", incomingFolderName());
  await mkdir(incoming, { recursive: true });
  await mkdir(blobs, { recursive: true });
  await Promise.all(
    Array.from({ length: 256 }, (_, i) => mkdir(join(blobs, i.toString(16).padStart(2, "0")), { recursive: true })),
  );
  const syncFolder = folderSync(blobs);
  const buffers = gatherBuffers();
  const pathOf = (key: string) => {
    if (!isBlobKey(key)) throw new DomainError("not-found");
    return join(blobs, key);
  };
  const openForRead = async (key: string) => openFile(pathOf(key), constants.O_RDONLY).catch(missing);
  return {
    create: async (options = {}) => fileBlobWriter({ blobs, incoming, buffers, syncFolder }, options),
    open: async (key, range) => {
      const fd = await openForRead(key);
      // createReadStream takes no empty range
      if (range && range.end <= range.start) return closeFile(fd).then(() => Readable.from([], { objectMode: false }));
      return createReadStream("", { fd, highWaterMark: READ_STREAM_BYTES, ...streamRange(range) });
    },
    read: async (key, range) => {
      const fd = await openForRead(key);
      try {
        const start = range?.start ?? 0;
        let end = range?.end ?? Number.POSITIVE_INFINITY;
        if (end - start > SMALL_BYTES) end = Math.min(end, await sizeOfFile(fd));
        const buffer = Buffer.allocUnsafeSlow(Math.max(0, end - start));
        const filled = await readInto(fd, buffer, start);
        return filled === buffer.length ? buffer : buffer.subarray(0, filled);
      } finally {
        closeSync(fd);
      }
    },
    size: async (key) => (await stat(pathOf(key)).catch(missing)).size,
    delete: async (key) => {
      if (isBlobKey(key)) await rm(pathOf(key), { force: true }).catch(missing);
    },
    keys: () => listKeys(blobs),
  };
}

/** The folders stay open, 256 at most: a sync is then one call and not three. */
function folderSync(blobs: string): (folder: string) => Promise<void> {
  const folders = new Map<string, Promise<number>>();
  return async (folder) => {
    let opening = folders.get(folder);
    if (!opening) {
      opening = openFile(join(blobs, folder), constants.O_RDONLY);
      opening.catch(() => folders.delete(folder));
      folders.set(folder, opening);
    }
    await syncAll(await opening);
  };
}

function streamRange(range: ByteRange | undefined): { start?: number; end?: number } {
  return range ? { start: range.start, end: range.end - 1 } : {};
}

async function* listKeys(blobs: string): AsyncIterable<string> {
  for (const folder of (await readdir(blobs)).sort())
    for (const id of await readdir(join(blobs, folder))) yield `${folder}/${id}`;
}
