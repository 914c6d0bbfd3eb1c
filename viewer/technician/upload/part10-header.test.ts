import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { dataSetOffset, isPart10, readPart10Header } from "./part10-header.ts";

/** One explicit VR little endian element with a UI value. */
function uid(group: number, element: number, value: string): Buffer {
  const padded = Buffer.from(value.length % 2 === 0 ? value : `${value}\0`, "latin1");
  const head = Buffer.alloc(8);
  head.writeUInt16LE(group, 0);
  head.writeUInt16LE(element, 2);
  head.write("UI", 4, "latin1");
  head.writeUInt16LE(padded.length, 6);
  return Buffer.concat([head, padded]);
}

const META = Buffer.concat([
  Buffer.alloc(128),
  Buffer.from("DICM"),
  uid(2, 2, "1.2.840.10008.5.1.4.1.1.2"), // 8 + 26
  uid(2, 0x10, "1.2.840.10008.1.2.1"), // 8 + 20
]);
const file = Buffer.concat([
  META,
  uid(8, 0x18, "1.2.3.4"),
  uid(0x20, 0xd, "1.2"),
  uid(0x20, 0xe, "1.2.3"),
  Buffer.from([0xe0, 0x7f, 0x10, 0]), // cut short in the pixel data
]);

test("the data set begins behind the File Meta group", () => {
  expect(dataSetOffset(file)).toBe(132 + 34 + 28);
  expect(dataSetOffset(META.subarray(0, 140))).toBeNull(); // the meta group itself is cut short
});

test("identifiers are read although the file is cut short behind them", () => {
  expect(readPart10Header(file)).toEqual({
    kind: "instance",
    header: { sopInstanceUid: "1.2.3.4", studyInstanceUid: "1.2", seriesInstanceUid: "1.2.3" },
  });
});

test("a file without them is left to the hub to judge", () => {
  expect(readPart10Header(Buffer.concat([META, uid(8, 0x18, "1.2.3.4")]))).toEqual({ kind: "instance", header: null });
  expect(readPart10Header(Buffer.alloc(300))).toEqual({ kind: "instance", header: null });
});

test("what has no DICM mark is no DICOM file", () => {
  expect(isPart10(file)).toBe(true);
  expect(isPart10(Buffer.from("%PDF-1.7"))).toBe(false);
});

// Public test data lies beside the project on the build machine only.
const real = new URL("../../../../shared/data/dicom/ct/CT-MONO2-16-ankle", import.meta.url);
test.skipIf(!existsSync(real))("a real file", () => {
  const bytes = readFileSync(real);
  expect(dataSetOffset(bytes)).toBe(336); // read from the file with dcmdump
  expect(readPart10Header(bytes.subarray(0, 4096))).toMatchObject({
    header: { sopInstanceUid: "1.2.840.113619.2.1.2411.1031152382.365.1.736169244" },
  });
});
