import { expect, test } from "vitest";
import {
  type Caliper,
  caliperPartAt,
  heldTo,
  marchOutTimes,
  moveCaliper,
  moveCaliperWithin,
  placeCaliper,
  readCaliper,
} from "./ecg-caliper.ts";
import { planEcgPage } from "./ecg-layout.ts";
import { microvoltsOf, timeSOf } from "./ecg-scale.ts";

const scale = { paperSpeedMmPerS: 25, gainMmPerMv: 10 } as const;
const leads = ["I", "II", "V1"].map((name) => ({ name, startS: 0, endS: 10 }));
const page = planEcgPage({ layout: "3x4+1", focus: null, leads, fromS: 0, ...scale });
const caliper: Caliper = {
  id: 1,
  lead: "II",
  kind: "rhythm",
  fromS: 1,
  toS: 1.8,
  fromMicrovolts: 0,
  toMicrovolts: 1250,
  marchOut: true,
};

test.each([
  // 0.8 s = 800 ms, 60000 / 800 = 75 bpm
  [{}, 800, 75, 1.25],
  // drawn from right to left: the interval has no sign, the amplitude has
  [{ fromS: 1.8, toS: 1, fromMicrovolts: 1250, toMicrovolts: 0 }, 800, 75, -1.25],
  // 20 mm at 25 mm/s
  [{ fromS: timeSOf(35, { xMm: 15, baselineMm: 0, startS: 0 }, scale), toS: 1.6 }, 800, 75, 1.25],
  [{ toS: 1 }, 0, null, 1.25],
  // 8.3 ms would be 7200 a minute; below 150 ms none is told
  [{ toS: 1 + 1 / 120 }, 1000 / 120, null, 1.25],
  [{ toS: 1.16 }, 160, 375, 1.25],
  [{ isCut: true }, 800, null, 1.25],
])("%o reads %f ms, %s bpm, %f mV", (more, ms, bpm, millivolts) => {
  const reading = readCaliper({ ...caliper, ...more });
  expect(reading.ms).toBeCloseTo(ms, 6);
  expect(reading.bpm === null ? null : Math.round(reading.bpm)).toBe(bpm);
  expect(reading.millivolts).toBeCloseTo(millivolts, 9);
});

test("the same pixels are half the time at twice the speed", () => {
  const strip = { xMm: 0, baselineMm: 0, startS: 0 };
  expect(timeSOf(20, strip, { ...scale, paperSpeedMmPerS: 50 })).toBe(0.4);
  expect(microvoltsOf(-10, strip, { ...scale, gainMmPerMv: 20 })).toBe(500);
});

test("it lies on its lead where its time is: the rhythm strip it was drawn on, else another strip of the lead", () => {
  const rhythm = page.boxes.find(({ kind }) => kind === "rhythm");
  expect(placeCaliper(caliper, page.boxes, scale)?.box).toBe(rhythm);
  // 15 + 1 × 25 = 40 mm; 15 + 1.8 × 25 = 60 mm
  expect(placeCaliper(caliper, page.boxes, scale)).toMatchObject({ fromXMm: 40, toXMm: 60 });
  const single = planEcgPage({ layout: "6x2", focus: null, leads, fromS: 0, ...scale });
  expect(placeCaliper(caliper, single.boxes, scale)?.box.kind).toBe("strip");
  expect(placeCaliper({ ...caliper, lead: "V6" }, page.boxes, scale)).toBeNull();
  expect(placeCaliper({ ...caliper, fromS: 12, toS: 13 }, page.boxes, scale)).toBeNull();
});

test.each([
  [40, 0, "from-time"],
  [60.4, -5, "to-time"],
  [50, -12.5, "to-amplitude"],
  [50, 0.3, "from-amplitude"],
  [50, -6, "whole"],
  [50, 8, null],
  [90, -6, null],
] as const)("at %f mm, %f mm from the baseline: %s", (xMm, fromBaselineMm, part) => {
  const place = placeCaliper(caliper, page.boxes, scale);
  expect(place && caliperPartAt(place, xMm, place.box.baselineMm + fromBaselineMm, 0.6)).toBe(part);
});

test.each([
  ["whole", { fromS: 1.1, toS: 1.9, fromMicrovolts: 50, toMicrovolts: 1300 }],
  ["to-time", { fromS: 1, toS: 1.9, fromMicrovolts: 0, toMicrovolts: 1250 }],
  ["from-amplitude", { fromS: 1, toS: 1.8, fromMicrovolts: 50, toMicrovolts: 1250 }],
] as const)("moving %s moves nothing else", (part, expected) => {
  const moved = moveCaliper(caliper, part, 0.1, 50);
  for (const [key, value] of Object.entries(expected)) expect(moved[key as keyof Caliper]).toBeCloseTo(value, 9);
});

test("it does not leave its lead: a line that is pulled past the edge stands there and gives no rate", () => {
  const box = page.boxes.find(({ lead, kind }) => lead === "II" && kind === "strip");
  if (!box) throw new Error("no strip of II");
  const endS = box.startS + box.seconds;
  const near = { ...caliper, fromS: endS - 1, toS: endS - 0.2 };
  const pulled = moveCaliperWithin(near, "to-time", 0.7, 0, box);
  expect([pulled.toS, pulled.isCut, readCaliper(pulled).bpm]).toEqual([endS, true, null]);
  // pulled back again it is an interval once more
  expect(readCaliper(moveCaliperWithin(pulled, "to-time", -0.2, 0, box)).bpm).toBeCloseTo(75, 6);
  // as a whole it keeps its width: 0.2 s are left of the 0.7 s it was moved by
  const moved = moveCaliperWithin(near, "whole", 0.7, 0, box);
  expect([moved.fromS, moved.toS].map((s) => Math.round((endS - s) * 1e6) / 1e6)).toEqual([0.8, 0]);
  expect(readCaliper(moved).bpm).toBeCloseTo(75, 6);
  expect(heldTo(box, { ...near, toS: endS + 3 })).toMatchObject({ toS: endS, isCut: true });
});

test("march-out repeats the interval over the strip, but not its own lines", () => {
  const rhythm = page.boxes.find(({ kind }) => kind === "rhythm");
  const times = rhythm ? marchOutTimes(caliper, rhythm) : [];
  // from 1 s in steps of 0.8 s within 0…10 s: 0.2, (1), (1.8), 2.6, …, 9.8
  expect(times.map((time) => Math.round(time * 10) / 10)).toEqual([0.2, 2.6, 3.4, 4.2, 5, 5.8, 6.6, 7.4, 8.2, 9, 9.8]);
  expect(rhythm && marchOutTimes({ ...caliper, toS: 1.001 }, rhythm)).toEqual([]);
});
