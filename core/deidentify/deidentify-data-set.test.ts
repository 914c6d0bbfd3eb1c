import { describe, expect, it } from "vitest";
import type { DataElement } from "../dicom/data-elements.ts";
import { elementOfTag } from "../dicom/dictionary.ts";
import { type DeidentifyRequest, deidentifyDataSet } from "./deidentify-data-set.ts";
import type { DeidentifyOptions } from "./deidentify-options.ts";
import { hexOf, itemsOf, textElement, textOf } from "./element-text.ts";
import { profileRow, profileTags } from "./profile-row.ts";

const ALL: DeidentifyOptions = {
  modifiedDates: true,
  cleanDescriptors: true,
  patientCharacteristics: true,
  safePrivate: true,
};
const NONE: DeidentifyOptions = {
  modifiedDates: false,
  cleanDescriptors: false,
  patientCharacteristics: false,
  safePrivate: false,
};

function request(options: DeidentifyOptions): DeidentifyRequest {
  return { options, pseudonym: "EXP-0001", shiftDays: -100, uid: (original) => `2.25.${original.length}` };
}

/** One element in, what is left of it: its text, its items, or undefined when it went. */
function leftOf(element: DataElement, options = NONE): string | readonly unknown[] | undefined {
  const out = deidentifyDataSet([element], request(options));
  const found = out.find(({ tag }) => tag === element.tag);
  if (!found) return undefined;
  return "items" in found ? found.items : textOf([found], found.tag, "ISO_IR 192");
}

describe("the table of PS3.15 Annex E", () => {
  it("is whole, and each of its attributes has one action", () => {
    expect(profileTags().length).toBe(643);
    for (const tag of profileTags())
      expect(profileRow(tag)?.code, hexOf(tag)).toMatch(/^(D|Z|X|U|Z\/D|X\/Z|X\/D|X\/Z\/D|X\/Z\/U\*)$/);
  });

  // one attribute for each code, as the table has it: what the basic profile alone makes of it
  it.each([
    ["Z", 0x00080050, "SH", "A123", ""],
    ["Z/D", 0x00180010, "LO", "Name", "REMOVED"],
    ["X", 0x00081030, "LO", "Chest of Zhang", undefined],
    ["D", 0x00400512, "LO", "JAR 7", "REMOVED"],
    ["X/Z", 0x00080022, "DA", "20260101", ""],
    ["X/D", 0x00181030, "LO", "Chest", "REMOVED"],
    ["X/Z/D", 0x00080080, "LO", "Hospital", "REMOVED"],
    ["U", 0x0020000d, "UI", "1.2.3.4", "2.25.7"],
    ["U", 0x00081155, "UI", "1.2.840.10008.9", "2.25.15"],
  ] as const)("does %s", (code, tag, vr, value, left) => {
    expect(profileRow(tag)?.code).toBe(code);
    expect(leftOf(textElement(tag, vr, value))).toBe(left);
  });

  it("empties a sequence of Z and D, and keeps one of U* with other UIDs in it", () => {
    const items = [[textElement(0x00081155, "UI", "1.2.3")]];
    expect(leftOf({ tag: 0x00400555, vr: "SQ", items })).toEqual([]);
    expect(leftOf({ tag: 0x00400610, vr: "SQ", items })).toEqual([]);
    expect(leftOf({ tag: 0x00081140, vr: "SQ", items })).toEqual([[textElement(0x00081155, "UI", "2.25.5")]]);
    expect(leftOf({ tag: 0x00400275, vr: "SQ", items })).toBeUndefined();
  });
});

