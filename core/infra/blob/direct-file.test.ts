import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ALIGNED_BUFFER_BYTES, alignedBuffers } from "./aligned-buffers.ts";
import { directFile } from "./direct-file.ts";

const SHARED_MEMORY = "/dev/shm";
const roots = existsSync(SHARED_MEMORY) ? [tmpdir(), SHARED_MEMORY] : [tmpdir()];

describe.each(roots)("a file in %s", (root) => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(root, "direct-file-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  let made = 0;
  const newPath = () => {
    made += 1;
    return join(folder, String(made));
  };

  async function written(bytes: Buffer, chunkBytes: number, path = newPath()): Promise<Buffer> {
    const file = directFile(path, buffers, 0o640);
    const chunk = Buffer.alloc(chunkBytes);
    for (let at = 0; at < bytes.length; at += chunkBytes) {
      const length = bytes.copy(chunk, 0, at);
      await file.append(chunk.subarray(0, length));
      chunk.fill(0xee); // it is the caller's again
    }
    await file.finish();
    await file.sync();
    await file.close();
    expect(file.byteLength).toBe(bytes.length);
    return readFile(path);
  }

  const buffers = alignedBuffers();
  const lengths = [
    1,
    4095,
    4096,
    4097,
    ALIGNED_BUFFER_BYTES - 1,
    ALIGNED_BUFFER_BYTES,
    ALIGNED_BUFFER_BYTES + 1,
    1_048_579,
  ];
  test.each(lengths)("of %i bytes is what was appended, however it was cut", async (length) => {
    const bytes = Buffer.from(Array.from({ length }, (_, i) => (i * 2_654_435_761) >>> 24));
    for (const chunkBytes of [977, 65_536, 300_000, 1_048_579])
      expect((await written(bytes, chunkBytes)).equals(bytes)).toBe(true);
  });

  test("twenty at once do not mix", async () => {
    const files = Array.from({ length: 20 }, (_, i) => Buffer.alloc(700_001 + i, i + 1));
    const read = await Promise.all(files.map((bytes) => written(bytes, 65_536)));
    for (const [i, bytes] of files.entries()) expect(read[i]?.equals(bytes)).toBe(true);
  });

  test("closed while it is written gives its buffers back once the disk is done with them", async () => {
    const file = directFile(newPath(), buffers, 0o640);
    await file.append(Buffer.alloc(ALIGNED_BUFFER_BYTES + 10, 1));
    await file.close();
    await file.close();
    await expect(file.finish()).rejects.toThrow("closed");
    const bytes = Buffer.alloc(600_000, 7);
    expect((await written(bytes, 65_536)).equals(bytes)).toBe(true);
  });
});

test("a file that is there already is not written over", async () => {
  const folder = await mkdtemp(join(tmpdir(), "direct-file-"));
  await writeFile(join(folder, "there"), "first");
  const file = directFile(join(folder, "there"), alignedBuffers(), 0o640);
  await file.append(Buffer.from("second"));
  await expect(file.finish()).rejects.toThrow("EEXIST");
  await file.close();
  expect(await readFile(join(folder, "there"), "utf8")).toBe("first");
  await rm(folder, { recursive: true });
});
