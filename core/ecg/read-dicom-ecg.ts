import { readDeviceAnnotations } from "./device-annotations.ts";
import { items, text } from "./dicom-values.ts";
import type { EcgAcquisitionTime, EcgLead, EcgNote, EcgRecording, EcgWaveform } from "./ecg-recording.ts";
import { ecgSopClass } from "./ecg-sop-classes.ts";
import { type EcgUnreadableReason, ecgUnreadable, ecgUnreadableReason } from "./ecg-unreadable.ts";
import { TWELVE_LEADS } from "./lead-names.ts";
import { completeLimbLeads } from "./limb-leads.ts";
import { type DataSet, parseDicom } from "./parse-dicom.ts";
import { MAX_VALUES, type MultiplexGroup, readMultiplexGroup } from "./read-multiplex-group.ts";

const IMPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2";
const EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1";
const DEFLATED_LITTLE_ENDIAN = "1.2.840.10008.1.2.1.99";
const EXPLICIT_BIG_ENDIAN = "1.2.840.10008.1.2.2";

const TRANSFER_SYNTAXES: readonly string[] = [
  IMPLICIT_LITTLE_ENDIAN,
  EXPLICIT_LITTLE_ENDIAN,
  DEFLATED_LITTLE_ENDIAN,
  EXPLICIT_BIG_ENDIAN,
];

const MAX_GROUPS = 32;
const MAX_INFLATED_BYTES = 256 * 1024 * 1024;

export interface ReadDicomEcgOptions {
  /**
   * Raw inflate for the deflated transfer syntax: zlib's in Node, fflate's in the browser. Throws when the result would be
   * longer than `limit` bytes. Without it a deflated file is refused.
   */
  readonly inflate?: (deflated: Uint8Array, limit: number) => Uint8Array;
}

/**
 * A Part 10 file of one of the ECG waveform classes. Throws DomainError `ecg-unreadable` with a reason of
 * `ecg-unreadable.ts`; what is readable but not in order stands in `notes`.
 */
export function readDicomEcg(bytes: Uint8Array, options: ReadDicomEcgOptions = {}): EcgRecording {
  const { dataSet, bigEndian } = parse(bytes, options);
  const characterSet = text(dataSet, "x00080005", "");
  const string = (tag: string) => text(dataSet, tag, characterSet);
  const sopClassUid = string("x00080016");
  const sopClass = ecgSopClass(sopClassUid);
  if (!sopClass) throw ecgUnreadable("not-an-ecg");

  const notes: EcgNote[] = [];
  const groups = readGroups(dataSet, bigEndian, characterSet, notes);
  const longestS = Math.max(...groups.map((group) => (group ? durationS(group) : 0)));
  const kinds = groups.map((group) => group && waveformKind(group, longestS));
  const order = [...groups.keys()]
    .filter((index) => groups[index])
    .sort((a, b) => Number(kinds[a] !== "rhythm") - Number(kinds[b] !== "rhythm") || a - b);
  const waveforms = order.flatMap((index) => {
    const [group, kind] = [groups[index], kinds[index]];
    const elsewhere = groups.flatMap((other, at) =>
      other && at !== index && kinds[at] === kind ? namesOf(other) : [],
    );
    return group && kind ? [readWaveform(group, kind, elsewhere, notes)] : [];
  });
  if (sopClass === "twelve-lead") notes.push(...missingLeads(waveforms));

  const annotations = readDeviceAnnotations(
    dataSet,
    groups.map((group, index) => group && { group, waveform: order.indexOf(index) }),
    characterSet,
  );
  return {
    source: {
      format: "dicom",
      sopClassUid,
      sopInstanceUid: string("x00080018"),
      seriesInstanceUid: string("x0020000e"),
      studyInstanceUid: string("x0020000d"),
    },
    patient: {
      name: string("x00100010"),
      patientId: string("x00100020"),
      issuerOfPatientId: string("x00100021"),
      birthDate: string("x00100030"),
      sex: string("x00100040"),
      age: string("x00101010"),
    },
    device: {
      manufacturer: string("x00080070"),
      model: string("x00081090"),
      serialNumber: string("x00181000"),
      softwareVersions: string("x00181020"),
      stationName: string("x00081010"),
      institution: string("x00080080"),
    },
    acquired: acquisitionTime(string),
    waveforms,
    deviceMeasurements: annotations.measurements,
    deviceMarks: annotations.marks,
    deviceStatements: annotations.statements,
    notes,
  };
}

