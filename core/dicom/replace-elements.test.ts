import { deflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { type DicomRow, writePart10 } from "../demo/part10-writer.ts";
import { changeVrEncoding } from "./change-vr-encoding.ts";
import { dicomJson } from "./dicom-json.ts";
import { metaEnd } from "./meta-end.ts";
import { part10Header } from "./part10-header.ts";
import { readPart10 } from "./read-part10.ts";
import { type Replacement, replaceElements } from "./replace-elements.ts";
import { DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_BIG_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN } from "./uid.ts";

const SOP_CLASS = "1.2.840.10008.5.1.4.1.1.7";
const SOP_INSTANCE = "2.25.1";

const HAN: Replacement = {
  set: {
    "00100010": { vr: "PN", Value: [{ Alphabetic: "Li^Na", Ideographic: "李^娜" }] },
    "00100021": { vr: "LO", Value: ["yanji"] },
  },
  removed: ["00101001"],
  append: { tag: "04000561", item: { "04000565": { vr: "CS", Value: ["CORRECT"] } } },
};
const LATIN: Replacement = { ...HAN, set: { "00100010": { vr: "PN", Value: [{ Alphabetic: "Li^Na" }] } } };

function file(charset: "GB18030" | "GBK" | "ISO_IR 192" | "\\ISO 2022 IR 58", more: readonly DicomRow[] = []): Buffer {
  return writePart10({
    sopClassUid: SOP_CLASS,
    sopInstanceUid: SOP_INSTANCE,
    charset,
    rows: [
      [0x00080005, "CS", charset],
      [0x00080016, "UI", SOP_CLASS],
      [0x00080018, "UI", SOP_INSTANCE],
      [0x00081030, "LO", "胸部平扫"],
      [0x00100010, "PN", "Wang^Dong=王^东"],
      [0x00100020, "LO", "P-1"],
      [0x00101001, "PN", "Old^Name"],
      [0x00104000, "LT", "备注"],
      ...more,
      [0x7fe00010, "OW", Uint8Array.of(1, 2, 3, 4)],
    ],
  });
}

/** The whole of it goes in; what comes out is read as any reader does. */
function read(bytes: Buffer) {
  const { dataSet } = readPart10(bytes, true);
  return { json: dicomJson(dataSet, { inlineBytes: 0 }), characterSet: dataSet.string("x00080005") };
}

describe("replaceElements", () => {
  it.each(["GB18030", "GBK", "ISO_IR 192", "\\ISO 2022 IR 58"] as const)(
    "writes Han in the file's own %s",
    (charset) => {
      const { json, characterSet } = read(replaceElements(file(charset), true, HAN));
      expect(characterSet).toBe(charset);
      expect(json["00100010"]).toEqual({ vr: "PN", Value: [{ Alphabetic: "Li^Na", Ideographic: "李^娜" }] });
      expect(json["00081030"]?.Value).toEqual(["胸部平扫"]);
      expect(json["00100021"]?.Value).toEqual(["yanji"]);
      expect(json["00101001"]).toBeUndefined();
      expect(json["04000561"]?.Value).toEqual([{ "04000565": { vr: "CS", Value: ["CORRECT"] } }]);
    },
  );

  it("leaves every other byte: put back, the file is what it was", () => {
    const before = file("GB18030");
    const back: Replacement = {
      set: {
        "00100010": { vr: "PN", Value: [{ Alphabetic: "Wang^Dong", Ideographic: "王^东" }] },
        "00101001": { vr: "PN", Value: [{ Alphabetic: "Old^Name" }] },
      },
      removed: ["00100021"],
      append: HAN.append,
    };
    const twice = replaceElements(replaceElements(before, true, HAN), true, back);
    // only the sequence of two items is more: 12 + 2 × (8 + 8 + 8) + 8 bytes before the pixel data
    const at = before.length - 12 - 4;
    expect(twice.length - before.length).toBe(12 + 2 * (8 + 8 + 8) + 8);
    expect(twice.subarray(0, at)).toEqual(before.subarray(0, at));
    expect(twice.subarray(-16)).toEqual(before.subarray(-16));
  });

  it("writes all text in UTF-8 where the file's set does not hold the name, mislabelled text too", () => {
    const gbk = file("GBK");
    const label = gbk.indexOf("GBK ", 0, "latin1");
    // a device of the field: GBK bytes under the label of Latin-1
    const before = Buffer.concat([
      gbk.subarray(0, label - 2),
      Buffer.from([10, 0]),
      Buffer.from("ISO_IR 100"),
      gbk.subarray(label + 4),
    ]);
    expect(read(before).json["00081030"]?.Value).toEqual(["胸部平扫"]);
    const { json, characterSet } = read(replaceElements(before, true, HAN));
    expect(characterSet).toBe("ISO_IR 192");
    expect(json["00100010"]?.Value).toEqual([{ Alphabetic: "Li^Na", Ideographic: "李^娜" }]);
    expect(json["00081030"]?.Value).toEqual(["胸部平扫"]);
    expect(json["00104000"]?.Value).toEqual(["备注"]);
    // a latin name needs no other set
    expect(read(replaceElements(before, true, LATIN)).characterSet).toBe("ISO_IR 100");
  });

  it("adds to a sequence that is there, of defined length or not, and goes past others", () => {
    const once = replaceElements(file("ISO_IR 192"), true, HAN);
    const item = { "04000565": { vr: "CS", Value: ["COERCE"] } };
    const { json } = read(replaceElements(once, true, { ...LATIN, append: { tag: "04000561", item } }));
    expect(json["04000561"]?.Value).toEqual([HAN.append.item, item]);
  });

  it("reads and writes Implicit VR, Big Endian and deflated data sets", () => {
    const explicit = file("GB18030");
    const at = metaEnd(explicit) ?? 0;
    const meta = (transferSyntaxUid: string) =>
      part10Header({ sopClassUid: SOP_CLASS, sopInstanceUid: SOP_INSTANCE, transferSyntaxUid, sourceAeTitle: "T" });
    const implicit = Buffer.concat([
      meta(IMPLICIT_VR_LITTLE_ENDIAN),
      changeVrEncoding(explicit.subarray(at), "explicit"),
    ]);
    const deflated = Buffer.concat([meta(DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN), deflateRawSync(explicit.subarray(at))]);
    const big = Buffer.concat([meta(EXPLICIT_VR_BIG_ENDIAN), bigEndian(explicit.subarray(at))]);
    for (const each of [implicit, deflated, big]) {
      expect(read(each).json["00100010"]?.Value).toEqual([{ Alphabetic: "Wang^Dong", Ideographic: "王^东" }]);
      const { json } = read(replaceElements(each, true, HAN));
      expect(json["00100010"]?.Value).toEqual([{ Alphabetic: "Li^Na", Ideographic: "李^娜" }]);
      expect(json["00101001"]).toBeUndefined();
      expect(json["04000561"]?.Value).toEqual([HAN.append.item]);
      expect(json["00104000"]?.Value).toEqual(["备注"]);
    }
  });

  it("works on a head that ends where the pixels begin", () => {
    const whole = file("GB18030");
    const head = whole.subarray(0, whole.length - 4);
    const joined = Buffer.concat([replaceElements(head, false, HAN), whole.subarray(-4)]);
    expect(joined).toEqual(replaceElements(whole, true, HAN));
  });
});

/** Tags, 16-bit and 32-bit lengths turned round; of the values none here has numbers but pixels, which are not looked at. */
function bigEndian(dataSet: Buffer): Buffer {
  const bytes = Buffer.from(dataSet);
  for (let at = 0; at < bytes.length; ) {
    const isLong = bytes.toString("latin1", at + 4, at + 6) === "OW";
    const length = isLong ? bytes.readUInt32LE(at + 8) : bytes.readUInt16LE(at + 6);
    bytes.subarray(at, at + 2).swap16();
    bytes.subarray(at + 2, at + 4).swap16();
    if (isLong) bytes.subarray(at + 8, at + 12).swap32();
    else bytes.subarray(at + 6, at + 8).swap16();
    at += (isLong ? 12 : 8) + length;
  }
  return bytes;
}
