import { expect, it } from "vitest";
import { expandSegmentedPalette } from "./segmented-palette.ts";

it("expands discrete, linear and indirect segments (PS3.3 C.7.9.2)", () => {
  // discrete 2: 0 10; linear 4 to 50: 20 30 40 50; indirect: one segment again, from byte 8 (word 4): linear 4 to 50 from 50
  expect(expandSegmentedPalette([0, 2, 0, 10, 1, 4, 50, 2, 1, 8, 0])).toEqual([0, 10, 20, 30, 40, 50, 50, 50, 50, 50]);
});
