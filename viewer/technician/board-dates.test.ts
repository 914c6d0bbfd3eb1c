import { expect, test } from "vitest";
import { fieldToDicom, rangeStart } from "./board-dates.ts";

const late = new Date(2026, 2, 1, 23, 59); // 1 March, near midnight

test("today counts as the last day of a range, across the month", () => {
  expect(rangeStart("today", late)).toBe("20260301");
  expect(rangeStart("3", late)).toBe("20260227"); // 27, 28 February, 1 March
  expect(rangeStart("7", late)).toBe("20260223");
  expect(rangeStart("all", late)).toBeUndefined();
});

test("a date field gives a DICOM date or nothing", () => {
  expect(fieldToDicom("2026-11-22")).toBe("20261122");
  expect(fieldToDicom("")).toBeUndefined();
  expect(fieldToDicom(null)).toBeUndefined();
});
