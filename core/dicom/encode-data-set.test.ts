import { describe, expect, it } from "vitest";
import { dicomJson } from "./dicom-json.ts";
import { encodeDataSet, encodeElements, encodePieces } from "./encode-data-set.ts";
import { part10Header } from "./part10-header.ts";
import { readPart10 } from "./read-part10.ts";
import { EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN } from "./uid.ts";

const DATA_SET = {
  "00080061": { vr: "CS", Value: ["CT", "SR"] },
  "00081140": { vr: "SQ", Value: [{ "00081155": { vr: "UI", Value: ["1.2.3"] } }, {}] },
  "00100010": { vr: "PN", Value: [{ Alphabetic: "Zhao^Dehai", Ideographic: "赵^德海" }] },
  "00080064": { vr: "CS", Value: ["DI", null, "SD"] },
  "00100030": { vr: "DA" },
  "00104000": { vr: "LT", Value: ["平扫"] },
  "00201208": { vr: "IS", Value: [3] },
  "00209165": { vr: "AT", Value: ["00081030", "7FE00010"] },
  "00280010": { vr: "US", Value: [512] },
  "00280030": { vr: "DS", Value: [0.5, -1.25e-7] },
  "00289110": { vr: "SQ" },
  "00720068": { vr: "LT" },
  "0072007A": { vr: "US", Value: [1] },
  "00720076": { vr: "FL", Value: [1.5, null] },
  "00720078": { vr: "UL", Value: [4294967295] },
  "0072007C": { vr: "SL", Value: [-2147483648] },
  "0072007E": { vr: "SS", Value: [-32768] },
  "00720074": { vr: "FD", Value: [Math.PI] },
  "00720082": { vr: "SV", Value: [-1, "-9223372036854775808"] },
  "00720083": { vr: "UV", Value: [1, "18446744073709551615"] },
  "0072006D": { vr: "UN", InlineBinary: "AQIDBA==" },
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

it("gives a DS as many digits as its 16 bytes hold", () => {
  const texts = [1 / 3, -1 / 3, 1e-7 / 3, 123456789.12345679, 1e21 / 7].map((value) => {
    const bytes = encodeDataSet(
      { "00280030": { vr: "DS", Value: [value] } },
      { isImplicitVr: false, characterSet: "ISO_IR 192" },
    );
    return bytes.toString("latin1", bytes.length - bytes.readUInt16LE(bytes.indexOf("DS") + 2)).trim();
  });
  expect(texts.every((text) => text.length <= 16)).toBe(true);
  // -0. takes three of the sixteen, an exponent four or more
  expect(texts).toEqual([
    "0.33333333333333",
    "-0.3333333333333",
    "3.33333333333e-8",
    "123456789.123457",
    "1.4285714286e+20",
  ]);
});

it("refuses what the set does not hold, and what is too long for its VR", () => {
  const encoding = { isImplicitVr: false, characterSet: "GBK" } as const;
  expect(() => encodeDataSet({ "00100020": { vr: "LO", Value: ["𠮷"] } }, encoding)).toThrow(RangeError);
  expect(() =>
    encodeDataSet({ "00080058": { vr: "UI", Value: Array(1100).fill(`1.${"2".repeat(62)}`) } }, encoding),
  ).toThrow(RangeError);
});

const UTF_8 = { isImplicitVr: false, characterSet: "ISO_IR 192" } as const;
const PIXELS = { "7FE00010": { vr: "OB", BulkDataURI: "pixels" } };

describe("bulk values", () => {
  it("stand where they belong, within items too, and make every length even", () => {
    const dataSet = {
      "54000100": { vr: "SQ", Value: [{ "54001010": { vr: "OW", BulkDataURI: "samples" } }] },
      ...PIXELS,
    };
    const pieces = encodePieces(dataSet, UTF_8, (uri) => ({ value: { byteLength: uri === "pixels" ? 3 : 4, uri } }));
    expect(pieces.flatMap((piece) => (Buffer.isBuffer(piece) ? [] : [piece.uri]))).toEqual(["samples", "pixels"]);
    // (0008,0005) of 8 + 10, a sequence of 12 + 8 + (12 + 4), pixels of 12 + 3 + 1
    expect(pieces.reduce((sum, { byteLength }) => sum + byteLength, 0)).toBe(18 + 36 + 16);
  });

  it("are frames with a table of their offsets, which one of more than 4 GiB has no room in", () => {
    const table = (...lengths: readonly number[]) => {
      const frames = lengths.map((byteLength) => ({ byteLength }));
      const item = encodePieces(PIXELS, UTF_8, () => ({ frames })).at(4);
      return Buffer.isBuffer(item) ? [...new Uint32Array(new Uint8Array(item).buffer)] : item;
    };
    expect(table(5)).toEqual([]);
    expect(table(5, 6, 7)).toEqual([0, 14, 28]); // 8 + 6, and 8 + 6 again
    expect(table(0x80000000, 0x80000000, 2)).toEqual([]);
  });

  it("are refused from where their length would say that it is not defined", () => {
    const of = (byteLength: number) => encodePieces(PIXELS, UTF_8, () => ({ value: { byteLength } }));
    expect(of(0xfffffffe)).toHaveLength(4); // two heads, two values
    for (const byteLength of [0xffffffff, 2 ** 33]) expect(() => of(byteLength)).toThrow(RangeError);
  });
});

it("writes numbers of Big Endian with their first byte first", () => {
  const bytes = encodeElements(
    {
      "00280010": { vr: "US", Value: [258] },
      "00720078": { vr: "UL", Value: [1] },
      "00209165": { vr: "AT", Value: ["00081030"] },
    },
    { ...UTF_8, isBigEndian: true },
  );
  expect(bytes.toString("hex")).toBe(
    "002091654154000400081030" + "0028001055530002" + "0102" + "00720078554c000400000001",
  );
});
