import { expect, it } from "vitest";
import { seriesForTests } from "./frame-for-tests.ts";
import { wantedFrames } from "./wanted-frames.ts";

const a = seriesForTests("a", 5);
const b = seriesForTests("b", 3);
const keys = (budget: number): readonly string[] =>
  wantedFrames([{ series: a, slice: 3, heading: -1 }], [a, b], budget).frames.map(({ key }) => key);

it("wants what is looked at, then thumbnails, then outward, then the rest", () => {
  // shown a3; middles a2 and b1; outward from 3 downwards: 2 1 4 0; then b
  expect(keys(1e6)).toEqual(["a3", "a2", "b1", "a1", "a4", "a0", "b0", "b2"]);
});

it("ends where the budget ends", () => {
  expect(keys(5 * 200)).toEqual(["a3", "a2", "b1", "a1", "a4"]);
});

it("counts the viewports' own slices as urgent", () => {
  const places = [
    { series: b, slice: 0, heading: 0 },
    { series: a, slice: 4, heading: 0 },
  ] as const;
  const wanted = wantedFrames(places, [a, b], 1e6);
  expect([wanted.urgent, wanted.singles]).toEqual([2, 4]); // and the middles a2 and b1
  expect(wanted.frames.slice(0, 2).map(({ key }) => key)).toEqual(["b0", "a4"]);
});
