import { existsSync, readFileSync } from "node:fs";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { DomainError } from "../errors.ts";
import { coded, dicomEcgFixture, type FixtureChannel, type FixtureGroup, type Syntax } from "./dicom-ecg-fixture.ts";
import { type EcgUnreadableReason, ecgUnreadableReason } from "./ecg-unreadable.ts";
import { readDicomEcg } from "./read-dicom-ecg.ts";

const lead = (number: number, samples: readonly number[], more: Partial<FixtureChannel> = {}): FixtureChannel => ({
  code: [`5.6.3-9-${number}`, "SCPECG", "a lead"],
  sensitivity: "2.5",
  samples,
  ...more,
});

const inflate = (deflated: Uint8Array, limit: number) =>
  new Uint8Array(inflateRawSync(deflated, { maxOutputLength: limit }));

const read = (groups: readonly FixtureGroup[], syntax: Syntax = "explicit") =>
  readDicomEcg(dicomEcgFixture({ groups }, syntax, syntax === "deflated" ? deflateRawSync : undefined), { inflate });

const valuesOf = (recording: ReturnType<typeof read>, name: string) => [
  ...(recording.waveforms[0]?.leads.find((found) => found.name === name)?.microvolts ?? []),
];

const codesOf = (recording: ReturnType<typeof read>) => recording.notes.map(({ code }) => code);

function reasonOf(run: () => unknown): EcgUnreadableReason | null | "read" {
  try {
    run();
    return "read";
  } catch (error) {
    return ecgUnreadableReason(error);
  }
}

describe("amplitudes", () => {
  test.each([
    ["implicit", 8, "SB", [-128, -1, 127, 5]],
    ["explicit", 8, "UB", [0, 255, 128, 5]],
    ["big-endian", 8, "SB", [-128, -1, 127, 5]],
    ["explicit", 16, "SS", [-32768, -1, 32767, 5]],
    ["big-endian", 16, "SS", [-32768, -1, 32767, 5]],
    ["implicit", 16, "US", [0, 65535, 32768, 5]],
    ["deflated", 16, "SS", [-32768, -1, 32767, 5]],
    ["explicit", 32, "SL", [-2147483648, -1, 2147483647, 5]],
    ["big-endian", 32, "SL", [-2147483648, -1, 2147483647, 5]],
    ["implicit", 32, "UL", [0, 4294967295, 2147483648, 5]],
  ] as const)("%s, %i bit, %s: each sample × 2.5 µV", (syntax, bits, interpretation, samples) => {
    const second = [...samples].reverse(); // two channels, so that interleaving is seen
    const recording = read([{ bits, interpretation, channels: [lead(1, samples), lead(3, second)] }], syntax);
    expect(valuesOf(recording, "I")).toEqual(samples.map((raw) => Math.fround(raw * 2.5)));
    expect(valuesOf(recording, "V1")).toEqual(second.map((raw) => Math.fround(raw * 2.5)));
  });

  test.each([
    // (100 × 4.88 × 1.025 + 0) × 1 = 500.2 µV
    [{ sensitivity: "4.88", correction: "1.025" }, 500.2],
    // (100 × 0.005 × 1 + 0) × 1000 = 500 µV
    [{ sensitivity: "0.005", unit: "mV" }, 500],
    // the baseline is in the sensitivity's unit: (100 × 0.005 − 0.25) × 1000 = 250 µV
    [{ sensitivity: "0.005", unit: "mV", baseline: "-0.25" }, 250],
    // (100 × 5e-6) V = 500 µV
    [{ sensitivity: "5E-6", unit: "V" }, 500],
    // (100 × 2.5 × 1 + 40) = 290 µV: the factor does not touch the baseline
    [{ sensitivity: "2.5", correction: "1", baseline: "40" }, 290],
    // an inverted channel stays inverted
    [{ sensitivity: "-2.5" }, -250],
  ] as const)("%o gives %f µV for raw 100", (more, microvolts) => {
    expect(valuesOf(read([{ channels: [lead(1, [100, 0], more)] }]), "I")[0]).toBeCloseTo(microvolts, 3);
  });

  test("padding is no amplitude", () => {
    const recording = read([{ channels: [lead(1, [10, -32768, 20])], padding: -32768 }]);
    expect(valuesOf(recording, "I")).toEqual([25, Number.NaN, 50]);
    expect(recording.notes).toContainEqual({ code: "lead-padded", leads: ["I"], detail: "1" });
  });

  test.each([
    // 12 bits, properly extended
    [[-2048, 2047], [-2048, 2047], []],
    // upper bits left zero: 4095 = −1, 2048 = −2048
    [[4095, 2048, 7], [-1, -2048, 7], ["sign-extended"]],
    // neither: Bits Stored is wrong, the values stand
    [[-5, 4095], [-5, 4095], ["bits-stored-exceeded"]],
  ] as const)("12 of 16 bits: %j", (raw, expected, codes) => {
    const recording = read([{ channels: [lead(3, raw, { bitsStored: 12, sensitivity: "1" })] }]);
    expect(valuesOf(recording, "V1")).toEqual(expected);
    expect(codesOf(recording).filter((code) => code.includes("s") && code !== "leads-missing")).toEqual(codes);
  });

  test("a skew is kept in seconds: 1.5 samples at 500 Hz are 3 ms", () => {
    const recording = read([{ channels: [lead(3, [1, 2], { sampleSkew: "1.5" })] }]);
    expect(recording.waveforms[0]?.leads[0]?.skewS).toBeCloseTo(0.003, 9);
  });

  test("samples that look like a sequence item are still samples", () => {
    // FE FF 00 E0 little endian = −2, −8192: what an implicit parser takes for (FFFE,E000)
    const recording = read([{ channels: [lead(1, [-2, -8192, 1, 1], { sensitivity: "1" })] }], "implicit");
    expect(valuesOf(recording, "I")).toEqual([-2, -8192, 1, 1]);
  });
});

