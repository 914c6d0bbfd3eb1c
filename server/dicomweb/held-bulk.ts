import type { BlobStore } from "../../core/ports.ts";
import { type BulkForm, bulkForm } from "./bulk-media-type.ts";
import type { MediaType } from "./media-type.ts";

/** A bulk data part that waits in the blob store until all of its instance is there. */
export interface HeldBulk {
  readonly byteLength: number;
  readonly form: BulkForm;
  /** Rejects when the store does not give all of it. */
  bytes(): AsyncIterable<Buffer>;
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

/** Streams a part into a blob that a crash leaves marked for the sweep. */
export async function bulkHolder(blobs: BlobStore, mediaType: MediaType | undefined): Promise<BulkHolder> {
  const writer = await blobs.create({ marked: true });
  const head: Buffer[] = [];
  let byteLength = 0;
  let form: BulkForm | undefined;
  const lookAt = () => bulkForm(mediaType, Buffer.concat(head.splice(0)));
  const discard = () => writer.discard().catch(() => undefined);

  async function* bytes(): AsyncIterable<Buffer> {
    if (byteLength === 0) return;
    let given = 0;
    for await (const chunk of (await blobs.open(writer.key)) as AsyncIterable<Buffer>) {
      given += chunk.length;
      yield chunk;
    }
    if (given !== byteLength) throw new Error("the blob is shorter than it was");
  }

  return {
    write: async (chunk) => {
      // copied: the chunk is a part of a larger one that would be kept alive
      if (byteLength < HEAD_BYTES) head.push(Buffer.from(chunk.subarray(0, HEAD_BYTES - byteLength)));
      byteLength += chunk.length;
      // a long part that is not taken is not kept to its end either
      if (byteLength >= HEAD_BYTES) form ??= lookAt();
      await writer.write(chunk);
    },
    hold: async () => {
      try {
        const whole = form ?? lookAt();
        if (byteLength > 0) await writer.seal();
        return { byteLength, form: whole, bytes, discard };
      } catch (error) {
        await discard();
        throw error;
      }
    },
    discard,
  };
}
