import type { LocalReason } from "./upload-item.ts";

/** One file of a zip, as its central directory says (APPNOTE 4.3.12). */
export interface ZipEntry {
  readonly path: string;
  readonly method: number;
  readonly encrypted: boolean;
  readonly compressedSize: number;
  readonly size: number;
  /** Of the local header, whose name and extra field may have other lengths than here. */
  readonly headerOffset: number;
  readonly crc32: number;
}

/** The two reads a zip needs: bytes of the archive by place. */
export type ReadRange = (start: number, end: number) => Promise<Uint8Array<ArrayBuffer>>;

export class ZipProblem extends Error {
  readonly reason: LocalReason;

  constructor(reason: LocalReason) {
    super(reason);
    this.name = "ZipProblem";
    this.reason = reason;
  }
}

/** Bounds against archives made to exhaust: the directory, the count, one entry. */
const MAX_DIRECTORY_BYTES = 64 * 1024 * 1024;
const MAX_ENTRIES = 200_000;
const MAX_ENTRY_BYTES = 1024 * 1024 * 1024;

const END_RECORD = 0x06054b50;
const END_RECORD_64 = 0x06064b50;
const END_LOCATOR_64 = 0x07064b50;
const DIRECTORY_HEADER = 0x02014b50;
const LOCAL_HEADER = 0x04034b50;
const LARGE = 0xffffffff;

const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Names without the UTF-8 flag come from Windows in the code page of the place: here GBK. */
function entryName(bytes: Uint8Array, utf8: boolean): string {
  try {
    return new TextDecoder("utf-8", { fatal: !utf8 }).decode(bytes);
  } catch {
    return new TextDecoder("gb18030").decode(bytes);
  }
}

interface Directory {
  readonly offset: number;
  readonly size: number;
  readonly count: number;
}

async function findDirectory(read: ReadRange, length: number): Promise<Directory> {
  // The end record is last, before a comment of at most 65 535 bytes.
  const start = Math.max(0, length - 65_557);
  const tail = await read(start, length);
  const data = view(tail);
  for (let at = tail.length - 22; at >= 0; at--) {
    if (data.getUint32(at, true) !== END_RECORD || at + 22 + data.getUint16(at + 20, true) > tail.length) continue;
    const plain = {
      count: data.getUint16(at + 10, true),
      size: data.getUint32(at + 12, true),
      offset: data.getUint32(at + 16, true),
    };
    const is64 = at >= 20 && data.getUint32(at - 20, true) === END_LOCATOR_64;
    if (!is64) return plain;
    const at64 = Number(data.getBigUint64(at - 12, true));
    const record = await read(at64, at64 + 56);
    if (record.length < 56 || view(record).getUint32(0, true) !== END_RECORD_64) throw new ZipProblem("zip-damaged");
    const number = (offset: number) => Number(view(record).getBigUint64(offset, true));
    return { count: number(32), size: number(40), offset: number(48) };
  }
  throw new ZipProblem("zip-unreadable");
}

/** Zip64 (APPNOTE 4.5.3): the values that did not fit, in this order, only those that did not. */
function zip64Values(extra: Uint8Array, wanted: readonly number[]): readonly number[] {
  const data = view(extra);
  let at = 0;
  while (at + 4 <= extra.length) {
    const end = at + 4 + data.getUint16(at + 2, true);
    if (data.getUint16(at, true) === 1) {
      at += 4;
      return wanted.map((value) => {
        if (value !== LARGE) return value;
        if (at + 8 > end || end > extra.length) throw new ZipProblem("zip-damaged");
        const large = Number(data.getBigUint64(at, true));
        at += 8;
        return large;
      });
    }
    at = end;
  }
  return wanted;
}

/**
 * Every file of the archive, without unpacking any. Throws ZipProblem. An archive whose entries are together larger than
 * it is itself has them overlap, which only a bomb does.
 */
export async function readZipDirectory(read: ReadRange, length: number): Promise<readonly ZipEntry[]> {
  const directory = await findDirectory(read, length);
  if (directory.size > MAX_DIRECTORY_BYTES || directory.count > MAX_ENTRIES) throw new ZipProblem("zip-too-large");
  const bytes = await read(directory.offset, directory.offset + directory.size);
  if (bytes.length < directory.size) throw new ZipProblem("zip-damaged");
  const data = view(bytes);
  const entries: ZipEntry[] = [];
  let packed = 0;
  let at = 0;
  while (at + 46 <= bytes.length && data.getUint32(at, true) === DIRECTORY_HEADER) {
    const flags = data.getUint16(at + 8, true);
    const nameEnd = at + 46 + data.getUint16(at + 28, true);
    const extraEnd = nameEnd + data.getUint16(at + 30, true);
    const path = entryName(bytes.subarray(at + 46, nameEnd), (flags & 0x800) !== 0).replaceAll("\\", "/");
    const [size = 0, compressedSize = 0, headerOffset = 0] = zip64Values(bytes.subarray(nameEnd, extraEnd), [
      data.getUint32(at + 24, true),
      data.getUint32(at + 20, true),
      data.getUint32(at + 42, true),
    ]);
    packed += compressedSize;
    if (packed > length || entries.length >= MAX_ENTRIES) throw new ZipProblem("zip-too-large");
    if (!path.endsWith("/"))
      entries.push({
        path,
        method: data.getUint16(at + 10, true),
        encrypted: (flags & 1) !== 0,
        compressedSize,
        size,
        headerOffset,
        crc32: data.getUint32(at + 16, true),
      });
    at = extraEnd + data.getUint16(at + 32, true);
  }
  if (entries.length === 0 && directory.count > 0) throw new ZipProblem("zip-damaged");
  return entries;
}

/** Why an entry is not even opened, or null. */
export function entryProblem(entry: ZipEntry): LocalReason | null {
  if (entry.encrypted) return "zip-encrypted";
  if (entry.method !== 0 && entry.method !== 8) return "zip-method";
  return entry.size > MAX_ENTRY_BYTES ? "zip-too-large" : null;
}

/** Where the packed bytes of an entry lie in the archive. Throws ZipProblem. */
export async function entryRange(read: ReadRange, entry: ZipEntry): Promise<readonly [start: number, end: number]> {
  const header = await read(entry.headerOffset, entry.headerOffset + 30);
  if (header.length < 30 || view(header).getUint32(0, true) !== LOCAL_HEADER) throw new ZipProblem("zip-damaged");
  const start = entry.headerOffset + 30 + view(header).getUint16(26, true) + view(header).getUint16(28, true);
  return [start, start + entry.compressedSize];
}
