import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { totalmem } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { finished, pipeline } from "node:stream/promises";

const CHUNK = Buffer.alloc(8 * 1024 * 1024);

/**
 * Brings the machine to where a server stands after a day: its memory is full of what was read. On a virtual machine whose
 * host takes back what is free, a fresh page costs many times what one in use does, and whoever is measured first would pay,
 * or who is measured after something was deleted.
 */
export async function fillPageCache(folder: string): Promise<void> {
  const file = path.join(folder, "fill");
  if (!existsSync(file)) {
    const bytes = 0.8 * totalmem();
    const { bavail, bsize } = await statfs(folder);
    if (bavail * bsize < 2 * bytes) return console.error("bench: no room on the disk to fill the page cache with");
    const chunks = Math.ceil(bytes / CHUNK.length);
    await pipeline(Readable.from(repeated(chunks)), createWriteStream(file));
  }
  const reading = createReadStream(file, { highWaterMark: CHUNK.length });
  reading.resume();
  await finished(reading);
}

function* repeated(times: number): Generator<Buffer> {
  for (let i = 0; i < times; i++) yield CHUNK;
}
