import { describe, expect, it } from "vitest";
import { windowTable } from "./window-table.ts";
import { windowValue } from "./window-value.ts";

describe("windowValue, LINEAR (PS3.3 C.11.2.1.2.1)", () => {
  // c = 2048, w = 4096 over 8 bits, the standard's own example: x <= 0 is 0, x > 4095 is 255,
  // between ((x - 2047.5) / 4095 + 0.5) * 255
  it.each([
    [-1, 0],
    [0, 0],
    [2047, 127], // (-0.5 / 4095 + 0.5) * 255 = 127.47
    [2048, 128], // (0.5 / 4095 + 0.5) * 255 = 127.53
    [4095, 255],
    [5000, 255],
  ])("c 2048 w 4096: %d -> %d", (value, display) => {
    expect(windowValue(value, { center: 2048, width: 4096 })).toBe(display);
  });

  // c = 40, w = 80: black up to 39.5 - 39.5 = 0, white above 39.5 + 39.5 = 79
  it.each([
    [0, 0],
    [1, 3], // (-38.5 / 79 + 0.5) * 255 = 3.23
    [39, 126], // (-0.5 / 79 + 0.5) * 255 = 125.89
    [40, 129], // (0.5 / 79 + 0.5) * 255 = 129.11
    [79, 255],
    [80, 255],
  ])("c 40 w 80: %d -> %d", (value, display) => {
    expect(windowValue(value, { center: 40, width: 80 })).toBe(display);
  });

  it("is a threshold at width 1: black up to c - 0.5, white above", () => {
    expect(windowValue(99.5, { center: 100, width: 1 })).toBe(0);
    expect(windowValue(100, { center: 100, width: 1 })).toBe(255);
  });
});

it("LINEAR_EXACT maps c to the middle and c ± w/2 to the ends", () => {
  const exact = (value: number): number => windowValue(value, { center: 40, width: 80 }, "LINEAR_EXACT");
  // ((1 - 40) / 80 + 0.5) * 255 = 3.19
  expect([0, 1, 40, 80, 81].map(exact)).toEqual([0, 3, 128, 255, 255]);
});

it("SIGMOID is 255 / (1 + exp(-4 (x - c) / w))", () => {
  const sigmoid = (value: number): number => windowValue(value, { center: 100, width: 50 }, "SIGMOID");
  // x = 125: 255 / (1 + e^-2) = 224.6
  expect([100, 125, 75].map(sigmoid)).toEqual([128, 225, 30]);
});

it("windowTable applies the rescale first, and inverts last", () => {
  const request = {
    low: -2,
    high: 3,
    slope: 2,
    intercept: -1,
    window: { center: 1, width: 4 },
    voiFunction: "LINEAR",
  } as const;
  // values -5 -3 -1 1 3 5; black up to 0.5 - 1.5 = -1, white above 0.5 + 1.5 = 2; 1: (0.5 / 3 + 0.5) * 255 = 170
  expect([...windowTable({ ...request, invert: false })]).toEqual([0, 0, 0, 170, 255, 255]);
  expect([...windowTable({ ...request, invert: true })]).toEqual([255, 255, 255, 85, 0, 0]);
});
