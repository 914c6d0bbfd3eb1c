import type { DataSet, Element } from "dicom-parser";
import { alignedBits, type NativeLayout, nativeFrameBits, nativeFrameRange } from "../../dicom/frame-offsets.ts";
import { readPart10 } from "../../dicom/read-part10.ts";
import { isVideo } from "../../dicom/transfer-syntaxes.ts";
import { DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN } from "../../dicom/uid.ts";
import { DomainError } from "../../errors.ts";
import { lruCache } from "../../lru-cache.ts";
import type { BlobStore, ByteRange } from "../../ports.ts";
import type { StoredInstance } from "../postgres/stored-instances.ts";
import {
  codestreamOf,
  type FrameRegions,
  itemsEnd,
  type ReadRange,
  readOffsetTable,
  regionsByScan,
  regionsByTable,
} from "./encapsulated-frames.ts";

export interface FrameReader {
  /**
   * The frames, numbered from 1, as they are stored: native bytes, or the codestream put together from its fragments.
   * Throws `not-found` for a frame that is not there, before the first is given.
   */
  read(instance: StoredInstance, frameNumbers: Iterable<number>): Promise<AsyncIterable<Buffer>>;
  /** Where the pixel data ends in the file, with its delimiter: what comes after it begins there. Not for deflated ones. */
  pixelDataEnd(instance: StoredInstance): Promise<number>;
}

type FrameMap =
  | { readonly kind: "native"; readonly layout: NativeLayout; readonly pixelData: ByteRange }
  | {
      readonly kind: "encapsulated";
      readonly regions: FrameRegions;
      readonly itemsStart: number;
      readonly isSure: boolean;
    };

/** A file up to this size is read in one go the first time, header and frame together. */
const WHOLE_BYTES = 2 * 1024 * 1024;
/** Frame regions kept, about 50 bytes each. */
const MAX_REGIONS = 500_000;
const PIXEL_DATA = ["x7fe00010", "x7fe00008", "x7fe00009"];

export function frameReader(blobs: BlobStore): FrameReader {
  const maps = lruCache<string, FrameMap>(MAX_REGIONS, (map) => 10 + (map.kind === "native" ? 0 : map.regions.length));

  async function open(instance: StoredInstance): Promise<{ map: FrameMap; readRange: ReadRange }> {
    const { blobKey, byteLength, pixelDataOffset } = instance;
    const fromStore: ReadRange = (range) => blobs.read(blobKey, range);
    if (isVideo(instance.transferSyntaxUid)) throw new DomainError("not-acceptable");
    if (instance.transferSyntaxUid === DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN) {
      const { dataSet } = readPart10(await blobs.read(blobKey), true);
      const unfolded = Buffer.from(dataSet.byteArray.buffer, dataSet.byteArray.byteOffset, dataSet.byteArray.length);
      return { map: nativeMap(dataSet, pixelElement(dataSet), unfolded.length), readRange: fromMemory(unfolded) };
    }
    const known = maps.get(instance.id);
    if (known) return { map: known, readRange: fromStore };
    if (pixelDataOffset === null) throw new DomainError("not-found", { part: "pixel data" });
    const isSmall = byteLength <= WHOLE_BYTES;
    const head = await blobs.read(blobKey, { start: 0, end: isSmall ? byteLength : pixelDataOffset });
    const readRange = isSmall ? fromMemory(head) : fromStore;
    const { dataSet } = readPart10(head, false);
    const element = pixelElement(dataSet);
    const map =
      element.hadUndefinedLength === true
        ? await encapsulatedMap(dataSet, element.dataOffset, byteLength, readRange)
        : nativeMap(dataSet, element, byteLength);
    maps.set(instance.id, map);
    return { map, readRange };
  }

  /** A table that does not fit the items is set right by walking them, once. */
  async function repaired(instance: StoredInstance, map: FrameMap, readRange: ReadRange): Promise<FrameMap> {
    if (map.kind === "native" || map.isSure) throw new DomainError("dicom-unreadable");
    const regions = await regionsByScan(readRange, map.regions.length, map.itemsStart, instance.byteLength);
    const sure: FrameMap = { ...map, regions, isSure: true };
    maps.set(instance.id, sure);
    return sure;
  }

  return {
    read: async (instance, frameNumbers) => {
      const { map: first, readRange } = await open(instance);
      for (const frameNumber of frameNumbers) assertThere(first, frameNumber);
      return (async function* () {
        let map = first;
        for (const frameNumber of frameNumbers) {
          let frame = await frameOf(map, readRange, frameNumber);
          if (!frame) {
            map = await repaired(instance, map, readRange);
            frame = await frameOf(map, readRange, frameNumber);
          }
          if (!frame) throw new DomainError("dicom-unreadable");
          yield frame;
        }
      })();
    },

    pixelDataEnd: async (instance) => {
      const { map, readRange } = await open(instance);
      if (map.kind === "native") return map.pixelData.end;
      const { byteLength } = instance;
      const last = map.regions.at(-1)?.start ?? map.itemsStart;
      const end = await itemsEnd(readRange, last, byteLength);
      return end ?? (await itemsEnd(readRange, map.itemsStart, byteLength)) ?? byteLength;
    },
  };
}

