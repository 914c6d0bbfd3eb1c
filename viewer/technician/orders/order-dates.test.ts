import { expect, it } from "vitest";
import { orderDays } from "./order-dates.ts";

const none = { from: "", to: "" };
const lastOfMonth = new Date(2026, 10, 30, 23, 59);

it.each([
  ["today", "20261130", "20261130"],
  ["tomorrow", "20261201", "20261201"],
  ["week", "20261130", "20261206"],
  ["past", "20261124", "20261130"],
] as const)("%s takes in whole days of the wall's calendar", (range, from, to) => {
  expect(orderDays(range, lastOfMonth, none)).toEqual({ from, to });
});

it("a custom range with one end is that day, with none today", () => {
  expect(orderDays("custom", lastOfMonth, { from: "2026-12-03", to: "" })).toEqual({
    from: "20261203",
    to: "20261203",
  });
  expect(orderDays("custom", lastOfMonth, { from: "", to: "2026-12-04" })).toEqual({
    from: "20261204",
    to: "20261204",
  });
  expect(orderDays("custom", lastOfMonth, { from: "2026-12-03", to: "2026-12-09" })).toEqual({
    from: "20261203",
    to: "20261209",
  });
  expect(orderDays("custom", lastOfMonth, none)).toEqual({ from: "20261130", to: "20261130" });
});
