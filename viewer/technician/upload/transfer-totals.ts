import { type ItemState, OPEN_STATES, type UploadItem } from "./upload-item.ts";

export interface TransferTotals {
  readonly counts: Readonly<Record<ItemState, number>>;
  readonly files: number;
  readonly open: number;
  /** Files that are through, one way or another; one that was lost in a reload is not. */
  readonly settled: number;
  /** Of what has to go over the line, or went: neither skipped nor already there. */
  readonly bytes: number;
  readonly sentBytes: number;
  readonly bytesToGo: number;
}

/** Totals of an upload; a file that is still being looked at counts as one to send. */
export function transferTotals(items: Iterable<UploadItem>): TransferTotals {
  const counts: Record<ItemState, number> = {
    waiting: 0,
    inspected: 0,
    ready: 0,
    sending: 0,
    stored: 0,
    already: 0,
    refused: 0,
    skipped: 0,
    cancelled: 0,
    lost: 0,
  };
  let files = 0;
  let open = 0;
  let bytes = 0;
  let sentBytes = 0;
  for (const item of items) {
    files++;
    counts[item.state]++;
    if (OPEN_STATES.has(item.state)) {
      open++;
      bytes += item.size;
      sentBytes += Math.min(item.sentBytes, item.size);
    } else if (item.state === "stored") {
      bytes += item.size;
      sentBytes += item.size;
    }
  }
  return { counts, files, open, settled: files - open - counts.lost, bytes, sentBytes, bytesToGo: bytes - sentBytes };
}
