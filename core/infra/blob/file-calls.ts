import * as fs from "node:fs";

/**
 * The calls of the file system that the store path makes, on plain descriptors: node:fs/promises' file handles cost about
 * twice the time of a small call, which at hundreds of instances a second is most of it.
 */
export const openFile = (path: string, flags: number, mode?: number): Promise<number> =>
  new Promise((resolve, reject) => {
    fs.open(path, flags, mode ?? null, (error, fd) => (error ? reject(error) : resolve(fd)));
  });

/** Fills the buffer from `position` on, and resolves to how much of it there was. */
export async function readInto(fd: number, buffer: Uint8Array, position: number): Promise<number> {
  let filled = 0;
  while (filled < buffer.length) {
    const bytesRead = await readSome(fd, buffer, filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}

const readSome = (fd: number, buffer: Uint8Array, offset: number, position: number): Promise<number> =>
  new Promise((resolve, reject) => {
    fs.read(fd, buffer, offset, buffer.length - offset, position, (error, bytesRead) =>
      error ? reject(error) : resolve(bytesRead),
    );
  });

export const sizeOfFile = (fd: number): Promise<number> =>
  new Promise((resolve, reject) => {
    fs.fstat(fd, (error, stats) => (error ? reject(error) : resolve(stats.size)));
  });

export const syncData = (fd: number): Promise<void> => settled((done) => fs.fdatasync(fd, done));
export const syncAll = (fd: number): Promise<void> => settled((done) => fs.fsync(fd, done));
export const closeFile = (fd: number): Promise<void> => settled((done) => fs.close(fd, done));

function settled(call: (done: (error: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => call((error) => (error ? reject(error) : resolve())));
}
