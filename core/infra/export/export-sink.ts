import { createWriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** Where the files of an export go: a zip, or a folder. */
export interface ExportSink {
  /** When the bytes fail midway the rejection is theirs, and the file is not there. */
  add(name: string, bytes: AsyncIterable<Buffer>): Promise<void>;
}

export function folderSink(folder: string): ExportSink {
  return {
    add: async (name, bytes) => {
      const file = path.join(folder, name);
      await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
      try {
        await pipeline(
          Readable.from(bytes, { objectMode: false }),
          createWriteStream(file, { mode: 0o600, flush: true }),
        );
      } catch (error) {
        await rm(file, { force: true });
        throw error;
      }
    },
  };
}
