import { describe, expect, test } from "vitest";
import type { DicomJsonDataset } from "../image/dicom-json.ts";
import { findingsOf } from "./read-findings.ts";
import { structuredDocumentOf } from "./structured-document.ts";

const IMAGE = "1.2.3.4.1";

function cs(value: string) {
  return { vr: "CS", Value: [value] };
}

function sq(...items: readonly DicomJsonDataset[]) {
  return { vr: "SQ", Value: items };
}

function code(value: string, scheme = "DCM"): DicomJsonDataset {
  const sh = (text: string) => ({ vr: "SH", Value: [text] });
  return { "00080100": sh(value), "00080102": sh(scheme), "00080104": { vr: "LO", Value: [`${scheme} ${value}`] } };
}

function item(relationship: string, valueType: string, name: DicomJsonDataset, more: DicomJsonDataset) {
  return { "0040A010": cs(relationship), "0040A040": cs(valueType), "0040A043": sq(name), ...more };
}

/** Root 1, image library 1\1 with its image 1\1\1, then a group with one length along a line. */
function report(line: DicomJsonDataset): DicomJsonDataset {
  const image = {
    "0040A010": cs("CONTAINS"),
    "0040A040": cs("IMAGE"),
    "00081199": sq({ "00081155": { vr: "UI", Value: [IMAGE] } }),
  };
  const length = item("CONTAINS", "NUM", code("G-D7FE", "SRT"), {
    "0040A300": sq({ "0040A30A": { vr: "DS", Value: ["12.5"] }, "004008EA": sq(code("mm", "UCUM")) }),
    "0040A730": sq(line),
  });
  return {
    "0040A040": cs("CONTAINER"),
    "0040A730": sq(
      item("CONTAINS", "CONTAINER", code("111028"), { "0040A730": sq(image) }),
      item("CONTAINS", "CONTAINER", code("126010"), {
        "0040A730": sq(item("CONTAINS", "CONTAINER", code("125007"), { "0040A730": sq(length) })),
      }),
    ),
  };
}

function lineOf(graphicType: string, data: readonly number[], selected: DicomJsonDataset): DicomJsonDataset {
  return {
    "0040A010": cs("INFERRED FROM"),
    "0040A040": cs("SCOORD"),
    "00700022": { vr: "FL", Value: data },
    "00700023": cs(graphicType),
    "0040A730": sq({ "0040A010": cs("SELECTED FROM"), ...selected }),
  };
}

function readBack(line: DicomJsonDataset) {
  const document = structuredDocumentOf(report(line));
  return document ? findingsOf(document) : [];
}

describe("findingsOf", () => {
  test("an image by reference to the library is found there", () => {
    const byReference = { "0040DB73": { vr: "UL", Value: [1, 1, 1] } };
    const [finding] = readBack(lineOf("POLYLINE", [1, 2, 3, 4], byReference));
    expect(finding?.measurements).toMatchObject([
      {
        value: 12.5,
        unit: { value: "mm" },
        along: [
          {
            in: "image",
            image: { sopInstanceUid: IMAGE },
            points: [
              [1, 2],
              [3, 4],
            ],
          },
        ],
      },
    ]);
  });

  test.each([
    ["a circle of three points", "CIRCLE", [1, 1, 2, 2, 3, 3], [1, 1, 1]],
    ["no shape that there is", "SQUARE", [1, 1, 2, 2], [1, 1, 1]],
    ["no point", "POLYLINE", [], [1, 1, 1]],
    ["an image that is not there", "POLYLINE", [1, 1, 2, 2], [1, 9, 9]],
  ])("%s is no line, and the number stays", (_, type, data, place) => {
    const [finding] = readBack(lineOf(type, data, { "0040DB73": { vr: "UL", Value: place } }));
    expect(finding?.measurements).toMatchObject([{ value: 12.5, along: [] }]);
  });

  test("a line that metadata only link to is missing, and the document says that it is cut", () => {
    const line = lineOf("POLYLINE", [], { "0040DB73": { vr: "UL", Value: [1, 1, 1] } });
    const linked = { ...line, "00700022": { vr: "FL", BulkDataURI: "/bulk" } };
    expect(structuredDocumentOf(report(line))?.isCut).toBe(false);
    expect(structuredDocumentOf(report(linked))?.isCut).toBe(true);
    expect(readBack(linked)[0]?.measurements).toMatchObject([{ value: 12.5, along: [] }]);
  });
});
