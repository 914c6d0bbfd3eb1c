import { expect, test } from "vitest";
import { relativeSpan } from "./relative-span.ts";

const NOW = Date.UTC(2026, 10, 22, 6, 0);
const ago = (seconds: number) => relativeSpan(NOW - seconds * 1000, NOW);

test("under a minute it is now, to either side", () => {
  expect(ago(59)?.key).toBe("time.now");
  expect(ago(-59)?.key).toBe("time.now");
});

test("minutes and hours are whole ones that have passed", () => {
  expect(ago(12 * 60 + 59)).toEqual({ key: "time.minutes-ago", count: 12 });
  expect(ago(3600)).toEqual({ key: "time.hours-ago", count: 1 });
  expect(ago(24 * 3600 - 1)).toEqual({ key: "time.hours-ago", count: 23 });
  expect(ago(-90 * 60)).toEqual({ key: "time.in-hours", count: 1 });
});

test("from a day on the date is shown", () => {
  expect(ago(24 * 3600)).toBeNull();
});
