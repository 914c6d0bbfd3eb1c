import { expect, it } from "vitest";
import { dueClock, spanOf } from "./due-clock.ts";

const MINUTE = 60_000;
const requested = 0;
const due = 90 * MINUTE;

// of 90 minutes a third is 30, a tenth is 9
it.each([
  [0, "quiet", 90],
  [59, "quiet", 31],
  [60, "soon", 30],
  [80, "soon", 10],
  [81, "close", 9],
  [90, "close", 0],
  [91, "late", 1],
  [210, "late", 120],
] as const)("after %d minutes it is %s with %d minutes", (at, level, minutes) => {
  expect(dueClock(at * MINUTE, requested, due)).toEqual({ level, minutes });
});

it("counts a minute begun as left, and as not yet late", () => {
  expect(dueClock(due - 1, requested, due).minutes).toBe(1);
  expect(dueClock(due + 1, requested, due)).toEqual({ level: "late", minutes: 0 });
});

it("does not divide by a due time that is the request's own", () => {
  expect(dueClock(0, 0, 0)).toEqual({ level: "close", minutes: 0 });
});

it("splits minutes into days, hours and minutes", () => {
  expect(spanOf(2 * 1440 + 3 * 60 + 5)).toEqual({ days: 2, hours: 3, minutes: 5 });
});
