import type { EcgMeasurementName, EcgRecording } from "../../core/ecg/ecg-recording.ts";
import { ageOf, dateText } from "../../core/image/dicom-text.ts";
import type { Text } from "../i18n/use-text.ts";
import type { EcgPage } from "../kernels/ecg-layout.ts";
import type { EcgTrace } from "./ecg-traces.ts";
import type { EcgView } from "./ecg-view.ts";

/** What is written on the paper, in the language of the page. */
export interface PaperTexts {
  readonly patient: string;
  readonly record: readonly string[];
  readonly deviceTitle: string;
  readonly device: readonly string[];
  readonly settings: string;
  readonly time: string;
  readonly derived: string;
  readonly missing: string;
}

export function paperTexts(
  recording: EcgRecording,
  traces: readonly EcgTrace[],
  page: EcgPage,
  view: EcgView,
  text: Text,
): PaperTexts {
  const { patient, device, acquired } = recording;
  const age = ageOf(patient.age, patient.birthDate, acquired.date);
  const sex = patient.sex === "M" || patient.sex === "F" || patient.sex === "O" ? patient.sex : "";
  const fromS = view.fromS;
  return {
    patient: joined("  ", [
      personText(patient.name) || text("ecg.no-name"),
      text(`sex.${sex}`),
      age
        ? text(`ecg.age.${age.unit}`, { count: age.count })
        : patient.birthDate && text("ecg.age-unknown-born", { date: dateText(patient.birthDate) }),
    ]),
    record: [
      joined("   ", [patient.patientId && `ID ${patient.patientId}`, acquisitionText(recording)]),
      joined(" · ", [device.institution, joined(" ", [device.manufacturer, device.model])]),
      recording.deviceStatements.length > 0
        ? `${text("ecg.device-statement")} ${recording.deviceStatements.slice(0, 6).join("; ")}`
        : "",
    ],
    deviceTitle: text("ecg.device-measurements"),
    device: deviceLines(recording, text),
    settings: settingsText(traces, view, text),
    time: text("ecg.time-range", { from: clock(fromS), to: clock(fromS + page.seconds) }),
    derived: text("ecg.derived-mark"),
    missing: text("ecg.missing-mark"),
  };
}

/** DA and TM as they came, as people write them; the device's zone where it gave one. */
function acquisitionText({ acquired }: EcgRecording): string {
  const { date, time, timezoneOffset } = acquired;
  const clockText = /^(\d{2})(\d{2})(\d{2})?/.exec(time);
  const at = clockText ? `${clockText[1]}:${clockText[2]}${clockText[3] ? `:${clockText[3]}` : ""}` : "";
  return joined(" ", [date && dateText(date), at, timezoneOffset]);
}

/** 25 mm/s 10 mm/mV, the display filters, and what the device itself had filtered. */
export function settingsText(
  traces: readonly EcgTrace[],
  view: Pick<EcgView, "paperSpeedMmPerS" | "gainMmPerMv" | "filter">,
  text: Text,
): string {
  return joined("   ", [
    `${view.paperSpeedMmPerS} mm/s`,
    `${view.gainMmPerMv} mm/mV`,
    text("ecg.display-filter", { filter: text(`ecg.filter.${view.filter}`) }),
    deviceFilterText(traces, text),
  ]);
}

function deviceFilterText(traces: readonly EcgTrace[], text: Text): string {
  const kinds = new Set(
    traces.map(({ filters: { lowCutHz, highCutHz, notchHz } }) =>
      joined(" ", [
        lowCutHz === null && highCutHz === null ? "" : `${lowCutHz ?? ""}–${highCutHz ?? ""} Hz`,
        notchHz === null ? "" : text("ecg.notch", { hz: notchHz }),
      ]),
    ),
  );
  const said = [...kinds].filter((kind) => kind !== "").slice(0, 3);
  return said.length > 0 ? text("ecg.device-filter", { filter: said.join(" / ") }) : "";
}

/** The device's own figures, grouped as carts print them. Zero is how carts write "not measured". */
export function deviceLines(recording: EcgRecording, text: Text): readonly string[] {
  const value = (name: EcgMeasurementName) =>
    recording.deviceMeasurements.find((measurement) => measurement.name === name)?.value;
  const measured = (name: EcgMeasurementName) => {
    const found = value(name);
    return found === undefined || found === 0 ? undefined : Math.round(found);
  };
  const rate = measured("heartRateBpm");
  const rr = measured("rrMs");
  const qt = measured("qtMs");
  const qtc = measured("qtcMs");
  const ms = (label: string, name: EcgMeasurementName) => {
    const found = measured(name);
    return found === undefined ? "" : `${label} ${found} ms`;
  };
  const axes = (["pAxisDeg", "qrsAxisDeg", "tAxisDeg"] as const).map(value);
  return [
    joined("   ", [
      rate === undefined ? "" : text("ecg.heart-rate", { bpm: rate }),
      rr === undefined ? "" : `RR ${rr} ms`,
    ]),
    joined("   ", [ms("P", "pMs"), ms("PR", "prMs"), ms("QRS", "qrsMs")]),
    joined("   ", [
      qt === undefined && qtc === undefined ? "" : `QT/QTc ${qt ?? "–"}/${qtc ?? "–"} ms`,
      axes.some((axis) => axis !== undefined)
        ? text("ecg.axes", { axes: axes.map((axis) => (axis === undefined ? "–" : `${Math.round(axis)}°`)).join(" ") })
        : "",
    ]),
  ].filter((line) => line !== "");
}

/** Ideographic group first, as a reader in China says it; carets are not for people. */
function personText(name: string): string {
  const [alphabetic = "", ideographic = ""] = name.split("=");
  const plain = (group: string) => {
    const spaced = group.split("^").filter(Boolean).join(" ").trim();
    return /^[\p{Script=Han}\s]+$/u.test(spaced) ? spaced.replace(/\s/g, "") : spaced;
  };
  return joined(" ", [plain(ideographic), plain(alphabetic)]);
}

export function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  const two = (value: number) => String(value).padStart(2, "0");
  const rest = `${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
  return whole >= 3600 ? `${Math.floor(whole / 3600)}:${rest}` : rest;
}

function joined(separator: string, parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join(separator);
}