function parse(bytes: Uint8Array, options: ReadDicomEcgOptions): { dataSet: DataSet; bigEndian: boolean } {
  if (bytes.length < 132 || String.fromCharCode(...bytes.subarray(128, 132)) !== "DICM")
    throw ecgUnreadable("not-dicom");
  let dataSet: DataSet;
  try {
    dataSet = parseDicom(plain(bytes, options), {
      // Without a dictionary the parser guesses sequences from their first bytes, which samples may happen to have.
      vrCallback: (tag) => (tag === "x54001010" || tag === "x5400100a" ? "OW" : undefined),
      inflater: (whole) => whole, // `plain` did it
    });
  } catch (cause) {
    if (ecgUnreadableReason(cause)) throw cause;
    // the parser throws strings, and an object around them once the data set has begun
    throw ecgUnreadable("truncated", cause);
  }
  const transferSyntaxUid = dataSet.string("x00020010")?.trim() ?? "";
  if (!TRANSFER_SYNTAXES.includes(transferSyntaxUid)) throw ecgUnreadable("transfer-syntax-unsupported");
  return { dataSet, bigEndian: transferSyntaxUid === EXPLICIT_BIG_ENDIAN };
}

/**
 * A deflated file with its data set inflated, any other as it is. Done before parsing, since the parser looks one element
 * beyond the meta group, which here is compressed. The meta group says its own length (PS3.10 §7.1).
 */
function plain(bytes: Uint8Array, { inflate }: ReadDicomEcgOptions): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 144 || view.getUint32(132, true) !== 0x0000_0002) return bytes;
  const end = 144 + view.getUint32(140, true);
  if (end >= bytes.length) return bytes;
  const meta = String.fromCharCode(...bytes.subarray(144, Math.min(end, 4096)));
  if (!meta.includes(`\x02\0\x10\0UI\x16\0${DEFLATED_LITTLE_ENDIAN}`)) return bytes;
  if (!inflate) throw ecgUnreadable("transfer-syntax-unsupported");
  const inflated = inflate(bytes.subarray(end), MAX_INFLATED_BYTES);
  const joined = new Uint8Array(end + inflated.length);
  joined.set(bytes.subarray(0, end));
  joined.set(inflated, end);
  return joined;
}

/** By group number − 1, null for one that is noted as unreadable. With no rhythm left, the first reason is the answer. */
function readGroups(
  dataSet: DataSet,
  bigEndian: boolean,
  characterSet: string,
  notes: EcgNote[],
): readonly (MultiplexGroup | null)[] {
  const sequence = items(dataSet, "x54000100");
  if (sequence.length === 0) throw ecgUnreadable("no-waveform");
  if (sequence.length > MAX_GROUPS) throw ecgUnreadable("too-many-groups");
  let firstReason: EcgUnreadableReason | null = null;
  let valuesLeft = MAX_VALUES;
  const groups = sequence.map((item, index) => {
    const reading = readMultiplexGroup(item, index + 1, bigEndian, characterSet, valuesLeft);
    if ("reason" in reading) {
      // a recording cut off at the limit would look whole
      if (reading.reason === "recording-too-long") throw ecgUnreadable(reading.reason);
      firstReason ??= reading.reason;
      notes.push({ code: "group-unreadable", leads: [], detail: `${index + 1} ${reading.reason}` });
      return null;
    }
    notes.push(...reading.notes);
    if (!reading.group.channels.some((lead) => lead)) {
      firstReason ??= "no-readable-lead";
      return null;
    }
    valuesLeft -= reading.group.channels.length * reading.group.sampleCount;
    return reading.group;
  });
  const longest = Math.max(0, ...groups.map((group) => (group ? durationS(group) : 0)));
  if (
    firstReason &&
    !groups.some((group) => group && waveformKind(group, longest) === "rhythm" && durationS(group) > BEAT_S)
  )
    throw ecgUnreadable(firstReason);
  return groups;
}

