import { unzipSync } from "fflate";
import { expect, it } from "vitest";
import { zipWriter } from "./zip-writer.ts";

async function* chunks(...parts: readonly string[]): AsyncGenerator<Buffer> {
  for (const part of parts) yield Buffer.from(part);
}

async function written(work: (zip: ReturnType<typeof zipWriter>) => Promise<void>, start = 0): Promise<Buffer> {
  const parts: Buffer[] = [];
  const zip = zipWriter(async (chunk) => void parts.push(Buffer.from(chunk)), start);
  await work(zip);
  await zip.end();
  return Buffer.concat(parts);
}

it("is unzipped to what went in", async () => {
  const large = "0123456789".repeat(100_000);
  const bytes = await written(async (zip) => {
    await zip.add("a/one.dcm", chunks("first ", "and second"));
    await zip.add("空.txt", chunks());
    await zip.add("large.dcm", chunks(large));
  });
  const files = unzipSync(bytes);
  expect(Object.keys(files)).toEqual(["a/one.dcm", "空.txt", "large.dcm"]);
  expect(Buffer.from(files["a/one.dcm"] ?? []).toString()).toBe("first and second");
  expect(Buffer.from(files["large.dcm"] ?? []).toString()).toBe(large);
  expect(bytes.length).toBeLessThan(large.length / 10);
});

it("leaves out a file whose bytes fail, and goes on", async () => {
  const bytes = await written(async (zip) => {
    const failing = (async function* () {
      yield Buffer.alloc(1000, 1);
      throw new Error("no more");
    })();
    await zip.add("whole.dcm", chunks("whole"));
    await expect(zip.add("broken.dcm", failing)).rejects.toThrow("no more");
    await zip.add("later.dcm", chunks("later"));
  });
  const files = unzipSync(bytes);
  expect(Object.keys(files)).toEqual(["whole.dcm", "later.dcm"]);
  expect(Buffer.from(files["later.dcm"] ?? []).toString()).toBe("later");
});

it("says in ZIP64 where things lie beyond 4 GiB (APPNOTE 4.3.14, 4.5.3)", async () => {
  const start = 5_000_000_000;
  const bytes = await written((zip) => zip.add("far.dcm", chunks("far away")), start);
  const end = bytes.subarray(-22);
  expect([end.readUInt32LE(0), end.readUInt16LE(10), end.readUInt32LE(16)]).toEqual([0x06054b50, 1, 0xffffffff]);
  const locator = bytes.subarray(-42, -22);
  const end64 = bytes.subarray(Number(locator.readBigUInt64LE(8)) - start);
  expect([locator.readUInt32LE(0), end64.readUInt32LE(0)]).toEqual([0x07064b50, 0x06064b50]);
  const entry = bytes.subarray(Number(end64.readBigUInt64LE(48)) - start);
  expect([entry.readUInt32LE(0), entry.readUInt32LE(42)]).toEqual([0x02014b50, 0xffffffff]);
  const extra = entry.subarray(46 + "far.dcm".length);
  expect([extra.readUInt16LE(0), extra.readUInt16LE(2), Number(extra.readBigUInt64LE(4))]).toEqual([1, 8, start]);
});
