import { describe, expect, test } from "vitest";
import type { DicomJsonDataset } from "../image/dicom-json.ts";
import { presentationStateOf } from "./read-presentation-state.ts";

const is = (...Value: readonly number[]) => ({ vr: "IS", Value });
const cs = (...Value: readonly string[]) => ({ vr: "CS", Value });

function stateOf(more: DicomJsonDataset) {
  return presentationStateOf({ "00080016": { vr: "UI", Value: ["1.2.840.10008.5.1.4.1.1.11.1"] }, ...more });
}

describe("presentationStateOf", () => {
  test("shutters of three shapes, rows before columns as the standard has them; a bitmap is left out and said", () => {
    const state = stateOf({
      "00181600": cs("RECTANGULAR", "CIRCULAR", "POLYGONAL", "BITMAP"),
      ...{ "00181602": is(10), "00181604": is(500), "00181606": is(20), "00181608": is(480) },
      ...{ "00181610": is(250, 240), "00181612": is(200) },
      "00181620": is(1, 2, 3, 40, 50, 6),
    });
    expect(state?.shutters).toEqual([
      { shape: "RECTANGULAR", left: 10, right: 500, top: 20, bottom: 480 },
      { shape: "CIRCULAR", center: [240, 250], radius: 200 },
      {
        shape: "POLYGONAL",
        vertices: [
          [2, 1],
          [40, 3],
          [6, 50],
        ],
      },
    ]);
    expect(state?.leftOut).toEqual(["shutter"]);
  });

  test("tables and overlays are not read, and it says so", () => {
    const state = stateOf({
      "00283000": { vr: "SQ", Value: [{}] },
      "00283110": { vr: "SQ", Value: [{ "00283010": { vr: "SQ", Value: [{}] } }] },
      "60003000": { vr: "OW", BulkDataURI: "/x" },
    });
    expect(state?.leftOut).toEqual(["voi-table", "modality-table", "overlay"]);
    expect(state?.windows).toEqual([]);
  });

  test("another class of instance is none", () => {
    expect(presentationStateOf({ "00080016": { vr: "UI", Value: ["1.2.840.10008.5.1.4.1.1.2"] } })).toBeUndefined();
  });
});
