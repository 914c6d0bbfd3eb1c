import { expect, it } from "vitest";
import { type PartOutcome, storeAnswer, storeStatus } from "./store-answer.ts";

const stored = (study: string, sopInstanceUid: string): PartOutcome => ({
  stored: {
    outcome: "stored",
    studyInstanceUid: study,
    seriesInstanceUid: "1.5",
    sopClassUid: "1.2.840.10008.5.1.4.1.1.2",
    sopInstanceUid,
  },
});

it("says for each part what became of it, failed ones by their index", () => {
  const outcomes: PartOutcome[] = [
    stored("1.1", "1.9.1"),
    { failed: "instance-differs", sopClassUid: "1.2.3", sopInstanceUid: "1.9.2" },
    { failed: "dicom-unreadable" },
  ];
  expect(storeAnswer(outcomes, "http://hub/dicom-web")).toEqual({
    "00081190": { vr: "UR", Value: ["http://hub/dicom-web/studies/1.1"] },
    "00081198": {
      vr: "SQ",
      Value: [
        {
          "00081150": { vr: "UI", Value: ["1.2.3"] },
          "00081155": { vr: "UI", Value: ["1.9.2"] },
          "00081197": { vr: "US", Value: [0x0111] },
          "00090010": { vr: "LO", Value: ["TELE-READING HUB"] },
          "00091001": { vr: "LO", Value: ["instance-differs"] },
          "00091002": { vr: "IS", Value: [1] },
        },
        {
          "00081197": { vr: "US", Value: [0xc000] },
          "00090010": { vr: "LO", Value: ["TELE-READING HUB"] },
          "00091001": { vr: "LO", Value: ["dicom-unreadable"] },
          "00091002": { vr: "IS", Value: [2] },
        },
      ],
    },
    "00081199": {
      vr: "SQ",
      Value: [
        {
          "00081150": { vr: "UI", Value: ["1.2.840.10008.5.1.4.1.1.2"] },
          "00081155": { vr: "UI", Value: ["1.9.1"] },
          "00081190": { vr: "UR", Value: ["http://hub/dicom-web/studies/1.1/series/1.5/instances/1.9.1"] },
        },
      ],
    },
  });
});

it("has a status for all, some and none", () => {
  expect(storeStatus([stored("1", "2")])).toBe(200);
  expect(storeStatus([stored("1", "2"), { failed: "dicom-truncated" }])).toBe(202);
  expect(storeStatus([{ failed: "dicom-truncated" }, { failed: "storage-full" }])).toBe(409);
  expect(storeStatus([{ failed: "storage-full" }])).toBe(503);
});
