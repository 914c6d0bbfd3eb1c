import { expect, test } from "vitest";
import { microvoltsOf, pxPerMmFromCard, timeSOf, xMmOf, yMmOf } from "./ecg-scale.ts";

const strip = { xMm: 15, baselineMm: 48, startS: 2.5 };

test.each([
  // 0.5 s × 25 = 12.5 mm; 1.5 mV × 10 = 15 mm up
  [25, 10, 3, 1500, 27.5, 33],
  // 0.5 s × 50 = 25 mm; −0.5 mV × 20 = 10 mm down
  [50, 20, 3, -500, 40, 58],
  // 2 s × 12.5 = 25 mm; 1 mV × 5 = 5 mm up
  [12.5, 5, 4.5, 1000, 40, 43],
])("%f mm/s, %i mm/mV", (paperSpeedMmPerS, gainMmPerMv, timeS, microvolts, xMm, yMm) => {
  const scale = { paperSpeedMmPerS, gainMmPerMv };
  expect(xMmOf(timeS, strip, scale)).toBeCloseTo(xMm, 9);
  expect(yMmOf(microvolts, strip, scale)).toBeCloseTo(yMm, 9);
  expect(timeSOf(xMm, strip, scale)).toBeCloseTo(timeS, 9);
  expect(microvoltsOf(yMm, strip, scale)).toBeCloseTo(microvolts, 9);
});

test("a card of 85.6 mm that covers 342.4 px is 4 px/mm; a card of 10 px is a slip", () => {
  expect(pxPerMmFromCard(342.4)).toBeCloseTo(4, 9);
  expect(pxPerMmFromCard(10)).toBeNull();
});
