import { z } from "zod";
import { ROLES } from "../access/policy.ts";
import { AUDIT_ACTIONS, REFUSED_REQUEST } from "../audit/audit-actions.ts";
import { REFUSAL_REASONS } from "../deidentify/refusal-reasons.ts";
import { ORDER_STAGES } from "../order/order-stages.ts";
import { CHANGE_KINDS, IDENTITY_FIELDS } from "../patient/change-kinds.ts";
import { TASK_STATES } from "../reading/task-moves.ts";
import type { Operation } from "./endpoints.ts";

// Parts ---------------------------------------------------------------------------------------------------------------

/** An instant, ISO 8601 in UTC. */
const Instant = z.iso.datetime();
/** DICOM DA as it came (yyyymmdd, or empty): the site's own day. */
const DicomDate = z.string();
const Uid = z.string().regex(/^[0-9.]{1,64}$/);
const Text = (max: number) => z.string().max(max);
const Page = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  offset: z.coerce.number().int().min(0).default(0),
};
const Role = z.enum(ROLES);

export const SiteRef = z.object({ id: z.string(), name: z.string(), nameEn: z.string() });

export const PatientSummary = z.object({
  issuer: z.string(),
  patientId: z.string(),
  /** What to show: the Han name when there is one, else the latin one with spaces. */
  name: z.string(),
  nameLatin: z.string(),
  birthDate: DicomDate,
  sex: z.string(),
  /** As the device wrote it ("077Y"), or empty. */
  age: z.string(),
});

const Urgency = z.enum(["routine", "urgent"]);
const TaskState = z.enum(TASK_STATES);

const AccountRef = z.object({ id: z.string(), displayName: z.string() });

export const TaskSummary = z.object({
  id: z.string(),
  state: TaskState,
  version: z.number(),
  urgency: Urgency,
  modality: z.string(),
  site: SiteRef,
  centre: SiteRef,
  clinicalHistory: z.string(),
  question: z.string(),
  requestedAt: Instant,
  requestedBy: AccountRef.nullable(),
  dueAt: Instant,
  reader: AccountRef.nullable(),
  countersigner: AccountRef.nullable(),
  claimedAt: Instant.nullable(),
  submittedAt: Instant.nullable(),
  returnedReason: z.string().nullable(),
  finalAt: Instant.nullable(),
  deliveredAt: Instant.nullable(),
  acknowledgedAt: Instant.nullable(),
});

export const StudySummary = z.object({
  studyInstanceUid: Uid,
  patient: PatientSummary,
  site: SiteRef,
  studyDate: DicomDate,
  studyTime: z.string(),
  accessionNumber: z.string(),
  description: z.string(),
  modalities: z.array(z.string()),
  bodyParts: z.array(z.string()),
  seriesCount: z.number(),
  instanceCount: z.number(),
  bytes: z.number(),
  state: z.enum(["receiving", "complete"]),
  /** Its instances disagree about who the patient is: to be looked at before reading. */
  identityConflict: z.boolean(),
  /** A prior was fetched to be compared with: nobody is asked to read it unless by hand. */
  purpose: z.enum(["reading", "prior"]),
  /** The newest change of the patient that lies over what its instances say. */
  identityChange: z.object({ at: Instant, by: z.string() }).nullable(),
  firstReceivedAt: Instant,
  lastReceivedAt: Instant,
  task: TaskSummary.nullable(),
});

export const ReportVersion = z.object({
  version: z.number(),
  status: z.enum(["preliminary", "final", "amended"]),
  findings: z.string(),
  impression: z.string(),
  author: AccountRef,
  writtenAt: Instant,
  countersigner: AccountRef.nullable(),
  signedAt: Instant.nullable(),
});

const ReportDraft = z.object({
  revision: z.number(),
  findings: z.string(),
  impression: z.string(),
  savedAt: Instant,
});

/** Somebody asks whoever reads it to give it up; with whom to talk that over, where it was said. */
const CancelRequest = z.object({
  reason: z.string(),
  contactName: z.string(),
  contactUri: z.string(),
  askedBy: AccountRef,
  askedAt: Instant,
});
const RejectionReason = z.enum(["quality", "safety", "worklist", "expired"]);
/** Images were rejected after the report was signed; null: none, or there is no signed one. */
const RejectedSince = z.object({ at: Instant, reason: RejectionReason }).nullable();

