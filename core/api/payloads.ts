import type { z } from "zod";
import type { Operation } from "./endpoints.ts";
import { ACCOUNT_PAYLOADS } from "./payloads/account-payloads.ts";
import { APPLICATION_ENTITY_PAYLOADS } from "./payloads/application-entity-payloads.ts";
import { AUDIT_EVENT_PAYLOADS } from "./payloads/audit-event-payloads.ts";
import { DESTINATION_PAYLOADS } from "./payloads/destination-payloads.ts";
import { EXPORT_PAYLOADS } from "./payloads/export-payloads.ts";
import { FORWARD_RULE_PAYLOADS } from "./payloads/forward-rule-payloads.ts";
import { HANGING_PAYLOADS } from "./payloads/hanging-payloads.ts";
import { MARK_PAYLOADS } from "./payloads/mark-payloads.ts";
import { NOTICE_PAYLOADS } from "./payloads/notice-payloads.ts";
import { ORDER_PAYLOADS } from "./payloads/order-payloads.ts";
import { PATIENT_CHANGE_PAYLOADS } from "./payloads/patient-change-payloads.ts";
import { PATIENT_PAYLOADS } from "./payloads/patient-payloads.ts";
import { PRIOR_RULE_PAYLOADS } from "./payloads/prior-rule-payloads.ts";
import { READING_TASK_PAYLOADS } from "./payloads/reading-task-payloads.ts";
import { REJECTION_PAYLOADS } from "./payloads/rejection-payloads.ts";
import { REPORT_PAYLOADS } from "./payloads/report-payloads.ts";
import { RETENTION_PAYLOADS } from "./payloads/retention-payloads.ts";
import { SESSION_PAYLOADS } from "./payloads/session-payloads.ts";
import { SITE_PAYLOADS } from "./payloads/site-payloads.ts";
import { STUDY_PAYLOADS } from "./payloads/study-payloads.ts";
import { SYSTEM_STATUS_PAYLOADS } from "./payloads/system-status-payloads.ts";
import { TRANSFER_PAYLOADS } from "./payloads/transfer-payloads.ts";

interface Schemas {
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** Null: an answer that is not JSON. */
  readonly answer: z.ZodType | null;
}

/** One schema a payload: it validates, it is the type, and OpenAPI is made from it. */
export const PAYLOADS = {
  ...SESSION_PAYLOADS,
  ...STUDY_PAYLOADS,
  ...REJECTION_PAYLOADS,
  ...ORDER_PAYLOADS,
  ...READING_TASK_PAYLOADS,
  ...MARK_PAYLOADS,
  ...REPORT_PAYLOADS,
  ...PATIENT_PAYLOADS,
  ...PATIENT_CHANGE_PAYLOADS,
  ...NOTICE_PAYLOADS,
  ...HANGING_PAYLOADS,
  ...EXPORT_PAYLOADS,
  ...SITE_PAYLOADS,
  ...ACCOUNT_PAYLOADS,
  ...APPLICATION_ENTITY_PAYLOADS,
  ...TRANSFER_PAYLOADS,
  ...RETENTION_PAYLOADS,
  ...AUDIT_EVENT_PAYLOADS,
  ...SYSTEM_STATUS_PAYLOADS,
  ...FORWARD_RULE_PAYLOADS,
  ...PRIOR_RULE_PAYLOADS,
  ...DESTINATION_PAYLOADS,
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
