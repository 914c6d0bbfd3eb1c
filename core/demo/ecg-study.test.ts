import { createHash } from "node:crypto";
import dicomParser from "dicom-parser";
import { describe, expect, test } from "vitest";
import { DEMO_PEOPLE } from "./demo-people.ts";
import { DEMO_LEADS, type DemoLead } from "./ecg-morphology.ts";
import type { EcgOptions } from "./ecg-options.ts";
import { type DemoEcg, generateEcg } from "./ecg-study.ts";

const RHYTHMS = [
  "sinus",
  "atrial-fibrillation",
  "inferior-stemi",
  "third-degree-block",
  "premature-ventricular",
] as const;

function ecg(change: Partial<EcgOptions> = {}): DemoEcg {
  return generateEcg({
    seed: 1,
    rhythm: "sinus",
    patient: DEMO_PEOPLE[1],
    studyDate: "20261122",
    studyTime: "101500",
    accessionNumber: "E1",
    institution: "延吉社区卫生服务中心",
    stationName: "ECG1",
    ...change,
  });
}

/** Median over the beats of the level `afterMs` past the end of the QRS, against the level just before it begins. */
function stLevelUv({ truth }: DemoEcg, lead: DemoLead, afterMs: number): number {
  const at = (ms: number): number => truth.leadsMicrovolt[lead][Math.round(ms / 2)] ?? 0;
  const levels = truth.marks
    .filter(({ wave }) => wave === "QRS")
    .map(({ onsetMs, offsetMs }) => at(offsetMs + afterMs) - at(onsetMs - 4))
    .sort((a, b) => a - b);
  return levels[levels.length >> 1] ?? 0;
}