const TaskDetail = z.object({
  task: TaskSummary,
  study: StudySummary,
  /** The caller's own text, when there is some. */
  draft: ReportDraft.nullable(),
  /** Newest first. A site sees only final and amended ones. */
  versions: z.array(ReportVersion),
  /** Which moves the caller may make now. */
  moves: z.array(z.string()),
  pdfReady: z.boolean(),
  /** The newest, while the task is being read. */
  cancelRequest: CancelRequest.nullable(),
  rejectedSince: RejectedSince,
});

const PriorStudy = z.object({
  studyInstanceUid: Uid,
  studyDate: DicomDate,
  description: z.string(),
  modalities: z.array(z.string()),
  site: SiteRef,
  reportTaskId: z.string().nullable(),
});

const HiddenAs = z.enum(["quality", "safety", "worklist", "expired", "note"]);

const Rejection = z.object({
  id: z.string(),
  reason: RejectionReason,
  rejectedAt: Instant,
  /** Account name or AE title. */
  rejectedBy: z.string(),
  /** Of those it names, how many are stored. */
  instanceCount: z.number(),
  undoneAt: Instant.nullable(),
  mayUndo: z.boolean(),
});

const RetentionKind = z.enum(["out-patient", "in-patient"]);
const Hold = z.object({
  study: z.object({ studyInstanceUid: Uid, patientName: z.string(), patientId: z.string(), description: z.string() }),
  site: SiteRef,
  studyDate: DicomDate,
  modalities: z.array(z.string()),
  reason: z.string(),
  setAt: Instant,
  setBy: z.string(),
});
const RetentionClass = z.object({
  site: SiteRef,
  /** "*": every other one */
  modality: z.string(),
  kind: RetentionKind,
  years: z.number(),
});
const DueDeletion = z.object({
  id: z.string(),
  cause: z.enum(["class", "note"]),
  study: z.object({ studyInstanceUid: Uid, patientName: z.string(), patientId: z.string(), description: z.string() }),
  site: SiteRef,
  studyDate: DicomDate,
  modalities: z.array(z.string()),
  keptUntil: Instant,
  instances: z.number(),
  bytes: z.number(),
  listedAt: Instant,
  confirmedAt: Instant.nullable(),
});

/** As a header names her. */
const NamedPatient = z.object({
  patientId: z.string(),
  name: z.string(),
  nameLatin: z.string(),
  birthDate: DicomDate,
  sex: z.string(),
});

/** What a device says it made, in instances, and what of it has not come (MPPS). */
const Reported = z.object({ made: z.number(), missing: z.number() });
const MissingOf = z.object({
  seriesInstanceUid: z.string(),
  /** Null when nothing of the series is here. */
  number: z.number().nullable(),
  description: z.string(),
  missing: z.number(),
});

const StudyDetail = z.object({
  study: StudySummary,
  /** The patient it is filed under, and the first that an instance names otherwise while that is not settled. */
  patientKey: z.string(),
  conflictWith: NamedPatient.nullable(),
  series: z.array(
    z.object({
      seriesInstanceUid: Uid,
      modality: z.string(),
      number: z.number().nullable(),
      description: z.string(),
      instanceCount: z.number(),
    }),
  ),
  priors: z.array(PriorStudy),
  /** What was rejected of it, newest first; for who may reject. */
  rejections: z.array(Rejection),
  mayReject: z.boolean(),
  /** What the device says it made of it; null when it says nothing. */
  reported: Reported.extend({ missingOf: z.array(MissingOf) }).nullable(),
});

const ReportSummary = z.object({
  task: TaskSummary,
  study: StudySummary,
  impression: z.string(),
  pdfReady: z.boolean(),
});

const ReportDetail = z.object({
  task: TaskSummary,
  study: StudySummary,
  report: ReportVersion,
  pdfReady: z.boolean(),
  rejectedSince: RejectedSince,
  moves: z.array(z.string()),
});

export const Session = z.object({
  account: z.object({ id: z.string(), username: z.string(), displayName: z.string(), title: z.string() }),
  roles: z.array(z.object({ role: Role, site: SiteRef.nullable() })),
});

const Notice = z.object({
  id: z.string(),
  kind: z.string(),
  taskId: z.string(),
  createdAt: Instant,
  seen: z.boolean(),
  study: z.object({ studyInstanceUid: Uid, patientName: z.string(), description: z.string(), modality: z.string() }),
});

