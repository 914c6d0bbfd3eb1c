import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { DomainError } from "../errors.ts";
import { dicomJson, dicomJsonText } from "./dicom-json.ts";
import { readPart10 } from "./read-part10.ts";

type Part = readonly [tag: string, vr: string, value: Uint8Array | string];

/** Explicit VR Little Endian, or Implicit when `implicit`. */
function element([tag, vr, value]: Part, implicit = false): Buffer {
  const bytes = typeof value === "string" ? Buffer.from(value, "latin1") : Buffer.from(value);
  const even = bytes.length % 2 ? Buffer.concat([bytes, Buffer.from(" ")]) : bytes;
  const long = /^(OB|OW|SQ|UN|UT|UV|SV|UC|UR)$/.test(vr);
  const head = Buffer.alloc(!implicit && long ? 12 : 8);
  head.writeUInt16LE(Number.parseInt(tag.slice(0, 4), 16), 0);
  head.writeUInt16LE(Number.parseInt(tag.slice(4), 16), 2);
  if (implicit) head.writeUInt32LE(even.length, 4);
  else {
    head.write(vr, 4, "latin1");
    if (long) head.writeUInt32LE(even.length, 8);
    else head.writeUInt16LE(even.length, 6);
  }
  return Buffer.concat([head, even]);
}

function item(...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const head = Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0]);
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body]);
}

function file(transferSyntax: string, ...parts: Buffer[]): Buffer {
  const meta = element([
    "00020010",
    "UI",
    `${transferSyntax}\0`.slice(0, transferSyntax.length + (transferSyntax.length % 2)),
  ]);
  return Buffer.concat([
    Buffer.alloc(128),
    Buffer.from("DICM"),
    meta,
    element(["00080018", "UI", "1.2.3\0"], transferSyntax === IMPLICIT),
    ...parts,
  ]);
}

const EXPLICIT = "1.2.840.10008.1.2.1";
const IMPLICIT = "1.2.840.10008.1.2";
const json = (bytes: Buffer, options = {}) => dicomJson(readPart10(bytes, true).dataSet, options);

