import { expect, test } from "vitest";
import { type DicomRow, writePart10 } from "../demo/part10-writer.ts";
import { readPart10 } from "../dicom/read-part10.ts";
import { filedLevels } from "./filed-levels.ts";
import { indexEntryOf } from "./index-entry.ts";

const CT = "1.2.840.10008.5.1.4.1.1.2";

function dataSetOf(rows: readonly DicomRow[], transferSyntaxUid?: string) {
  const sopInstanceUid = "1.2.3.4";
  const file = writePart10({
    sopClassUid: CT,
    sopInstanceUid,
    charset: "ISO_IR 192",
    rows: [[0x00080016, "UI", CT], [0x00080018, "UI", sopInstanceUid], ...rows],
    ...(transferSyntaxUid !== undefined && { transferSyntaxUid }),
  });
  return readPart10(file, true).dataSet;
}

const BASE: readonly DicomRow[] = [
  [0x00080060, "CS", "CT"],
  [0x00100010, "PN", "Zhang^San"],
  [0x00100020, "LO", "P1"],
  [0x0020000d, "UI", "1.2.3"],
  [0x0020000e, "UI", "1.2.3.1"],
];
const withRow = (row: DicomRow) => [...BASE.filter(([tag]) => tag !== row[0]), row];

test("is read once for instances that say the same of their series", () => {
  let reads = 0;
  const levels = filedLevels(() => {
    reads += 1;
    return { reads };
  });
  const first = levels(dataSetOf(BASE));
  expect(levels(dataSetOf(withRow([0x00200013, "IS", "7"])))).toBe(first);
  expect(reads).toBe(1);
});

const OTHERS: readonly DicomRow[] = [
  [0x00080060, "CS", "MR"],
  [0x00100010, "PN", "Zhang^Si"],
  [0x00100020, "LO", "P2"],
  [0x00100020, "LO", "P1 2"],
  [0x0020000d, "UI", "1.2.4"],
  [0x0020000e, "UI", "1.2.3.2"],
  [0x0008103e, "LO", "Chest"],
  [0x00100040, "CS", "F"],
];
test.each(OTHERS.map((row) => ({ row })))("is read anew where $row is another", ({ row }) => {
  indexEntryOf(dataSetOf(BASE));
  const other = indexEntryOf(dataSetOf(withRow(row)));
  const alone = indexEntryOf(dataSetOf(withRow(row)));
  const before = indexEntryOf(dataSetOf(BASE));
  expect(other.series === before.series).toBe(false);
  expect(other).toEqual(alone);
  expect([other.patient, other.study, other.series]).not.toEqual([before.patient, before.study, before.series]);
});

test("a value that moves to the neighbouring attribute is not the same", () => {
  const one = indexEntryOf(dataSetOf([...BASE, [0x0008103e, "LO", "AB"]]));
  const two = indexEntryOf(dataSetOf([...BASE, [0x00081030, "LO", "AB"]]));
  expect([one.study.description, one.series.description]).toEqual(["", "AB"]);
  expect([two.study.description, two.series.description]).toEqual(["AB", ""]);
});
