import { existsSync, readdirSync, readFileSync } from "node:fs";
import { Readable } from "node:stream";
import { deflateRawSync } from "node:zlib";
import dicomParser from "dicom-parser";
import { describe, expect, it } from "vitest";
import { readPart10 } from "../../dicom/read-part10.ts";
import { DomainError } from "../../errors.ts";
import type { BlobStore } from "../../ports.ts";
import type { StoredInstance } from "../postgres/stored-instances.ts";
import { frameReader } from "./frame-reader.ts";

/** A store of one blob that counts the bytes asked for. */
function oneBlob(bytes: Buffer): BlobStore & { read_bytes: number } {
  const refuse = async () => {
    throw new DomainError("storage-failed");
  };
  const store = {
    read_bytes: 0,
    create: refuse,
    delete: refuse,
    keys: () => Readable.from([]),
    size: async () => bytes.length,
    open: async () => Readable.from([bytes]),
    read: async (_key: string, range = { start: 0, end: bytes.length }) => {
      const part = bytes.subarray(range.start, range.end);
      store.read_bytes += part.length;
      return part;
    },
  };
  return store;
}

function stored(bytes: Buffer): StoredInstance {
  const { transferSyntaxUid, pixelDataOffset } = readPart10(bytes, true);
  return {
    id: "1",
    seriesInstanceUid: "1.2",
    sopInstanceUid: "1.2.3",
    sopClassUid: "1.2.840.10008.5.1.4.1.1.2",
    transferSyntaxUid,
    blobKey: "k",
    byteLength: bytes.length,
    pixelDataOffset,
  };
}

async function all(reading: Promise<AsyncIterable<Buffer>>): Promise<Buffer[]> {
  const list: Buffer[] = [];
  for await (const frame of await reading) list.push(frame);
  return list;
}

async function frames(bytes: Buffer, numbers: readonly number[]): Promise<Buffer[]> {
  return all(frameReader(oneBlob(bytes)).read(stored(bytes), numbers));
}

const EXPLICIT = "1.2.840.10008.1.2.1";
const JPEG = "1.2.840.10008.1.2.4.50";

function element(tag: number, vr: string, value: Buffer | string, length?: number): Buffer {
  const bytes = Buffer.from(value);
  const long = vr === "OB" || vr === "OW" || vr === "OV";
  const head = Buffer.alloc(long ? 12 : 8);
  head.writeUInt16LE(tag >>> 16, 0);
  head.writeUInt16LE(tag & 0xffff, 2);
  head.write(vr, 4, "latin1");
  if (long) head.writeUInt32LE(length ?? bytes.length, 8);
  else head.writeUInt16LE(bytes.length, 6);
  return Buffer.concat([head, bytes]);
}

const word = (value: number) => Buffer.from([value & 255, value >> 8]);
const item = (value: Buffer) => {
  const head = Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0]);
  head.writeUInt32LE(value.length, 4);
  return Buffer.concat([head, value]);
};
const table = (...offsets: number[]) => Buffer.from(Uint32Array.from(offsets).buffer);
const END = Buffer.from([0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0]);

/** 2 × 2 pixels of 16 bits. */
function file(transferSyntax: string, frameCount: number, ...pixelData: Buffer[]): Buffer {
  return Buffer.concat([
    Buffer.alloc(128),
    Buffer.from("DICM"),
    element(0x00020010, "UI", transferSyntax.padEnd(transferSyntax.length + (transferSyntax.length % 2), "\0")),
    element(0x00080018, "UI", "1.2.3\0"),
    element(0x00280002, "US", word(1)),
    element(0x00280008, "IS", String(frameCount).padEnd(2)),
    element(0x00280010, "US", word(2)),
    element(0x00280011, "US", word(2)),
    element(0x00280100, "US", word(16)),
    ...pixelData,
  ]);
}

const encapsulated = (frameCount: number, ...items: Buffer[]) =>
  file(JPEG, frameCount, element(0x7fe00010, "OB", Buffer.concat([...items.map(item), END]), 0xffffffff));

const soi = (text: string) => Buffer.concat([Buffer.from([0xff, 0xd8]), Buffer.from(text)]);
const text = (buffers: Buffer[]) => buffers.map((buffer) => buffer.toString("latin1").replace("\xff\xd8", "|"));

