import { expect, it } from "vitest";
import { contiguousRun } from "./contiguous-run.ts";
import { loadOrder } from "./load-order.ts";

const MOST = { count: 5, bytes: 1000 };

it.each([
  ["grows to both sides at rest", 10, loadOrder(10, 30, 0), 1, { from: 8, to: 12 }],
  // 10, 11 12 | 9, 13 …
  ["two ahead for one behind on the way up", 10, loadOrder(10, 30, 1), 1, { from: 9, to: 13 }],
  ["and on the way down", 10, loadOrder(10, 30, -1), 1, { from: 7, to: 11 }],
  ["leaves out what does not touch", 10, [20, 11, 13, 12, 30], 1, { from: 10, to: 12 }],
  // 400 + 400 is within 1000, a third is not
  ["ends where the bytes end", 10, [11, 12], 400, { from: 10, to: 11 }],
  ["but takes the first whatever it weighs", 10, [11], 5000, { from: 10, to: 10 }],
  ["is one place when nothing else is wished", 3, [], 1, { from: 3, to: 3 }],
] as const)("%s", (_, first, wished, bytes, run) => {
  expect(contiguousRun(first, wished, () => bytes, MOST)).toEqual(run);
});
