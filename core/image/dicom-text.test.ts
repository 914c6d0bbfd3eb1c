import { expect, it } from "vitest";
import { ageOf, dateText, timeText } from "./dicom-text.ts";

it("writes dates and times as people read them", () => {
  expect([dateText("20261122"), dateText("2026.11.22"), dateText(""), dateText("?")]).toEqual([
    "2026-11-22",
    "2026-11-22",
    "",
    "?",
  ]);
  expect([timeText("140512.345"), timeText("09"), timeText("")]).toEqual(["14:05", "09:00", ""]);
});

it("takes the stored age, else whole years at the study", () => {
  expect(ageOf("061Y", "", "")).toEqual({ count: 61, unit: "Y" });
  expect(ageOf("003M", "", "")).toEqual({ count: 3, unit: "M" });
  // the birthday is the day after the study: not yet 61
  expect(ageOf("", "19651123", "20261122")).toEqual({ count: 60, unit: "Y" });
  expect(ageOf("000Y", "19651122", "20261122")).toEqual({ count: 61, unit: "Y" });
  expect(ageOf("000Y", "", "20261122")).toBeUndefined();
  // 2026 − 1800 = 226: nobody's age, whoever says it
  expect(ageOf("", "18000101", "20261122")).toBeUndefined();
  expect(ageOf("208Y", "18000101", "20261122")).toBeUndefined();
  expect(ageOf("", "18961122", "20261122")).toEqual({ count: 130, unit: "Y" });
});