describe("leads", () => {
  test.each([
    [{ code: ["5.6.3-9-63", "SCPECG", ""] }, "aVL"],
    [{ code: ["2:62", "MDC", "aVR, augmented voltage, right"] }, "aVR"],
    [{ code: ["131133", "MDC", ""] }, "III"],
    [{ code: ["MDC_ECG_LEAD_V3", "MDC", ""] }, "V3"],
    [{ code: ["X-1", "99ACME", "Lead I (Einthoven)"] }, "I"],
    [{ code: ["aVF", "CPS", ""] }, "aVF"],
    [{ label: "avf" }, "aVF"],
    [{ label: "ECG LEAD V4R" }, "V4R"],
    [{ label: "Resp" }, "Resp"],
  ] as const)("%o is %s", (naming, name) => {
    const { code: _, ...bare } = lead(0, [1, 2]);
    const recording = read([{ channels: [{ ...bare, ...naming } as FixtureChannel] }]);
    expect(recording.waveforms[0]?.leads[0]?.name).toBe(name);
    expect(codesOf(recording).includes("lead-unnamed")).toBe(name === "Resp");
  });

  test("limb leads left out follow from I and II, marked as derived", () => {
    // raw × 2.5: I = 100, II = 300 → III = 200, aVR = −200, aVL = −50, aVF = 250
    const recording = read([{ channels: [lead(1, [40, 0]), lead(2, [120, 0])] }]);
    const derived = recording.waveforms[0]?.leads.filter(({ origin }) => origin === "derived");
    expect(derived?.map(({ name, microvolts }) => [name, microvolts[0]])).toEqual([
      ["III", 200],
      ["aVR", -200],
      ["aVL", -50],
      ["aVF", 250],
    ]);
    expect(recording.notes).toContainEqual({ code: "leads-derived", leads: ["III", "aVR", "aVL", "aVF"], detail: "" });
    expect(recording.notes).toContainEqual({
      code: "leads-missing",
      leads: ["V1", "V2", "V3", "V4", "V5", "V6"],
      detail: "",
    });
  });

  test("nothing is derived from leads sampled at different moments, or for a lead of another group", () => {
    const skewed = read([{ channels: [lead(1, [40, 0]), lead(2, [120, 0], { sampleSkew: "0.5" })] }]);
    expect(skewed.waveforms[0]?.leads.map(({ name }) => name)).toEqual(["I", "II"]);
    expect(codesOf(skewed)).toContain("derivation-refused");
    const split = read([
      { channels: [lead(1, [1, 2]), lead(2, [1, 2]), lead(61, [0, 0])] },
      { channels: [lead(62, [1, 2]), lead(63, [1, 2]), lead(64, [1, 2])], offsetMs: "2500" },
    ]);
    expect(split.waveforms.map(({ startS, leads }) => [startS, leads.map(({ name }) => name)])).toEqual([
      [0, ["I", "II", "III"]],
      [2.5, ["aVR", "aVL", "aVF"]],
    ]);
  });

  test("a recorded lead that is not the sum it must be is noted, a rounded one is not", () => {
    const waves = Array.from({ length: 100 }, (_, index) => Math.round(200 * Math.sin(index / 5)));
    const half = waves.map((value) => Math.round(value / 2));
    // I = w/2, II = w: III = w/2. Recorded as w/2: fine. Recorded as −w/2: spread of w = 200/√2 × 2.5 = 354 µV off.
    const channels = [lead(1, half), lead(2, waves)];
    expect(codesOf(read([{ channels: [...channels, lead(61, half)] }]))).not.toContain("identity-violated");
    const wrong = read([
      {
        channels: [
          ...channels,
          lead(
            61,
            half.map((value) => -value),
          ),
        ],
      },
    ]);
    const note = wrong.notes.find(({ code }) => code === "identity-violated");
    expect(note?.leads).toEqual(["III"]);
    expect(Math.abs(Number(note?.detail) - 354)).toBeLessThan(10);
  });

  test("zero or missing sensitivity and unknown units leave the lead out, by name", () => {
    const recording = read([
      {
        channels: [
          lead(1, [1, 2]),
          lead(3, [1, 2], { sensitivity: "0" }),
          lead(4, [1, 2], { sensitivity: "abc" }),
          lead(5, [1, 2], { unit: "mmHg" }),
          lead(6, [1, 2], { correction: "0" }),
        ],
      },
    ]);
    expect(recording.waveforms[0]?.leads.map(({ name }) => name)).toEqual(["I"]);
    expect(
      recording.notes.filter(({ code }) => code === "lead-sensitivity-invalid").flatMap(({ leads }) => leads),
    ).toEqual(["V1", "V2", "V4"]);
    expect(recording.notes).toContainEqual({ code: "lead-unit-unknown", leads: ["V3"], detail: "" });
  });

  test("a flat lead and a second lead of the same name are noted", () => {
    const recording = read([{ channels: [lead(3, [5, 5, 5]), lead(3, [1, 2, 3])] }]);
    expect(recording.notes).toContainEqual({ code: "lead-flat", leads: ["V1"], detail: "" });
    expect(recording.notes).toContainEqual({ code: "lead-duplicate", leads: ["V1"], detail: "" });
    expect(valuesOf(recording, "V1")).toEqual([12.5, 12.5, 12.5]);
  });
});

