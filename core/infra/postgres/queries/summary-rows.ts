import { type RawBuilder, sql } from "kysely";
import type { StudySummary } from "../../../api/payloads/study-summary.ts";
import type { TaskSummary } from "../../../api/payloads/task-summary.ts";
import { searchPattern } from "../../../study/search-text.ts";

/** The columns from which a study's and its task's summaries are made, with the joins they need. */
export const SUMMARY_COLUMNS: RawBuilder<unknown> = sql`
  s.study_instance_uid, s.patient_name, s.patient_name_latin, s.patient_birth_date, s.patient_sex, s.patient_age,
  p.issuer, p.patient_id AS patient_number, s.study_date, s.study_time, s.accession_number, s.description, s.modalities,
  s.body_parts, s.series_count, s.instance_count, s.bytes, s.state AS study_state, s.identity_conflict, s.purpose,
  s.identity_changed_at, s.identity_changed_by,
  s.first_received_at, s.last_received_at,
  o.id AS origin_id, o.name AS origin_name, o.name_en AS origin_name_en,
  t.id AS task_id, t.state AS task_state, t.version, t.urgency, t.modality, t.clinical_history, t.question, t.requested_at,
  t.due_at, t.claimed_at, t.submitted_at, t.returned_reason, t.final_at, t.delivered_at, t.acknowledged_at,
  t.pdf_sop_instance_uid,
  c.id AS centre_id, c.name AS centre_name, c.name_en AS centre_name_en,
  q.id AS requester_id, q.display_name AS requester_name, r.id AS reader_id, r.display_name AS reader_name,
  a.id AS countersigner_id, a.display_name AS countersigner_name`;

/** To follow a FROM that gives `s` (study) and `t` (its living task, or nulls). */
export const SUMMARY_JOINS: RawBuilder<unknown> = sql`
  JOIN patient p ON p.id = s.patient_id
  JOIN site o ON o.id = s.site_id
  LEFT JOIN site c ON c.id = t.centre_site_id
  LEFT JOIN account q ON q.id = t.requested_by
  LEFT JOIN account r ON r.id = t.reader_id
  LEFT JOIN account a ON a.id = t.countersigner_id`;

/** Names, pinyin, IDs; also those that a correction covered. */
export function isNamed(typed: string): RawBuilder<unknown> {
  const pattern = searchPattern(typed);
  return sql`(s.search_text LIKE ${pattern} OR (s.former_search_text <> '' AND s.former_search_text LIKE ${pattern}))`;
}

export interface SummaryRow {
  readonly study_instance_uid: string;
  readonly patient_name: string;
  readonly patient_name_latin: string;
  readonly patient_birth_date: string;
  readonly patient_sex: string;
  readonly patient_age: string;
  readonly issuer: string;
  readonly patient_number: string;
  readonly study_date: string;
  readonly study_time: string;
  readonly accession_number: string;
  readonly description: string;
  readonly modalities: string[];
  readonly body_parts: string[];
  readonly series_count: number;
  readonly instance_count: number;
  readonly bytes: string;
  readonly study_state: "receiving" | "complete";
  readonly identity_conflict: boolean;
  readonly purpose: "reading" | "prior";
  readonly identity_changed_at: Date | null;
  readonly identity_changed_by: string | null;
  readonly first_received_at: Date;
  readonly last_received_at: Date;
  readonly origin_id: string;
  readonly origin_name: string;
  readonly origin_name_en: string;
  readonly task_id: string | null;
  readonly task_state: TaskSummary["state"];
  readonly version: number;
  readonly urgency: TaskSummary["urgency"];
  readonly modality: string;
  readonly clinical_history: string;
  readonly question: string;
  readonly requested_at: Date;
  readonly due_at: Date;
  readonly claimed_at: Date | null;
  readonly submitted_at: Date | null;
  readonly returned_reason: string | null;
  readonly final_at: Date | null;
  readonly delivered_at: Date | null;
  readonly acknowledged_at: Date | null;
  readonly pdf_sop_instance_uid: string | null;
  readonly centre_id: string;
  readonly centre_name: string;
  readonly centre_name_en: string;
  readonly requester_id: string | null;
  readonly requester_name: string | null;
  readonly reader_id: string | null;
  readonly reader_name: string | null;
  readonly countersigner_id: string | null;
  readonly countersigner_name: string | null;
}

const instant = (date: Date | null) => date?.toISOString() ?? null;
const accountRef = (id: string | null, displayName: string | null) =>
  id ? { id, displayName: displayName ?? "" } : null;

export function studySummary(row: SummaryRow): StudySummary {
  return {
    studyInstanceUid: row.study_instance_uid,
    patient: {
      issuer: row.issuer,
      patientId: row.patient_number,
      name: row.patient_name,
      nameLatin: row.patient_name_latin,
      birthDate: row.patient_birth_date,
      sex: row.patient_sex,
      age: row.patient_age,
    },
    site: { id: row.origin_id, name: row.origin_name, nameEn: row.origin_name_en },
    studyDate: row.study_date,
    studyTime: row.study_time,
    accessionNumber: row.accession_number,
    description: row.description,
    modalities: row.modalities,
    bodyParts: row.body_parts,
    seriesCount: row.series_count,
    instanceCount: row.instance_count,
    bytes: Number(row.bytes),
    state: row.study_state,
    identityConflict: row.identity_conflict,
    purpose: row.purpose,
    identityChange: row.identity_changed_at && {
      at: row.identity_changed_at.toISOString(),
      by: row.identity_changed_by ?? "",
    },
    firstReceivedAt: row.first_received_at.toISOString(),
    lastReceivedAt: row.last_received_at.toISOString(),
    task: row.task_id ? taskSummary(row, row.task_id) : null,
  };
}

export function taskSummary(row: SummaryRow, id: string): TaskSummary {
  return {
    id,
    state: row.task_state,
    version: row.version,
    urgency: row.urgency,
    modality: row.modality,
    site: { id: row.origin_id, name: row.origin_name, nameEn: row.origin_name_en },
    centre: { id: row.centre_id, name: row.centre_name, nameEn: row.centre_name_en },
    clinicalHistory: row.clinical_history,
    question: row.question,
    requestedAt: row.requested_at.toISOString(),
    requestedBy: accountRef(row.requester_id, row.requester_name),
    dueAt: row.due_at.toISOString(),
    reader: accountRef(row.reader_id, row.reader_name),
    countersigner: accountRef(row.countersigner_id, row.countersigner_name),
    claimedAt: instant(row.claimed_at),
    submittedAt: instant(row.submitted_at),
    returnedReason: row.returned_reason,
    finalAt: instant(row.final_at),
    deliveredAt: instant(row.delivered_at),
    acknowledgedAt: instant(row.acknowledged_at),
  };
}
