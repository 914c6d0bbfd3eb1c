import { expect, it } from "vitest";
import { defaultWindow, dragWindow, presetOf, WINDOW_PRESETS } from "./window-level.ts";
import { windowValue } from "./window-value.ts";

it("knows its presets by their values", () => {
  expect(presetOf({ center: -600, width: 1500 })?.name).toBe("lung");
  expect(presetOf({ center: 40, width: 81 })).toBeUndefined();
  expect(WINDOW_PRESETS.map(({ key }) => key)).toEqual(["1", "2", "3", "4", "5"]);
});

it("opens with the file's window, then soft tissue for HU, then the whole range", () => {
  const rescale = { slope: 1, intercept: -1024, unit: "HU" };
  expect(defaultWindow({ windows: [{ center: 50, width: 300 }], rescale }, { min: 0, max: 9 })).toEqual({
    center: 50,
    width: 300,
  });
  expect(defaultWindow({ windows: [], rescale }, { min: 0, max: 9 })).toEqual({ center: 40, width: 400 });
  const whole = defaultWindow({ windows: [], rescale: { slope: 2, intercept: 10, unit: "" } }, { min: 0, max: 100 });
  // 10 to 210: width 201, centre 110.5; the ends are exactly black and white
  expect(whole).toEqual({ center: 110.5, width: 201 });
  expect([10, 11, 209, 210].map((value) => windowValue(value, whole))).toEqual([0, 1, 254, 255]);
});

it("drags in steps of 1/300 of the width it started with", () => {
  // 60 px right of width 300: + 60; 30 px down: centre + 30
  expect(dragWindow({ center: 40, width: 300 }, 60, 30)).toEqual({ center: 70, width: 360 });
  expect(dragWindow({ center: -600, width: 1500 }, 10, -10)).toEqual({ center: -650, width: 1550 });
  expect(dragWindow({ center: 40, width: 80 }, -1000, 0).width).toBe(1);
});
