import { pipeline, Readable } from "node:stream";
import { crc32, createDeflateRaw } from "node:zlib";
import { DomainError } from "../../errors.ts";

export interface ZipWriter {
  /**
   * Adds a file. When its bytes fail midway the rejection is theirs, and the file is not in the archive's directory: what was
   * written of it is a gap that readers skip.
   */
  add(path: string, bytes: AsyncIterable<Buffer>): Promise<void>;
  end(): Promise<void>;
}

interface Entry {
  readonly path: Buffer;
  readonly crc: number;
  readonly compressed: number;
  readonly size: number;
  readonly offset: number;
}

const MAX_32 = 0xffffffff;
/** Sizes after the data (bit 3), names in UTF-8 (bit 11). */
const FLAGS = 0x0808;
const DEFLATED = 8;
/** 1980-01-01: when a file was packed is nobody's affair. */
const NO_DATE = 0x21;

/**
 * A zip archive (APPNOTE 6.3) written in one pass, with ZIP64 where it grows beyond 4 GiB or 65 535 files; a file alone may not.
 * It begins `start` bytes into the whole.
 */
export function zipWriter(write: (chunk: Uint8Array) => Promise<void>, start = 0): ZipWriter {
  const entries: Entry[] = [];
  let at = start;
  const put = async (chunk: Buffer) => {
    await write(chunk);
    at += chunk.length;
  };
  return {
    add: async (path, bytes) => {
      const entry = { path: Buffer.from(path, "utf8"), crc: 0, compressed: 0, size: 0, offset: at };
      await put(localHead(entry.path));
      const dataAt = at;
      const deflate = createDeflateRaw({ level: 1 });
      const counted = async function* () {
        for await (const chunk of bytes) {
          entry.crc = crc32(chunk, entry.crc);
          entry.size += chunk.length;
          yield chunk;
        }
      };
      pipeline(Readable.from(counted(), { objectMode: false }), deflate, () => undefined); // its fault ends the loop below
      for await (const chunk of deflate) await put(chunk as Buffer);
      entry.compressed = at - dataAt;
      if (entry.size > MAX_32 || entry.compressed > MAX_32) throw new DomainError("too-large");
      await put(descriptor(entry));
      entries.push(entry);
    },
    end: async () => {
      const directory = at;
      for (const entry of entries) await put(directoryEntry(entry));
      await put(directoryEnd(entries.length, directory, at - directory));
    },
  };
}

function localHead(path: Buffer): Buffer {
  const head = Buffer.alloc(30);
  head.writeUInt32LE(0x04034b50, 0);
  head.writeUInt16LE(20, 4);
  head.writeUInt16LE(FLAGS, 6);
  head.writeUInt16LE(DEFLATED, 8);
  head.writeUInt16LE(NO_DATE, 12);
  head.writeUInt16LE(path.length, 26);
  return Buffer.concat([head, path]);
}

function descriptor({ crc, compressed, size }: Entry): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32LE(0x08074b50, 0);
  bytes.writeUInt32LE(crc, 4);
  bytes.writeUInt32LE(compressed, 8);
  bytes.writeUInt32LE(size, 12);
  return bytes;
}

function directoryEntry({ path, crc, compressed, size, offset }: Entry): Buffer {
  const isFar = offset >= MAX_32;
  const head = Buffer.alloc(46);
  head.writeUInt32LE(0x02014b50, 0);
  head.writeUInt16LE(isFar ? 45 : 20, 4);
  head.writeUInt16LE(isFar ? 45 : 20, 6);
  head.writeUInt16LE(FLAGS, 8);
  head.writeUInt16LE(DEFLATED, 10);
  head.writeUInt16LE(NO_DATE, 14);
  head.writeUInt32LE(crc, 16);
  head.writeUInt32LE(compressed, 20);
  head.writeUInt32LE(size, 24);
  head.writeUInt16LE(path.length, 28);
  head.writeUInt16LE(isFar ? 12 : 0, 30);
  head.writeUInt32LE(isFar ? MAX_32 : offset, 42);
  if (!isFar) return Buffer.concat([head, path]);
  const far = Buffer.alloc(12);
  far.writeUInt16LE(1, 0);
  far.writeUInt16LE(8, 2);
  far.writeBigUInt64LE(BigInt(offset), 4);
  return Buffer.concat([head, path, far]);
}

function directoryEnd(count: number, start: number, length: number): Buffer {
  const isLarge = count >= 0xffff || start >= MAX_32 || length >= MAX_32;
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Math.min(count, 0xffff), 8);
  end.writeUInt16LE(Math.min(count, 0xffff), 10);
  end.writeUInt32LE(Math.min(length, MAX_32), 12);
  end.writeUInt32LE(Math.min(start, MAX_32), 16);
  if (!isLarge) return end;
  const large = Buffer.alloc(56 + 20);
  large.writeUInt32LE(0x06064b50, 0);
  large.writeBigUInt64LE(44n, 4);
  large.writeUInt16LE(45, 12);
  large.writeUInt16LE(45, 14);
  large.writeBigUInt64LE(BigInt(count), 24);
  large.writeBigUInt64LE(BigInt(count), 32);
  large.writeBigUInt64LE(BigInt(length), 40);
  large.writeBigUInt64LE(BigInt(start), 48);
  large.writeUInt32LE(0x07064b50, 56);
  large.writeBigUInt64LE(BigInt(start + length), 64);
  large.writeUInt32LE(1, 72);
  return Buffer.concat([large, end]);
}
