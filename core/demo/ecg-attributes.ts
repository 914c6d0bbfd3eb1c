import { ageText, timeAfter } from "./demo-dates.ts";
import { type Code, codeSequence, type EcgCodeScheme } from "./ecg-annotations.ts";
import { DEMO_LEADS, type DemoLead } from "./ecg-morphology.ts";
import type { EcgOptions } from "./ecg-options.ts";
import type { DicomRow, DicomRows } from "./part10-writer.ts";

export interface EcgUids {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
}

export const TWELVE_LEAD_ECG_STORAGE = "1.2.840.10008.5.1.4.1.1.9.1.1";
const PADDING = -32768;
const MICROVOLT: Code = { value: "uV", scheme: "UCUM", meaning: "microvolt", version: "1.4" };

/** PS3.16 CID 3001; SCP-ECG has the same numbers behind another stem. */
const LEAD_NUMBERS: Readonly<Record<DemoLead, number>> = {
  I: 1,
  II: 2,
  V1: 3,
  V2: 4,
  V3: 5,
  V4: 6,
  V5: 7,
  V6: 8,
  III: 61,
  aVR: 62,
  aVL: 63,
  aVF: 64,
};

function leadCode(lead: DemoLead, scheme: EcgCodeScheme): Code {
  const meaning = lead === "I" ? "Lead I (Einthoven)" : `Lead ${lead}`;
  return scheme === "MDC"
    ? { value: `2:${LEAD_NUMBERS[lead]}`, scheme: "MDC", meaning }
    : { value: `5.6.3-9-${LEAD_NUMBERS[lead]}`, scheme: "SCPECG", meaning, version: "1.3" };
}

function interleaved(channels: Record<DemoLead, Int16Array>): Buffer {
  const samples = channels.I.length;
  const bytes = Buffer.alloc(samples * DEMO_LEADS.length * 2);
  DEMO_LEADS.forEach((lead, channel) => {
    channels[lead].forEach((value, sample) => {
      bytes.writeInt16LE(value, (sample * DEMO_LEADS.length + channel) * 2);
    });
  });
  return bytes;
}

/** One rhythm group (PS3.3 C.10.9). */
export function ecgMultiplexGroup(
  channels: Record<DemoLead, Int16Array>,
  samplingFrequencyHz: number,
  sensitivityUv: number,
  scheme: EcgCodeScheme,
): DicomRows {
  const padding = Buffer.alloc(2);
  padding.writeInt16LE(PADDING);
  return [
    [0x003a0004, "CS", "ORIGINAL"],
    [0x003a0005, "US", DEMO_LEADS.length],
    [0x003a0010, "UL", channels.I.length],
    [0x003a001a, "DS", samplingFrequencyHz],
    [0x003a0020, "SH", "RHYTHM"],
    [
      0x003a0200,
      "SQ",
      DEMO_LEADS.map(
        (lead): DicomRows => [
          codeSequence(0x003a0208, leadCode(lead, scheme)),
          [0x003a0210, "DS", sensitivityUv],
          codeSequence(0x003a0211, MICROVOLT),
          [0x003a0212, "DS", 1],
          [0x003a0213, "DS", 0],
          [0x003a0215, "DS", 0],
          [0x003a021a, "US", 16],
          [0x003a0220, "DS", 0.05],
          [0x003a0221, "DS", 150],
          [0x003a0222, "DS", 50],
        ],
      ),
    ],
    [0x54001004, "US", 16],
    [0x54001006, "CS", "SS"],
    [0x5400100a, "OW", padding],
    [0x54001010, "OW", interleaved(channels)],
  ];
}

/** All attributes but waveform and annotations: 12-Lead ECG IOD (PS3.3 A.34.3), types 1 and 2 and what devices usually add. */
export function ecgAttributes(options: EcgOptions, uids: EcgUids): readonly DicomRow[] {
  const { patient, studyDate, studyTime } = options;
  const acquired = timeAfter(studyTime, 20);
  return [
    [0x00080005, "CS", options.declaredCharset ?? options.charset ?? "ISO_IR 192"],
    [0x00080012, "DA", studyDate],
    [0x00080013, "TM", acquired],
    [0x00080016, "UI", TWELVE_LEAD_ECG_STORAGE],
    [0x00080018, "UI", uids.sopInstanceUid],
    [0x00080020, "DA", studyDate],
    [0x00080021, "DA", studyDate],
    [0x00080023, "DA", studyDate],
    [0x0008002a, "DT", `${studyDate}${acquired}`],
    [0x00080030, "TM", studyTime],
    [0x00080031, "TM", studyTime],
    [0x00080033, "TM", acquired],
    [0x00080050, "SH", options.accessionNumber],
    [0x00080060, "CS", "ECG"],
    [0x00080070, "LO", "Demo Cardiography"],
    [0x00080080, "LO", options.institution],
    [0x00080090, "PN", ""],
    [0x00081010, "SH", options.stationName],
    [0x00081030, "LO", "常规十二导联心电图"],
    [0x0008103e, "LO", "12-lead ECG"],
    [0x00081090, "LO", "Demo ECG 12"],
    [0x00100010, "PN", `${patient.nameLatin}=${patient.nameHan}`],
    [0x00100020, "LO", patient.id],
    [0x00100030, "DA", patient.birthDate],
    [0x00100040, "CS", patient.sex],
    [0x00101010, "AS", options.ageText ?? ageText(patient.birthDate, studyDate)],
    [0x00181000, "LO", "DEMO-0002"],
    [0x00181020, "LO", "1.0"],
    [0x0020000d, "UI", uids.studyInstanceUid],
    [0x0020000e, "UI", uids.seriesInstanceUid],
    [0x00200010, "SH", "1"],
    [0x00200011, "IS", 1],
    [0x00200013, "IS", 1],
    [
      0x00400555,
      "SQ",
      [
        [
          [0x0040a040, "CS", "CODE"],
          codeSequence(0x0040a043, {
            value: "5.4.5-33-1",
            scheme: "SCPECG",
            meaning: "Electrode Placement",
            version: "1.3",
          }),
          codeSequence(0x0040a168, {
            value: "5.4.5-33-1-1",
            scheme: "SCPECG",
            meaning: "Standard 12-lead positions: limb leads placed at extremities",
            version: "1.3",
          }),
        ],
      ],
    ],
  ];
}
