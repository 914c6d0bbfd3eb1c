import { afterAll, beforeAll, expect, it } from "vitest";
import { openFileBlobStore } from "../../core/infra/blob/file-blob-store.ts";
import type { BlobStore } from "../../core/ports.ts";
import { clearDataFolder } from "../../tests/support/clear-data-folder.ts";
import { createTestDataFolder } from "../../tests/support/test-data-folder.ts";
import { bulkHolders, type HeldBulk } from "./held-bulk.ts";

let folder: string;
let blobs: BlobStore;
beforeAll(async () => {
  folder = await createTestDataFolder();
  blobs = await openFileBlobStore(folder);
});
afterAll(() => clearDataFolder(folder));

const MIB = 1024 * 1024;
async function inStore(): Promise<number> {
  let count = 0;
  for await (const _ of blobs.keys()) count += 1;
  return count;
}

it("holds so much in memory and what is more in the store, until there is room again", async () => {
  const begin = bulkHolders(blobs, 32 * MIB);
  const hold = async (bytes: number): Promise<HeldBulk> => {
    const holder = begin(undefined);
    await holder.write(Buffer.alloc(bytes, 1));
    return holder.hold();
  };
  const first = await Promise.all(Array.from({ length: 31 }, () => hold(MIB)));
  const short = [await hold(1000), await hold(1000)];
  expect(await inStore()).toBe(0);
  const spilt = await hold(MIB); // of the last MiB, 2,000 bytes are gone
  expect(await inStore()).toBe(1);
  const long = await hold(MIB + 1);
  expect(await inStore()).toBe(2);
  for (const { byteLength, bytes } of [spilt, long]) {
    let given = 0;
    for await (const chunk of bytes()) given += chunk.length;
    expect(given).toBe(byteLength);
  }
  await first[0]?.discard();
  first.push(await hold(MIB));
  expect(await inStore()).toBe(2);
  for (const bulk of [...first, ...short, spilt, long]) await bulk.discard();
  expect(await inStore()).toBe(0);
});

it("keeps nothing of a part that is refused", async () => {
  const holder = bulkHolders(blobs)(undefined);
  await holder.write(Buffer.alloc(2 * MIB));
  await holder.discard();
  await expect(holder.write(Buffer.alloc(MIB))).rejects.toMatchObject({ code: "storage-failed" });
  const video = bulkHolders(blobs)({ type: "video/mp4", parameters: {} });
  await expect(video.write(Buffer.alloc(2 * MIB))).rejects.toMatchObject({ code: "media-type-unsupported" });
  await video.discard();
  expect(await inStore()).toBe(0);
});
