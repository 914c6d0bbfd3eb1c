import { describe, expect, it } from "vitest";
import { writePart10 } from "../demo/part10-writer.ts";
import { codeString, editElements, explicitElement, unsignedShort } from "./edit-elements.ts";
import { readPart10 } from "./read-part10.ts";

const rows = [
  [0x00080018, "UI", "2.25.2"],
  [0x00100010, "PN", "Wang^Xiaodong"],
  [0x00280002, "US", 1],
  [0x00280010, "US", 16],
  [0x00400275, "SQ", [[[0x00280010, "US", 99]]]],
] as const;
const file = writePart10({ sopClassUid: "2.25.1", sopInstanceUid: "2.25.2", charset: "GB18030", rows });

function edited(bytes: Buffer, edits: ReadonlyMap<number, Buffer | null>) {
  const { dataSet, dataSetOffset } = readPart10(bytes, true);
  const result = Buffer.concat([bytes.subarray(0, dataSetOffset), editElements(dataSet, dataSetOffset, edits)]);
  return {
    result,
    tags: Object.keys(readPart10(result, true).dataSet.elements),
    read: readPart10(result, true).dataSet,
  };
}

describe("editing elements", () => {
  it("changes nothing when there is nothing to change", () => {
    expect(edited(file, new Map()).result).toEqual(file);
  });

  it("replaces, adds in the place of the tag, and leaves out; nested ones stay", () => {
    const { tags, read } = edited(
      file,
      new Map([
        [0x00280010, unsignedShort(0x00280010, 512)],
        [0x00280004, codeString(0x00280004, "MONOCHROME2")],
        [0x00100010, null],
        [0x7fe00010, explicitElement(0x7fe00010, "OW", Buffer.alloc(2))],
      ]),
    );
    expect(tags).toEqual(["x00080018", "x00280002", "x00280004", "x00280010", "x00400275", "x7fe00010"]);
    expect([read.uint16("x00280010"), read.string("x00280004")]).toEqual([512, "MONOCHROME2"]);
    expect(read.elements.x00400275?.items?.[0]?.dataSet?.uint16("x00280010")).toBe(99);
  });

  it("leaves out group lengths", () => {
    const withLength = edited(file, new Map([[0x00280001, unsignedShort(0x00280001, 5)]])).result;
    withLength.writeUInt16LE(0, withLength.indexOf(Buffer.from([0x28, 0, 1, 0])) + 2); // (0028,0001) is now (0028,0000)
    expect(edited(withLength, new Map()).result).toEqual(file);
  });

  it("keeps elements that are out of order where they are", () => {
    const { dataSetOffset } = readPart10(file, true);
    const stray = explicitElement(0x7fe10010, "LO", Buffer.from("PRIVATE "));
    const odd = Buffer.concat([file.subarray(0, dataSetOffset), stray, file.subarray(dataSetOffset)]);
    const { tags } = edited(odd, new Map([[0x00280010, unsignedShort(0x00280010, 512)]]));
    expect(tags).toEqual(["x7fe10010", ...rows.map(([tag]) => `x${tag.toString(16).padStart(8, "0")}`)]);
  });
});