describe("groups", () => {
  const seconds = (length: number) => Array.from({ length: length * 100 }, (_, index) => index % 7);

  test("a beat is told from a rhythm by its label or its length, and comes last", () => {
    const group = (label: string, length: number): FixtureGroup => ({
      label,
      frequency: "100",
      channels: [lead(3, seconds(length))],
    });
    const recording = read([group("MEDIAN BEAT", 1), group("RHYTHM", 10), group("", 1)]);
    expect(recording.waveforms.map(({ kind, sampleCount }) => [kind, sampleCount])).toEqual([
      ["rhythm", 1000],
      ["representative-beat", 100],
      ["representative-beat", 100],
    ]);
  });

  test("a group that cannot be read is noted when a rhythm remains, and is the reason when none does", () => {
    const good: FixtureGroup = { frequency: "100", channels: [lead(3, seconds(10))] };
    const bad: FixtureGroup = { ...good, declaredSamples: 1001 };
    const beat: FixtureGroup = { ...good, label: "MEDIAN BEAT", channels: [lead(3, seconds(1))] };
    expect(read([bad, good]).notes).toContainEqual({
      code: "group-unreadable",
      leads: [],
      detail: "1 sample-count-wrong",
    });
    expect(reasonOf(() => read([bad, beat]))).toBe("sample-count-wrong");
  });

  test("more samples than declared, in whole frames, are left out and noted", () => {
    const recording = read([{ channels: [lead(3, [1, 2, 3, 4])], declaredSamples: 2, surplusBytes: 0 }]);
    expect(recording.waveforms[0]?.sampleCount).toBe(2);
    expect(codesOf(recording)).toContain("samples-surplus");
  });
});

