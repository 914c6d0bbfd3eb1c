import type { AuditLine } from "../audit/audit-line.ts";
import type { ChangeKind } from "./change-kinds.ts";
import type { IdentityDifference, IdentitySnapshot } from "./identity-difference.ts";
import type { Demographics, LaidIdentity } from "./patient-change.ts";

export interface PatientRecord extends Demographics {
  readonly patientKey: string;
  /** The site whose patient she is. */
  readonly issuer: string;
  readonly isMerged: boolean;
}

export interface StudyOfPatient {
  readonly id: string;
  readonly siteId: string;
  readonly patientKey: string;
  readonly hasConflict: boolean;
  /** As the study shows her. */
  readonly shown: Demographics;
}

export interface NewChange {
  readonly kind: ChangeKind;
  readonly siteId: string;
  readonly patientKey: string;
  readonly toKey: string | null;
  readonly studyId: string | null;
  readonly laid: LaidIdentity;
  readonly reason: string;
}

export interface ChangeRecord {
  readonly id: string;
  readonly kind: ChangeKind;
  readonly siteId: string;
  readonly studyId: string | null;
  readonly isUndone: boolean;
}

/**
 * What reconciling patients needs of the database, in one transaction under the rights of who asks. A change that is
 * added is laid over patients and studies, and its undoing taken off them, before the call resolves.
 */
export interface PatientTransaction {
  /** Others that change identities wait, and instances that come in. */
  lock(): Promise<void>;
  findPatient(patientKey: string): Promise<PatientRecord | null>;
  findStudy(studyInstanceUid: string): Promise<StudyOfPatient | null>;
  /** Who has this ID, or came in under it. */
  patientWithId(issuer: string, patientId: string): Promise<string | null>;
  /** These patients, whoever is linked with them, and all their studies. */
  snapshot(patientKeys: readonly string[]): Promise<IdentitySnapshot>;
  addChange(change: NewChange): Promise<{ readonly id: string; readonly toKey: string | null }>;
  keepDifference(changeId: string, difference: IdentityDifference): Promise<void>;
  findChange(changeId: string): Promise<ChangeRecord | null>;
  /** The newest change that stands on this one. */
  laterChange(
    changeId: string,
  ): Promise<{ readonly kind: ChangeKind; readonly at: string; readonly by: string } | null>;
  undo(changeId: string): Promise<void>;
  /** The studies that a change was laid over. */
  studiesOf(changeId: string): Promise<readonly string[]>;
  audit(line: AuditLine): Promise<void>;
}
