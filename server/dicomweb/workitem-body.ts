import { z } from "zod";
import { isUid } from "../../core/dicom/uid.ts";
import { DomainError } from "../../core/errors.ts";
import type { Urgency } from "../../core/order/due-time.ts";
import type { CancelRequest } from "../../core/reading/cancel-request.ts";
import type { ReadingRequest } from "../../core/reading/request-reading.ts";
import type { WorkitemState } from "../../core/reading/workitem.ts";

const Attribute = z.object({ vr: z.string().max(2).optional(), Value: z.array(z.unknown()).max(10_000).optional() });
const DataSet = z.record(z.string().regex(/^[0-9A-Fa-f]{8}$/), Attribute);
type DataSet = z.infer<typeof DataSet>;
/** PS3.18 §F.2.1 puts data sets in an array; many clients send the one alone. */
const Body = z.union([DataSet, z.tuple([DataSet])]);

/** What a body asks for, and which of its attributes are not the client's to write or not kept by the hub. */
export interface WorkitemRequest {
  readonly request: Partial<ReadingRequest>;
  readonly ignored: readonly string[];
}

const STATE = "00741000";
const TRANSACTION_UID = "00081195";
const REASON_FOR_CANCELLATION = "00741238";
const DISCONTINUATION_CODES = "0074100E";
const CONTACT_URI = "0074100A";
const CONTACT_NAME = "0074100C";
const SOP_INSTANCE = "00080018";
const PRIORITY = "00741200";
const HISTORY = "001021B0";
const REFERENCED_REQUEST = "0040A370";
const INPUT = "00404021";
const STUDY = "0020000D";
const REASON = "00401002";
const COMMENTS = "00401400";

/** Type 1 at N-CREATE (PS3.4 table CC.2.5-3), beside what is looked at for what it says. */
const REQUIRED = [
  [STATE, "ProcedureStepState"],
  [PRIORITY, "ScheduledProcedureStepPriority"],
  ["00741204", "ProcedureStepLabel"],
  ["00404005", "ScheduledProcedureStepStartDateTime"],
  ["00404041", "InputReadinessState"],
] as const;

/** PS3.18 §11.7: the state wanted and the lock. Throws `request-invalid`, `transaction-uid-wrong`. */
export function stateBody(body: unknown): {
  readonly state: Exclude<WorkitemState, "SCHEDULED">;
  readonly transactionUid: string;
} {
  const dataSet = parse(body);
  const state = text(dataSet, STATE, 16);
  if (state !== "IN PROGRESS" && state !== "COMPLETED" && state !== "CANCELED") throw invalid("ProcedureStepState");
  const transactionUid = text(dataSet, TRANSACTION_UID, 64);
  if (transactionUid === undefined) throw invalid("TransactionUID");
  if (!isUid(transactionUid)) throw new DomainError("transaction-uid-wrong");
  return { state, transactionUid };
}

/** What a cancel request says (PS3.18 §11.8, PS3.4 table CC.2.2-1); its body may be empty. */
export function cancelRequest(body: unknown): Omit<CancelRequest, "requestingAeTitle"> {
  const isEmpty = body === undefined || (typeof body === "object" && body !== null && Object.keys(body).length === 0);
  const dataSet = isEmpty ? {} : parse(body);
  const codes = itemsOf(dataSet, DISCONTINUATION_CODES).map((item) => ({
    value: text(item, "00080100", 16) ?? "",
    scheme: text(item, "00080102", 16) ?? "",
    meaning: text(item, "00080104", 64) ?? "",
  }));
  if (codes.length > 20 || codes.some(({ value, scheme }) => value === "" || scheme === ""))
    throw invalid("ProcedureStepDiscontinuationReasonCodeSequence");
  return {
    reason: text(dataSet, REASON_FOR_CANCELLATION, 10_240) ?? "",
    codes,
    contactName: text(dataSet, CONTACT_NAME, 64) ?? "",
    contactUri: text(dataSet, CONTACT_URI, 500) ?? "",
  };
}