const Site = SiteRef.extend({
  kind: z.enum(["community", "imaging-centre", "ecg-centre"]),
  timeZone: z.string(),
  autoRequest: z.boolean(),
  quietSeconds: z.number(),
  routes: z.array(z.object({ modality: z.string(), centreSiteId: z.string() })),
});

const Account = z.object({
  id: z.string(),
  username: z.string(),
  displayName: z.string(),
  title: z.string(),
  disabled: z.boolean(),
  roles: z.array(z.object({ role: Role, siteId: z.string().nullable() })),
});

const Password = z.string().min(10).max(200);
const RoleGrant = z.object({ role: Role, siteId: z.string().nullable() });

const ApplicationEntity = z.object({
  title: z.string(),
  siteId: z.string(),
  host: z.string().nullable(),
  port: z.number().nullable(),
});

const RuleModality = z.string().regex(/^([A-Z]{2,8}|\*)$/);

const ForwardRuleFields = z.object({
  siteId: z.string(),
  /** AE title of a device of the site; empty: any. */
  source: Text(16),
  /** "*": every one */
  modality: RuleModality,
  /** AE title. */
  destination: Text(16),
});
const ForwardRule = ForwardRuleFields.extend({ id: z.uuid() });

const PriorRuleFields = z.object({
  siteId: z.string(),
  /** AE title of a PACS of the site itself. */
  source: Text(16),
  /** Of the reading and of what is fetched for it; "*": every one */
  modality: RuleModality,
  /** What the PACS calls the issuer of the site's patient IDs; empty: it is not asked by it. */
  issuer: z
    .string()
    .trim()
    .max(64)
    .regex(/^[^*?\\\p{Cc}]*$/u),
  /** So far back; null: of any age. */
  years: z.number().int().min(1).max(100).nullable(),
  mostStudies: z.number().int().min(1).max(100),
});
const PriorRule = PriorRuleFields.extend({ id: z.uuid() });

/** A registered AE title that the hub calls. */
const Destination = z.object({
  title: z.string(),
  site: SiteRef,
  host: z.string(),
  port: z.number(),
  isTls: z.boolean(),
  /** Associations of the hub with it at the same time. */
  maxOutgoing: z.number(),
  /** held: an administrator wants nothing to go there · backing-off: it did not answer and is left alone for a while */
  state: z.enum(["running", "held", "backing-off"]),
  hold: z.object({ reason: z.string(), until: Instant.nullable(), heldAt: Instant, heldBy: z.string() }).nullable(),
  backOff: z.object({ failures: z.number(), until: Instant }).nullable(),
  /** Transfers that are to be made, and that were given up. */
  queued: z.number(),
  failed: z.number(),
  /** Transfers that came to their end within 24 hours. */
  doneLastDay: z.number(),
  /** Of the transfer that failed last and is not done yet. */
  lastFailure: z.object({ failure: z.string(), at: Instant }).nullable(),
});

/** Work with a peer for one study: it is sent on to the peer, or its patient's earlier ones are fetched from it. */
const Transfer = z.object({
  id: z.string(),
  /** Newest is highest: where the next page begins. */
  number: z.string(),
  kind: z.enum(["forward", "priors"]),
  /** The peer's AE title. */
  peer: z.string(),
  site: SiteRef,
  /** Sent on, or read while its priors are fetched. */
  studyInstanceUid: Uid,
  /** waiting: until now, or until `nextAt` · given-up: it will not be tried again by itself */
  state: z.enum(["waiting", "given-up", "done"]),
  /** Since it was last asked for; waiting for a place is none. */
  attempts: z.number(),
  /** Of the last attempt that failed; null once one has not. */
  failure: z.string().nullable(),
  /** That were sent, or came. */
  instances: z.number(),
  /** Of a study that is sent on: how many it has. */
  ofInstances: z.number().nullable(),
  /** Instances that the peer will not take; studies that are not surely the patient's and were left there. */
  refused: z.number(),
  createdAt: Instant,
  changedAt: Instant,
  nextAt: Instant.nullable(),
});

const DeidentifyOptions = z.object({
  modifiedDates: z.boolean(),
  cleanDescriptors: z.boolean(),
  patientCharacteristics: z.boolean(),
  safePrivate: z.boolean(),
});

const ExportSummary = z.object({
  id: z.uuid(),
  purpose: z.string(),
  options: DeidentifyOptions,
  pseudonymPrefix: z.string(),
  /** Null: by the command on the machine itself. */
  requestedBy: AccountRef.nullable(),
  requestedAt: Instant,
  finishedAt: Instant.nullable(),
  state: z.enum(["waiting", "running", "done", "failed"]),
  /** An error code when it failed. */
  failure: z.string().nullable(),
  studyCount: z.number(),
  /** Instances. */
  total: z.number(),
  exported: z.number(),
  refused: z.number(),
  /** Of the file; null when there is none. */
  bytes: z.number().nullable(),
});

