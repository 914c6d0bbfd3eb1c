import { expect, test } from "vitest";
import { steadyOrder } from "./steady-order.ts";

test("a list nobody points at shows what is there", () => {
  expect(steadyOrder(["a", "b"], ["n", "b", "a"], false)).toEqual({ ids: ["n", "b", "a"], waiting: 0 });
});

test("while it is pointed at rows stay, new ones on top wait, new ones below are added", () => {
  // fresh: n before the known ones waits, z behind the last known is added, b is gone
  expect(steadyOrder(["a", "b", "c"], ["n", "c", "a", "z"], true)).toEqual({ ids: ["a", "c", "z"], waiting: 1 });
});

test("an empty list has nothing to keep in place", () => {
  expect(steadyOrder([], ["a"], true)).toEqual({ ids: ["a"], waiting: 0 });
});
