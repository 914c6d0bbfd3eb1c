import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { changeVrEncoding } from "./change-vr-encoding.ts";
import { dicomJson } from "./dicom-json.ts";
import { encodeDataSet } from "./encode-data-set.ts";
import { metaEnd } from "./meta-end.ts";
import { part10Header } from "./part10-header.ts";
import { readPart10 } from "./read-part10.ts";
import { EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN } from "./uid.ts";

const FILES = join(import.meta.dirname, "../../../shared/data/dicom/transfer-syntaxes");

function jsonOf(dataSet: Buffer, transferSyntaxUid: string) {
  const header = part10Header({ sopClassUid: "1.2", sopInstanceUid: "1.2", transferSyntaxUid, sourceAeTitle: "T" });
  return dicomJson(readPart10(Buffer.concat([header, dataSet]), true).dataSet, { inlineBytes: 1 << 20 });
}

const DATA_SET = {
  "00081140": { vr: "SQ", Value: [{ "00081155": { vr: "UI", Value: ["1.2.3"] } }, { "00081140": { vr: "SQ" } }] },
  "00100010": { vr: "PN", Value: [{ Ideographic: "赵^德海" }] },
  "00280010": { vr: "US", Value: [512] },
};

describe("a data set with sequences", () => {
  const encoded = (isImplicitVr: boolean) => encodeDataSet(DATA_SET, { isImplicitVr, characterSet: "GB18030" });

  it("says the same in the other encoding", () => {
    const implicit = changeVrEncoding(encoded(false), "explicit");
    expect(jsonOf(implicit, IMPLICIT_VR_LITTLE_ENDIAN)).toEqual(jsonOf(encoded(false), EXPLICIT_VR_LITTLE_ENDIAN));
    const explicit = changeVrEncoding(encoded(true), "implicit");
    expect(jsonOf(explicit, EXPLICIT_VR_LITTLE_ENDIAN)).toEqual(jsonOf(encoded(true), IMPLICIT_VR_LITTLE_ENDIAN));
  });

  it("is the same bytes again after there and back", () => {
    const explicit = changeVrEncoding(encoded(true), "implicit");
    expect(changeVrEncoding(changeVrEncoding(explicit, "explicit"), "implicit")).toEqual(explicit);
  });

  it("is refused when it is cut anywhere within an element, whatever the place", () => {
    const whole = encoded(false);
    for (let end = 1; end < whole.length; end++) {
      try {
        changeVrEncoding(whole.subarray(0, end), "explicit");
      } catch (error) {
        expect(error).toMatchObject({ code: "dicom-unreadable" });
      }
    }
    expect(() => changeVrEncoding(whole.subarray(0, -1), "explicit")).toThrow("dicom-unreadable");
  });
});

it("signed values of either-way VRs stay signed", () => {
  // (0028,0103) US 1, then (0028,0106) Smallest Image Pixel Value −5, Implicit VR
  const implicit = Buffer.from("2800030102000000010028000601020000 00fbff".replaceAll(" ", ""), "hex");
  const explicit = changeVrEncoding(implicit, "implicit");
  expect(explicit.toString("latin1")).toContain("SS");
});

describe.skipIf(!existsSync(FILES))("real files", () => {
  it.each([
    ["MR_small_implicit.dcm", "implicit"],
    ["MR_small.dcm", "explicit"],
    ["MR-SIEMENS-DICOM-WithOverlays.dcm", "explicit"],
    ["IM00001.implicit_little_endian.dcm", "implicit"],
    ["CTImage.dcm_LittleEndianImplicitTransferSyntax_1.2.840.10008.1.2.dcm", "implicit"],
    ["CTImage.dcm_LittleEndianExplicitTransferSyntax_1.2.840.10008.1.2.1.dcm", "explicit"],
  ] as const)("%s says the same in the other encoding", (name, from) => {
    const file = readFileSync(join(FILES, name));
    const dataSet = file.subarray(metaEnd(file) ?? 0);
    const changed = changeVrEncoding(dataSet, from);
    const [was, is] =
      from === "implicit"
        ? [IMPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_LITTLE_ENDIAN]
        : [EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN];
    const before = jsonOf(dataSet, was);
    const after = jsonOf(changed, is);
    expect(Object.keys(after)).toEqual(Object.keys(before));
    // Private elements lose their VR in Implicit VR, and with it their form in JSON
    const isPublic = (tag: string) => Number.parseInt(tag.slice(3, 4), 16) % 2 === 0;
    for (const tag of Object.keys(before).filter(isPublic)) expect([tag, after[tag]]).toEqual([tag, before[tag]]);
    // within the pixels, which no JSON shows
    expect(changed.includes(dataSet.subarray(-6000, -4000))).toBe(true);
  });
});
