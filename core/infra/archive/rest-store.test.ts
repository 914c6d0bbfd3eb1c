import { afterAll, beforeAll, expect, it } from "vitest";
import { clearDataFolder } from "../../../tests/support/clear-data-folder.ts";
import { createTestDataFolder } from "../../../tests/support/test-data-folder.ts";
import type { BlobStore } from "../../ports.ts";
import { openFileBlobStore } from "../blob/file-blob-store.ts";
import { restStore } from "./rest-store.ts";

let folder: string;
let blobs: BlobStore;
beforeAll(async () => {
  folder = await createTestDataFolder();
  blobs = await openFileBlobStore(folder);
});
afterAll(() => clearDataFolder(folder));

it.each([100, 25, 0])(
  "gives back what was written in its order, with %i bytes of memory, and leaves nothing",
  async (memory) => {
    const rests = restStore(blobs, memory);
    const written = Array.from({ length: 9 }, (_, i) => Uint8Array.from({ length: 10 }, () => i));
    for (const bytes of written) await rests.write(bytes);
    expect(rests.byteLength).toBe(90);
    const read: number[] = [];
    for await (const chunk of rests.read()) read.push(...chunk);
    expect(read).toEqual(written.flatMap((bytes) => [...bytes]));
    await rests.discard();
    for await (const key of blobs.keys()) expect(key).toBeUndefined();
  },
);