const BEAT_S = 2;

function durationS(group: MultiplexGroup): number {
  return group.sampleCount / group.samplingFrequencyHz;
}

/** A representative beat says so in its label, or is a beat long beside a group that is longer. */
function waveformKind(group: MultiplexGroup, longestS: number): EcgWaveform["kind"] {
  const seconds = durationS(group);
  const named = /median|representative|average|template|mean beat/i.test(group.label);
  const short = seconds <= BEAT_S && longestS > BEAT_S;
  if (seconds <= BEAT_S && (named || short)) return "representative-beat";
  return named && seconds < longestS / 2 ? "representative-beat" : "rhythm";
}

function namesOf(group: MultiplexGroup): readonly string[] {
  return group.channels.flatMap((lead) => (lead ? [lead.name] : []));
}

function readWaveform(
  group: MultiplexGroup,
  kind: EcgWaveform["kind"],
  elsewhere: readonly string[],
  notes: EcgNote[],
): EcgWaveform {
  const leads: EcgLead[] = [];
  for (const lead of group.channels) {
    if (!lead) continue;
    if (leads.some((other) => other.name === lead.name))
      notes.push({ code: "lead-duplicate", leads: [lead.name], detail: "" });
    else leads.push(lead);
  }
  const complete = completeLimbLeads(leads, group.samplingFrequencyHz, elsewhere);
  const flat = leads.filter((lead) => isFlat(lead.microvolts)).map((lead) => lead.name);
  // a representative beat repeats what the rhythm already said
  if (kind === "rhythm") {
    notes.push(...complete.notes);
    if (flat.length > 0) notes.push({ code: "lead-flat", leads: flat, detail: "" });
  }
  return {
    kind,
    label: group.label,
    samplingFrequencyHz: group.samplingFrequencyHz,
    sampleCount: group.sampleCount,
    startS: group.startS,
    leads: complete.leads,
  };
}

function isFlat(microvolts: Float32Array): boolean {
  const first = microvolts.find((value) => !Number.isNaN(value));
  return microvolts.every((value) => Number.isNaN(value) || value === first);
}

function missingLeads(waveforms: readonly EcgWaveform[]): readonly EcgNote[] {
  const there = new Set(
    waveforms.filter(({ kind }) => kind === "rhythm").flatMap(({ leads }) => leads.map(({ name }) => name)),
  );
  const missing = TWELVE_LEADS.filter((name) => !there.has(name));
  return missing.length > 0 ? [{ code: "leads-missing", leads: missing, detail: "" }] : [];
}

/** Acquisition DateTime where given, else content, else study. Cut into date and time, never converted. */
function acquisitionTime(string: (tag: string) => string): EcgAcquisitionTime {
  const [, date = "", time = "", zone = ""] = /^(\d{8})([\d.]*)([+-]\d{4})?$/.exec(string("x0008002a")) ?? [];
  const timezoneOffset = zone || string("x00080201");
  if (date) return { date, time, timezoneOffset };
  const pair = (["x00080022 x00080032", "x00080023 x00080033", "x00080020 x00080030"] as const)
    .map((tags) => tags.split(" ").map(string))
    .find(([day]) => day);
  return { date: pair?.[0] ?? "", time: pair?.[1] ?? "", timezoneOffset };
}
