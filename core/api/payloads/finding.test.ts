import { describe, expect, it } from "vitest";
import { Finding } from "./finding.ts";

const LENGTH = {
  id: "0197a3a8-6f7d-7c3e-9a52-0d7f3a5b6c11",
  kind: "length",
  place: {
    on: "frame",
    frameKey: "1.2.826.0.1.3680043.8.498.1/1",
    points: [
      { x: 10, y: 10 },
      { x: 40.5, y: 30 },
    ],
  },
  measures: { at: "patient", lengthMm: 25 },
  label: "",
};
const NODULE = {
  ...LENGTH,
  kind: "nodule",
  number: 3,
  label: "右肺上叶",
  place: {
    on: "patient",
    frameOfReferenceUid: "1.2.3",
    row: [0, 1, 0],
    column: [0, 0, -1],
    points: [
      [1, 2, 3],
      [1, 9, 3],
      [1, 5, 0],
      [1, 5, 5],
    ],
  },
  measures: { at: "patient", lengthMm: 7, widthMm: 5 },
};

/** Where the issues are, as dotted paths. */
function issuesOf(value: unknown): readonly string[] {
  const parsed = Finding.safeParse(value);
  return parsed.success ? [] : parsed.error.issues.map(({ path }) => path.join("."));
}

describe("Finding", () => {
  it("takes a mark of a frame and one of a plane through the volume", () => {
    expect(issuesOf(LENGTH)).toEqual([]);
    expect(Finding.parse(NODULE)).toEqual(NODULE);
  });

  it("takes values of pixels where there are no millimetres", () => {
    const values = { count: 9, mean: 41.5, standardDeviation: 3, min: 30, max: 55, unit: "" };
    const place = { ...LENGTH.place, points: [{ x: 4, y: 4 }] };
    expect(issuesOf({ ...LENGTH, kind: "probe", place, measures: { at: "none", values } })).toEqual([]);
  });

  it.each<[string, unknown, string]>([
    [
      "three points of a length",
      { ...LENGTH, place: { ...LENGTH.place, points: [1, 2, 3].map((x) => ({ x, y: 0 })) } },
      "place.points",
    ],
    [
      "a point that is no number",
      {
        ...LENGTH,
        place: {
          ...LENGTH.place,
          points: [
            { x: 1, y: 1 },
            { x: Number.NaN, y: 1 },
          ],
        },
      },
      "place.points.1.x",
    ],
    [
      "more points than a hand draws",
      {
        ...LENGTH,
        kind: "freehand",
        place: { ...LENGTH.place, points: Array.from({ length: 2001 }, (_, x) => ({ x, y: x % 7 })) },
      },
      "place.points",
    ],
    ["a frame 0", { ...LENGTH, place: { ...LENGTH.place, frameKey: "1.2.3/0" } }, "place.frameKey"],
    ["an area of a length", { ...LENGTH, measures: { at: "patient", areaMm2: 3 } }, "measures.areaMm2"],
    ["a length without a spacing", { ...LENGTH, measures: { at: "none", lengthMm: 3 } }, "measures.lengthMm"],
    ["an angle beyond 180", { ...LENGTH, measures: { at: "patient", angleDeg: 181 } }, "measures.angleDeg"],
    ["wider than long", { ...NODULE, measures: { at: "patient", lengthMm: 5, widthMm: 6 } }, "measures.widthMm"],
    ["a nodule without a number", { ...NODULE, number: undefined }, "number"],
    [
      "a text that says nothing",
      { ...LENGTH, kind: "text", measures: { at: "none" }, place: { ...LENGTH.place, points: [{ x: 1, y: 1 }] } },
      "label",
    ],
    ["a label of two lines", { ...LENGTH, label: "右肺\n上叶" }, "label"],
    ["axes that are not square", { ...NODULE, place: { ...NODULE.place, column: [0, 0.6, -0.8] } }, "place.row"],
  ])("refuses %s", (_, value, path) => {
    expect(issuesOf(value)).toContain(path);
  });
});
