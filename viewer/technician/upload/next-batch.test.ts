import { expect, test } from "vitest";
import { BATCH_COUNT, nextBatch } from "./next-batch.ts";
import type { UploadItem } from "./upload-item.ts";

const MB = 1024 * 1024;
const item = (id: number, size: number): UploadItem => ({
  id,
  path: `CT/${id}`,
  size,
  source: null,
  state: "ready",
  header: null,
  dataSetSha256: null,
  sentBytes: 0,
  reason: null,
});
const ids = (items: readonly UploadItem[]) => items.map((one) => one.id);

test("takes what fits into 8 MiB, in order", () => {
  // 3 + 4 = 7 fits, + 2 = 9 does not, and what follows does not overtake
  expect(ids(nextBatch([item(1, 3 * MB), item(2, 4 * MB), item(3, 2 * MB), item(4, 1)], new Set()))).toEqual([1, 2]);
});

test("takes at most 20 instances", () => {
  const many = Array.from({ length: 50 }, (_, id) => item(id, 100));
  expect(nextBatch(many, new Set())).toHaveLength(BATCH_COUNT);
});

test("an item larger than a batch goes alone", () => {
  expect(ids(nextBatch([item(1, 900 * MB), item(2, 1)], new Set()))).toEqual([1]);
  expect(ids(nextBatch([item(2, 1), item(1, 900 * MB)], new Set()))).toEqual([2]);
});

test("a suspect goes by itself, wherever it stands", () => {
  const ready = [item(1, 1), item(2, 1), item(3, 1)];
  expect(ids(nextBatch(ready, new Set([1])))).toEqual([1]);
  expect(ids(nextBatch(ready, new Set([2])))).toEqual([1]);
});

test("nothing ready, nothing sent", () => {
  expect(nextBatch([], new Set())).toEqual([]);
});