describe("frames", () => {
  const native = file(EXPLICIT, 2, element(0x7fe00010, "OW", Buffer.from("aabbccddAABBCCDD")));

  it("native: each its own bytes, 2 × 2 × 2 = 8", async () => {
    expect(text(await frames(native, [2, 1]))).toEqual(["AABBCCDD", "aabbccdd"]);
  });

  it("that are not there are not found, before anything is given", async () => {
    await expect(frames(native, [1, 3])).rejects.toThrow("not-found");
    await expect(frames(file(EXPLICIT, 1), [1])).rejects.toThrow("not-found");
  });

  it("that the file is too short for are truncated", async () => {
    await expect(frames(file(EXPLICIT, 3, element(0x7fe00010, "OW", Buffer.alloc(16))), [3])).rejects.toThrow(
      "dicom-truncated",
    );
  });

  it("encapsulated: by the offset table, fragments joined", async () => {
    // items after the table: 8 + 4 bytes, 8 + 4 bytes, so that the second frame begins 24 bytes on
    const bytes = encapsulated(2, table(0, 24), soi("a1"), Buffer.from("a2a2"), soi("b1"));
    expect(text(await frames(bytes, [1, 2]))).toEqual(["|a1a2a2", "|b1"]);
  });

  it("encapsulated: without a table, and with one that lies", async () => {
    expect(text(await frames(encapsulated(2, table(), soi("a1"), Buffer.from("a2"), soi("b1")), [2]))).toEqual(["|b1"]);
    expect(text(await frames(encapsulated(2, table(0, 13), soi("a1"), soi("b1")), [1, 2]))).toEqual(["|a1", "|b1"]);
    expect(text(await frames(encapsulated(1, table(), soi("a1"), Buffer.from("a2")), [1]))).toEqual(["|a1a2"]);
  });

  it("deflated: out of the unfolded data set", async () => {
    const plain = file("1.2.840.10008.1.2.1.99", 2, element(0x7fe00010, "OW", Buffer.from("aabbccddAABBCCDD")));
    const begin = plain.indexOf(Buffer.from([0x08, 0x00, 0x18, 0x00]));
    const folded = Buffer.concat([plain.subarray(0, begin), deflateRawSync(plain.subarray(begin))]);
    expect(text(await frames(folded, [2]))).toEqual(["AABBCCDD"]);
    await expect(frames(folded, [3])).rejects.toThrow("not-found");
  });

  it("that cannot be told apart are refused", async () => {
    await expect(frames(encapsulated(3, table(), soi("a"), soi("b")), [1])).rejects.toThrow("dicom-unreadable");
  });

  it("of a long file are ranged reads: the header once, then the frame alone", async () => {
    const frame = Buffer.alloc(8, 7);
    const bytes = file(EXPLICIT, 400_000, element(0x7fe00010, "OW", Buffer.alloc(3_200_000, frame)));
    const blobs = oneBlob(bytes);
    const reader = frameReader(blobs);
    await all(reader.read(stored(bytes), [1]));
    const first = blobs.read_bytes;
    expect(first).toBe(bytes.length - 3_200_000 + 8);
    expect(await all(reader.read(stored(bytes), [400_000]))).toEqual([frame]);
    expect(blobs.read_bytes).toBe(first + 8);
  });
});

const folder = "../shared/data/dicom/transfer-syntaxes";
// The test files are not part of the project: without them these cases cannot run.
describe.skipIf(!existsSync(folder))("frames of other toolkits' files", () => {
  const names = existsSync(folder)
    ? readdirSync(folder).filter((name) => hasPixelData(readFileSync(`${folder}/${name}`)))
    : [];

  it("are most of the files: five have no Part 10 header or a broken one, some no pixels", () => {
    expect(names.length).toBeGreaterThan(75);
  });

  it.each(names)("%s", async (name) => {
    const bytes = readFileSync(`${folder}/${name}`);
    const header = readPart10(bytes, true);
    const count = Math.max(1, header.dataSet.intString("x00280008") ?? 1);
    const found = await frames(
      bytes,
      Array.from({ length: count }, (_, i) => i + 1),
    );
    expect(found).toHaveLength(count);
    if (header.pixelDataLength !== null) {
      // the frames one after the other are the pixel data, but for padding after it
      const joined = Buffer.concat(found);
      const value = bytes.subarray(header.pixelDataOffset ?? 0);
      expect(joined.length).toBeGreaterThan(0);
      expect(joined.equals(value.subarray(0, joined.length))).toBe(true);
      expect(header.pixelDataLength - joined.length).toBeLessThan(joined.length / count);
      return;
    }
    // against dicom-parser's own reading of the whole file, fragment by fragment
    const fragments = dicomParser.parseDicom(bytes).elements.x7fe00010?.fragments ?? [];
    expect(found.reduce((sum, frame) => sum + frame.length, 0)).toBe(fragments.reduce((sum, f) => sum + f.length, 0));
    if (!header.transferSyntaxUid.startsWith("1.2.840.10008.1.2.4")) return;
    // each begins as a JPEG or JPEG 2000 codestream, or as a JP2 file (whose first box has length 12)
    for (const frame of found) expect([0xffd8ff, 0xff4fff, 0x000000]).toContain(frame.readUIntBE(0, 3));
  });
});

function hasPixelData(bytes: Buffer): boolean {
  try {
    return readPart10(bytes, true).pixelDataOffset !== null;
  } catch {
    return false;
  }
}