test("the device's measurements, marks and statements stay its own", () => {
  const bytes = dicomEcgFixture({
    groups: [{ channels: [lead(1, [1, 2, 3]), lead(3, [1, 2, 3])], offsetMs: "100" }],
    annotations: [
      [[0x00700006, "ST", "NORMAL ECG"]],
      [
        [0x004008ea, "SQ", coded("ms", "UCUM", "ms")],
        [0x0040a043, "SQ", coded("2:16160", "MDC", "QT duration, global")],
        [0x0040a30a, "DS", "402"],
      ],
      [
        [0x004008ea, "SQ", coded("s", "UCUM", "s")],
        [0x0040a043, "SQ", coded("2:15872", "MDC", "PR")],
        [0x0040a30a, "DS", "0.16"],
      ],
      [
        [0x0040a043, "SQ", coded("5.10.3-3", "SCPECG", "QRS Onset")],
        [0x0040a0b0, "US", [1, 2]],
        [0x0040a130, "CS", "POINT"],
        [0x0040a132, "UL", 3],
      ],
    ],
  });
  const { deviceMeasurements, deviceMarks, deviceStatements } = readDicomEcg(bytes);
  expect(deviceStatements).toEqual(["NORMAL ECG"]);
  expect(deviceMeasurements.map(({ name, value, unit }) => [name, value, unit])).toEqual([
    ["qtMs", 402, "ms"],
    [null, 0.16, "s"], // not in ms: never shown as prMs
  ]);
  // sample 3, counted from 1, at 500 Hz, in a group that starts at 100 ms: 0.1 + 2 / 500
  expect(deviceMarks).toMatchObject([
    { meaning: "QRS Onset", waveform: 0, leads: ["V1"], atS: [expect.closeTo(0.104, 9)] },
  ]);
});

test("date, time and zone stay as they came, near midnight too", () => {
  expect(read([{ channels: [lead(1, [1, 2])] }]).acquired).toEqual({
    date: "20261122",
    time: "235930.250",
    timezoneOffset: "+0800",
  });
});

test.each([
  ["ISO_IR 192", "e78e8b5e5357", "王^SW"],
  ["GB18030", "cdf55e5357", "王^SW"],
  ["ISO_IR 100", "cdf5d0a1c3f7", "王小明"], // GBK labelled Latin-1
  ["", "cdf5d0a1c3f7", "王小明"],
  ["ISO_IR 100", "4dfc6c6c6572", "Müller"],
  ["\\ISO 2022 IR 58", "1b242941cdf5", "王"],
])("a name in %s", (characterSet, hex, name) => {
  const bytes = dicomEcgFixture({
    characterSet,
    patientName: Uint8Array.from(Buffer.from(hex, "hex")),
    groups: [{ channels: [lead(1, [1, 2])] }],
  });
  expect(readDicomEcg(bytes).patient.name).toBe(name);
});

