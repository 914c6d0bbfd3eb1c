import { describe, expect, it, test } from "vitest";
import { type DisplayFilter, filterForDisplay } from "./ecg-filters.ts";

const FREQUENCY = 500;
const SECONDS = 10;

const sine = (hz: number, amplitude = 1000) =>
  Float32Array.from(
    { length: FREQUENCY * SECONDS },
    (_, index) => amplitude * Math.sin((2 * Math.PI * hz * index) / FREQUENCY),
  );

/** Gain in the middle of the record, from the root mean square. */
function gainAt(hz: number, filter: DisplayFilter): number {
  const before = sine(hz);
  const after = filterForDisplay(before, FREQUENCY, [filter]);
  const power = (values: Float32Array) => values.subarray(1000, 4000).reduce((sum, value) => sum + value * value, 0);
  return Math.sqrt(power(after) / power(before));
}

test.each([
  // −3 dB (0.707) at the corner that is on the label, little below, nearly nothing at twice
  ["low-pass-40", 40, Math.SQRT1_2, 0.02],
  ["low-pass-40", 10, 1, 0.01],
  ["low-pass-40", 100, 0.04, 0.04],
  ["notch-50", 50, 0, 0.02],
  ["notch-50", 40, 1, 0.03],
  ["notch-50", 60, 1, 0.03],
  ["baseline-0.5", 0.5, Math.SQRT1_2, 0.02],
  ["baseline-0.5", 0.1, 0.005, 0.01],
  ["baseline-0.5", 5, 1, 0.01],
] as const)("%s passes %f Hz by %f", (filter, hz, gain, tolerance) => {
  expect(Math.abs(gainAt(hz, filter) - gain)).toBeLessThanOrEqual(tolerance);
});

describe("filterForDisplay", () => {
  it("leaves the samples it was given as they are, and gives them back when nothing is chosen", () => {
    const samples = sine(3);
    const copy = samples.slice();
    filterForDisplay(samples, FREQUENCY, ["low-pass-40", "baseline-0.5"]);
    expect(samples).toEqual(copy);
    expect(filterForDisplay(samples, FREQUENCY, [])).toEqual(samples);
  });

  it("moves nothing in time: the peak of a pulse stays at its sample", () => {
    const pulse = Float32Array.from({ length: 2000 }, (_, index) => 1000 * Math.exp(-(((index - 1000) / 10) ** 2)));
    const filtered = filterForDisplay(pulse, FREQUENCY, ["low-pass-40", "notch-50", "baseline-0.5"]);
    expect(filtered.indexOf(Math.max(...filtered))).toBe(1000);
  });

  it("keeps a constant under a low-pass to its very ends, and takes it away under the baseline filter", () => {
    const level = new Float32Array(1500).fill(400);
    for (const value of filterForDisplay(level, FREQUENCY, ["low-pass-40"])) expect(value).toBeCloseTo(400, 1);
    for (const value of filterForDisplay(level, FREQUENCY, ["baseline-0.5"])) expect(Math.abs(value)).toBeLessThan(1);
  });

  it("does not carry anything over a gap", () => {
    const samples = new Float32Array(1000).fill(100);
    samples.fill(Number.NaN, 400, 500);
    samples.fill(-900, 500);
    const filtered = filterForDisplay(samples, FREQUENCY, ["low-pass-40"]);
    expect(filtered[399]).toBeCloseTo(100, 1);
    expect(filtered[450]).toBeNaN();
    expect(filtered[500]).toBeCloseTo(-900, 1);
  });

  it("does nothing where the corner is beyond the record: 40 Hz at 80 samples a second", () => {
    const samples = sine(3).subarray(0, 800);
    expect(filterForDisplay(samples, 80, ["low-pass-40", "notch-50"])).toEqual(samples);
  });
});
