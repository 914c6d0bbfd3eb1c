import type { Bulk } from "../../core/dicom/encode-data-set.ts";
import { DomainError } from "../../core/errors.ts";
import { restStore } from "../../core/infra/archive/rest-store.ts";
import type { BlobStore } from "../../core/ports.ts";
import { type BulkForm, bulkForm } from "./bulk-media-type.ts";
import type { MediaType } from "./media-type.ts";

/** A bulk data part that waits until all of its instance is there. */
export interface HeldBulk extends Bulk {
  readonly form: BulkForm;
  /** Rejects when the store does not give all of it. */
  bytes(): AsyncIterable<Uint8Array>;
  /** Never rejects: what stays of it is swept, because no row names it. */
  discard(): Promise<void>;
}

export interface BulkHolder {
  /** Throws as `hold` does, as soon as it is known. */
  write(chunk: Buffer): Promise<void>;
  /** Throws as `bulkForm` does, and what the store throws; then nothing of it is kept. */
  hold(): Promise<HeldBulk>;
  discard(): Promise<void>;
}

/** So much of a part is looked at to see what it is. */
const HEAD_BYTES = 64 * 1024;
/** So much of one part, and of all that wait at a time, is held in memory; the rest goes to the store. */
const PART_MEMORY_BYTES = 1024 * 1024;
const MEMORY_BYTES = 64 * 1024 * 1024;
/** The longest value there is (PS3.5 §7.1.1): 2^32 − 1 would say that the length is not defined. */
const MOST_VALUE_BYTES = 0xfffffffe;

export type BeginBulk = (mediaType: MediaType | undefined) => BulkHolder;

/** Makes holders that share their memory; what is in the store, a crash leaves marked for the sweep. */
export function bulkHolders(blobs: BlobStore, memoryBytes = MEMORY_BYTES): BeginBulk {
  let memoryLeft = memoryBytes;

  return (mediaType) => {
    let memory = 0;
    const keep = (bytes: number) => {
      memoryLeft += memory - bytes;
      memory = bytes;
    };
    keep(Math.min(PART_MEMORY_BYTES, memoryLeft));
    const room = memory;
    const rest = restStore(blobs, room);
    const head: Buffer[] = [];
    let form: BulkForm | undefined;
    const lookAt = () => bulkForm(mediaType, Buffer.concat(head.splice(0)));
    const discard = async () => {
      keep(0);
      await rest.discard().catch(() => undefined);
    };

    async function* bytes(): AsyncIterable<Uint8Array> {
      let given = 0;
      for await (const chunk of rest.read()) {
        given += chunk.length;
        yield chunk;
      }
      if (given !== rest.byteLength) throw new Error("bulk data are shorter than they were");
    }

    return {
      write: async (chunk) => {
        // copied: the chunk is a part of a larger one that would be kept alive
        const own = Buffer.from(chunk);
        if (rest.byteLength < HEAD_BYTES) head.push(own.subarray(0, HEAD_BYTES - rest.byteLength));
        if (rest.byteLength + own.length > MOST_VALUE_BYTES) throw new DomainError("too-large");
        await rest.write(own);
        // a long part that is not taken is not kept to its end either
        if (rest.byteLength >= HEAD_BYTES) form ??= lookAt();
      },
      hold: async () => {
        try {
          const whole = form ?? lookAt();
          await rest.end();
          keep(rest.byteLength <= room ? rest.byteLength : 0);
          return { byteLength: rest.byteLength, form: whole, bytes, discard };
        } catch (error) {
          await discard();
          throw error;
        }
      },
      discard,
    };
  };
}