/** A new workitem: one study of this archive to be read. Throws `request-invalid`. */
export function newWorkitem(body: unknown): {
  /** PS3.18 §11.4.1.1: of what is posted to the worklist itself, without a UID in the query. */
  readonly uid: string | undefined;
  readonly studyInstanceUid: string;
  readonly request: ReadingRequest;
  readonly ignored: readonly string[];
} {
  const dataSet = parse(body);
  // PS3.4 §CC.2.5.1.3: made as SCHEDULED and without a lock
  if ((text(dataSet, STATE, 16) ?? "SCHEDULED") !== "SCHEDULED") throw invalid("ProcedureStepState");
  if (text(dataSet, TRANSACTION_UID, 64) !== undefined) throw invalid("TransactionUID");
  const studies = new Set(itemsOf(dataSet, INPUT).map((item) => text(item, STUDY, 64) ?? ""));
  const [studyInstanceUid = ""] = studies;
  if (studies.size !== 1 || !isUid(studyInstanceUid)) throw invalid("InputInformationSequence");
  for (const [tag, name] of REQUIRED) if (text(dataSet, tag, 64) === undefined) throw invalid(name);
  const { request, ignored } = requestOf(dataSet, new Set([STATE, TRANSACTION_UID, INPUT, SOP_INSTANCE]));
  const { clinicalHistory = "", question = "", urgency = "routine" } = request;
  const uid = text(dataSet, SOP_INSTANCE, 64);
  if (uid !== undefined && !isUid(uid)) throw invalid("SOPInstanceUID");
  return { uid, studyInstanceUid, request: { clinicalHistory, question, urgency }, ignored };
}

/** What may be changed of one that waits: the words of the request and its priority. Throws `request-invalid`. */
export function workitemChanges(body: unknown): WorkitemRequest {
  const dataSet = parse(body);
  if (dataSet[STATE]?.Value !== undefined) throw invalid("ProcedureStepState");
  const asked = requestOf(dataSet, new Set([TRANSACTION_UID]));
  if (Object.keys(asked.request).length === 0) throw invalid("ScheduledProcedureStepPriority");
  return asked;
}

function requestOf(dataSet: DataSet, known: ReadonlySet<string>): WorkitemRequest {
  const [order = {}] = itemsOf(dataSet, REFERENCED_REQUEST);
  const clinicalHistory = words(dataSet, HISTORY, 4000);
  const comments = words(order, COMMENTS, 2000);
  const question = (comments || words(order, REASON, 2000)) ?? comments;
  const priority = text(dataSet, PRIORITY, 16);
  const ignored = [
    ...Object.keys(dataSet).filter(
      (tag) => ![HISTORY, REFERENCED_REQUEST, PRIORITY, "00080005"].includes(tag) && !known.has(tag),
    ),
    ...(priority === "LOW" ? [PRIORITY] : []),
  ];
  return {
    request: {
      ...(clinicalHistory === undefined ? {} : { clinicalHistory }),
      ...(question === undefined ? {} : { question }),
      ...(priority === undefined ? {} : { urgency: urgencyOf(priority) }),
    },
    ignored,
  };
}

function urgencyOf(priority: string): Urgency {
  if (!["HIGH", "MEDIUM", "LOW"].includes(priority)) throw invalid("ScheduledProcedureStepPriority");
  return priority === "HIGH" ? "urgent" : "routine";
}

function parse(body: unknown): DataSet {
  const result = Body.safeParse(body);
  if (!result.success) throw invalid("body");
  const dataSet = Array.isArray(result.data) ? result.data[0] : result.data;
  return Object.fromEntries(Object.entries(dataSet).map(([tag, attribute]) => [tag.toUpperCase(), attribute]));
}

function itemsOf(dataSet: DataSet, tag: string): readonly DataSet[] {
  return (dataSet[tag]?.Value ?? []).map(parse);
}

/** The one value, where there is one. */
function text(dataSet: DataSet, tag: string, letters: number): string | undefined {
  const Value = dataSet[tag]?.Value ?? [];
  const [value] = Value;
  if (value === undefined || value === null || value === "") return undefined;
  if (Value.length > 1 || typeof value !== "string" || value.length > letters || value.includes("\0"))
    throw invalid(tag);
  return value.trim();
}

/** As `text`; an attribute that is there and empty takes the words away. */
function words(dataSet: DataSet, tag: string, letters: number): string | undefined {
  return dataSet[tag] === undefined ? undefined : (text(dataSet, tag, letters) ?? "");
}

function invalid(where: string): DomainError {
  return new DomainError("request-invalid", { where });
}
