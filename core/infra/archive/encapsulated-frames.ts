import { beginsCodestream, type Fragment, framesOfFragments } from "../../dicom/frame-offsets.ts";
import { DomainError } from "../../errors.ts";
import type { ByteRange } from "../../ports.ts";

/** Bytes of the file (or of an unfolded data set) in a range; fewer where it ends. */
export type ReadRange = (range: ByteRange) => Promise<Buffer>;

/** Where each frame's items lie: from the head of its first to the end of its last. */
export type FrameRegions = readonly ByteRange[];

const ITEM = 0xfffee000;
const SEQUENCE_DELIMITER = 0xfffee0dd;
const ITEM_HEAD = 8;
const WINDOW = 64 * 1024;
const MAX_TABLE_BYTES = 16 * 1024 * 1024;
const MAX_FRAGMENTS = 2_000_000;

function tagAt(bytes: Buffer, at: number): number {
  return bytes.readUInt16LE(at) * 0x10000 + bytes.readUInt16LE(at + 2);
}

/** The Basic Offset Table, which is the first item (PS3.5 §A.4), and where the items after it begin. */
export async function readOffsetTable(
  read: ReadRange,
  pixelDataStart: number,
): Promise<{ readonly offsets: readonly number[]; readonly itemsStart: number }> {
  const head = await read({ start: pixelDataStart, end: pixelDataStart + ITEM_HEAD });
  if (head.length < ITEM_HEAD || tagAt(head, 0) !== ITEM) throw new DomainError("dicom-unreadable");
  const length = head.readUInt32LE(4);
  if (length > MAX_TABLE_BYTES) throw new DomainError("dicom-unreadable");
  const start = pixelDataStart + ITEM_HEAD;
  const table = length > 0 ? await read({ start, end: start + length }) : Buffer.alloc(0);
  const offsets = Array.from({ length: Math.floor(table.length / 4) }, (_, i) => table.readUInt32LE(i * 4));
  return { offsets, itemsStart: start + length };
}

/** The frames by an offset table; null when it cannot be one for so many frames. Whether it tells the truth is seen on use. */
export function regionsByTable(
  offsets: readonly number[],
  numberOfFrames: number,
  itemsStart: number,
  end: number,
): FrameRegions | null {
  if (offsets.length !== numberOfFrames || offsets[0] !== 0) return null;
  const regions: ByteRange[] = [];
  for (const [i, offset] of offsets.entries()) {
    const region = {
      start: itemsStart + offset,
      end: i + 1 < offsets.length ? itemsStart + (offsets[i + 1] ?? 0) : end,
    };
    if (region.end < region.start + ITEM_HEAD || region.end > end) return null;
    regions.push(region);
  }
  return regions;
}

/** The frames by walking from item to item, for want of a table that holds. Reads a window at a time, or only heads. */
export async function regionsByScan(
  read: ReadRange,
  numberOfFrames: number,
  itemsStart: number,
  end: number,
): Promise<FrameRegions> {
  const fragments: Fragment[] = [];
  const begins: boolean[] = [];
  let window: { readonly start: number; readonly bytes: Buffer } = { start: 0, bytes: Buffer.alloc(0) };
  for (let at = itemsStart; at + ITEM_HEAD <= end; ) {
    if (at < window.start || at + ITEM_HEAD + 2 > window.start + window.bytes.length)
      window = { start: at, bytes: await read({ start: at, end: Math.min(end, at + WINDOW) }) };
    const head = window.bytes.subarray(at - window.start, at - window.start + ITEM_HEAD + 2);
    if (head.length < ITEM_HEAD || tagAt(head, 0) === SEQUENCE_DELIMITER) break;
    const length = head.readUInt32LE(4);
    if (tagAt(head, 0) !== ITEM || fragments.length >= MAX_FRAGMENTS) throw new DomainError("dicom-unreadable");
    if (at + ITEM_HEAD + length > end) throw new DomainError("dicom-truncated");
    fragments.push({ start: at + ITEM_HEAD, length });
    begins.push(beginsCodestream(head.subarray(ITEM_HEAD)));
    at += ITEM_HEAD + length;
  }
  const beginsImage = (_: Fragment, index: number) => begins[index] === true;
  return framesOfFragments({ numberOfFrames, fragments, offsets: [], beginsImage }).map((frame) => {
    const [first, last] = [frame[0] as Fragment, frame.at(-1) as Fragment];
    return { start: first.start - ITEM_HEAD, end: last.start + last.length };
  });
}

/** Where the items that begin at `from` end, with the delimiter after them; null when no items do. Reads heads only. */
export async function itemsEnd(read: ReadRange, from: number, fileEnd: number): Promise<number | null> {
  let at = from;
  for (let items = 0; at + ITEM_HEAD <= fileEnd; items++) {
    const head = await read({ start: at, end: at + ITEM_HEAD });
    if (head.length < ITEM_HEAD || items >= MAX_FRAGMENTS) return null;
    if (tagAt(head, 0) === SEQUENCE_DELIMITER) return at + ITEM_HEAD;
    if (tagAt(head, 0) !== ITEM) return null;
    at += ITEM_HEAD + head.readUInt32LE(4);
  }
  return fileEnd;
}

/** The codestream of a frame: the values of the items in its region. Null when the region does not hold whole items. */
export function codestreamOf(region: Buffer): Buffer | null {
  const values: Buffer[] = [];
  let at = 0;
  while (at + ITEM_HEAD <= region.length) {
    const tag = tagAt(region, at);
    if (tag === SEQUENCE_DELIMITER && values.length > 0) return joined(values);
    const end = at + ITEM_HEAD + region.readUInt32LE(at + 4);
    if (tag !== ITEM || end > region.length) return null;
    values.push(region.subarray(at + ITEM_HEAD, end));
    at = end;
  }
  return at === region.length && values.length > 0 ? joined(values) : null;
}

function joined(values: readonly Buffer[]): Buffer {
  return values.length === 1 ? (values[0] as Buffer) : Buffer.concat(values);
}
