import { expect, it } from "vitest";
import { holdRows } from "./hold-rows.ts";

const row = (id: string, word = "") => ({ id, word });
const idOf = (item: { readonly id: string }) => item.id;
const shown = [
  { item: row("a"), gone: false },
  { item: row("b"), gone: false },
];

it("shows the new list as it is when no one points at it", () => {
  expect(holdRows(shown, [row("b"), row("c")], false, idOf)).toEqual({
    rows: [
      { item: row("b"), gone: false },
      { item: row("c"), gone: false },
    ],
    waiting: 0,
  });
});

it("moves nothing under the pointer: gone rows stay, new ones wait, known ones get their news", () => {
  expect(holdRows(shown, [row("new"), row("b", "urgent")], true, idOf)).toEqual({
    rows: [
      { item: row("a"), gone: true },
      { item: row("b", "urgent"), gone: false },
    ],
    waiting: 1,
  });
});

it("fills an empty list at once, wherever the pointer is", () => {
  expect(holdRows([], [row("a")], true, idOf).rows).toHaveLength(1);
});
