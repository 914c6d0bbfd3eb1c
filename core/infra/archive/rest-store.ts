import type { BlobStore, BlobWriter } from "../../ports.ts";

/** So much is held in memory; a CT of 150 slices needs it. */
const MEMORY_BYTES = 32 * 1024 * 1024;

/** Bytes that are written one after the other now and read again in that order: in memory, and beyond it in a blob. */
export interface RestStore {
  readonly byteLength: number;
  write(bytes: Uint8Array): Promise<void>;
  /** All is written: nothing is held open any more. */
  end(): Promise<void>;
  /** To be called when all is written. */
  read(): AsyncIterable<Uint8Array>;
  /** Lets go of all of it. */
  discard(): Promise<void>;
}

export function restStore(blobs: BlobStore, memoryBytes = MEMORY_BYTES): RestStore {
  let held: Uint8Array[] = [];
  let spilt: BlobWriter | null = null;
  let byteLength = 0;

  async function spill(): Promise<BlobWriter> {
    const writer = await blobs.create({ marked: true });
    spilt = writer;
    for (const bytes of held) await writer.write(bytes);
    held = [];
    return writer;
  }

  return {
    get byteLength() {
      return byteLength;
    },
    write: async (bytes) => {
      byteLength += bytes.byteLength;
      if (spilt === null && byteLength <= memoryBytes) held.push(bytes);
      else await (spilt ?? (await spill())).write(bytes);
    },
    end: async () => {
      await spilt?.seal();
    },
    read: async function* () {
      if (spilt === null) return yield* held;
      await spilt.seal();
      for await (const chunk of await blobs.open(spilt.key)) yield chunk as Buffer;
    },
    discard: async () => {
      held = [];
      await spilt?.discard();
    },
  };
}
