import type { ColumnType, Generated, JSONColumnType } from "kysely";
import type { DeidentifyOptions } from "../../deidentify/deidentify-options.ts";
import type { RefusalReason } from "../../deidentify/refusal-reasons.ts";

/** Rows as they stand in Postgres; the migrations are the truth, this is their type. bigint ids arrive as strings. */
type Id = Generated<string>;
type Instant = ColumnType<Date, Date | string, Date | string>;
type MaybeInstant = ColumnType<Date | null, Date | string | null, Date | string | null>;
type Json = JSONColumnType<Record<string, unknown>>;

interface InstanceTable {
  id: Id;
  study_id: string;
  series_id: string;
  sop_instance_uid: string;
  sop_class_uid: string;
  transfer_syntax_uid: string;
  instance_number: number | null;
  number_of_frames: number | null;
  blob_key: string;
  byte_length: string;
  data_set_offset: number;
  data_set_sha256: Buffer;
  blob_sha256: Buffer;
  pixel_data_offset: string | null;
  attributes: Json;
  received_at: Instant;
  received_from: string;
  received_via: string;
  hidden_as: "quality" | "safety" | "worklist" | "expired" | "note" | null;
}

export interface Tables {
  site: {
    id: string;
    name: string;
    name_en: string;
    kind: "community" | "imaging-centre" | "ecg-centre";
    time_zone: Generated<string>;
    auto_request: Generated<boolean>;
    quiet_seconds: Generated<number>;
    cold_after_days: ColumnType<number | null, number | null | undefined, number | null>;
  };
  account: {
    id: Generated<string>;
    username: string;
    display_name: string;
    title: Generated<string>;
    password_hash: string;
    disabled_at: MaybeInstant;
    created_at: Generated<Date>;
  };
  account_role: { account_id: string; site_id: string | null; role: string };
  session: {
    token_sha256: Buffer;
    account_id: string;
    created_at: Generated<Date>;
    seen_at: Generated<Date>;
    expires_at: Instant;
  };
  api_key: {
    id: Generated<string>;
    account_id: string;
    name: string;
    key_sha256: Buffer;
    created_at: Generated<Date>;
    revoked_at: MaybeInstant;
  };
  application_entity: {
    title: string;
    site_id: string;
    host: string | null;
    port: number | null;
    created_at: Generated<Date>;
    certificate_sha256: string | null;
    tls_only: Generated<boolean>;
    max_associations: number | null;
    character_set: string | null;
    is_told_availability: Generated<boolean>;
    max_outgoing: Generated<number>;
  };
  reading_route: { site_id: string; modality: string; centre_site_id: string };
  access_policy: { action: string; role: string; relation: string };
  patient: {
    id: Id;
    issuer: string;
    patient_id: string;
    name_alphabetic: string;
    name_ideographic: string;
    name_phonetic: string;
    birth_date: string;
    sex: string;
    search_text: string;
  };
  study: {
    id: Id;
    study_instance_uid: string;
    site_id: string;
    patient_id: string;
    study_date: string;
    study_time: string;
    accession_number: string;
    dicom_study_id: string;
    description: string;
    referring_physician: string;
    patient_name: string;
    patient_name_latin: string;
    patient_birth_date: string;
    patient_sex: string;
    patient_age: string;
    modalities: string[];
    body_parts: string[];
    series_count: number;
    instance_count: number;
    bytes: string;
    attributes: Json;
    search_text: string;
    identity_conflict: Generated<boolean>;
    is_reindexed: Generated<boolean>;
    state: Generated<"receiving" | "complete">;
    purpose: Generated<"reading" | "prior">;
    first_received_at: Instant;
    last_received_at: Instant;
    released_at: MaybeInstant;
    completed_at: MaybeInstant;
    originals_deleted_at: MaybeInstant;
    accessed_at: Generated<Date>;
    cold_at: MaybeInstant;
  };
  series: {
    id: Id;
    study_id: string;
    series_instance_uid: string;
    modality: string;
    series_number: number | null;
    description: string;
    body_part: string;
    instance_count: Generated<number>;
    attributes: Json;
    version: Generated<number>;
  };
  instance: InstanceTable;
  /** Those that may be seen: the one rule, `hidden_as IS NULL`. */
  seen_instance: InstanceTable;
  rejection: {
    id: Generated<string>;
    study_id: string;
    note_sop_instance_uid: string;
    reason: "quality" | "safety" | "worklist" | "expired";
    rejected_at: Generated<Date>;
    rejected_by: string;
    account_id: string | null;
    undone_at: MaybeInstant;
    undone_by: string | null;
  };
  rejected_instance: { sop_instance_uid: string; rejection_id: string };
  retention_class: { site_id: string; modality: string; kind: "out-patient" | "in-patient"; years: number };
  legal_hold: {
    id: Generated<string>;
    study_id: string;
    reason: string;
    set_at: Generated<Date>;
    set_by: string;
    lifted_at: MaybeInstant;
    lifted_by: string | null;
    lifted_reason: string | null;
  };
  deletion: {
    id: Generated<string>;
    study_id: string;
    cause: "class" | "note";
    listed_at: Generated<Date>;
    confirmed_at: MaybeInstant;
    confirmed_by: string | null;
    done_at: MaybeInstant;
    instances: number | null;
    bytes: ColumnType<string | null, number | null, number | null>;
  };
  doomed_blob: {
    blob_key: string;
    deletion_id: string | null;
    doomed_at: Generated<Date>;
    sweep_after: ColumnType<Date, Date | undefined, Date>;
    swept_at: MaybeInstant;
  };
  series_object: {
    series_id: string;
    kind: "metadata" | "bundle";
    instance_count: number;
    series_version: number;
    blob_key: string | null;
    byte_length: ColumnType<string, number, number>;
    blob_sha256: Buffer | null;
    index_gzip: Buffer | null;
    made_at: ColumnType<Date, Date | undefined, Date>;
  };
  storage_commitment: {
    id: Generated<string>;
    transaction_uid: string;
    ae_title: string;
    site_id: string;
    instances: ColumnType<readonly (readonly [sopClassUid: string, sopInstanceUid: string])[], string, never>;
    requested_at: Generated<Date>;
    reported_at: MaybeInstant;
    failed_count: number | null;
  };
  imaging_order: {
    id: Generated<string>;
    site_id: string;
    accession_number: string;
    patient_id: string;
    patient_name: string;
    patient_name_latin: string;
    patient_birth_date: string;
    patient_sex: string;
    clinical_history: string;
    question: string;
    requested_by: string | null;
    requesting_physician: string;
    placed_at: Generated<Date>;
  };
  scheduled_step: {
    id: Generated<string>;
    order_id: string;
    site_id: string;
    number: string;
    study_instance_uid: string;
    modality: string;
    description: string;
    station_ae_title: string;
    start_date: string;
    start_time: string;
    state: Generated<"scheduled" | "started" | "performed" | "discontinued" | "cancelled">;
    changed_at: ColumnType<Date, Date | undefined, Date>;
  };
  performed_step: {
    sop_instance_uid: string;
    site_id: string;
    ae_title: string;
    study_instance_uid: string;
    scheduled_step_id: string | null;
    status: string;
    instance_uids: ColumnType<string[], string[] | undefined, string[]>;
    created_at: Generated<Date>;
    ended_at: MaybeInstant;
  };
  study_export: {
    id: Generated<string>;
    purpose: string;
    options: ColumnType<DeidentifyOptions, string, never>;
    pseudonym_prefix: string;
    key: Buffer;
    requested_by: string | null;
    requested_at: Generated<Date>;
    state: Generated<"waiting" | "running" | "done" | "failed">;
    failure: string | null;
    total: Generated<number>;
    exported: Generated<number>;
    refused: Generated<number>;
    finished_at: MaybeInstant;
    blob_key: string | null;
    byte_length: ColumnType<string | null, number | null, number | null>;
  };
  study_export_study: { export_id: string; position: number; study_id: string };
  study_export_patient: { export_id: string; patient_id: string; pseudonym: string; shift_days: number };
  study_export_refusal: { export_id: string; instance_id: string; reason: RefusalReason };
  forward_rule: { site_id: string; modality: string; destination: string };
  prior_rule: {
    site_id: string;
    source: string;
    modality: string;
    issuer: Generated<string>;
    years: number | null;
    most_studies: Generated<number>;
  };
  destination_pause: { ae_title: string; failures: number; until: Instant };
  study_access: { study_id: string; site_id: string; relation: string };
  reading_task: {
    id: Generated<string>;
    study_id: string;
    site_id: string;
    centre_site_id: string;
    state: string;
    version: Generated<number>;
    modality: string;
    urgency: string;
    clinical_history: string;
    question: string;
    requested_by: string | null;
    requested_at: Instant;
    due_at: Instant;
    on_list_at: MaybeInstant;
    reader_id: string | null;
    claimed_at: MaybeInstant;
    claim_transaction_uid: string | null;
    countersigner_id: string | null;
    submitted_at: MaybeInstant;
    returned_reason: string | null;
    final_at: MaybeInstant;
    delivered_at: MaybeInstant;
    acknowledged_at: MaybeInstant;
    acknowledged_by: string | null;
    pdf_sop_instance_uid: string | null;
    workitem_uid: string | null;
    workitem_number: Generated<number>;
  };
  replaced_workitem: {
    task_id: string;
    number: number;
    reader_id: string | null;
    transaction_uid: string | null;
    ended_at: Instant;
  };
  workitem_cancel_request: {
    id: Id;
    task_id: string;
    number: number;
    account_id: string;
    reason: string;
    asked_at: Instant;
  };
  workitem_subscription: {
    id: Generated<string>;
    account_id: string;
    ae_title: string;
    /** One workitem's, or a well-known one for all or for those that match the filter. */
    workitem_uid: string;
    filter: JSONColumnType<readonly { readonly name: string; readonly value: string }[]>;
    is_subscribed: boolean;
    suspended_at: MaybeInstant;
    made_at: Generated<Date>;
  };
  report_draft: {
    task_id: string;
    account_id: string;
    revision: number;
    findings: string;
    impression: string;
    saved_at: Instant;
  };
  report_version: {
    task_id: string;
    version: number;
    status: "preliminary" | "final" | "amended";
    findings: string;
    impression: string;
    author_id: string;
    author_name: string;
    written_at: Instant;
    countersigner_id: string | null;
    countersigner_name: string | null;
    signed_at: MaybeInstant;
    content_sha256: Buffer;
  };
  notice: {
    id: Id;
    site_id: string;
    role: string;
    account_id: string | null;
    kind: string;
    task_id: string;
    created_at: Generated<Date>;
  };
  notice_seen: { notice_id: string; account_id: string; seen_at: Generated<Date> };
  audit_event: {
    id: Id;
    at: Generated<Date>;
    actor: string;
    account_id: string | null;
    action: string;
    outcome: "done" | "refused";
    study_id: string | null;
    task_id: string | null;
    detail: Json;
  };
  audit_seal: { sequence: string; event_id: string; hash: Buffer };
  outbox: {
    id: Id;
    kind: "job" | "live";
    name: string;
    payload: Json;
    run_at: Generated<Date>;
    created_at: Generated<Date>;
    dispatched_at: MaybeInstant;
    failed_at: MaybeInstant;
    failure: string | null;
  };
}