const AuditEvent = z.object({
  id: z.string(),
  at: Instant,
  actor: z.string(),
  action: z.string(),
  outcome: z.enum(["done", "refused"]),
  studyInstanceUid: z.string().nullable(),
  taskId: z.string().nullable(),
  sealed: z.boolean(),
});

export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  code: z.string(),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});

const WrittenReport = z.object({ findings: Text(20_000), impression: Text(10_000) });
const DraftToSave = WrittenReport.extend({
  /** The revision this text grew out of; 0 for the first. */ basedOn: z.number().int().min(0),
});
const ReadingRequest = z.object({ clinicalHistory: Text(4000), question: Text(2000), urgency: Urgency });
const byTask = z.object({ taskId: z.uuid() });
const byExport = z.object({ exportId: z.uuid() });
const byStudy = z.object({ studyInstanceUid: Uid });
const byTitle = z.object({ title: Text(16) });
const byRule = z.object({ ruleId: z.uuid() });
const nothing = z.null();

// Operations ----------------------------------------------------------------------------------------------------------

interface Schemas {
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** Null: an answer that is not JSON. */
  readonly answer: z.ZodType | null;
}

const AeTitle = z.string().regex(/^[\x21-\x5b\x5d-\x7e]([\x20-\x5b\x5d-\x7e]{0,14}[\x21-\x5b\x5d-\x7e])?$/);
const Day = z.string().regex(/^\d{8}$/);

const NewOrder = z.object({
  siteId: z.string(),
  /** Empty: the hub makes one. */
  accessionNumber: z.string().regex(/^[\x21-\x5b\x5d-\x7e]{0,16}$/),
  patient: z.object({
    patientId: z.string().trim().min(1).max(64),
    /** Han name, without carets. */
    name: Text(64),
    /** As DICOM has it: family^given. */
    nameLatin: z.string().regex(/^[\x20-\x5b\x5d-\x7e]{0,64}$/),
    birthDate: z.union([z.literal(""), Day]),
    sex: z.enum(["", "M", "F", "O"]),
  }),
  clinicalHistory: Text(4000),
  question: Text(1000),
  modality: z.string().regex(/^[A-Z]{2,8}$/),
  description: z.string().trim().min(1).max(64),
  /** Empty: any device of the site. */
  stationAeTitle: z.union([z.literal(""), AeTitle]),
  startDate: Day,
  startTime: z.string().regex(/^\d{6}$/),
  urgency: Urgency.default("routine"),
});

const OrderStage = z.enum(ORDER_STAGES);

const Order = NewOrder.extend({
  urgency: Urgency,
  id: z.string(),
  site: SiteRef,
  studyInstanceUid: Uid,
  state: z.enum(["scheduled", "started", "performed", "discontinued", "cancelled"]),
  /** The state, and `arrived` once there are images while its device has not said that it has ended. */
  stage: OrderStage,
  requestingPhysician: z.string(),
  placedAt: Instant,
  /** What came of it, found by its UID or its accession number. */
  study: z
    .object({ studyInstanceUid: Uid, instanceCount: z.number(), state: z.enum(["receiving", "complete"]) })
    .nullable(),
  /** As its device tells it (MPPS). */
  performed: z
    .object({
      aeTitle: z.string(),
      beganAt: Instant,
      endedAt: Instant.nullable(),
      made: z.number(),
      missing: z.number(),
    })
    .nullable(),
});

const PatientKey = z.string().regex(/^\d{1,18}$/);
/** A component group of PN: no backslash, no equals sign, no control characters (PS3.5 §6.2). */
const NameGroup = z
  .string()
  .trim()
  .max(64)
  .regex(/^[^\p{Cc}\\=]*$/u);
