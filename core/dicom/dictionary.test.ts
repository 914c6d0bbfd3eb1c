import { expect, it } from "vitest";
import { elementOfName, elementOfTag } from "./dictionary.ts";

it("finds an element by tag in either case, and by keyword", () => {
  const patientName = { tag: "00100010", vr: "PN", keyword: "PatientName" };
  expect(elementOfTag("00100010")).toEqual(patientName);
  expect(elementOfName("PatientName")).toEqual(patientName);
  expect(elementOfTag("0020000d")).toEqual({ tag: "0020000D", vr: "UI", keyword: "StudyInstanceUID" });
  expect(elementOfName("ModalitiesInStudy")?.tag).toBe("00080061");
  expect(elementOfName("SpecificCharacterSet")?.vr).toBe("CS");
});

it("takes the repeats of overlay groups for the first", () => {
  expect(elementOfTag("60023000")).toEqual({ tag: "60023000", vr: "ox", keyword: "OverlayData" });
});

it("knows no private elements and no words of its own", () => {
  expect(elementOfTag("00091001")).toBeUndefined();
  expect(elementOfName("patientname")).toBeUndefined();
});
