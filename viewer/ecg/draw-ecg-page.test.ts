import { expect, it, test } from "vitest";
import { dicomEcgFixture } from "../../core/ecg/dicom-ecg-fixture.ts";
import { readDicomEcg } from "../../core/ecg/read-dicom-ecg.ts";
import { planEcgPage } from "../kernels/ecg-layout.ts";
import { caliperText } from "./draw-calipers.ts";
import { drawEcgPage, drawnWidthMm } from "./draw-ecg-page.ts";
import { extentsOf, tracesOf } from "./ecg-traces.ts";
import { DAY_PAPER } from "./paper-style.ts";

/** A context that remembers its lines. The pixels themselves are looked at in the browser tests. */
function recordingContext() {
  const paths: [x: number, y: number][][] = [];
  let path: [number, number][] = [];
  const texts: string[] = [];
  const known: Record<string, unknown> = {
    canvas: { width: 4000, height: 3000 },
    beginPath: () => {
      path = [];
    },
    moveTo: (x: number, y: number) => path.push([x, y]),
    lineTo: (x: number, y: number) => path.push([x, y]),
    stroke: () => paths.push(path),
    measureText: (text: string) => ({ width: text.length * 6 }),
    fillText: (text: string) => texts.push(text),
  };
  const context = new Proxy(known, {
    get: (target, name) => target[String(name)] ?? (() => undefined),
  }) as unknown as CanvasRenderingContext2D;
  return { context, paths, texts };
}

// II alone: 0 µV but for one sample of 1 mV (400 × 2.5 µV) at 2 s, 500 Hz
const samples = Array.from({ length: 5000 }, (_, index) => (index === 1000 ? 400 : 0));
const recording = readDicomEcg(
  dicomEcgFixture({
    groups: [{ channels: [{ code: ["5.6.3-9-2", "SCPECG", "II"], sensitivity: "2.5", samples }] }],
  }),
);
const traces = tracesOf(recording);

function drawn(paperSpeedMmPerS: 25 | 50, gainMmPerMv: 5 | 10 | 20, pxPerMm: number) {
  const scale = { paperSpeedMmPerS, gainMmPerMv };
  const page = planEcgPage({ ...scale, layout: "12x1", focus: null, leads: extentsOf(traces), fromS: 0 });
  const { context, paths, texts } = recordingContext();
  drawEcgPage(
    context,
    { xPx: 100, yPx: 50, pxPerMm },
    {
      page,
      scale,
      traces: new Map(traces.map((trace) => [trace.name, trace])),
      style: DAY_PAPER,
      texts: {
        patient: "Test Person",
        record: [],
        deviceTitle: "",
        device: [],
        settings: `${paperSpeedMmPerS} mm/s`,
        time: "",
        derived: "",
        missing: "",
      },
      leastTextPx: 12,
    },
  );
  return { page, pulse: paths[0] ?? [], trace: paths[1] ?? [], texts };
}

test.each([
  [25, 10, 4],
  [50, 20, 3.78],
  [25, 5, 11.81],
] as const)("at %i mm/s, %i mm/mV and %f px/mm", (speed, gain, pxPerMm) => {
  const { page, pulse, trace, texts } = drawn(speed, gain, pxPerMm);
  const ys = pulse.map(([, y]) => y);
  // the pulse of 1 mV is gain × px/mm tall, 0.2 s wide
  expect(Math.max(...ys) - Math.min(...ys)).toBeCloseTo(gain * pxPerMm, 6);
  expect((pulse[3]?.[0] ?? 0) - (pulse[2]?.[0] ?? 0)).toBeCloseTo(0.2 * speed * pxPerMm, 6);
  // the sample of 1 mV at 2 s: 2 × speed mm right of the strip's left edge, as tall as the pulse
  const peak = trace.reduce((highest, point) => (point[1] < highest[1] ? point : highest));
  expect(peak[0]).toBeCloseTo(100 + (page.stripsMm + 2 * speed) * pxPerMm, 3);
  expect((page.boxes[0]?.baselineMm ?? 0) * pxPerMm + 50 - peak[1]).toBeCloseTo(gain * pxPerMm, 3);
  expect(texts).toContain("II");
  expect(texts).toContain(`${speed} mm/s`);
});

it("a print sheet is the margins and its part of the strips: 50 mm/s is two of 250 mm", () => {
  const { page } = drawn(50, 10, 4);
  // 6 + 10 + 4 left of the strips, 6 right of them
  expect(drawnWidthMm({ page, sheet: { fromMm: 250, toMm: 500 } })).toBe(276);
  expect(drawnWidthMm({ page })).toBe(526);
});

test.each([
  [{ fromS: 1, toS: 1.8, fromMicrovolts: 0, toMicrovolts: 1000 }, "800 ms  75 bpm  +1.00 mV"],
  [{ fromS: 1, toS: 1, fromMicrovolts: 0, toMicrovolts: -152 }, "0 ms  −0.15 mV"],
])("%o reads %s", (part, text) => {
  expect(caliperText({ id: 1, lead: "II", kind: "rhythm", marchOut: false, ...part })).toBe(text);
});
