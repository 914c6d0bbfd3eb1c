import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import dicomParser from "dicom-parser";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DicomRows, writePart10 } from "./part10-writer.ts";
import type { DemoCharset } from "./text-encoder.ts";

/** The second reader, of dcmtk. */
const READER = "dcmdump";
const SOP_CLASS = "1.2.840.10008.5.1.4.1.1.7";

function hasDcmtk(): boolean {
  try {
    execFileSync(READER, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

function file(charset: DemoCharset, rows: DicomRows): Buffer {
  return writePart10({ sopClassUid: SOP_CLASS, sopInstanceUid: "2.25.1", charset, rows });
}

describe("writePart10", () => {
  test("writes what an independent parser reads, rows in any order", () => {
    const bytes = file("ISO_IR 192", [
      [0x00280030, "DS", [0.703125, 1 / 3]],
      [0x00080018, "UI", "2.25.1"],
      [0x00280106, "SS", -5],
      [0x00189087, "FD", 2.5],
      [0x00080005, "CS", "ISO_IR 192"],
      [0x0040a132, "UL", [7, 70_000]],
      [0x00081140, "SQ", [[[0x00081150, "UI", SOP_CLASS]], []]],
      [0x00102000, "LO", ""],
    ]);
    const dataSet = dicomParser.parseDicom(bytes);
    expect(dataSet.string("x00020010")).toBe("1.2.840.10008.1.2.1");
    expect(dataSet.string("x00020003")).toBe("2.25.1");
    // The group length counts from after its own element to the first element that is not of group 2.
    const firstAfter = dataSet.elements.x00080005?.dataOffset ?? 0;
    expect(dataSet.uint32("x00020000")).toBe(firstAfter - 8 - (132 + 12));
    // DS has 16 bytes: 1/3 is cut.
    expect(dataSet.string("x00280030")).toBe("0.703125\\0.333333");
    expect(dataSet.int16("x00280106")).toBe(-5);
    expect(dataSet.double("x00189087")).toBe(2.5);
    expect(dataSet.uint32("x0040a132", 1)).toBe(70_000);
    expect(dataSet.elements.x00081140?.items).toHaveLength(2);
    expect(dataSet.elements.x00081140?.items?.[0]?.dataSet?.string("x00081150")).toBe(SOP_CLASS);
    expect(dataSet.elements.x00102000?.length).toBe(0);
    const tags = Object.keys(dataSet.elements).filter((tag) => !tag.startsWith("x0002"));
    expect(tags).toEqual([...tags].sort());
    // Every value has an even length (PS3.5 §7.1.1).
    expect(Object.values(dataSet.elements).filter(({ length }) => length % 2 === 1)).toEqual([]);
  });
});

// Without dcmtk there is no second reader to ask.
describe.skipIf(!hasDcmtk())("writePart10, read by dcmdump", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "demo-part10-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(["ISO_IR 192", "GB18030", "GBK", "\\ISO 2022 IR 58"] as const)("names in %s", (charset) => {
    const path = join(folder, "name.dcm");
    const name = "Ouyang^Minghui=欧阳^明慧";
    writeFileSync(
      path,
      file(charset, [
        [0x00080005, "CS", charset],
        [0x00100010, "PN", name],
      ]),
    );
    const dump = execFileSync(READER, ["+U8", "+P", "PatientName", path], { encoding: "utf8" });
    expect(dump).toContain(`[${name}]`);
  });
});