function assertThere(map: FrameMap, frameNumber: number): void {
  const count = map.kind === "native" ? map.layout.numberOfFrames : map.regions.length;
  if (frameNumber < 1 || frameNumber > count) throw new DomainError("not-found", { frame: frameNumber, frames: count });
}

/** Null when the map does not fit what is there. */
async function frameOf(map: FrameMap, readRange: ReadRange, frameNumber: number): Promise<Buffer | null> {
  if (map.kind === "encapsulated") return codestreamOf(await readRange(map.regions[frameNumber - 1] as ByteRange));
  const { start, end, firstBit } = nativeFrameRange(map.layout, map.pixelData, frameNumber);
  const bytes = await readRange({ start, end });
  if (bytes.length !== end - start) return null;
  if (map.layout.bitsAllocated !== 1) return bytes;
  return Buffer.from(alignedBits(bytes, firstBit, nativeFrameBits(map.layout)));
}

function fromMemory(bytes: Buffer): ReadRange {
  return async ({ start, end }) => bytes.subarray(start, end);
}

function pixelElement(dataSet: DataSet): Element {
  const tag = PIXEL_DATA.find((one) => dataSet.elements[one] !== undefined);
  const element = tag === undefined ? undefined : dataSet.elements[tag];
  if (!element) throw new DomainError("not-found", { part: "pixel data" });
  return element;
}

function nativeMap(dataSet: DataSet, element: Element, fileEnd: number): FrameMap {
  const start = element.dataOffset;
  const end = Math.min(start + element.length, fileEnd);
  const layout: NativeLayout = {
    rows: dataSet.uint16("x00280010") ?? 0,
    columns: dataSet.uint16("x00280011") ?? 0,
    samplesPerPixel: dataSet.uint16("x00280002") ?? 1,
    bitsAllocated: dataSet.uint16("x00280100") ?? 16,
    numberOfFrames: Math.max(1, dataSet.intString("x00280008") ?? 1),
    isSubsampled: false,
  };
  const whole = (nativeFrameBits(layout) / 8) * layout.numberOfFrames;
  const isSubsampled = /_42[02]$/.test(dataSet.string("x00280004") ?? "") && end - start < whole;
  return { kind: "native", layout: { ...layout, isSubsampled }, pixelData: { start, end } };
}

async function encapsulatedMap(dataSet: DataSet, start: number, end: number, read: ReadRange): Promise<FrameMap> {
  const numberOfFrames = Math.max(1, dataSet.intString("x00280008") ?? 1);
  const { offsets, itemsStart } = await readOffsetTable(read, start);
  const byTable = regionsByTable(offsets, numberOfFrames, itemsStart, end);
  const regions = byTable ?? (await regionsByScan(read, numberOfFrames, itemsStart, end));
  return { kind: "encapsulated", regions, itemsStart, isSure: byTable === null };
}
