import { IDENTITY_FIELDS, type IdentityField } from "./change-kinds.ts";

/** A study as people see it, and who sees it as a prior. */
export interface StudyIdentity {
  readonly studyInstanceUid: string;
  readonly siteId: string;
  readonly studyDate: string;
  readonly description: string;
  readonly modalities: readonly string[];
  readonly patientKey: string;
  readonly shown: ShownIdentity;
  readonly hasConflict: boolean;
  readonly isReported: boolean;
  readonly isBeingRead: boolean;
  /** Sites that may see it as a prior. */
  readonly priorAt: readonly string[];
  /** AE titles of archives that it was sent on to. */
  readonly sentOnTo: readonly string[];
}

export interface PatientIdentity {
  readonly patientKey: string;
  readonly shown: Omit<ShownIdentity, "age">;
}

export interface ShownIdentity {
  readonly name: string;
  readonly nameLatin: string;
  readonly patientId: string;
  readonly birthDate: string;
  readonly sex: string;
  readonly age: string;
}

export interface IdentitySnapshot {
  readonly studies: readonly StudyIdentity[];
  readonly patients: readonly PatientIdentity[];
}

export interface FieldDifference {
  readonly field: IdentityField;
  readonly before: string;
  readonly after: string;
  /** Studies that show it; 0: only the patient's own row. */
  readonly studies: number;
}

export interface IdentityDifference {
  readonly fields: readonly FieldDifference[];
  readonly studyCount: number;
  /** The first of them, newest first. */
  readonly studies: readonly Pick<
    StudyIdentity,
    "studyInstanceUid" | "siteId" | "studyDate" | "description" | "modalities" | "isReported"
  >[];
  /** Signed reports of these studies: their PDFs stay as they were signed. */
  readonly signedReports: number;
  readonly openTasks: number;
  readonly priorsGiven: number;
  readonly priorsTaken: number;
  readonly conflictsSettled: number;
  /** Studies that other archives have already: they are sent there once more. Absent in what was kept before that was done. */
  readonly sentAgain?: number | undefined;
  readonly sentAgainTo?: readonly string[] | undefined;
}

const MAX_LISTED = 50;

/** What a change makes of what stood before: each field old → new with the number of studies, and what hangs on them. */
export function identityDifference(before: IdentitySnapshot, after: IdentitySnapshot): IdentityDifference {
  const former = new Map(before.studies.map((study) => [study.studyInstanceUid, study]));
  const fields = new Map<string, FieldDifference>();
  const note = (field: IdentityField, was: string, is: string, studies: number) => {
    if (was === is) return;
    const key = JSON.stringify([field, was, is]);
    const known = fields.get(key);
    fields.set(key, { field, before: was, after: is, studies: (known?.studies ?? 0) + studies });
  };
  const changed: StudyIdentity[] = [];
  let [given, taken, settled] = [0, 0, 0];
  for (const study of after.studies) {
    const was = former.get(study.studyInstanceUid);
    if (!was) continue;
    for (const field of IDENTITY_FIELDS) note(field, was.shown[field], study.shown[field], 1);
    given += study.priorAt.filter((site) => !was.priorAt.includes(site)).length;
    taken += was.priorAt.filter((site) => !study.priorAt.includes(site)).length;
    if (was.hasConflict && !study.hasConflict) settled++;
    if (isShownOtherwise(was, study)) changed.push(study);
  }
  const rows = new Map(before.patients.map((patient) => [patient.patientKey, patient]));
  for (const { patientKey, shown } of after.patients) {
    const was = rows.get(patientKey);
    if (!was) continue;
    for (const field of IDENTITY_FIELDS) if (field !== "age") note(field, was.shown[field], shown[field], 0);
  }
  const order = (one: FieldDifference) => IDENTITY_FIELDS.indexOf(one.field);
  const sentAgain = changed.filter((study) => study.sentOnTo.length > 0 && goesOutOtherwise(former, study));
  return {
    fields: [...fields.values()].toSorted((a, b) => order(a) - order(b) || b.studies - a.studies).slice(0, MAX_LISTED),
    studyCount: changed.length,
    studies: changed
      .toSorted((a, b) => b.studyDate.localeCompare(a.studyDate))
      .slice(0, MAX_LISTED)
      .map(({ studyInstanceUid, siteId, studyDate, description, modalities, isReported }) => ({
        studyInstanceUid,
        siteId,
        studyDate,
        description,
        modalities,
        isReported,
      })),
    signedReports: changed.filter(({ isReported }) => isReported).length,
    openTasks: changed.filter(({ isBeingRead }) => isBeingRead).length,
    priorsGiven: given,
    priorsTaken: taken,
    conflictsSettled: settled,
    ...(sentAgain.length > 0 && {
      sentAgain: sentAgain.length,
      sentAgainTo: [...new Set(sentAgain.flatMap(({ sentOnTo }) => sentOnTo))].toSorted(),
    }),
  };
}

/** Does it change anything that anybody could see? */
export function isNothing(difference: IdentityDifference): boolean {
  const { fields, studyCount, priorsGiven, priorsTaken, conflictsSettled } = difference;
  return fields.length === 0 && studyCount + priorsGiven + priorsTaken + conflictsSettled === 0;
}

function goesOutOtherwise(former: ReadonlyMap<string, StudyIdentity>, is: StudyIdentity): boolean {
  const was = former.get(is.studyInstanceUid);
  return IDENTITY_FIELDS.some((field) => was?.shown[field] !== is.shown[field]);
}

function isShownOtherwise(was: StudyIdentity, is: StudyIdentity): boolean {
  return (
    was.patientKey !== is.patientKey ||
    was.hasConflict !== is.hasConflict ||
    IDENTITY_FIELDS.some((field) => was.shown[field] !== is.shown[field])
  );
}
