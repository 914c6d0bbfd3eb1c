import { expect, it } from "vitest";
import { loadOrder } from "./load-order.ts";

it.each([
  [2, 6, 0, [2, 3, 1, 4, 0, 5]],
  [2, 6, 1, [2, 3, 4, 1, 5, 0]],
  [3, 6, -1, [3, 2, 1, 4, 0, 5]],
  [0, 4, 0, [0, 1, 2, 3]],
  [9, 4, 1, [3, 2, 1, 0]],
  [0, 0, 0, []],
] as const)("from %d of %d, heading %d", (current, count, heading, order) => {
  expect(loadOrder(current, count, heading)).toEqual(order);
});

it("names every slice once, wherever the reader is", () => {
  for (const heading of [-1, 0, 1] as const) {
    for (let current = 0; current < 17; current++) {
      expect(loadOrder(current, 17, heading).toSorted((a, b) => a - b)).toEqual(
        Array.from({ length: 17 }, (_, index) => index),
      );
    }
  }
});
