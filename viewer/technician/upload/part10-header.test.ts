import { expect, test } from "vitest";
import { dataSetOffset, isPart10, readPart10Header } from "./part10-header.ts";

const ascii = (text: string) => new TextEncoder().encode(text);
const join = (...parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));

/** One explicit VR little endian element with a UI value, padded to an even length. */
function uid(group: number, element: number, value: string): Uint8Array {
  const padded = ascii(value.length % 2 === 0 ? value : `${value}\0`);
  const head = Uint8Array.from([group & 255, group >> 8, element & 255, element >> 8, 0x55, 0x49, padded.length, 0]);
  return join(head, padded);
}

const META = join(
  new Uint8Array(128),
  ascii("DICM"),
  uid(2, 2, "1.2.840.10008.5.1.4.1.1.2"), // 8 + 26
  uid(2, 0x10, "1.2.840.10008.1.2.1"), // 8 + 20
);
const file = join(
  META,
  uid(8, 0x18, "1.2.3.4"),
  uid(0x20, 0xd, "1.2"),
  uid(0x20, 0xe, "1.2.3"),
  Uint8Array.from([0xe0, 0x7f, 0x10, 0]), // cut short in the pixel data
);

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
  expect(readPart10Header(join(META, uid(8, 0x18, "1.2.3.4")))).toEqual({ kind: "instance", header: null });
  expect(readPart10Header(new Uint8Array(300))).toEqual({ kind: "instance", header: null });
});

test("what has no DICM mark is no DICOM file", () => {
  expect(isPart10(file)).toBe(true);
  expect(isPart10(ascii("%PDF-1.7"))).toBe(false);
});