describe("DICOM JSON", () => {
  it("gives each VR the form of PS3.18 table F.2.3-1", () => {
    const doubles = new Uint8Array(new Float64Array([1.5, Number.NaN]).buffer);
    const dataSet = json(
      file(
        EXPLICIT,
        element(["00080005", "CS", "GB18030"]),
        element(["00080060", "CS", "CT"]),
        element(["00081030", "LO", "\xd0\xd8\xb2\xbf\\B "]),
        element(["00100010", "PN", "Wang^XiaoDong=\xcd\xf5^\xd0\xa1\xb6\xab"]),
        element(["00189345", "FD", doubles]),
        element(["00200013", "IS", " 12\\x\\"]),
        element(["00200032", "DS", "-1.50\\2e1\\bad"]),
        element(["00280009", "AT", Uint8Array.of(0x18, 0x00, 0x63, 0x10)]),
        element(["00280010", "US", Uint8Array.of(0, 2)]),
        element(["00280030", "DS", ""]),
        element(["00281201", "OW", Uint8Array.of(1, 2, 3, 4)]),
      ),
    );
    expect(dataSet).toEqual({
      "00080005": { vr: "CS", Value: ["ISO_IR 192"] },
      "00080018": { vr: "UI", Value: ["1.2.3"] },
      "00080060": { vr: "CS", Value: ["CT"] },
      "00081030": { vr: "LO", Value: ["胸部", "B"] },
      "00100010": { vr: "PN", Value: [{ Alphabetic: "Wang^XiaoDong", Ideographic: "王^小东" }] },
      "00189345": { vr: "FD", Value: [1.5, null] },
      "00200013": { vr: "IS", Value: [12, "x", null] },
      "00200032": { vr: "DS", Value: [-1.5, 20, "bad"] },
      "00280009": { vr: "AT", Value: ["00181063"] },
      "00280010": { vr: "US", Value: [512] },
      "00280030": { vr: "DS" },
      "00281201": { vr: "OW", InlineBinary: "AQIDBA==" },
    });
  });

  it("reads the VRs of Implicit VR from the dictionary, private elements as UN, creators as LO", () => {
    const dataSet = json(
      file(
        IMPLICIT,
        element(["00090010", "LO", "ACME"], true),
        element(["00091001", "LO", "secret"], true),
        element(["00280103", "US", Uint8Array.of(1, 0)], true),
        element(["00280120", "SS", Uint8Array.of(0x30, 0xf8)], true),
      ),
    );
    expect(dataSet["00090010"]).toEqual({ vr: "LO", Value: ["ACME"] });
    expect(dataSet["00091001"]).toEqual({ vr: "UN", InlineBinary: btoa("secret") });
    // F830h signed: 63536 − 65536
    expect(dataSet["00280120"]).toEqual({ vr: "SS", Value: [-2000] });
  });

  it("lets an item's own character set hold within it, and only there", () => {
    const bytes = file(
      EXPLICIT,
      element(["00080005", "CS", "ISO_IR 144"]),
      element([
        "00321064",
        "SQ",
        Buffer.concat([
          item(element(["00080005", "CS", "GBK "]), element(["00080104", "LO", "\xcd\xb7"])),
          item(element(["00080104", "LO", "\xbb\xee"])),
        ]),
      ]),
    );
    expect(json(bytes)["00321064"]).toEqual({
      vr: "SQ",
      Value: [{ "00080104": { vr: "LO", Value: ["头"] } }, { "00080104": { vr: "LO", Value: ["Лю"] } }],
    });
  });

  it("leaves bulk values out, or links them by their path", () => {
    const bytes = file(
      EXPLICIT,
      element(["00420011", "OB", Buffer.alloc(2000)]),
      element(["54000100", "SQ", item(element(["54001010", "OW", Buffer.alloc(4000)]))]),
      element(["7FE00010", "OW", Buffer.alloc(8)]),
    );
    expect(Object.keys(json(bytes)).sort()).toEqual(["00080018", "54000100"]);
    const linked = json(bytes, { bulkDataUri: (path: string) => `b/${path}` });
    expect(linked["00420011"]).toEqual({ vr: "OB", BulkDataURI: "b/00420011" });
    expect(linked["54000100"]?.Value).toEqual([{ "54001010": { vr: "OW", BulkDataURI: "b/54000100/0/54001010" } }]);
    expect(linked["7FE00010"]).toBeUndefined();
  });

  it("orders the text by tag, within items too", () => {
    const inner = { "54000100": { vr: "SQ" }, "00080060": { vr: "CS", Value: ["CT"] } };
    const text = dicomJsonText({ "54000100": { vr: "SQ", Value: [inner] }, "0040A730": { vr: "SQ" } });
    expect(text).toBe(
      '{"0040A730":{"vr":"SQ"},"54000100":{"vr":"SQ","Value":[{"00080060":{"vr":"CS","Value":["CT"]},"54000100":{"vr":"SQ"}}]}}',
    );
  });

  it("stops at the depth it is given", () => {
    let nested = item(element(["00080104", "LO", "deep"]));
    for (let depth = 0; depth < 6; depth++) nested = item(element(["0040A730", "SQ", nested]));
    const text = JSON.stringify(json(file(EXPLICIT, element(["0040A730", "SQ", nested])), { depth: 3 }));
    // three levels of items, each within {"0040A730": …}; the fourth sequence is not opened
    expect(text.match(/0040A730/g)).toHaveLength(3);
    expect(text).not.toContain("deep");
  });
});

const data = "../shared/data/dicom";
const hasData = existsSync(data);
// The test files are not part of the project: without them these cases cannot run.
describe.skipIf(!hasData)("files of the field", () => {
  const folders = hasData ? ["malformed", "charsets", "other", "transfer-syntaxes", "ct"] : [];
  const files = folders.flatMap((folder) =>
    readdirSync(`${data}/${folder}`, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => `${folder}/${entry.name}`),
  );
  it.each(files)("%s gives JSON or a domain error", (name) => {
    const bytes = readFileSync(`${data}/${name}`);
    for (const cut of [bytes.length, bytes.length >> 1, 400]) {
      try {
        JSON.stringify(dicomJson(readPart10(bytes.subarray(0, cut), true).dataSet, { bulkDataUri: (path) => path }));
      } catch (error) {
        expect(error).toBeInstanceOf(DomainError);
      }
    }
  });

  it("reads the name of an item in its own character set (chrSQEncoding)", () => {
    const dataSet = json(readFileSync(`${data}/charsets/chrSQEncoding.dcm`));
    expect(dataSet["00321064"]?.Value?.[0]).toMatchObject({
      "00100010": { Value: [{ Alphabetic: "ﾔﾏﾀﾞ^ﾀﾛｳ", Ideographic: "山田^太郎", Phonetic: "やまだ^たろう" }] },
    });
  });
});
