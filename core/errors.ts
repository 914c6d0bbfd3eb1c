/**
 * Every fault the domain knows, in one table. The three translators (HTTP problem, DIMSE status, job retry or fail)
 * read this table and nothing else; texts for people are in the catalogue under `error.<code>`.
 */
export const ERROR_KINDS = {
  // who
  "not-signed-in": "unauthenticated",
  "wrong-credentials": "unauthenticated",
  "too-many-attempts": "too-many",
  "not-allowed": "forbidden",
  "cross-site-request": "forbidden",
  "calling-ae-title-unknown": "forbidden",
  // what
  "not-found": "missing",
  "request-invalid": "invalid",
  "media-type-unsupported": "unsupported-media",
  "not-acceptable": "not-acceptable",
  "too-large": "too-large",
  "range-not-there": "no-range",
  busy: "unavailable",
  "peer-refused": "unavailable",
  "destination-may-not-see": "forbidden",
  "prior-patient-unsure": "conflict",
  "prior-answers-too-many": "conflict",
  "no-prior-rule": "conflict",
  // store
  "dicom-unreadable": "invalid",
  "dicom-truncated": "invalid",
  "dicom-identifier-missing": "invalid",
  "dicom-identifier-invalid": "invalid",
  "dicom-header-too-large": "invalid",
  "sop-class-unsupported": "invalid",
  "sop-class-mismatch": "invalid",
  "bulk-data-missing": "invalid",
  "bulk-data-mismatch": "invalid",
  "instance-differs": "conflict",
  "instance-rejected": "conflict",
  "rejection-final": "conflict",
  "hold-exists": "conflict",
  "study-of-another-site": "forbidden",
  "frame-unreadable": "not-acceptable",
  "frame-too-large": "not-acceptable",
  "bundle-not-made": "conflict",
  "archive-not-empty": "conflict",
  "storage-full": "unavailable",
  "storage-failed": "unavailable",
  // reading
  "task-move-impossible": "conflict",
  "task-claimed-by-other": "conflict",
  "task-claim-lost": "conflict",
  "workitem-exists": "conflict",
  "transaction-uid-wrong": "invalid",
  "workitem-ended": "invalid",
  "report-not-signed": "conflict",
  "countersign-own-report": "forbidden",
  "study-not-complete": "conflict",
  "study-deleted": "conflict",
  "study-rejected": "conflict",
  "task-exists": "conflict",
  "no-reading-centre": "conflict",
  "order-exists": "conflict",
  "order-begun": "conflict",
  "rule-exists": "conflict",
  "transfer-abandoned": "conflict",
  "transfer-not-waiting": "conflict",
  "application-entity-in-use": "conflict",
  "draft-outdated": "conflict",
  "report-empty": "invalid",
  "too-many-marks": "conflict",
  "hanging-protocols-full": "conflict",
  "ecg-unreadable": "invalid",
  // patients
  "patient-same": "conflict",
  "patient-merged-already": "conflict",
  "patient-other-issuer": "conflict",
  "patient-same-issuer": "conflict",
  "patient-id-taken": "conflict",
  "patient-change-empty": "conflict",
  "patient-change-outdated": "conflict",
  "patient-change-undone": "conflict",
  "patient-change-stood-on": "conflict",
} as const;

export type ErrorCode = keyof typeof ERROR_KINDS;
export type ErrorKind = (typeof ERROR_KINDS)[ErrorCode];

/** Detail values are for the person who gets the error: never patient data, never a path of this machine. */
export type ErrorDetail = Readonly<Record<string, string | number | boolean | null>>;

export class DomainError extends Error {
  readonly code: ErrorCode;
  readonly detail: ErrorDetail;

  constructor(code: ErrorCode, detail: ErrorDetail = {}, options?: ErrorOptions) {
    super(code, options);
    this.name = "DomainError";
    this.code = code;
    this.detail = detail;
  }

  get kind(): ErrorKind {
    return ERROR_KINDS[this.code];
  }
}
