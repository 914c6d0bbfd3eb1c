import { describe, expect, it } from "vitest";
import { ecgInstancesOf } from "./ecg-study.ts";

const dataset = (sopClassUid: string, sopInstanceUid: string, more: Record<string, unknown> = {}) => ({
  "00080016": { vr: "UI", Value: [sopClassUid] },
  "00080018": { vr: "UI", Value: [sopInstanceUid] },
  "0020000E": { vr: "UI", Value: ["1.2.3"] },
  "00080020": { vr: "DA", Value: ["20261122"] },
  "00080030": { vr: "TM", Value: ["101500"] },
  ...more,
});

const TWELVE_LEAD = "1.2.840.10008.5.1.4.1.1.9.1.1";

describe("ecgInstancesOf", () => {
  it("finds the four ECG classes, and leaves images, reports and half instances", () => {
    const found = ecgInstancesOf("1", [
      dataset(TWELVE_LEAD, "1"),
      dataset("1.2.840.10008.5.1.4.1.1.9.1.2", "2"),
      dataset("1.2.840.10008.5.1.4.1.1.9.1.3", "3"),
      dataset("1.2.840.10008.5.1.4.1.1.9.1.4", "4"),
      dataset("1.2.840.10008.5.1.4.1.1.2", "5"),
      dataset("1.2.840.10008.5.1.4.1.1.104.1", "6"),
      { "00080016": { vr: "UI", Value: [TWELVE_LEAD] } },
    ]);
    expect(found.map(({ sopClass }) => sopClass)).toEqual(["twelve-lead", "general", "ambulatory", "general-32-bit"]);
  });

  it("puts them in the order they were taken, by the acquisition's own time where there is one", () => {
    const found = ecgInstancesOf("1", [
      dataset(TWELVE_LEAD, "late", { "00080030": { vr: "TM", Value: ["235959.5"] } }),
      dataset(TWELVE_LEAD, "next-day", { "0008002A": { vr: "DT", Value: ["20261123000010+0800"] } }),
      dataset(TWELVE_LEAD, "second", { "00200013": { vr: "IS", Value: [2] } }),
      dataset(TWELVE_LEAD, "first", { "00200013": { vr: "IS", Value: ["1"] } }),
    ]);
    expect(found.map(({ sopInstanceUid, date, time }) => [sopInstanceUid, date, time])).toEqual([
      ["first", "20261122", "101500"],
      ["second", "20261122", "101500"],
      ["late", "20261122", "235959.5"],
      ["next-day", "20261123", "000010"],
    ]);
  });
});
