import { codedValue, decimal, items, text, unsigned16, unsigned32 } from "./dicom-values.ts";
import type { EcgLead, EcgLeadFilters, EcgNote } from "./ecg-recording.ts";
import type { EcgUnreadableReason } from "./ecg-unreadable.ts";
import { leadNameOfCode, leadNameOfLabel } from "./lead-names.ts";
import type { DataSet } from "./parse-dicom.ts";
import { channelSamples, type SampleFormat, sampleFormat, sampleReader, settleStoredBits } from "./waveform-samples.ts";

/** What a group costs to read is known, and bounded, before any of it is. */
const MAX_CHANNELS = 64;
/** 192 MB of microvolts: a day of three leads at 180 Hz, or four hours of twelve at 250 Hz. */
export const MAX_VALUES = 48_000_000;

export interface MultiplexGroup {
  readonly label: string;
  readonly derived: boolean;
  readonly startS: number;
  readonly samplingFrequencyHz: number;
  readonly sampleCount: number;
  /** By channel number − 1, as annotations refer to them; null for a channel that could not be read. */
  readonly channels: readonly (EcgLead | null)[];
}

export type GroupReading =
  | { readonly group: MultiplexGroup; readonly notes: readonly EcgNote[] }
  | { readonly reason: EcgUnreadableReason };

interface Samples {
  readonly data: Uint8Array;
  readonly format: SampleFormat;
  readonly channels: number;
  readonly count: number;
  readonly padding: number | null;
}

/** One item of the Waveform Sequence (PS3.3 C.10.9). Amplitudes come out in microvolts or not at all. */
export function readMultiplexGroup(
  item: DataSet,
  number: number,
  bigEndian: boolean,
  characterSet: string,
  valuesLeft: number,
): GroupReading {
  const channels = unsigned16(item, "x003a0005") ?? 0;
  if (channels > MAX_CHANNELS) return { reason: "too-many-channels" };
  const definitions = items(item, "x003a0200");
  if (channels < 1 || definitions.length !== channels) return { reason: "channel-count-wrong" };
  const frequency = decimal(item, "x003a001a") ?? Number.NaN;
  if (!(frequency > 0 && frequency <= 100_000)) return { reason: "sampling-frequency-invalid" };
  const interpretation = text(item, "x54001006", characterSet);
  const format = sampleFormat(interpretation, unsigned16(item, "x54001004") ?? 0, bigEndian);
  if (!format) return { reason: "sample-format-unsupported" };

  const count = unsigned32(item, "x003a0010") ?? 0;
  const element = item.elements.x54001010;
  const length = element?.length ?? 0;
  const needed = channels * count * format.bytes;
  // fewer, or a number that is no whole frame: then the channels may not lie where they seem to, and no amplitude is sure
  const surplus = length - needed;
  if (!element || count < 1 || surplus < 0) return { reason: "sample-count-wrong" };
  if (surplus > 3 && surplus % (channels * format.bytes) !== 0) return { reason: "sample-count-wrong" };
  if (channels * count > valuesLeft) return { reason: "recording-too-long" };

  const data = item.byteArray.subarray(element.dataOffset, element.dataOffset + length);
  if (data.length < needed) return { reason: "truncated" };
  const samples: Samples = { data, format, channels, count, padding: paddingValue(item, format) };
  const notes: EcgNote[] = [];
  if (surplus > 3) notes.push({ code: "samples-surplus", leads: [], detail: String(number) });
  const offsetMs = decimal(item, "x00181068") ?? 0;
  return {
    notes,
    group: {
      label: text(item, "x003a0020", characterSet),
      derived: text(item, "x003a0004", characterSet) === "DERIVED",
      startS: Number.isFinite(offsetMs) ? offsetMs / 1000 : 0,
      samplingFrequencyHz: frequency,
      sampleCount: count,
      channels: definitions.map((definition, channel) =>
        readChannel(definition, channel, samples, frequency, characterSet, notes),
      ),
    },
  };
}

