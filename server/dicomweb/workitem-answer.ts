import type { DicomJsonAttribute, DicomJsonDataSet } from "../../core/dicom/dicom-json.ts";
import { zoneOffset } from "../../core/dicom/zone-offset.ts";
import { uidOf, type WorkitemRow } from "../../core/infra/postgres/workitem-queries.ts";
import { dateTimeInZone } from "../../core/order/working-calendar.ts";
import { type WorkitemState, workitemState } from "../../core/reading/workitem.ts";

/** Unified Procedure Step - Push: what every workitem is an instance of (PS3.4 §CC.3.1.2). */
export const UPS_PUSH = "1.2.840.10008.5.1.4.34.6.1";
const ENCAPSULATED_PDF_STORAGE = "1.2.840.10008.5.1.4.1.1.104.1";

/** From the patient and study modules of the study, as its own header has them. */
const OF_THE_STUDY = ["00100010", "00100020", "00100030", "00100040"] as const;

export const values = (vr: string, ...given: readonly (string | number | null | undefined)[]): DicomJsonAttribute => {
  const Value = given.filter((value) => value !== null && value !== undefined && value !== "");
  return Value.length > 0 ? { vr, Value } : { vr };
};
export const items = (...Value: readonly DicomJsonDataSet[]): DicomJsonAttribute =>
  Value.length > 0 ? { vr: "SQ", Value } : { vr: "SQ" };
const code = (value: string, scheme: string, meaning: string): DicomJsonDataSet => ({
  "00080100": values("SH", value),
  "00080102": values("SH", scheme),
  "00080104": values("LO", meaning),
});
/** Whole characters, as many as the VR takes (PS3.5 §6.2). */
const upTo = (letters: number, text: string) => [...text].slice(0, letters).join("");

/** PS3.16 CID 9231, for what a reading is. */
const INTERPRETATION = code("110005", "DCM", "Interpretation");

export function stateOf(row: WorkitemRow): WorkitemState {
  return row.number < row.livingNumber ? "CANCELED" : workitemState(row.state);
}

/**
 * A reading task as a Unified Procedure Step (PS3.3 §B.26, PS3.4 table CC.2.5-3). The Transaction UID is the performer's secret
 * and never in an answer (PS3.4 §CC.2.7). Times are by the clock of the study's site.
 */
export function workitemAnswer(row: WorkitemRow, baseUrl: string): DicomJsonDataSet {
  const state = stateOf(row);
  const at = (date: Date | null) => (date ? dateTimeOf(date, row.timeZone) : null);
  const uid = uidOf(row.taskId, row.number, row.givenUid);
  return {
    ...NOT_KEPT,
    ...Object.fromEntries(OF_THE_STUDY.map((tag) => [tag, row.studyAttributes[tag] ?? { vr: VR_OF[tag] }])),
    "00080005": values("CS", "ISO_IR 192"),
    "00080016": values("UI", UPS_PUSH),
    "00080018": values("UI", uid),
    "00080201": values("SH", zoneOffset(row.timeZone, dateTimeOf(row.requestedAt, row.timeZone).slice(0, 8))),
    "00100021": values("LO", row.issuer),
    "001021B0": values("LT", row.clinicalHistory),
    "00380010": values("LO"),
    "00404005": values("DT", at(row.requestedAt)),
    "00404010": values("DT", at(row.changedAt)),
    "00404011": values("DT", at(row.dueAt)),
    "00404018": items(INTERPRETATION),
    "00404021": items(...inputOf(row, baseUrl)),
    "00404025": items(),
    "00404034": items(...(row.readerName !== null && state !== "SCHEDULED" ? [performerOf(row)] : [])),
    "00404041": values("CS", row.isReady ? "READY" : "INCOMPLETE"),
    "0040A370": items({
      "00080050": values("SH", row.accessionNumber),
      "00080051": row.accessionNumber === "" ? items() : items({ "00400031": values("UT", row.issuer) }),
      "0020000D": values("UI", row.studyInstanceUid),
      "00321032": row.requesterName ? personName(row.requesterName) : { vr: "PN" },
      "00321060": values("LO", upTo(64, row.description)),
      "00321064": items(),
      "00401001": values("SH"),
      "00401002": values("LO", upTo(64, row.question)),
      // all of it where the reason is cut short
      "00401400": [...row.question].length > 64 ? values("LT", row.question) : { vr: "LT" },
    }),
    "00741000": values("CS", state),
    "00741002": items(...progressOf(row, state, at)),
    "00741200": values("CS", row.urgency === "urgent" ? "HIGH" : "MEDIUM"),
    "00741202": values("LO", upTo(64, row.centre)),
    "00741204": values("LO", upTo(64, `Reading ${row.modality}`)),
    "00741216": items(...performedOf(row, state, baseUrl, at)),
    "00741224":
      row.number === 0
        ? items()
        : items({
            "00081150": values("UI", UPS_PUSH),
            "00081155": values("UI", uidOf(row.taskId, row.number - 1, row.givenUid)),
          }),
  };
}

