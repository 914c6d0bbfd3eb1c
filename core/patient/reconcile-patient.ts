import { type Actor, assertMay } from "../access/actor.ts";
import type { AuditAction } from "../audit/audit-actions.ts";
import { DomainError } from "../errors.ts";
import { differenceToken } from "./difference-token.ts";
import { type IdentityDifference, identityDifference, isNothing } from "./identity-difference.ts";
import { type ChangeRequest, laidBy, laidByFields, newFields } from "./patient-change.ts";
import type { NewChange, PatientRecord, PatientTransaction, StudyOfPatient } from "./patient-transaction.ts";

/**
 * Makes the change and gives what it changed. In a transaction that is rolled back it is the preview: nobody is shown
 * anything else than what would be done. Throws `not-found`, `not-allowed`, `patient-same`, `patient-merged-already`,
 * `patient-other-issuer`, `patient-same-issuer`, `patient-id-taken`, `patient-change-empty`.
 */
export async function reconcilePatient(
  tx: PatientTransaction,
  actor: Actor,
  request: ChangeRequest,
  reason: string,
): Promise<{ readonly changeId: string; readonly difference: IdentityDifference }> {
  await tx.lock();
  const planned = await plan(tx, actor, request);
  const keys = [planned.patientKey, ...(planned.toKey ? [planned.toKey] : [])];
  const before = await tx.snapshot(keys);
  const { id, toKey } = await tx.addChange({ ...planned, reason });
  const after = await tx.snapshot(toKey && !keys.includes(toKey) ? [...keys, toKey] : keys);
  const difference = identityDifference(before, after);
  if (planned.kind !== "link" && isNothing(difference)) throw new DomainError("patient-change-empty");
  await tx.keepDifference(id, difference);
  return { changeId: id, difference };
}

/** As `reconcilePatient`, when it is what was shown: else throws `patient-change-outdated`. Writes the audit lines. */
export async function makePatientChange(
  tx: PatientTransaction,
  actor: Actor,
  request: ChangeRequest,
  { reason, token }: { readonly reason: string; readonly token: string },
): Promise<string> {
  const { changeId, difference } = await reconcilePatient(tx, actor, request, reason);
  if (differenceToken(difference) !== token) throw new DomainError("patient-change-outdated");
  await auditChange(tx, actor, `patient.${request.kind}`, changeId);
  return changeId;
}

/**
 * Takes a change off again. Throws `not-found`, `not-allowed`, `patient-change-undone`, and `patient-change-stood-on` when
 * a later change was made of what this one made.
 */
export async function undoPatientChange(tx: PatientTransaction, actor: Actor, changeId: string): Promise<void> {
  await tx.lock();
  const change = await tx.findChange(changeId);
  if (!change) throw new DomainError("not-found");
  assertMay(
    actor,
    "patient.reconcile",
    change.kind === "link" ? [] : [{ siteId: change.siteId, relation: "origin" as const }],
  );
  if (change.isUndone) throw new DomainError("patient-change-undone");
  const later = await tx.laterChange(changeId);
  if (later) throw new DomainError("patient-change-stood-on", { ...later });
  await tx.undo(changeId);
  await auditChange(tx, actor, `patient.undo-${change.kind}`, changeId);
}

async function plan(tx: PatientTransaction, actor: Actor, request: ChangeRequest): Promise<Omit<NewChange, "reason">> {
  const nothing = { toKey: null, studyId: null, laid: {} };
  switch (request.kind) {
    case "merge": {
      const patient = await patientOf(tx, actor, request.patientKey);
      const into = await patientOf(tx, actor, request.intoKey);
      assertTwo(patient, into, "same-issuer");
      return { ...nothing, ...ofPatient(patient), kind: "merge", toKey: into.patientKey, laid: laidBy(into) };
    }
    case "link": {
      assertMay(actor, "patient.reconcile", []);
      const patient = await patientOf(tx, actor, request.patientKey);
      const other = await patientOf(tx, actor, request.withKey);
      assertTwo(patient, other, "other-issuer");
      return { ...nothing, ...ofPatient(patient), kind: "link", toKey: other.patientKey };
    }
    case "move": {
      const study = await studyOf(tx, actor, request.studyInstanceUid);
      const from = await patientOf(tx, actor, study.patientKey);
      const to = await patientOf(tx, actor, request.toKey);
      assertTwo(from, to, "same-issuer");
      const laid = { ...laidBy(to), isAnother: true } as const;
      return { ...ofPatient(from), kind: "move", toKey: to.patientKey, studyId: study.id, laid };
    }
    case "correct": {
      const study = "studyInstanceUid" in request ? await studyOf(tx, actor, request.studyInstanceUid) : null;
      const patient = await patientOf(
        tx,
        actor,
        study?.patientKey ?? ("patientKey" in request ? request.patientKey : ""),
      );
      assertNotMerged(patient);
      const fields = newFields(request.fields, study?.shown ?? patient);
      if (fields.patientId !== undefined && (await tx.patientWithId(patient.issuer, fields.patientId)) !== null)
        throw new DomainError("patient-id-taken");
      // a conflict may be settled by saying that what stands is right
      if (Object.keys(fields).length === 0 && !study?.hasConflict) throw new DomainError("patient-change-empty");
      const laid = laidByFields(fields);
      return { ...nothing, ...ofPatient(patient), kind: "correct", studyId: study?.id ?? null, laid };
    }
  }
}

function ofPatient({ patientKey, issuer }: PatientRecord): Pick<NewChange, "patientKey" | "siteId"> {
  return { patientKey, siteId: issuer };
}

async function patientOf(tx: PatientTransaction, actor: Actor, patientKey: string): Promise<PatientRecord> {
  const patient = await tx.findPatient(patientKey);
  if (!patient) throw new DomainError("not-found");
  assertMay(actor, "patient.reconcile", [{ siteId: patient.issuer, relation: "origin" }]);
  return patient;
}

async function studyOf(tx: PatientTransaction, actor: Actor, studyInstanceUid: string): Promise<StudyOfPatient> {
  const study = await tx.findStudy(studyInstanceUid);
  if (!study) throw new DomainError("not-found");
  assertMay(actor, "patient.reconcile", [{ siteId: study.siteId, relation: "origin" }]);
  return study;
}

function assertTwo(one: PatientRecord, other: PatientRecord, issuers: "same-issuer" | "other-issuer"): void {
  if (one.patientKey === other.patientKey) throw new DomainError("patient-same");
  assertNotMerged(one);
  assertNotMerged(other);
  const areSame = one.issuer === other.issuer;
  if (issuers === "same-issuer" && !areSame) throw new DomainError("patient-other-issuer");
  if (issuers === "other-issuer" && areSame) throw new DomainError("patient-same-issuer");
}

function assertNotMerged(patient: PatientRecord): void {
  if (patient.isMerged) throw new DomainError("patient-merged-already");
}

/** One line a study, so that each study's own trail shows it. */
async function auditChange(tx: PatientTransaction, actor: Actor, action: AuditAction, changeId: string): Promise<void> {
  const line = {
    actor: actor.username,
    accountId: actor.accountId,
    action,
    outcome: "done",
    detail: { changeId },
  } as const;
  const studies = await tx.studiesOf(changeId);
  if (studies.length === 0) await tx.audit(line);
  for (const studyId of studies) await tx.audit({ ...line, studyId });
}