describe("what cannot be read says why", () => {
  const one: FixtureGroup = { channels: [lead(1, [1, 2, 3, 4])] };
  test.each([
    ["channel-count-wrong", { ...one, declaredChannels: 2 }],
    ["too-many-channels", { ...one, declaredChannels: 65 }],
    ["sample-count-wrong", { ...one, declaredSamples: 5 }],
    ["sample-count-wrong", { ...one, declaredSamples: 4294967295 }],
    ["sample-count-wrong", { ...one, declaredSamples: 0 }],
    ["sample-count-wrong", { channels: [lead(1, [1, 2]), lead(2, [1, 2]), lead(3, [1, 2])], surplusBytes: 4 }],
    ["sampling-frequency-invalid", { ...one, frequency: "0" }],
    ["sampling-frequency-invalid", { ...one, frequency: "-500" }],
    ["sample-format-unsupported", { ...one, interpretation: "MB" }],
    ["sample-format-unsupported", { ...one, bits: 16, interpretation: "SB" }],
    ["no-readable-lead", { channels: [lead(1, [1, 2], { sensitivity: "0" })] }],
  ] as const)("%s", (reason, group) => {
    expect(reasonOf(() => read([group as FixtureGroup]))).toBe(reason);
  });

  it("other files", () => {
    expect(reasonOf(() => readDicomEcg(new Uint8Array(0)))).toBe("not-dicom");
    expect(reasonOf(() => readDicomEcg(new TextEncoder().encode("%PDF-1.7".padEnd(500))))).toBe("not-dicom");
    expect(reasonOf(() => read([]))).toBe("no-waveform");
    const ct = dicomEcgFixture({ sopClassUid: "1.2.840.10008.5.1.4.1.1.2", groups: [one] });
    expect(reasonOf(() => readDicomEcg(ct))).toBe("not-an-ecg");
    const deflated = dicomEcgFixture({ groups: [one] }, "deflated", deflateRawSync);
    expect(reasonOf(() => readDicomEcg(deflated))).toBe("transfer-syntax-unsupported");
    const small = (bytes: Uint8Array) => inflate(bytes, 100); // a bomb, for a limit this low
    expect(reasonOf(() => readDicomEcg(deflated, { inflate: small }))).toBe("truncated");
  });

  it("a file cut anywhere, or with any byte changed, is an ECG or a reason, and never a shorter lead", () => {
    const samples = Array.from({ length: 50 }, (_, index) => index);
    for (const syntax of ["explicit", "implicit"] as const) {
      const whole = dicomEcgFixture({ groups: [{ channels: [lead(1, samples), lead(2, samples)] }] }, syntax);
      for (let length = 0; length < whole.length; length += 1)
        expect(
          reasonOf(() => readDicomEcg(whole.subarray(0, length))),
          `${syntax} ${length}`,
        ).not.toBeNull();
      fc.assert(
        fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, byte) => {
          const damaged = whole.slice();
          damaged[at] = byte;
          try {
            const { waveforms } = readDicomEcg(damaged);
            for (const { leads, sampleCount } of waveforms)
              for (const { microvolts } of leads) expect(microvolts.length).toBe(sampleCount);
          } catch (error) {
            expect(error).toBeInstanceOf(DomainError);
          }
        }),
        { numRuns: 400 },
      );
    }
  });
});

const REAL = "../shared/data/ecg/dicom/waveform_ecg.dcm";
describe.skipIf(!existsSync(REAL))("a cart's file (needs ../shared/data)", () => {
  it("has the amplitudes that are in its bytes", () => {
    const recording = readDicomEcg(readFileSync(REAL));
    expect(
      recording.waveforms.map(({ kind, samplingFrequencyHz, sampleCount, leads }) => [
        kind,
        samplingFrequencyHz,
        sampleCount,
        leads.length,
      ]),
    ).toEqual([
      ["rhythm", 1000, 10_000, 12],
      ["representative-beat", 1000, 1200, 12],
    ]);
    // dcmdump: the first words of the rhythm are 0050 005a 000a ffab, its sensitivity is 1.25 µV
    // I = 0x50 × 1.25 = 100; II = 0x5a × 1.25 = 112.5; III = 0x0a × 1.25 = 12.5; aVR = −85 × 1.25 = −106.25
    expect(["I", "II", "III", "aVR"].map((name) => valuesOf(recording, name)[0])).toEqual([100, 112.5, 12.5, -106.25]);
    expect(recording.notes).toEqual([]);
    expect(Object.fromEntries(recording.deviceMeasurements.map(({ name, value }) => [name, value]))).toMatchObject({
      rrMs: 982,
      prMs: 161,
      qrsMs: 75,
      qtMs: 368,
      qtcMs: 370,
      qrsAxisDeg: 52,
    });
    expect(recording.deviceStatements).toEqual(["RITMO SINUSALE", "ECG NORMALE"]);
  });
});
