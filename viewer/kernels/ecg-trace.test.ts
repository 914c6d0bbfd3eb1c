import fc from "fast-check";
import { expect, it, test } from "vitest";
import { traceRuns } from "./ecg-trace.ts";

const trace = (values: readonly number[], samplingFrequencyHz = 1000, startS = 0) => ({
  microvolts: Float32Array.from(values),
  samplingFrequencyHz,
  startS,
});

test("few samples a column are all drawn, at their times", () => {
  // 500 Hz at 400 columns/s: 1.25 samples a column; the strip from 1 s starts at sample 0 of a lead that starts at 1 s
  expect(traceRuns(trace([1, 2, 3, 4], 500, 1), 1, 1.004, 400).map((run) => [...run])).toEqual([
    [1, 1, 1.002, 2, 1.004, 3],
  ]);
});

test("a gap ends a run, and nothing is drawn across it", () => {
  const runs = traceRuns(trace([1, Number.NaN, Number.NaN, 4, 5], 500), 0, 1, 400);
  expect(runs.map((run) => [...run].filter((_, index) => index % 2 === 1))).toEqual([[1], [4, 5]]);
});

test("outside the recording there is nothing", () => {
  expect(traceRuns(trace([1, 2, 3]), 5, 6, 100)).toEqual([]);
  expect(traceRuns(trace([1, 2, 3], 1000, 10), 5, 6, 100)).toEqual([]);
});

it("loses no extreme of any column, keeps the order, and keeps at most four points a column", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -5000, max: 5000 }), { minLength: 100, maxLength: 2000 }), (values) => {
      // 1000 Hz at 100 columns/s: 10 samples a column
      const [run] = traceRuns(trace(values), 0, values.length / 1000, 100);
      const points = Array.from({ length: (run?.length ?? 0) / 2 }, (_, index) => ({
        sample: Math.round((run?.[2 * index] ?? 0) * 1000),
        value: run?.[2 * index + 1] ?? 0,
      }));
      expect(points.length).toBeLessThanOrEqual(4 * Math.ceil(values.length / 10));
      for (let column = 0; column * 10 < values.length; column += 1) {
        const all = values.slice(column * 10, column * 10 + 10);
        const kept = points.filter(({ sample }) => Math.floor(sample / 10) === column).map(({ value }) => value);
        expect(Math.max(...kept)).toBe(Math.max(...all));
        expect(Math.min(...kept)).toBe(Math.min(...all));
      }
      expect(points.every(({ sample }, index) => index === 0 || sample > (points[index - 1]?.sample ?? 0))).toBe(true);
      for (const { sample, value } of points) expect(value).toBe(values[sample]);
    }),
    { numRuns: 50 },
  );
});
