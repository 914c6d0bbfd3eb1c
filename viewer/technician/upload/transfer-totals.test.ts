import { expect, test } from "vitest";
import { transferTotals } from "./transfer-totals.ts";
import type { ItemState, UploadItem } from "./upload-item.ts";

const item = (state: ItemState, size: number, sentBytes = 0): UploadItem => ({
  id: 0,
  path: "a",
  size,
  source: null,
  state,
  header: null,
  dataSetSha256: null,
  sentBytes,
  reason: null,
});

test("what was there already, refused or skipped does not weigh on the line", () => {
  const totals = transferTotals([
    item("stored", 100),
    item("sending", 200, 50),
    item("ready", 300),
    item("already", 1000),
    item("refused", 1000),
    item("skipped", 1000),
  ]);
  // 100 + 200 + 300 to send, 100 + 50 sent
  expect(totals).toMatchObject({ files: 6, open: 2, settled: 4, bytes: 600, sentBytes: 150, bytesToGo: 450 });
  expect(totals.counts).toMatchObject({ stored: 1, sending: 1, ready: 1, already: 1, refused: 1, skipped: 1 });
});