/** Type 2 for whoever gets it (PS3.4 table CC.2.5-3), and not kept by the hub: there, and empty. */
const NOT_KEPT: DicomJsonDataSet = {
  "00081080": values("LO"),
  "00081084": items(),
  "00100024": items(),
  "00101002": items(),
  "00380014": items(),
  "00400400": values("LT"),
  "00404026": items(),
  "00404027": items(),
  "00741210": items(),
};

const VR_OF = { "00100010": "PN", "00100020": "LO", "00100030": "DA", "00100040": "CS" } as const;

/** One item a series, with where all of it can be fetched. */
function inputOf(row: WorkitemRow, baseUrl: string): readonly DicomJsonDataSet[] {
  return row.series.map(({ seriesInstanceUid, instances }) => ({
    "0040E020": values("CS", "DICOM"),
    "0020000D": values("UI", row.studyInstanceUid),
    "0020000E": values("UI", seriesInstanceUid),
    ...(instances && {
      "00081199": items(
        ...instances.map(([sopClassUid, sopInstanceUid]) => ({
          "00081150": values("UI", sopClassUid),
          "00081155": values("UI", sopInstanceUid),
        })),
      ),
    }),
    "0040E025": items({
      "00081190": values("UR", `${baseUrl}/studies/${row.studyInstanceUid}/series/${seriesInstanceUid}`),
    }),
  }));
}

type At = (date: Date | null) => string | null;

function progressOf(row: WorkitemRow, state: WorkitemState, at: At): readonly DicomJsonDataSet[] {
  if (state === "IN PROGRESS")
    return [
      {
        "00741006": values("ST", row.state === "preliminary" ? "Written, to be countersigned" : "Being read"),
        ...cancellationOf(row),
      },
    ];
  if (state !== "CANCELED") return [];
  return [{ "00404052": values("DT", at(row.endedAt)), "00741238": values("LT"), ...cancellationOf(row) }];
}

/** Why it is, or is to be, canceled; what nobody said is not there. */
export function cancellationOf({ cancelRequest }: WorkitemRow): DicomJsonDataSet {
  if (cancelRequest === null) return {};
  const { reason, codes } = cancelRequest;
  return {
    ...(reason !== "" && { "00741238": values("LT", reason) }),
    ...(codes.length > 0 && {
      "0074100E": items(...codes.map(({ value, scheme, meaning }) => code(value, scheme, meaning))),
    }),
  };
}

/** PS3.3 table C.30.3-1: who reads, since when; the signed report once there is one. */
function performedOf(row: WorkitemRow, state: WorkitemState, baseUrl: string, at: At): readonly DicomJsonDataSet[] {
  if (row.readerName === null || state === "SCHEDULED") return [];
  const isLiving = row.number === row.livingNumber;
  return [
    {
      "00404019": items(INTERPRETATION),
      "00404028": items(),
      "00404033": items(...outputOf(row, state, baseUrl)),
      "00404035": items(performerOf(row)),
      "00404050": values("DT", isLiving ? at(row.claimedAt) : null),
      "00404051": values("DT", isLiving ? at(row.finalAt) : at(row.endedAt)),
    },
  ];
}

export function performerOf(row: WorkitemRow): DicomJsonDataSet {
  return {
    "00404009": items(),
    "00404036": values("LO", upTo(64, row.centre)),
    "00404037": row.readerName ? personName(row.readerName) : { vr: "PN" },
  };
}

function outputOf(row: WorkitemRow, state: WorkitemState, baseUrl: string): readonly DicomJsonDataSet[] {
  if (state !== "COMPLETED" || row.pdfSopInstanceUid === null) return [];
  return [
    {
      "0040E020": values("CS", "DICOM"),
      "0020000D": values("UI", row.studyInstanceUid),
      "00081199": items({
        "00081150": values("UI", ENCAPSULATED_PDF_STORAGE),
        "00081155": values("UI", row.pdfSopInstanceUid),
      }),
      "0040E025": items({ "00081190": values("UR", `${baseUrl}/studies/${row.studyInstanceUid}`) }),
    },
  ];
}

/** An account has one name as its people write it; Han letters are the ideographic group. */
function personName(name: string): DicomJsonAttribute {
  const group = /\p{Script=Han}/u.test(name) ? "Ideographic" : "Alphabetic";
  return { vr: "PN", Value: [{ [group]: name }] };
}

function dateTimeOf(date: Date, timeZone: string): string {
  const local = dateTimeInZone(date.getTime(), timeZone);
  return `${local}${zoneOffset(timeZone, local.slice(0, 8))}`;
}
