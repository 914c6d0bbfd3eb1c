import { constants } from "node:fs";
import { unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { DomainError } from "../../errors.ts";
import type { BlobWriter } from "../../ports.ts";
import { newBlobKey } from "./blob-key.ts";
import { closeFile, openFile, renameFile, syncData, writeChunks } from "./file-calls.ts";
import { storageError } from "./file-fault.ts";

/** So much is gathered before it goes to the file in one call; twice that is the most a writer holds. */
const GATHER_BYTES = 128 * 1024;

export interface FileBlobFolders {
  /** Where whole blobs are. */
  readonly blobs: string;
  /** Where blobs are until they are whole. */
  readonly incoming: string;
  /** Makes the names in a folder of `blobs` durable. */
  syncFolder(folder: string): Promise<void>;
}

/** A blob under construction: a file of `incoming`, renamed into `blobs` when it is whole. */
export function fileBlobWriter({ blobs, incoming, syncFolder }: FileBlobFolders): BlobWriter {
  const key = newBlobKey();
  const temporary = join(incoming, basename(key));
  const path = join(blobs, key);
  let opening: Promise<number> | null = null;
  let gathered: Uint8Array[] = [];
  let gatheredBytes = 0;
  let flushing: Promise<void> = Promise.resolve();
  let sealing: Promise<void> | null = null;
  let renamed = false;
  let discarded = false;
  let failure: unknown = null;

  function open(): Promise<number> {
    opening ??= openFile(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o640);
    return opening;
  }

  async function flush(chunks: readonly Uint8Array[]): Promise<void> {
    if (discarded || failure || chunks.length === 0) return;
    try {
      await writeChunks(await open(), chunks);
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

  /** Nothing waits for the descriptor to be given back: the bytes are safe already, or not wanted. */
  function close(): void {
    opening?.then(closeFile).catch(() => undefined);
    opening = null;
  }

  async function drop(): Promise<void> {
    discarded = true;
    await flushing;
    const opened = opening;
    close();
    await opened?.catch(() => undefined);
    await unlink(renamed ? path : temporary).catch(() => undefined);
  }

  async function sealIt(): Promise<void> {
    const before = flushing;
    const chunks = take();
    flushing = before.then(() => flush(chunks));
    await flushing;
    try {
      if (failure || !opening) throw failure ?? new Error("nothing was written");
      const fd = await opening;
      await renameFile(temporary, path);
      renamed = true;
      await Promise.all([syncData(fd), syncFolder(dirname(key))]);
      close();
    } catch (error) {
      await drop();
      throw storageError(error);
    }
  }

  return {
    key,
    async write(chunk) {
      if (failure) throw storageError(failure);
      if (sealing || discarded) throw new DomainError("storage-failed");
      if (chunk.byteLength === 0) return;
      gathered.push(chunk);
      gatheredBytes += chunk.byteLength;
      if (gatheredBytes < GATHER_BYTES) return;
      const before = flushing;
      const chunks = take();
      flushing = before.then(() => flush(chunks));
      await before; // one flush may run while the next is gathered
    },
    seal() {
      if (discarded) return Promise.reject(storageError(failure));
      sealing ??= sealIt();
      return sealing;
    },
    async discard() {
      await sealing?.catch(() => undefined);
      await drop();
    },
  };
}
