import { Inflate } from "fflate";
import { crc32 } from "./crc32.ts";
import { entryProblem, entryRange, type ReadRange, type ZipEntry, ZipProblem } from "./zip-directory.ts";

/** Packed bytes a step: deflate makes at most 1032 bytes of one, so a step gives at most 17 MiB. */
const STEP = 16 * 1024;

/**
 * The bytes of one entry, a piece at a time. Throws ZipProblem when it cannot be opened, gives more than it announced
 * (so that a bomb is stopped at its own word) or not what its checksum says; the last is known only at the end.
 */
export async function* readZipEntry(read: ReadRange, entry: ZipEntry): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const problem = entryProblem(entry);
  if (problem !== null) throw new ZipProblem(problem);
  const [start, end] = await entryRange(read, entry);
  let out: Uint8Array<ArrayBuffer>[] = [];
  const inflate = entry.method === 8 ? new Inflate((chunk) => out.push(new Uint8Array(chunk.slice().buffer))) : null;
  let size = 0;
  let crc = 0;
  for (let at = start; at < end; at += STEP) {
    const packed = await read(at, Math.min(at + STEP, end));
    if (inflate === null) out.push(packed);
    else
      try {
        inflate.push(packed, at + STEP >= end);
      } catch {
        throw new ZipProblem("zip-damaged");
      }
    for (const chunk of out) {
      size += chunk.length;
      if (size > entry.size) throw new ZipProblem("zip-damaged");
      crc = crc32(chunk, crc);
      yield chunk;
    }
    out = [];
  }
  if (size !== entry.size || crc !== entry.crc32) throw new ZipProblem("zip-damaged");
}
