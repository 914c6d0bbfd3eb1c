import { describe, expect, it } from "vitest";
import type { PatientVector } from "../../core/image/patient-vector.ts";
import { directionLetters, edgeLetters, edgeLettersFromText } from "./orientation-letters.ts";

const STRAIGHT = { rotationDeg: 0, flipHorizontal: false, flipVertical: false };

describe("directionLetters, PS3.3 C.7.6.1.1.1", () => {
  it.each<[PatientVector, string]>([
    [[1, 0, 0], "L"],
    [[-1, 0, 0], "R"],
    [[0, 1, 0], "P"],
    [[0, -1, 0], "A"],
    [[0, 0, 1], "H"],
    [[0, 0, -1], "F"],
    [[0, 0.9483, -0.3173], "PF"], // head CT with a tilt of 18.5 degrees
    [[0.99, 0.14, 0], "L"], // 8 degrees off: not worth a letter
    [[0.6, -0.64, 0.48], "ALH"],
  ])("%j -> %s", (direction, letters) => {
    expect(directionLetters(direction)).toBe(letters);
  });
});

describe("edgeLetters", () => {
  it.each<[string, PatientVector, PatientVector, object]>([
    ["axial", [1, 0, 0], [0, 1, 0], { left: "R", right: "L", top: "A", bottom: "P" }],
    ["coronal", [1, 0, 0], [0, 0, -1], { left: "R", right: "L", top: "H", bottom: "F" }],
    ["sagittal", [0, 1, 0], [0, 0, -1], { left: "A", right: "P", top: "H", bottom: "F" }],
    ["axial, prone", [-1, 0, 0], [0, -1, 0], { left: "L", right: "R", top: "P", bottom: "A" }],
  ])("%s", (_, row, column, edges) => {
    expect(edgeLetters(row, column, STRAIGHT)).toEqual(edges);
  });

  // An axial slice: right L, bottom P. A clockwise quarter turn brings the left edge (R) to the top.
  it.each([
    [90, false, false, { left: "P", right: "A", top: "R", bottom: "L" }],
    [180, false, false, { left: "L", right: "R", top: "P", bottom: "A" }],
    [270, false, false, { left: "A", right: "P", top: "L", bottom: "R" }],
    [0, true, false, { left: "L", right: "R", top: "A", bottom: "P" }],
    [0, false, true, { left: "R", right: "L", top: "P", bottom: "A" }],
    // flipped first: right R, bottom P; then turned: left edge (L) to the top
    [90, true, false, { left: "P", right: "A", top: "L", bottom: "R" }],
  ])("turned %d, flipped %s %s", (rotationDeg, flipHorizontal, flipVertical, edges) => {
    const turn = { rotationDeg, flipHorizontal, flipVertical };
    expect(edgeLetters([1, 0, 0], [0, 1, 0], turn)).toEqual(edges);
    expect(edgeLettersFromText("L", "P", turn)).toEqual(edges);
  });
});