const CorrectedFields = z.object({
  name: z.object({ ideographic: NameGroup, alphabetic: NameGroup, phonetic: NameGroup }).optional(),
  patientId: z
    .string()
    .trim()
    .min(1)
    .max(64)
    .regex(/^[^\p{Cc}\\]*$/u)
    .optional(),
  birthDate: z.union([z.literal(""), Day]).optional(),
  sex: z.enum(["", "M", "F", "O"]).optional(),
});
const PatientChangeRequest = z.union([
  z.strictObject({ kind: z.literal("merge"), patientKey: PatientKey, intoKey: PatientKey }),
  z.strictObject({ kind: z.literal("link"), patientKey: PatientKey, withKey: PatientKey }),
  z.strictObject({ kind: z.literal("move"), studyInstanceUid: Uid, toKey: PatientKey }),
  z.strictObject({ kind: z.literal("correct"), patientKey: PatientKey, fields: CorrectedFields }),
  z.strictObject({ kind: z.literal("correct"), studyInstanceUid: Uid, fields: CorrectedFields }),
]);

const PatientIdentity = NamedPatient.extend({
  patientKey: PatientKey,
  /** The centre whose patient she is. */
  site: SiteRef,
  alphabetic: z.string(),
  ideographic: z.string(),
  phonetic: z.string(),
  studyCount: z.number(),
  lastStudyDate: DicomDate,
  /** The same person elsewhere. */
  linked: z.array(z.object({ patientKey: PatientKey, site: SiteRef, patientId: z.string(), name: z.string() })),
});

const StudyLine = z.object({
  studyInstanceUid: Uid,
  siteId: z.string(),
  studyDate: DicomDate,
  description: z.string(),
  modalities: z.array(z.string()).readonly(),
  isReported: z.boolean(),
});

const IdentityDifference = z.object({
  fields: z
    .array(z.object({ field: z.enum(IDENTITY_FIELDS), before: z.string(), after: z.string(), studies: z.number() }))
    .readonly(),
  studyCount: z.number(),
  studies: z.array(StudyLine).readonly(),
  signedReports: z.number(),
  openTasks: z.number(),
  priorsGiven: z.number(),
  priorsTaken: z.number(),
  conflictsSettled: z.number(),
  sentAgain: z.number().optional(),
  sentAgainTo: z.array(z.string()).readonly().optional(),
});

const PatientChange = z.object({
  id: z.string(),
  kind: z.enum(CHANGE_KINDS),
  /** False: it is of one study. */
  ofPatient: z.boolean(),
  site: SiteRef,
  patient: NamedPatient,
  other: NamedPatient.extend({ site: SiteRef }).nullable(),
  reason: z.string(),
  at: Instant,
  by: z.string(),
  undoneAt: Instant.nullable(),
  undoneBy: z.string().nullable(),
  difference: IdentityDifference,
});