describe("generateEcg", () => {
  test("the same options give the same bytes, another seed others", () => {
    const hash = (seed: number): string => createHash("sha256").update(ecg({ seed }).bytes).digest("hex");
    expect(hash(1)).toBe(hash(1));
    expect(hash(2)).not.toBe(hash(1));
  });

  test.each(RHYTHMS)("%s: the limb leads agree with one another to one step of the converter", (rhythm) => {
    const { leadsMicrovolt: lead } = ecg({ rhythm, sensitivityUv: 5 }).truth;
    const step = 5;
    for (let i = 0; i < 5000; i++) {
      const [one = 0, two = 0] = [lead.I[i], lead.II[i]];
      expect(Math.abs((lead.III[i] ?? 0) - (two - one))).toBeLessThanOrEqual(step);
      expect(Math.abs((lead.aVR[i] ?? 0) + (one + two) / 2)).toBeLessThanOrEqual(step);
      expect(Math.abs((lead.aVL[i] ?? 0) - (one - two / 2))).toBeLessThanOrEqual(step);
      expect(Math.abs((lead.aVF[i] ?? 0) - (two - one / 2))).toBeLessThanOrEqual(step);
    }
  });

  test("the file holds the samples that the truth says", () => {
    const { bytes, truth } = ecg({ sensitivityUv: 4.88 });
    const group = dicomParser.parseDicom(bytes).elements.x54000100?.items?.[0]?.dataSet;
    if (!group) throw new Error("no waveform");
    expect([group.uint16("x003a0005"), group.uint32("x003a0010"), group.string("x003a001a")]).toEqual([
      12,
      5000,
      "500",
    ]);
    const data = group.elements.x54001010;
    expect(data?.length).toBe(12 * 5000 * 2);
    const channels = group.elements.x003a0200?.items ?? [];
    DEMO_LEADS.forEach((lead, channel) => {
      expect(channels[channel]?.dataSet?.floatString("x003a0210")).toBe(4.88);
      const raw = bytes.readInt16LE((data?.dataOffset ?? 0) + (1234 * 12 + channel) * 2);
      expect(raw * 4.88).toBeCloseTo(truth.leadsMicrovolt[lead][1234] ?? Number.NaN, 9);
    });
    const source = channels[6]?.dataSet?.elements.x003a0208?.items?.[0]?.dataSet;
    // CID 3001: V1 is 2:3.
    expect([source?.string("x00080100"), source?.string("x00080102")]).toEqual(["2:3", "MDC"]);
  });

  test("marks stand where the waves are", () => {
    const { truth } = ecg({ noise: 0 });
    const lead = truth.leadsMicrovolt.II;
    const at = (ms: number): number => lead[Math.round(ms / 2)] ?? 0;
    const qrs = truth.marks.filter(({ wave }) => wave === "QRS");
    expect(qrs.length).toBeGreaterThanOrEqual(11);
    for (const { wave, onsetMs, peakMs, offsetMs } of truth.marks) {
      // Flat before each P, and before each QRS (PR 160 ms, P 104 ms: 56 ms of rest).
      if (wave !== "T") expect(Math.abs(at(onsetMs) - at(onsetMs - 8))).toBeLessThanOrEqual(5);
      // The peak is the highest sample between the marks, to within two samples.
      const [from, to] = [Math.ceil(onsetMs / 2), Math.floor(offsetMs / 2)];
      const highest = lead.subarray(from, to).reduce((best, value, i, all) => (value > (all[best] ?? 0) ? i : best), 0);
      expect(Math.abs((from + highest) * 2 - peakMs)).toBeLessThanOrEqual(wave === "QRS" ? 4 : 12);
    }
    // Something happens within 12 ms of the onset of the QRS, in some lead.
    for (const { onsetMs } of qrs) {
      const moved = DEMO_LEADS.map((each) => {
        const signal = truth.leadsMicrovolt[each];
        return Math.abs((signal[Math.round((onsetMs + 12) / 2)] ?? 0) - (signal[Math.round(onsetMs / 2)] ?? 0));
      });
      expect(Math.max(...moved)).toBeGreaterThan(40);
    }
  });

  test("sinus: rate as asked, intervals by the book", () => {
    const { truth } = ecg({ rateBpm: 90 });
    // 90/min is an RR of 667 ms; Fridericia: 396 · ∛0.667 = 346.
    expect(Math.abs(truth.intervals.heartRateBpm - 90)).toBeLessThanOrEqual(2);
    expect(Math.abs(truth.intervals.qtMs - 346)).toBeLessThanOrEqual(4);
    expect(Math.abs(truth.intervals.qtcMs - 396)).toBeLessThanOrEqual(2);
    expect([truth.intervals.prMs, truth.intervals.qrsMs]).toEqual([160, 92]);
    expect(truth.intervals.qrsAxisDeg).toBeGreaterThan(0);
    expect(truth.intervals.qrsAxisDeg).toBeLessThan(90);
  });

  test("atrial fibrillation: no P, no rule in the intervals", () => {
    const { truth } = ecg({ rhythm: "atrial-fibrillation" });
    expect(truth.marks.some(({ wave }) => wave === "P")).toBe(false);
    expect(truth.intervals.prMs).toBeUndefined();
    const rr = truth.rTimesMs.slice(1).map((r, i) => r - (truth.rTimesMs[i] ?? 0));
    const mean = rr.reduce((a, b) => a + b, 0) / rr.length;
    const deviation = Math.sqrt(rr.reduce((sum, each) => sum + (each - mean) ** 2, 0) / rr.length);
    expect(deviation / mean).toBeGreaterThan(0.12);
  });

  test("inferior infarct: ST up in II, III and aVF, down in I and aVL", () => {
    const record = ecg({ rhythm: "inferior-stemi" });
    // Where new infarcts are called: 0.1 mV in limb leads, at 20 ms after the J point.
    for (const lead of ["II", "III", "aVF"] as const) expect(stLevelUv(record, lead, 20)).toBeGreaterThan(100);
    for (const lead of ["I", "aVL"] as const) expect(stLevelUv(record, lead, 20)).toBeLessThan(-50);
    expect(Math.abs(stLevelUv(ecg(), "II", 20))).toBeLessThan(60);
  });

  test("third-degree block: atria and ventricles each keep their own time", () => {
    const { truth } = ecg({ rhythm: "third-degree-block" });
    const p = truth.marks.filter(({ wave }) => wave === "P");
    const qrs = truth.marks.filter(({ wave }) => wave === "QRS");
    // 86 and 37 a minute over 10 s.
    expect(Math.abs(p.length - 14)).toBeLessThanOrEqual(1);
    expect(Math.abs(qrs.length - 6)).toBeLessThanOrEqual(1);
    expect(p.every(({ beat }) => beat === undefined)).toBe(true);
    const distances = qrs.map(
      ({ onsetMs }) => onsetMs - Math.max(...p.map((each) => each.onsetMs).filter((ms) => ms < onsetMs), 0),
    );
    expect(Math.max(...distances) - Math.min(...distances)).toBeGreaterThan(150);
  });

  test("premature beats: wide, early, without a P, with a full pause", () => {
    const { truth } = ecg({ rhythm: "premature-ventricular", noise: 0 });
    const qrs = truth.marks.filter(({ wave }) => wave === "QRS");
    const early = qrs.filter(({ onsetMs, offsetMs }) => offsetMs - onsetMs > 120);
    expect(early.length).toBeGreaterThanOrEqual(2);
    for (const { beat } of early) {
      expect(truth.marks.some((mark) => mark.wave === "P" && mark.beat === beat)).toBe(false);
      const before = qrs.find((mark) => mark.beat === (beat ?? 0) - 1);
      const after = qrs.find((mark) => mark.beat === (beat ?? 0) + 1);
      // 60000 / 74 = 811 ms between ordinary beats: two of them from before to after.
      if (before && after) expect(Math.abs(after.onsetMs - before.onsetMs - 2 * 811)).toBeLessThan(40);
    }
  });

  test("the device's own reading is in the file, in either code, or not at all", () => {
    const numbers = (change: Partial<EcgOptions>): Record<string, string | undefined> => {
      const items = dicomParser.parseDicom(ecg(change).bytes).elements.x0040b020?.items ?? [];
      return Object.fromEntries(
        items.flatMap(({ dataSet }) => {
          const code = dataSet?.elements.x0040a043?.items?.[0]?.dataSet?.string("x00080100");
          return code ? [[code, dataSet?.string("x0040a30a")]] : [];
        }),
      );
    };
    expect(numbers({})).toMatchObject({ "2:15872": "160", "2:16156": "92" });
    expect(numbers({ codes: "SCPECG" })).toMatchObject({ "5.13.5-7": "160", "5.13.5-9": "92" });
    expect(numbers({ rhythm: "atrial-fibrillation" })).not.toHaveProperty("2:15872");
    expect(numbers({ annotations: false })).toEqual({});
  });
});
