import { type CodedValue, codedValue, decimal, items, text, unsigned16List, unsigned32List } from "./dicom-values.ts";
import type { EcgDeviceMark, EcgDeviceMeasurement, EcgMeasurementName } from "./ecg-recording.ts";
import type { DataSet } from "./parse-dicom.ts";
import type { MultiplexGroup } from "./read-multiplex-group.ts";

export interface DeviceAnnotations {
  readonly measurements: readonly EcgDeviceMeasurement[];
  readonly marks: readonly EcgDeviceMark[];
  readonly statements: readonly string[];
}

const MAX_ANNOTATIONS = 20_000;

/** Waveform Annotation Sequence (PS3.3 C.10.10). `groups` by group number − 1; null for one that could not be read. */
export function readDeviceAnnotations(
  dataSet: DataSet,
  groups: readonly ({ readonly group: MultiplexGroup; readonly waveform: number } | null)[],
  characterSet: string,
): DeviceAnnotations {
  const measurements: EcgDeviceMeasurement[] = [];
  const marks: EcgDeviceMark[] = [];
  const statements: string[] = [];
  for (const item of items(dataSet, "x0040b020").slice(0, MAX_ANNOTATIONS)) {
    const said = text(item, "x00700006", characterSet);
    if (said) statements.push(said);
    const concept = codedValue(item, "x0040a043", characterSet);
    if (!concept) continue;
    const stated = codedValue(item, "x0040a168", characterSet);
    if (stated?.meaning) statements.push(stated.meaning);
    const value = decimal(item, "x0040a30a");
    const positions = unsigned32List(item, "x0040a132");
    if (value !== undefined && Number.isFinite(value) && positions.length === 0) {
      const unit = codedValue(item, "x004008ea", characterSet)?.code ?? "";
      measurements.push({ name: measurementName(concept, unit), ...concept, value, unit });
    } else {
      const mark = readMark(item, concept, positions, groups, characterSet);
      if (mark) marks.push(mark);
    }
  }
  return { measurements, marks, statements };
}

function readMark(
  item: DataSet,
  concept: CodedValue,
  positions: readonly number[],
  groups: readonly ({ readonly group: MultiplexGroup; readonly waveform: number } | null)[],
  characterSet: string,
): EcgDeviceMark | null {
  // pairs of group and channel number; channel 0 = every channel of the group (PS3.3 C.10.10.1.1)
  const references = unsigned16List(item, "x0040a0b0");
  const found = groups[(references[0] ?? 0) - 1];
  if (!found || positions.length === 0) return null;
  const leads: string[] = [];
  for (let pair = 0; pair + 1 < references.length; pair += 2) {
    const lead = found.group.channels[(references[pair + 1] ?? 0) - 1];
    if (references[pair] === references[0] && lead) leads.push(lead.name);
  }
  return {
    ...concept,
    waveform: found.waveform,
    leads,
    // sample positions count from 1 (PS3.3 C.10.10.1.3)
    atS: positions.map((position) => found.group.startS + (position - 1) / found.group.samplingFrequencyHz),
    range: text(item, "x0040a130", characterSet),
  };
}

/** SCPECG as PS3.16 once listed them; MDC from CID 3229 (axes) and CID 3689 (global durations). */
const NAME_BY_CODE: Readonly<Record<string, EcgMeasurementName>> = {
  "5.10.2.1-3": "rrMs",
  "5.10.2.1-5": "ppMs",
  "5.13.5-7": "prMs",
  "5.13.5-9": "qrsMs",
  "5.13.5-11": "qtMs",
  "5.10.2.5-5": "qtcMs",
  "5.10.3-11": "pAxisDeg",
  "5.10.3-13": "qrsAxisDeg",
  "5.10.3-15": "tAxisDeg",
  "2:16000": "rrMs",
  "2:16140": "ppMs",
  "2:16184": "pMs",
  "2:15872": "prMs",
  "2:16144": "prMs",
  "2:16156": "qrsMs",
  "2:16160": "qtMs",
  "2:16128": "pAxisDeg",
  "2:16132": "qrsAxisDeg",
  "2:16136": "tAxisDeg",
};

const NAME_BY_MEANING: readonly (readonly [RegExp, EcgMeasurementName])[] = [
  [/^(mean )?(ventricular|heart)( heart)? rate(, global)?$/i, "heartRateBpm"],
  [/^(mean )?RR interval(, global)?$/i, "rrMs"],
  [/^P duration(, global)?$/i, "pMs"],
  [/^P[RQ] interval(, global)?$/i, "prMs"],
  [/^QRS duration(, global)?$/i, "qrsMs"],
  [/^QT interval(, global)?$/i, "qtMs"],
  [/^QTc( interval)?(, global)?\b/i, "qtcMs"],
  [/^P axis$/i, "pAxisDeg"],
  [/^(QRS|R) axis$/i, "qrsAxisDeg"],
  [/^T axis$/i, "tAxisDeg"],
];

/** A name only when the unit is the one in the name: a QT in seconds keeps its meaning and unit as they came. */
function measurementName({ code, meaning }: CodedValue, unit: string): EcgMeasurementName | null {
  const name =
    (Object.hasOwn(NAME_BY_CODE, code) ? NAME_BY_CODE[code] : undefined) ??
    NAME_BY_MEANING.find(([pattern]) => pattern.test(meaning.trim()))?.[1];
  if (!name) return null;
  if (name.endsWith("Ms")) return /^ms(ec)?$/i.test(unit) ? name : null;
  if (name.endsWith("Deg")) return /^deg(ree)?s?$/i.test(unit) ? name : null;
  return /^(\{?(beats|H\.B\.|heart beats|bpm)\}?(\/min)?|\/min|bpm)$/i.test(unit) ? name : null;
}
