import { closeSync, constants, linkSync, openSync, renameSync, unlinkSync, writeSync } from "node:fs";
import { unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { DomainError } from "../../errors.ts";
import type { BlobOrigin, BlobWriter } from "../../ports.ts";
import { newBlobKey } from "./blob-key.ts";
import { syncData } from "./file-calls.ts";
import { storageError } from "./file-fault.ts";
import type { GatherBuffers } from "./gather-buffers.ts";

export interface FileBlobFolders {
  /** Where whole blobs are. */
  readonly blobs: string;
  /** Where blobs are until they are whole, and where the marks of marked ones are. */
  readonly incoming: string;
  readonly buffers: GatherBuffers;
  /** Makes the names in a folder of `blobs` durable. */
  syncFolder(folder: string): Promise<void>;
}

/**
 * A blob under construction: a file of `incoming`, renamed into `blobs` when it is whole. A marked one is linked there
 * instead: its name in `incoming` is the mark.
 *
 * Bytes go to the page cache by plain calls, which take microseconds; another thread would cost more to wake than it saves.
 * What waits for the disk, the syncs, is not waited for here.
 */
export function fileBlobWriter(
  { blobs, incoming, buffers, syncFolder }: FileBlobFolders,
  { marked: isMarked = false, origin }: { readonly marked?: boolean; readonly origin?: BlobOrigin },
): BlobWriter {
  const key = newBlobKey(origin);
  const temporary = join(incoming, basename(key));
  const path = join(blobs, key);
  let fd: number | null = null;
  let gathered: Buffer | null = null;
  let gatheredBytes = 0;
  let sealing: Promise<void> | null = null;
  let isInPlace = false;
  let discarded = false;
  let failure: unknown = null;

  function writeAll(bytes: Uint8Array): void {
    fd ??= openSync(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o640);
    for (let at = 0; at < bytes.byteLength; ) at += writeSync(fd, bytes, at);
  }

  function flush(): void {
    if (gathered && gatheredBytes > 0) writeAll(gathered.subarray(0, gatheredBytes));
    gatheredBytes = 0;
  }

  function gather(chunk: Uint8Array): void {
    gathered ??= buffers.take();
    if (chunk.byteLength > gathered.length - gatheredBytes) flush();
    if (chunk.byteLength >= gathered.length) {
      writeAll(chunk);
    } else {
      gathered.set(chunk, gatheredBytes);
      gatheredBytes += chunk.byteLength;
    }
  }

  function close(): void {
    if (fd !== null) closeSync(fd);
    fd = null;
    if (gathered) buffers.giveBack(gathered);
    gathered = null;
    gatheredBytes = 0;
  }

  async function drop(): Promise<void> {
    discarded = true;
    close();
    if (isInPlace) await unlink(path).catch(() => undefined);
    if (isMarked || !isInPlace) await unlink(temporary).catch(() => undefined);
  }

  async function sealIt(): Promise<void> {
    try {
      if (failure) throw failure;
      flush();
      if (fd === null) throw new Error("nothing was written");
      if (isMarked) linkSync(temporary, path);
      else renameSync(temporary, path);
      isInPlace = true;
      await Promise.all([syncData(fd), syncFolder(dirname(key))]);
      close();
    } catch (error) {
      await drop();
      throw storageError(error);
    }
  }

  return {
    key,
    write(chunk) {
      if (failure) return Promise.reject(storageError(failure));
      if (sealing || discarded) return Promise.reject(new DomainError("storage-failed"));
      try {
        if (chunk.byteLength > 0) gather(chunk);
        return null;
      } catch (error) {
        failure = error;
        return Promise.reject(storageError(error));
      }
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
    unmark() {
      try {
        if (isMarked) unlinkSync(temporary);
      } catch {
        // a mark that stays is looked into by the sweep
      }
    },
  };
}
