import { expect, test } from "vitest";
import { coded, dicomEcgFixture, type Part } from "../../core/ecg/dicom-ecg-fixture.ts";
import { readDicomEcg } from "../../core/ecg/read-dicom-ecg.ts";
import { fillText } from "../../core/texts/text-table.ts";
import { catalogue } from "../i18n/catalogue.ts";
import type { Text } from "../i18n/use-text.ts";
import { tracesOf } from "./ecg-traces.ts";
import { clock, deviceLines, settingsText } from "./paper-texts.ts";

const english: Text = (key, values) => fillText(catalogue[key][1], values ?? {});

const measurement = (code: string, unit: string, value: string): readonly Part[] => [
  [0x004008ea, "SQ", coded(unit, "UCUM", unit)],
  [0x0040a043, "SQ", coded(code, "MDC", "")],
  [0x0040a30a, "DS", value],
];

const recordingWith = (annotations: readonly (readonly Part[])[]) =>
  readDicomEcg(
    dicomEcgFixture({
      annotations,
      groups: [{ channels: [{ code: ["2:1", "MDC", ""], sensitivity: "1", samples: [1, 2, 3] }] }],
    }),
  );

test("the device's figures are grouped; zero, a cart's word for not measured, is left out", () => {
  const recording = recordingWith([
    measurement("2:15872", "ms", "0"),
    measurement("2:16156", "ms", "92.4"),
    measurement("2:16160", "ms", "388"),
    measurement("2:16132", "deg", "-12"),
  ]);
  expect(deviceLines(recording, english)).toEqual(["QRS 92 ms", "QT/QTc 388/– ms   P/QRS/T axes – -12° –"]);
  expect(deviceLines(recordingWith([]), english)).toEqual([]);
});

test("the paper says its speed, gain, and both filters apart", () => {
  const view = { paperSpeedMmPerS: 50, gainMmPerMv: 20, filter: "low-pass+notch" } as const;
  const text = settingsText(tracesOf(recordingWith([])), view, english);
  expect(text).toBe("50 mm/s   20 mm/mV   Display filter: 40 Hz low-pass + 50 Hz notch   Device filter: 0.05–150 Hz");
});

test.each([
  [0, "00:00"],
  [605, "10:05"],
  [86399, "23:59:59"],
])("%i s is %s", (seconds, text) => {
  expect(clock(seconds)).toBe(text);
});
