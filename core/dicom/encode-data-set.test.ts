import { describe, expect, it } from "vitest";
import { dicomJson } from "./dicom-json.ts";
import { encodeDataSet } from "./encode-data-set.ts";
import { part10Header } from "./part10-header.ts";
import { readPart10 } from "./read-part10.ts";
import { EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN } from "./uid.ts";

const DATA_SET = {
  "00080061": { vr: "CS", Value: ["CT", "SR"] },
  "00081140": { vr: "SQ", Value: [{ "00081155": { vr: "UI", Value: ["1.2.3"] } }, {}] },
  "00100010": { vr: "PN", Value: [{ Alphabetic: "Zhao^Dehai", Ideographic: "赵^德海" }] },
  "00100030": { vr: "DA" },
  "00104000": { vr: "LT", Value: ["平扫"] },
  "00201208": { vr: "IS", Value: [3] },
  "00280010": { vr: "US", Value: [512] },
};

describe.each([true, false])("implicit VR: %s", (isImplicitVr) => {
  it.each(["ISO_IR 192", "GB18030", "GBK", "\\ISO 2022 IR 58"] as const)(
    "in %s is read again as it was",
    (characterSet) => {
      const transferSyntaxUid = isImplicitVr ? IMPLICIT_VR_LITTLE_ENDIAN : EXPLICIT_VR_LITTLE_ENDIAN;
      const header = part10Header({ sopClassUid: "1.2", sopInstanceUid: "1.2", transferSyntaxUid, sourceAeTitle: "T" });
      const bytes = Buffer.concat([header, encodeDataSet(DATA_SET, { isImplicitVr, characterSet })]);
      const { "00080005": _, ...read } = dicomJson(readPart10(bytes, true).dataSet);
      expect(read).toEqual(DATA_SET);
    },
  );
});

it("refuses what the set does not hold, and what is too long for its VR", () => {
  const encoding = { isImplicitVr: false, characterSet: "GBK" } as const;
  expect(() => encodeDataSet({ "00100020": { vr: "LO", Value: ["𠮷"] } }, encoding)).toThrow(RangeError);
  expect(() =>
    encodeDataSet({ "00080058": { vr: "UI", Value: Array(1100).fill(`1.${"2".repeat(62)}`) } }, encoding),
  ).toThrow(RangeError);
});