function readChannel(
  definition: DataSet,
  channel: number,
  samples: Samples,
  frequency: number,
  characterSet: string,
  notes: EcgNote[],
): EcgLead | null {
  const name = channelLeadName(definition, channel, characterSet, notes);
  const scale = channelScale(definition, characterSet);
  if ("fault" in scale) {
    notes.push({ code: scale.fault, leads: [name], detail: "" });
    return null;
  }
  const values = channelSamples(samples.data, samples.format, samples.channels, channel, samples.count);
  const settled = settleStoredBits(values, samples.format, unsigned16(definition, "x003a021a") ?? 0, samples.padding);
  if (settled !== "as-is")
    notes.push({ code: settled === "exceeded" ? "bits-stored-exceeded" : settled, leads: [name], detail: "" });

  const microvolts = new Float32Array(values.length);
  let padded = 0;
  for (let index = 0; index < values.length; index += 1) {
    const raw = values[index] ?? 0;
    const isPadding = raw === samples.padding;
    if (isPadding) padded += 1;
    microvolts[index] = isPadding ? Number.NaN : raw * scale.perUnit + scale.offset;
  }
  if (padded > 0) notes.push({ code: "lead-padded", leads: [name], detail: String(padded) });
  return {
    name,
    microvolts,
    origin: "recorded",
    skewS: channelSkewS(definition, frequency),
    resolutionMicrovolts: Math.abs(scale.perUnit),
    filters: channelFilters(definition),
  };
}

function channelLeadName(definition: DataSet, channel: number, characterSet: string, notes: EcgNote[]): string {
  const source = codedValue(definition, "x003a0208", characterSet);
  const label = text(definition, "x003a0203", characterSet);
  const known =
    (source && (leadNameOfCode(source.code, source.scheme) ?? leadNameOfLabel(source.meaning))) ??
    leadNameOfLabel(label);
  if (known) return known;
  const name = label || source?.meaning || source?.code || `#${channel + 1}`;
  notes.push({ code: "lead-unnamed", leads: [name], detail: "" });
  return name;
}

const MICROVOLTS_PER_UNIT: Readonly<Record<string, number>> = {
  nV: 1e-3,
  uV: 1,
  µV: 1, // micro sign
  μV: 1, // Greek mu
  mV: 1e3,
  V: 1e6,
  MDC_DIM_MICRO_VOLT: 1,
  MDC_DIM_MILLI_VOLT: 1e3,
  MDC_DIM_VOLT: 1e6,
};

/**
 * µV = (raw × sensitivity × correction factor + baseline) × µV per unit (PS3.3 C.10.9.1.4.2): the baseline is already in
 * the sensitivity's unit. No sensitivity, a zero one, or a unit we don't know: no amplitude, rather than a wrong one.
 */
function channelScale(
  definition: DataSet,
  characterSet: string,
):
  | { readonly perUnit: number; readonly offset: number }
  | { readonly fault: "lead-sensitivity-invalid" | "lead-unit-unknown" } {
  const factor = (decimal(definition, "x003a0210") ?? Number.NaN) * (decimal(definition, "x003a0212") ?? 1);
  const baseline = decimal(definition, "x003a0213") ?? 0;
  if (!Number.isFinite(factor) || factor === 0 || !Number.isFinite(baseline))
    return { fault: "lead-sensitivity-invalid" };
  const unit = codedValue(definition, "x003a0211", characterSet)?.code ?? "";
  const microvolts = Object.hasOwn(MICROVOLTS_PER_UNIT, unit) ? MICROVOLTS_PER_UNIT[unit] : undefined;
  if (microvolts === undefined) return { fault: "lead-unit-unknown" };
  return { perUnit: factor * microvolts, offset: baseline * microvolts };
}

/** Channel Time Skew is seconds, Channel Sample Skew samples, possibly a fraction; one of the two is given. */
function channelSkewS(definition: DataSet, frequency: number): number {
  const seconds = decimal(definition, "x003a0214") ?? (decimal(definition, "x003a0215") ?? 0) / frequency;
  return Number.isFinite(seconds) ? seconds : 0;
}

function channelFilters(definition: DataSet): EcgLeadFilters {
  const positive = (tag: string): number | null => {
    const value = decimal(definition, tag);
    return value !== undefined && value > 0 ? value : null;
  };
  return { lowCutHz: positive("x003a0220"), highCutHz: positive("x003a0221"), notchHz: positive("x003a0222") };
}

/** Waveform Padding Value is written like one sample. */
function paddingValue(item: DataSet, format: SampleFormat): number | null {
  const element = item.elements.x5400100a;
  if (!element || element.length < format.bytes) return null;
  const bytes = item.byteArray.subarray(element.dataOffset, element.dataOffset + element.length);
  if (format.bytes === 1) return format.signed ? ((bytes[0] ?? 0) << 24) >> 24 : (bytes[0] ?? 0);
  return sampleReader(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), format)(0);
}
