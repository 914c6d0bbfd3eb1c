import { closeSync, constants, openSync, writeSync } from "node:fs";
import { ALIGNMENT, type AlignedBuffers } from "./aligned-buffers.ts";
import { openFile, syncData, writeAt } from "./file-calls.ts";

/** A new file that is written from its beginning to its end. */
export interface DirectFile {
  readonly byteLength: number;
  /** A promise when what came before is not on the disk yet; the chunk is the caller's again once it resolves. */
  append(chunk: Uint8Array): Promise<void> | null;
  /** Everything is handed to the disk, and the file is as long as what was appended. */
  finish(): Promise<void>;
  /** After `finish`: what was written survives a power cut. */
  sync(): Promise<void>;
  /** Safe to call at any time, and twice. */
  close(): Promise<void>;
}

const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;

/**
 * Writes past the page cache where the file system can: originals are written once and most are read much later, so that a
 * copy of each in memory only drives out what is read now; and what was received is on its way to the disk before the rest
 * is there, which leaves little to wait for at the end. Throws what the file system throws.
 */
export function directFile(path: string, buffers: AlignedBuffers, mode: number): DirectFile {
  let isDirect = true;
  let fd: number | null = null;
  let isClosed = false;
  // making a file waits while the file system commits another: that goes on beside what is received
  let opening: Promise<void> | null = open(NEW_FILE);
  let gathered: Buffer | null = null;
  let gatheredBytes = 0;
  let byteLength = 0;
  /** Of the file, what has been given to the disk or is on its way there. */
  let givenBytes = 0;
  let writing: Promise<void> | null = null;
  let failure: { readonly error: unknown } | null = null;

  /** tmpfs and some network file systems know no writing past the page cache. */
  async function openSome(flags: number): Promise<number> {
    if (isDirect) {
      try {
        return await openFile(path, flags | constants.O_DIRECT, mode);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EINVAL") throw error;
        isDirect = false;
      }
    }
    // an open that was refused for its flags may have made the file
    return openFile(path, flags & ~constants.O_EXCL, mode);
  }

  async function open(flags: number): Promise<void> {
    try {
      fd = await openSome(flags);
    } catch (error) {
      failure ??= { error };
    }
    opening = null;
  }

  async function opened(): Promise<number> {
    if (opening) await opening;
    throwFailure();
    if (fd === null || isClosed) throw new Error("closed");
    return fd;
  }

  async function writeAll(bytes: Buffer, position: number): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      const there = await opened();
      try {
        at += await writeAt(there, bytes.subarray(at), position + at);
      } catch (error) {
        // opened so, but not written so
        if (!isDirect || (error as NodeJS.ErrnoException).code !== "EINVAL") throw error;
        isDirect = false;
        closeSync(there);
        fd = null;
        opening = open(constants.O_WRONLY);
      }
    }
  }

  function throwFailure(): void {
    if (failure) throw failure.error;
  }

  function writeOdd(bytes: Buffer, position: number): void {
    const plain = openSync(path, constants.O_WRONLY);
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(plain, bytes, at, bytes.length - at, position + at);
    } finally {
      closeSync(plain);
    }
  }

  /** Gives `bytes` of the buffer to the disk, and then the buffer back. */
  function give(buffer: Buffer, bytes: number): void {
    const position = givenBytes;
    givenBytes += bytes;
    writing = writeAll(buffer.subarray(0, bytes), position)
      .catch((error: unknown) => {
        failure ??= { error };
      })
      .finally(() => {
        buffers.giveBack(buffer);
        writing = null;
      });
  }

  /** What fits is taken; the number of bytes. */
  function gather(chunk: Uint8Array): number {
    gathered ??= buffers.take();
    const taken = Math.min(chunk.byteLength, gathered.length - gatheredBytes);
    gathered.set(taken === chunk.byteLength ? chunk : chunk.subarray(0, taken), gatheredBytes);
    gatheredBytes += taken;
    byteLength += taken;
    return taken;
  }

  function giveWhenFull(): void {
    if (!gathered || gatheredBytes < gathered.length) return;
    give(gathered, gatheredBytes);
    gathered = null;
    gatheredBytes = 0;
  }

  async function appendWaiting(chunk: Uint8Array): Promise<void> {
    for (let at = 0; at < chunk.byteLength; ) {
      if (gatheredBytes === gathered?.length) await writing;
      throwFailure();
      if (writing === null) giveWhenFull();
      at += gather(chunk.subarray(at));
    }
    if (writing === null) giveWhenFull();
  }

  return {
    get byteLength() {
      return byteLength;
    },

    append(chunk) {
      throwFailure();
      const taken = gather(chunk);
      if (writing === null) giveWhenFull();
      return taken === chunk.byteLength ? null : appendWaiting(chunk.subarray(taken));
    },

    async finish() {
      await writing;
      await opened();
      if (gathered) {
        // what does not end on a page goes by the page cache, and to the disk with the sync
        const odd = isDirect ? gatheredBytes % ALIGNMENT : 0;
        const even = gatheredBytes - odd;
        if (odd > 0) writeOdd(gathered.subarray(even, gatheredBytes), givenBytes + even);
        give(gathered, even);
        gathered = null;
        await writing;
      }
      throwFailure();
    },

    async sync() {
      await syncData(await opened());
    },

    async close() {
      isClosed = true;
      // what is under way holds the descriptor and its buffer
      while (opening || writing) await (opening ?? writing);
      if (gathered) buffers.giveBack(gathered);
      gathered = null;
      if (fd !== null) closeSync(fd);
      fd = null;
    },
  };
}