/** One schema a payload: it validates, it is the type, and OpenAPI is made from it. */
export const PAYLOADS = {
  signIn: { body: z.object({ username: Text(64), password: Text(200) }), answer: Session },
  getSession: { answer: Session },
  signOut: { answer: nothing },

  listStudies: {
    query: z.object({
      q: Text(64).optional(),
      modality: Text(16).optional(),
      /** receiving, unasked (complete, no task), waiting (with a reader), reported */
      stage: z.enum(["receiving", "unasked", "waiting", "reported"]).optional(),
      from: z
        .string()
        .regex(/^\d{8}$/)
        .optional(),
      to: z
        .string()
        .regex(/^\d{8}$/)
        .optional(),
      ...Page,
    }),
    answer: z.object({
      studies: z.array(StudySummary.extend({ reported: Reported.nullable() })),
      total: z.number(),
      counts: z.record(z.string(), z.number()),
    }),
  },
  placeOrder: { body: NewOrder, answer: Order },
  listOrders: {
    query: z.object({
      q: Text(64).optional(),
      stage: OrderStage.optional(),
      from: Day.optional(),
      to: Day.optional(),
      ...Page,
    }),
    answer: z.object({
      orders: z.array(Order),
      /** By stage and in all; only of a span of days with both ends. */
      counts: z.record(z.string(), z.number()),
    }),
  },
  listStations: { answer: z.object({ stations: z.array(z.object({ title: z.string(), siteId: z.string() })) }) },
  changeOrder: {
    params: z.object({ orderId: z.uuid() }),
    /** An empty accession number leaves it as it is. */
    body: NewOrder.omit({ siteId: true }),
    answer: Order,
  },
  cancelOrder: { params: z.object({ orderId: z.uuid() }), answer: Order },
  getStudy: { params: byStudy, answer: StudyDetail },
  requestReading: { params: byStudy, body: ReadingRequest, answer: TaskSummary },
  listSeriesInstances: {
    params: byStudy.extend({ seriesInstanceUid: Uid }),
    answer: z.object({
      instances: z.array(
        z.object({
          sopInstanceUid: Uid,
          number: z.number().nullable(),
          frames: z.number(),
          hiddenAs: HiddenAs.nullable(),
        }),
      ),
    }),
  },
  rejectInstances: {
    params: byStudy,
    body: z.object({
      reason: z.enum(["quality", "safety", "worklist"]),
      /** Nothing named: the whole study. */
      seriesInstanceUids: z.array(Uid).max(1000),
      sopInstanceUids: z.array(Uid).max(5000),
    }),
    answer: z.object({ rejected: z.number() }),
  },
  undoRejection: { params: byStudy.extend({ rejectionId: z.uuid() }), answer: nothing },
  findStoredInstances: {
    body: z.object({
      instances: z
        .array(
          z.object({
            sopInstanceUid: Uid,
            /** hex, of the data set without the Part 10 header */ dataSetSha256: z.string().regex(/^[0-9a-f]{64}$/),
          }),
        )
        .max(1000),
    }),
    answer: z.object({ stored: z.array(Uid) }),
  },

  listTasks: {
    query: z.object({
      /** open: to claim · mine: claimed by the caller · countersign: waiting for a second doctor · done */
      view: z.enum(["open", "mine", "countersign", "done"]).default("open"),
      q: Text(64).optional(),
      modality: Text(16).optional(),
      urgency: Urgency.optional(),
      ...Page,
    }),
    answer: z.object({
      tasks: z.array(z.object({ task: TaskSummary, study: StudySummary, priorCount: z.number() })),
      total: z.number(),
      counts: z.record(z.string(), z.number()),
    }),
  },
  getTask: { params: byTask, answer: TaskDetail },
  claimTask: { params: byTask, answer: TaskDetail },
  releaseTask: { params: byTask, answer: TaskSummary },
  withdrawTask: { params: byTask, answer: TaskSummary },
  changeRequest: { params: byTask, body: ReadingRequest, answer: TaskSummary },
  saveDraft: { params: byTask, body: DraftToSave, answer: ReportDraft },
  submitReport: { params: byTask, body: WrittenReport, answer: TaskDetail },
  recallReport: { params: byTask, answer: TaskDetail },
  returnReport: { params: byTask, body: z.object({ reason: Text(1000).min(1) }), answer: TaskSummary },
  countersignReport: { params: byTask, body: WrittenReport, answer: TaskDetail },

  listReports: {
    query: z.object({
      q: Text(64).optional(),
      unacknowledged: z.stringbool().optional(),
      modality: Text(16).optional(),
      from: z
        .string()
        .regex(/^\d{8}$/)
        .optional(),
      to: z
        .string()
        .regex(/^\d{8}$/)
        .optional(),
      ...Page,
    }),
    answer: z.object({ reports: z.array(ReportSummary), total: z.number(), unacknowledged: z.number() }),
  },
  getReport: { params: byTask, answer: ReportDetail },
  getReportPdf: { params: byTask, answer: null },
  acknowledgeReport: { params: byTask, answer: TaskSummary },

  listPatients: {
    query: z.object({ q: Text(64).default(""), siteId: Text(32).optional(), limit: Page.limit }),
    answer: z.object({ patients: z.array(PatientIdentity), hasMore: z.boolean() }),
  },
  getPatient: {
    params: z.object({ patientKey: PatientKey }),
    answer: z.object({ patient: PatientIdentity, studies: z.array(StudyLine) }),
  },
  listIdentityConflicts: {
    query: z.object({ ...Page }),
    answer: z.object({
      conflicts: z.array(
        z.object({
          study: StudySummary,
          patientKey: PatientKey,
          /** Whose study it is now: what its own header says may be what contradicts. */
          filedUnder: NamedPatient,
          /** Null: the hub did not note it yet when it came. */
          conflictWith: NamedPatient.nullable(),
          /** The patient who has that ID. */
          otherKey: PatientKey.nullable(),
        }),
      ),
      total: z.number(),
    }),
  },
  previewPatientChange: {
    body: PatientChangeRequest,
    /** With the token just this difference can be asked for. */
    answer: z.object({ difference: IdentityDifference, token: z.string() }),
  },
  makePatientChange: {
    body: z.object({ change: PatientChangeRequest, reason: z.string().trim().min(1).max(500), token: Text(64) }),
    answer: PatientChange,
  },
  listPatientChanges: {
    query: z.object({ studyInstanceUid: Uid.optional(), ...Page }),
    answer: z.object({ changes: z.array(PatientChange), total: z.number() }),
  },
  undoPatientChange: { params: z.object({ changeId: z.string().regex(/^\d{1,18}$/) }), answer: PatientChange },

  listNotices: { answer: z.object({ notices: z.array(Notice), unseen: z.number() }) },
  markNoticeSeen: { params: z.object({ noticeId: z.string().regex(/^\d{1,18}$/) }), answer: nothing },

  createExport: {
    body: z.object({
      studyInstanceUids: z.array(Uid).min(1).max(500),
      purpose: z.string().trim().min(1).max(500),
      options: DeidentifyOptions,
      /** Patients are called by it with a number behind: EXP-0001. */
      pseudonymPrefix: z.string().regex(/^[A-Z0-9-]{1,16}$/),
    }),
    answer: ExportSummary,
  },
  listExports: {
    query: z.object({ ...Page }),
    answer: z.object({ exports: z.array(ExportSummary), total: z.number() }),
  },
  getExport: {
    params: byExport,
    answer: ExportSummary.extend({
      /** The first thousand. */
      refusals: z.array(
        z.object({
          studyInstanceUid: Uid,
          seriesDescription: z.string(),
          modality: z.string(),
          sopInstanceUid: Uid,
          reason: z.enum(REFUSAL_REASONS),
        }),
      ),
    }),
  },
  getExportFile: { params: byExport, answer: null },
  retryExport: { params: byExport, answer: ExportSummary },

  listSites: { answer: z.object({ sites: z.array(Site) }) },
  changeSite: {
    params: z.object({ siteId: Text(32) }),
    body: z.object({ autoRequest: z.boolean(), quietSeconds: z.number().int().min(1).max(86_400) }),
    answer: Site,
  },
  listAccounts: { answer: z.object({ accounts: z.array(Account) }) },
  createAccount: {
    body: z.object({
      username: z.string().regex(/^[a-z0-9._-]{1,64}$/),
      displayName: Text(64).min(1),
      title: Text(64),
      password: Password,
      roles: z.array(RoleGrant).min(1).max(16),
    }),
    answer: Account,
  },
  changeAccount: {
    params: z.object({ accountId: z.uuid() }),
    body: z.object({
      displayName: Text(64).min(1),
      title: Text(64),
      disabled: z.boolean(),
      password: Password.optional(),
      roles: z.array(RoleGrant).max(16),
    }),
    answer: Account,
  },
  listApplicationEntities: { answer: z.object({ applicationEntities: z.array(ApplicationEntity) }) },
  saveApplicationEntity: {
    params: z.object({
      title: AeTitle,
    }),
    body: z.object({
      siteId: z.string(),
      host: Text(255).nullable(),
      port: z.number().int().min(1).max(65_535).nullable(),
    }),
    answer: ApplicationEntity,
  },
  deleteApplicationEntity: { params: z.object({ title: Text(16) }), answer: nothing },
  echoApplicationEntity: {
    params: z.object({ title: AeTitle }),
    answer: z.object({
      ok: z.boolean(),
      milliseconds: z.number().nullable(),
      failure: z.enum(["unreachable", "rejected", "aborted", "lost", "silent", "protocol"]).nullable(),
      /** The failure, and what the network or the peer says of it. */
      reason: z.string().nullable(),
    }),
  },
  listTransfers: {
    query: z.object({
      state: z.enum(["waiting", "given-up", "done"]).optional(),
      peer: Text(16).optional(),
      before: z
        .string()
        .regex(/^\d{1,18}$/)
        .optional(),
      limit: Page.limit,
    }),
    answer: z.object({ transfers: z.array(Transfer) }),
  },
  retryTransfer: { params: z.object({ transferId: z.uuid() }), answer: Transfer },
  abandonTransfer: { params: z.object({ transferId: z.uuid() }), answer: Transfer },
  listDestinations: { answer: z.object({ destinations: z.array(Destination) }) },
  changeDestination: {
    params: byTitle,
    body: z.object({ maxOutgoing: z.number().int().min(1).max(100) }),
    answer: Destination,
  },
  holdDestination: {
    params: byTitle,
    /** Without an end until it is resumed. */
    body: z.object({ reason: z.string().trim().min(1).max(500), until: Instant.nullable() }),
    answer: Destination,
  },
  resumeDestination: { params: byTitle, answer: Destination },
  retryTransfers: { params: byTitle, answer: z.object({ retried: z.number() }) },
  listForwardRules: { answer: z.object({ rules: z.array(ForwardRule) }) },
  createForwardRule: { body: ForwardRuleFields, answer: ForwardRule },
  changeForwardRule: { params: byRule, body: ForwardRuleFields, answer: ForwardRule },
  deleteForwardRule: { params: byRule, answer: nothing },
  listPriorRules: { answer: z.object({ rules: z.array(PriorRule) }) },
  createPriorRule: { body: PriorRuleFields, answer: PriorRule },
  changePriorRule: { params: byRule, body: PriorRuleFields, answer: PriorRule },
  deletePriorRule: { params: byRule, answer: nothing },
  getRetention: {
    answer: z.object({
      classes: z.array(RetentionClass),
      holds: z.array(Hold),
      due: z.array(DueDeletion),
      /** Of all that is due; `due` gives the first of them. */
      dueTotal: z.number(),
      sweeping: z.object({ blobs: z.number() }),
      tiers: z.object({
        isColdThere: z.boolean(),
        hot: z.object({ instances: z.number(), bytes: z.number() }),
        cold: z.object({ instances: z.number(), bytes: z.number() }),
        sites: z.array(z.object({ site: SiteRef, coldAfterDays: z.number().nullable() })),
      }),
    }),
  },
  saveRetentionClass: {
    params: z.object({ siteId: Text(32), modality: z.string().regex(/^([A-Z]{2,8}|\*)$/) }),
    body: z
      .object({ kind: RetentionKind, years: z.number().int().min(15).max(200) })
      .refine(({ kind, years }) => kind === "out-patient" || years >= 30, { path: ["years"] }),
    answer: nothing,
  },
  deleteRetentionClass: { params: z.object({ siteId: Text(32), modality: Text(8) }), answer: nothing },
  changeColdTier: {
    params: z.object({ siteId: Text(32) }),
    body: z.object({ coldAfterDays: z.number().int().min(1).max(36_500).nullable() }),
    answer: nothing,
  },
  setHold: { params: byStudy, body: z.object({ reason: z.string().trim().min(1).max(1000) }), answer: nothing },
  liftHold: { params: byStudy, body: z.object({ reason: z.string().trim().min(1).max(1000) }), answer: nothing },
  confirmDeletions: {
    body: z.object({ deletionIds: z.array(z.uuid()).min(1).max(500) }),
    answer: z.object({ confirmed: z.number() }),
  },
  listAuditEvents: {
    query: z.object({
      /** One of the audit's actions; `request` for all requests that were refused. */
      action: z.enum([...AUDIT_ACTIONS, REFUSED_REQUEST]).optional(),
      before: z
        .string()
        .regex(/^\d{1,18}$/)
        .optional(),
      limit: Page.limit,
    }),
    answer: z.object({ events: z.array(AuditEvent) }),
  },
  getSystemStatus: {
    answer: z.object({
      studies: z.number(),
      instances: z.number(),
      bytes: z.number(),
      tasks: z.record(z.string(), z.number()),
      outboxWaiting: z.number(),
      outboxFailed: z.number(),
      auditUnsealed: z.number(),
    }),
  },
} as const satisfies Readonly<Record<Operation, Schemas>>;

type Infer<S> = S extends z.ZodType ? z.infer<S> : undefined;
type Given<S> = S extends z.ZodType ? z.input<S> : undefined;
type Part<Op extends Operation, Name extends string> = (typeof PAYLOADS)[Op] extends { readonly [K in Name]: infer S }
  ? S
  : undefined;

/** What a handler gets and gives, and what a caller sends and receives. */
export type Params<Op extends Operation> = Infer<Part<Op, "params">>;
export type Query<Op extends Operation> = Infer<Part<Op, "query">>;
export type Body<Op extends Operation> = Infer<Part<Op, "body">>;
export type QueryGiven<Op extends Operation> = Given<Part<Op, "query">>;
export type BodyGiven<Op extends Operation> = Given<Part<Op, "body">>;
export type Answer<Op extends Operation> = Infer<Part<Op, "answer">>;

export type StudySummary = z.infer<typeof StudySummary>;
export type TaskSummary = z.infer<typeof TaskSummary>;
export type PatientSummary = z.infer<typeof PatientSummary>;
export type ReportVersion = z.infer<typeof ReportVersion>;
export type SiteRef = z.infer<typeof SiteRef>;
export type Session = z.infer<typeof Session>;
export type Problem = z.infer<typeof Problem>;