describe("what the table does not speak of", () => {
  it.each([
    ["a number", textElement(0x00180050, "DS", "5.0"), "5.0"],
    ["words in a number", textElement(0x00180050, "DS", "Zhang"), undefined],
    ["a telephone number for a code", textElement(0x00080008, "CS", "13800138000"), undefined],
    ["a code string", textElement(0x00185100, "CS", "HFS"), "HFS"],
    ["words in a code string", textElement(0x00185100, "CS", "Zhang San"), undefined],
    ["a registered UID", textElement(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.2"), "1.2.840.10008.5.1.4.1.1.2"],
    ["another UID", textElement(0x00080117, "UI", "1.2.3"), "2.25.5"],
    ["a tag of no dictionary", textElement(0x00080ff0, "LO", "Chest"), undefined],
    ["a name", textElement(0x00401060, "PN", "Zhang"), undefined],
    ["a VR of another kind", textElement(0x00180050, "LO", "5"), undefined],
    ["a private element", textElement(0x00091001, "LO", "Chest"), undefined],
    ["a curve", textElement(0x50000022, "LO", "Chest"), undefined],
    ["an overlay's description", textElement(0x60000022, "LO", "Chest"), undefined],
    ["an overlay's rows", { tag: 0x60020010, vr: "US", value: Buffer.from([1, 0]) }, undefined],
    [
      "a typed word among codes",
      textElement(0x00080008, "CS", "ORIGINAL\\PRIMARY\\ZHANGSAN\\AXIAL"),
      "ORIGINAL\\PRIMARY\\\\AXIAL",
    ],
    ["a compression method", textElement(0x00282114, "CS", "ISO_10918_1"), "ISO_10918_1"],
    ["a name among capitals", textElement(0x00185100, "CS", "ZHANGSAN"), undefined],
    ["a kernel", textElement(0x00181210, "SH", "B30f"), "B30f"],
    // the attribute may be of Type 1: what stands there is nobody's
    ["a number for a kernel", textElement(0x00181210, "SH", "AB778812"), "REMOVED"],
    ["what CT numbers mean", textElement(0x00281054, "LO", "HU"), "HU"],
    ["a model", textElement(0x00081090, "LO", "Optima CT660 of Zhang"), "Optima CT660 of"],
    ["a version", textElement(0x00181020, "LO", "syngo CT VB20A Zhang"), "syngo CT VB20A"],
    ["a stack", textElement(0x00209056, "SH", "1"), "1"],
    ["a typed code", textElement(0x00180015, "CS", "CHEST ZHANG"), "CHEST"],
    ["an ICC profile", { tag: 0x00282000, vr: "OB", value: Buffer.from("Chest!") }, undefined],
    ["a signature", { tag: 0xfffafffa, vr: "SQ", items: [] }, undefined],
  ] as const)("keeps or drops %s", (_, element, left) => {
    expect(leftOf(element, ALL)).toBe(left);
  });

  it("keeps samples and tables of pixels and waves", () => {
    const samples: DataElement = { tag: 0x54001010, vr: "OW", value: Buffer.from([1, 2, 3, 4]) };
    const out = deidentifyDataSet([{ tag: 0x54000100, vr: "SQ", items: [[samples]] }], request(NONE));
    expect(itemsOf(out, 0x54000100)).toEqual([[samples]]);
  });
});

describe("the options", () => {
  it("move every date of a patient by the same days, and leave the time of day", () => {
    // 100 days before 2026-03-01 is 2025-11-21
    expect(leftOf(textElement(0x00080020, "DA", "20260301"), ALL)).toBe("20251121");
    expect(leftOf(textElement(0x00080030, "TM", "235959.5"), ALL)).toBe("235959.5");
    expect(leftOf(textElement(0x0008002a, "DT", "20260301120000.25+0800"), ALL)).toBe("20251121120000.25+0800");
    expect(leftOf(textElement(0x00189074, "DT", "2026"), ALL)).toBe("19000101000000"); // no day to move: D
    expect(leftOf(textElement(0x00380020, "DA", "someday"), ALL)).toBeUndefined(); // X
    expect(leftOf(textElement(0x00100030, "DA", "19500102"), ALL)).toBe(""); // the birth date is no interval of care
    expect(leftOf(textElement(0x00181200, "DA", "20260301\\20260302"), ALL)).toBe("20251121\\20251122");
  });

  it("keep the clinical words of descriptors, never a person's", () => {
    const describe = (text: string, name = "") =>
      textOf(
        deidentifyDataSet(
          [
            textElement(0x00080005, "CS", "ISO_IR 192"),
            textElement(0x0008103e, "LO", text),
            textElement(0x00100010, "PN", name),
          ],
          request(ALL),
        ),
        0x0008103e,
        "ISO_IR 192",
      );
    expect(describe("Chest 5.0 mm axial, Zhang San bed 12")).toBe("Chest 5.0 mm axial");
    expect(describe("CHEST_1.25mm LUNG 13800138000")).toBe("CHEST 1.25 mm LUNG");
    expect(describe("张三胸部CT平扫12床")).toBe("胸部 CT 平扫");
    expect(describe("胸部CT平扫/增强 5mm")).toBe("胸部CT平扫/增强 5mm");
    expect(describe("Hand and wrist", "HAND^LEARNED")).toBe("and wrist");
    expect(describe("肝胆脾", "肝^胆")).toBe("脾");
    expect(leftOf(textElement(0x00104000, "LT", "Chest"), ALL)).toBeUndefined(); // about the person: no description
  });

  it("keep sex, age and size, and do not tell the very old apart", () => {
    expect(leftOf(textElement(0x00100040, "CS", "F"))).toBe("");
    expect(leftOf(textElement(0x00100040, "CS", "F"), ALL)).toBe("F");
    expect(leftOf(textElement(0x00101010, "AS", "077Y"), ALL)).toBe("077Y");
    expect(leftOf(textElement(0x00101010, "AS", "101Y"), ALL)).toBe("090Y");
  });

  it("keep private numbers known to be safe, with their creator, and nothing else of the block", () => {
    const block = [
      textElement(0x00190010, "LO", "SIEMENS MR HEADER"),
      textElement(0x00190011, "LO", "ZHANG SAN"),
      textElement(0x0019100c, "IS", "1000"),
      textElement(0x00191008, "CS", "ZHANG"),
      textElement(0x0019110c, "IS", "7"),
    ];
    const out = deidentifyDataSet(block, request(ALL)).filter(({ tag }) => tag >>> 16 === 0x19);
    expect(out.map(({ tag }) => hexOf(tag))).toEqual(["00190010", "0019100C"]);
    expect(deidentifyDataSet(block, request(NONE)).filter(({ tag }) => tag >>> 16 === 0x19)).toEqual([]);
    // not in PS3.15 Table E.3.10-1, whatever else is said of it
    const ge = [textElement(0x00190010, "LO", "GEMS_ACQU_01"), textElement(0x001910bb, "DS", "0.5")];
    expect(deidentifyDataSet(ge, request(ALL)).filter(({ tag }) => tag >>> 16 === 0x19)).toEqual([]);
    // a text in a place where a number is known to be
    const wrong = [textElement(0x00190010, "LO", "SIEMENS MR HEADER"), textElement(0x0019100c, "IS", "Zhang")];
    expect(deidentifyDataSet(wrong, request(ALL)).filter(({ tag }) => tag >>> 16 === 0x19)).toEqual([]);
  });
});

describe("codes", () => {
  const item = (value: string, scheme: string, meaning: string) => [
    textElement(0x00080100, "SH", value),
    textElement(0x00080102, "SH", scheme),
    textElement(0x00080104, "LO", meaning),
  ];
  const codeLeft = (value: string, scheme: string, meaning: string) => {
    const [left = []] = itemsOf(
      deidentifyDataSet([{ tag: 0x00082218, vr: "SQ", items: [item(value, scheme, meaning)] }], request(ALL)),
      0x00082218,
    );
    return [0x00080100, 0x00080102, 0x00080104].map((tag) => textOf(left, tag));
  };
  it("stay when they are of a public scheme and of its form, with the words of their meaning", () => {
    expect(codeLeft("51185008", "SCT", "Chest")).toEqual(["51185008", "SCT", "Chest"]);
    expect(codeLeft("5.6.3-9-1", "SCPECG", "Lead I (Zhang)")).toEqual(["5.6.3-9-1", "SCPECG", "Lead I"]);
    expect(codeLeft("121058", "DCM", "Zhang")).toEqual(["121058", "DCM", "121058"]);
    // an item without a code is not valid: what stands for it is nobody's (PS3.3 §8.8)
    expect(codeLeft("ZHANGSAN", "DCM", "Chest")).toEqual(["REMOVED", "99REMOVED", "Chest"]);
    expect(codeLeft("220102195001020011", "SCT", "x")).toEqual(["REMOVED", "99REMOVED", "REMOVED"]); // an identity card's number
    const twice = [...item("121058", "DCM", "Chest"), textElement(0x00080100, "SH", "ZHANGSAN")];
    const [left = []] = itemsOf(
      deidentifyDataSet([{ tag: 0x00082218, vr: "SQ", items: [twice] }], request(ALL)),
      0x00082218,
    );
    expect(left.filter(({ tag }) => tag === 0x00080100)).toEqual([textElement(0x00080100, "SH", "121058")]);
    expect(codeLeft("123456", "99HOSPITAL", "Chest")).toEqual(["REMOVED", "99REMOVED", "Chest"]);
  });
});

it("keeps no empty sequence where none is valid, and other UIDs where it only refers", () => {
  const referring = (tag: number) => leftOf({ tag, vr: "SQ", items: [[textElement(0x00081155, "UI", "1.2.3.4")]] });
  // Referenced Performed Procedure Step Sequence: "1.2.3.4" has 7 letters
  expect(referring(0x00081111)).toEqual([[textElement(0x00081155, "UI", "2.25.7")]]);
  // Referenced Study, Institution Code, Operator Identification Sequence
  for (const tag of [0x00081110, 0x00080082, 0x00081072]) expect(referring(tag)).toBeUndefined();
});

it("says sex and age as they were corrected, and keeps nothing of the corrected name", () => {
  const stored = [
    textElement(0x00100010, "PN", "Wrong^Person"),
    textElement(0x00100040, "CS", "M"),
    textElement(0x00101010, "AS", "031Y"),
    textElement(0x0008103e, "LO", "Head CT Flash"),
  ];
  const corrected = { alphabetic: "Flash^Gordon", sex: "F", age: "077Y" };
  const out = deidentifyDataSet(stored, { ...request(ALL), corrected });
  expect([0x00100040, 0x00101010, 0x0008103e].map((tag) => textOf(out, tag))).toEqual(["F", "077Y", "Head CT"]);
  // that the age is not known is said as well
  const unknown = deidentifyDataSet(stored, { ...request(ALL), corrected: { age: "" } });
  expect([0x00100040, 0x00101010].map((tag) => textOf(unknown, tag))).toEqual(["M", ""]);
});

it("says what was done, as the standard has it", () => {
  const out = deidentifyDataSet([], request({ ...NONE, modifiedDates: true }));
  expect(textOf(out, 0x00100010)).toBe("EXP-0001");
  expect(textOf(out, 0x00120062)).toBe("YES");
  expect(textOf(out, 0x00280303)).toBe("MODIFIED");
  expect(itemsOf(out, 0x00120064).map((code) => textOf(code, 0x00080100))).toEqual(["113100", "113101", "113107"]);
  for (const { tag } of out) expect(elementOfTag(hexOf(tag))).toBeDefined();
});
