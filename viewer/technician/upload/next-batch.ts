import type { UploadItem } from "./upload-item.ts";

const BATCH_BYTES = 8 * 1024 * 1024;
export const BATCH_COUNT = 20;

/**
 * The next items to send together, in order, within the limits; one item larger than a batch goes alone. An item in
 * `alone` goes by itself too: its batch was refused as a whole and it has to be found out which one it was.
 */
export function nextBatch(ready: readonly UploadItem[], alone: ReadonlySet<number>): readonly UploadItem[] {
  const batch: UploadItem[] = [];
  let bytes = 0;
  for (const item of ready) {
    const fits = bytes + item.size <= BATCH_BYTES && batch.length < BATCH_COUNT && !alone.has(item.id);
    if (batch.length > 0 && !fits) break;
    batch.push(item);
    bytes += item.size;
    if (alone.has(item.id)) break;
  }
  return batch;
}
