import { describe, expect, it } from "vitest";
import { dueAt } from "./due-time.ts";
import { isWorkingDay } from "./working-calendar.ts";

const zone = "Asia/Shanghai"; // UTC+8, no summer time
const at = (text: string) => Date.parse(text);
const due = (text: string, urgency: "routine" | "urgent" = "routine", modality = "CT") =>
  new Date(dueAt({ urgency, modality, at: at(text), timeZone: zone })).toISOString();

describe("dueAt", () => {
  it("is noon of the next working day at the site, which is 04:00 UTC", () => {
    expect(due("2026-11-24T02:00:00Z")).toBe("2026-11-25T04:00:00.000Z"); // Tuesday 10:00 → Wednesday
    expect(due("2026-11-27T02:00:00Z")).toBe("2026-11-30T04:00:00.000Z"); // Friday → Monday
  });
  it("takes the site's day, not UTC's: 16:30 UTC is 00:30 of the next day in Shanghai", () => {
    expect(due("2026-11-24T15:30:00Z")).toBe("2026-11-25T04:00:00.000Z"); // Tuesday 23:30
    expect(due("2026-11-24T16:30:00Z")).toBe("2026-11-26T04:00:00.000Z"); // Wednesday 00:30
  });
  it("goes over the national holiday, and a make-up Saturday is a working day", () => {
    expect(due("2026-09-30T02:00:00Z")).toBe("2026-10-08T04:00:00.000Z");
    expect(due("2026-10-09T02:00:00Z")).toBe("2026-10-10T04:00:00.000Z"); // Saturday 10 October makes up
    expect(isWorkingDay("20261011")).toBe(false);
  });
  it("is minutes for an urgent one: 60, ECG 10", () => {
    expect(due("2026-11-27T20:00:00Z", "urgent")).toBe("2026-11-27T21:00:00.000Z");
    expect(due("2026-11-27T20:00:00Z", "urgent", "ECG")).toBe("2026-11-27T20:10:00.000Z");
  });
});
