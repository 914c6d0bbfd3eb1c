import { linkSync, renameSync, unlinkSync } from "node:fs";
import { unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { DomainError } from "../../errors.ts";
import type { BlobOrigin, BlobWriter } from "../../ports.ts";
import type { AlignedBuffers } from "./aligned-buffers.ts";
import { newBlobKey } from "./blob-key.ts";
import { type DirectFile, directFile } from "./direct-file.ts";
import { storageError } from "./file-fault.ts";

export interface FileBlobFolders {
  /** Where whole blobs are. */
  readonly blobs: string;
  /** Where blobs are until they are whole, and where the marks of marked ones are. */
  readonly incoming: string;
  readonly buffers: AlignedBuffers;
  /** Makes the names in a folder of `blobs` durable. */
  syncFolder(folder: string): Promise<void>;
}

/**
 * A blob under construction: a file of `incoming`, renamed into `blobs` when it is whole. A marked one is linked there
 * instead: its name in `incoming` is the mark.
 */
export function fileBlobWriter(
  { blobs, incoming, buffers, syncFolder }: FileBlobFolders,
  { marked: isMarked = false, origin }: { readonly marked?: boolean; readonly origin?: BlobOrigin },
): BlobWriter {
  const key = newBlobKey(origin);
  const temporary = join(incoming, basename(key));
  const path = join(blobs, key);
  let file: DirectFile | null = null;
  let sealing: Promise<void> | null = null;
  let isInPlace = false;
  let discarded = false;
  let failure: unknown = null;

  function failed(error: unknown): never {
    failure = error;
    throw storageError(error);
  }

  async function drop(): Promise<void> {
    discarded = true;
    await file?.close();
    if (isInPlace) await unlink(path).catch(() => undefined);
    if (isMarked || !isInPlace) await unlink(temporary).catch(() => undefined);
  }

  async function sealIt(): Promise<void> {
    try {
      if (failure) throw failure;
      if (!file) throw new Error("nothing was written");
      await file.finish();
      if (isMarked) linkSync(temporary, path);
      else renameSync(temporary, path);
      isInPlace = true;
      await Promise.all([file.sync(), syncFolder(dirname(key))]);
      await file.close();
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
      if (chunk.byteLength === 0) return null;
      try {
        file ??= directFile(temporary, buffers, 0o640);
        return file.append(chunk)?.catch(failed) ?? null;
      } catch (error) {
        return Promise.reject(error).catch(failed);
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
