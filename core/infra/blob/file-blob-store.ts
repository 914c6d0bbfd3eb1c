import { randomUUID } from "node:crypto";
import { constants, createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, readdir, rename, rm, stat, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Readable } from "node:stream";
import { DomainError } from "../../errors.ts";
import type { BlobStore, BlobWriter, ByteRange } from "../../ports.ts";
import { isBlobKey, newBlobKey } from "./blob-key.ts";

/** So much is gathered before it goes to the file in one call; twice that is the most a writer holds. */
const GATHER_BYTES = 512 * 1024;

/**
 * Blobs as files: `<root>/blobs/<2 hex>/<uuid>`, written under `<root>/incoming` and renamed when whole. `seal` syncs the
 * file and its folder, so that a power cut leaves either the blob or nothing under its key.
 */
export async function openFileBlobStore(root: string): Promise<BlobStore> {
  const blobs = join(root, "blobs");
  const incoming = join(root, "incoming", `${process.pid}-${randomUUID().slice(0, 8)}`);
  await mkdir(incoming, { recursive: true });
  await mkdir(blobs, { recursive: true });
  await Promise.all(
    Array.from({ length: 256 }, (_, i) => mkdir(join(blobs, i.toString(16).padStart(2, "0")), { recursive: true })),
  );
  const pathOf = (key: string) => {
    if (!isBlobKey(key)) throw new DomainError("not-found");
    return join(blobs, key);
  };
  return {
    create: async () => fileBlobWriter(blobs, incoming),
    open: async (key, range) => {
      const file = await openForRead(pathOf(key));
      // createReadStream takes no empty range
      if (range && range.end <= range.start) return file.close().then(() => Readable.from([], { objectMode: false }));
      return createReadStream("", { fd: file, highWaterMark: GATHER_BYTES, ...streamRange(range) });
    },
    read: async (key, range) => {
      const file = await openForRead(pathOf(key));
      try {
        const start = range?.start ?? 0;
        const end = Math.min(range?.end ?? Number.POSITIVE_INFINITY, (await file.stat()).size);
        const buffer = Buffer.allocUnsafe(Math.max(0, end - start));
        let filled = 0;
        while (filled < buffer.length) {
          const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, start + filled);
          if (bytesRead === 0) break;
          filled += bytesRead;
        }
        return buffer.subarray(0, filled);
      } finally {
        await file.close();
      }
    },
    size: async (key) => (await stat(pathOf(key)).catch(missing)).size,
    delete: async (key) => {
      if (isBlobKey(key)) await rm(pathOf(key), { force: true }).catch(missing);
    },
    keys: () => listKeys(blobs),
  };
}

/** Removes what senders had begun when a former process died. To be called once, before any process stores. */
export async function sweepIncoming(root: string): Promise<void> {
  await rm(join(root, "incoming"), { recursive: true, force: true });
}

function fileBlobWriter(blobs: string, incoming: string): BlobWriter {
  const key = newBlobKey();
  const temporary = join(incoming, basename(key));
  const folder = join(blobs, dirname(key));
  let file: FileHandle | null = null;
  let gathered: Uint8Array[] = [];
  let gatheredBytes = 0;
  let flushing: Promise<void> = Promise.resolve();
  let renamed = false;
  let sealed = false;
  let discarded = false;
  let failure: unknown = null;

  async function flush(chunks: Uint8Array[]): Promise<void> {
    if (discarded || chunks.length === 0) return;
    try {
      file ??= await open(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o640);
      await writeAll(file, chunks);
    } catch (error) {
      failure ??= error;
    }
  }

  function take(): Uint8Array[] {
    const chunks = gathered;
    gathered = [];
    gatheredBytes = 0;
    return chunks;
  }

  async function discard(): Promise<void> {
    discarded = true;
    await flushing;
    const opened = file;
    file = null;
    await opened?.close().catch(() => undefined);
    await unlink(renamed ? join(blobs, key) : temporary).catch(() => undefined);
  }

  return {
    key,
    async write(chunk) {
      if (failure) throw storageError(failure);
      if (renamed || discarded) throw new DomainError("storage-failed");
      if (chunk.byteLength === 0) return;
      gathered.push(chunk);
      gatheredBytes += chunk.byteLength;
      if (gatheredBytes < GATHER_BYTES) return;
      const before = flushing;
      const chunks = take();
      flushing = before.then(() => flush(chunks));
      await before; // one flush may run while the next is gathered
    },
    async seal() {
      if (sealed && !discarded) return; // again: a header that was longer than the head has been read from the blob meanwhile
      await flushing;
      await flush(take());
      try {
        if (failure || !file) throw failure ?? new Error("nothing was written");
        await rename(temporary, join(blobs, key));
        renamed = true;
        await Promise.all([file.datasync(), syncFolder(folder)]);
        await file.close();
        file = null;
        sealed = true;
      } catch (error) {
        await discard();
        throw storageError(error);
      }
    },
    discard,
  };
}

async function writeAll(file: FileHandle, chunks: Uint8Array[]): Promise<void> {
  let rest = chunks;
  while (rest.length > 0) {
    const { bytesWritten } = await file.writev(rest.slice(0, 1024));
    rest = afterBytes(rest, bytesWritten);
  }
}

/** What is left of the chunks once the first `count` bytes are gone. */
function afterBytes(chunks: Uint8Array[], count: number): Uint8Array[] {
  let skip = count;
  for (const [i, chunk] of chunks.entries()) {
    if (skip < chunk.byteLength) return skip === 0 ? chunks.slice(i) : [chunk.subarray(skip), ...chunks.slice(i + 1)];
    skip -= chunk.byteLength;
  }
  return [];
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function openForRead(path: string): Promise<FileHandle> {
  return open(path, constants.O_RDONLY).catch(missing);
}

function missing(error: unknown): never {
  throw (error as NodeJS.ErrnoException).code === "ENOENT" ? new DomainError("not-found") : storageError(error);
}

function storageError(error: unknown): DomainError {
  const code = (error as NodeJS.ErrnoException).code;
  return new DomainError(
    code === "ENOSPC" || code === "EDQUOT" ? "storage-full" : "storage-failed",
    {},
    { cause: error },
  );
}

function streamRange(range: ByteRange | undefined): { start?: number; end?: number } {
  return range ? { start: range.start, end: range.end - 1 } : {};
}

async function* listKeys(blobs: string): AsyncIterable<string> {
  for (const folder of (await readdir(blobs)).sort())
    for (const id of await readdir(join(blobs, folder))) yield `${folder}/${id}`;
}
