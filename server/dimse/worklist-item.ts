import type { DicomJsonAttribute, DicomJsonDataSet } from "../../core/dicom/dicom-json.ts";
import { elementOfTag } from "../../core/dicom/dictionary.ts";
import type { WorklistRow } from "../../core/infra/postgres/worklist-queries.ts";

export const STEP_SEQUENCE = "00400100";

/**
 * A worklist item (PS3.4 table K.6-1): what was asked for, empty where it is not known. An empty step sequence, or an empty
 * item in it, asks for all of the step.
 */
export function worklistItem(row: WorklistRow, asked: DicomJsonDataSet): DicomJsonDataSet {
  const known = itemOf(row);
  const step = stepOf(row);
  const askedStep = asked[STEP_SEQUENCE]?.Value?.[0] as DicomJsonDataSet | undefined;
  const stepTags = Object.keys(askedStep ?? {});
  const tags = Object.keys(asked).filter((tag) => tag !== STEP_SEQUENCE && tag !== "00080005");
  return {
    ...Object.fromEntries(tags.map((tag) => [tag, known[tag] ?? emptyOf(tag)])),
    ...(STEP_SEQUENCE in asked && {
      [STEP_SEQUENCE]: {
        vr: "SQ",
        Value: [
          stepTags.length === 0 ? step : Object.fromEntries(stepTags.map((tag) => [tag, step[tag] ?? emptyOf(tag)])),
        ],
      },
    }),
  };
}

function itemOf(row: WorklistRow): DicomJsonDataSet {
  const name = {
    ...(row.patientNameLatin && { Alphabetic: row.patientNameLatin }),
    ...(row.patientName && { Ideographic: row.patientName }),
  };
  return {
    "00080050": attribute("SH", row.accessionNumber),
    "00100010": { vr: "PN", Value: [name] },
    "00100020": attribute("LO", row.patientId),
    "00100030": attribute("DA", row.patientBirthDate),
    "00100040": attribute("CS", row.patientSex),
    "001021B0": attribute("LT", row.clinicalHistory),
    "0020000D": attribute("UI", row.studyInstanceUid),
    "00321032": attribute(
      "PN",
      row.requestingPhysician === "" ? "" : { Alphabetic: "", Ideographic: row.requestingPhysician },
    ),
    "00321060": attribute("LO", row.description.slice(0, 64)),
    "00401001": attribute("SH", row.number),
    "00401002": attribute("LO", row.question.slice(0, 64)),
    "00401003": attribute("SH", row.urgency === "urgent" ? "HIGH" : "ROUTINE"),
  };
}

function stepOf(row: WorklistRow): DicomJsonDataSet {
  return {
    "00080060": attribute("CS", row.modality),
    "00400001": attribute("AE", row.stationAeTitle),
    "00400002": attribute("DA", row.startDate),
    "00400003": attribute("TM", row.startTime),
    "00400006": attribute("PN", ""),
    "00400007": attribute("LO", row.description.slice(0, 64)),
    "00400009": attribute("SH", row.number),
    "00400020": attribute("CS", row.state === "started" ? "STARTED" : "SCHEDULED"),
  };
}

function attribute(vr: string, value: unknown): DicomJsonAttribute {
  return value === "" ? { vr } : { vr, Value: [value] };
}

function emptyOf(tag: string): DicomJsonAttribute {
  return { vr: elementOfTag(tag)?.vr ?? "UN" };
}
