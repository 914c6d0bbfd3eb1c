import { expect, test } from "vitest";
import { addSample, bytesPerSecond, type RateSample, restSeconds } from "./transfer-rate.ts";

const after = (...pairs: readonly (readonly [number, number])[]): readonly RateSample[] =>
  pairs.reduce<readonly RateSample[]>((samples, [atMs, bytes]) => addSample(samples, { atMs, bytes }), []);

test("the rate is of the last ten seconds only", () => {
  // 0–20 s at 1 MB/s, 20–30 s at 0.1 MB/s: (21 − 20) MB in 10 s
  const samples = after([0, 0], [10_000, 10_000_000], [20_000, 20_000_000], [30_000, 21_000_000]);
  expect(samples.map((one) => one.atMs)).toEqual([10_000, 20_000, 30_000]);
  // the one before the window is kept to measure from: (21 − 10) MB in 20 s
  expect(bytesPerSecond(samples)).toBe(550_000);
});

test("no rate is told from less than a second", () => {
  expect(bytesPerSecond(after([0, 0], [900, 500]))).toBeNull();
  expect(bytesPerSecond([])).toBeNull();
});

test("rest time is rounded and never zero while there is work", () => {
  expect(restSeconds(12_000, 1000)).toBe(10); // 12 s → to 5 s
  expect(restSeconds(1, 1000)).toBe(5);
  expect(restSeconds(94_000, 1000)).toBe(90); // → to 10 s
  expect(restSeconds(700_000, 1000)).toBe(720); // 11.7 min → 12 min
  expect(restSeconds(1, null)).toBeNull();
  expect(restSeconds(1, 0)).toBeNull();
});
