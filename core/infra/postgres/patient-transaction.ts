import { sql } from "kysely";
import type { Actor } from "../../access/actor.ts";
import { DomainError } from "../../errors.ts";
import type { ChangeKind } from "../../patient/change-kinds.ts";
import type { IdentitySnapshot, PatientIdentity, StudyIdentity } from "../../patient/identity-difference.ts";
import type {
  ChangeRecord,
  PatientRecord,
  PatientTransaction,
  StudyOfPatient,
} from "../../patient/patient-transaction.ts";
import { indexedName } from "../../study/index-entry.ts";
import { asActor, type HubTx } from "./as-actor.ts";
import type { Database } from "./database.ts";
import { writeAudit } from "./write-audit.ts";

export interface PatientTransactions {
  run<T>(actor: Actor, work: (tx: PatientTransaction) => Promise<T>): Promise<T>;
  /** Runs it and takes all of it back: what it would do is known, and nothing was done. */
  tryOut<T>(actor: Actor, work: (tx: PatientTransaction) => Promise<T>): Promise<T>;
}

class TakenBack<T> extends Error {
  readonly result: T;
  constructor(result: T) {
    super("taken back");
    this.result = result;
  }
}

export function patientTransactions(db: Database): PatientTransactions {
  return {
    run: (actor, work) => asActor(db, actor, (tx) => work(patientTransaction(tx, actor))),
    tryOut: async (actor, work) => {
      try {
        return await asActor(db, actor, async (tx) => {
          throw new TakenBack(await work(patientTransaction(tx, actor)));
        });
      } catch (error) {
        if (error instanceof TakenBack) return error.result;
        throw error;
      }
    },
  };
}

/** More than any person has: a patient whose ID a device gives to everybody is not to be merged as a whole. */
const MAX_STUDIES = 2000;

function patientTransaction(tx: HubTx, actor: Actor): PatientTransaction {
  return {
    lock: async () => void (await sql`SELECT pg_advisory_xact_lock(hub_identity_lock())`.execute(tx)),
    findPatient: (patientKey) => findPatient(tx, patientKey),
    findStudy: (studyInstanceUid) => findStudy(tx, studyInstanceUid),
    patientWithId: async (issuer, patientId) => {
      const { rows } = await sql<{ id: string }>`
        SELECT id FROM patient WHERE issuer = ${issuer}
          AND (patient_id = ${patientId} OR (own IS NOT NULL AND own ->> 'patientId' = ${patientId})) LIMIT 1`.execute(
        tx,
      );
      return rows[0]?.id ?? null;
    },
    snapshot: (patientKeys) => snapshot(tx, patientKeys),
    addChange: async (change) => {
      const { rows } = await sql<{ id: string; to: string | null }>`
        INSERT INTO patient_change (kind, site_id, patient_id, to_patient_id, study_id, sets, reason, account_id, account_name)
        VALUES (${change.kind}, ${change.siteId}, ${change.patientKey}, ${change.toKey}, ${change.studyId},
          ${JSON.stringify(change.laid)}, ${change.reason}, ${actor.accountId}, ${actor.displayName})
        RETURNING id, to_patient_id AS to`.execute(tx);
      if (!rows[0]) throw new DomainError("not-allowed", { action: "patient.reconcile" });
      return { id: rows[0].id, toKey: rows[0].to };
    },
    keepDifference: async (changeId, difference) => {
      await sql`UPDATE patient_change SET difference = ${JSON.stringify(difference)} WHERE id = ${changeId}`.execute(
        tx,
      );
    },
    findChange: async (changeId) => {
      const { rows } = await sql<ChangeRecord>`
        SELECT id, kind, site_id AS "siteId", study_id AS "studyId", undone_at IS NOT NULL AS "isUndone"
        FROM patient_change WHERE id = ${changeId}`.execute(tx);
      return rows[0] ?? null;
    },
    laterChange: (changeId) => laterChange(tx, changeId),
    undo: async (changeId) => {
      const done = await sql`
        UPDATE patient_change SET undone_at = clock_timestamp(), undone_by = ${actor.accountId},
          undone_by_name = ${actor.displayName} WHERE id = ${changeId}`.execute(tx);
      if (done.numAffectedRows !== 1n) throw new DomainError("not-allowed", { action: "patient.reconcile" });
    },
    studiesOf: async (changeId) => {
      const { rows } = await sql<{ id: string }>`
        SELECT study_id AS id FROM patient_change_study WHERE change_id = ${changeId} ORDER BY study_id`.execute(tx);
      return rows.map(({ id }) => id);
    },
    audit: (line) => writeAudit(tx, line),
  };
}

async function findPatient(tx: HubTx, patientKey: string): Promise<PatientRecord | null> {
  const { rows } = await sql<PatientRecord>`
    SELECT id AS "patientKey", issuer, patient_id AS "patientId", name_alphabetic AS alphabetic,
      name_ideographic AS ideographic, name_phonetic AS phonetic, birth_date AS "birthDate", sex,
      merged_into IS NOT NULL AS "isMerged"
    FROM patient WHERE id = ${patientKey}`.execute(tx);
  return rows[0] ?? null;
}

async function findStudy(tx: HubTx, studyInstanceUid: string): Promise<StudyOfPatient | null> {
  type Row = Omit<StudyOfPatient, "shown"> & {
    readonly patientId: string;
    readonly birthDate: string;
    readonly sex: string;
    readonly name: { readonly Alphabetic?: string; readonly Ideographic?: string; readonly Phonetic?: string } | null;
  };
  const { rows } = await sql<Row>`
    SELECT s.id, s.site_id AS "siteId", s.patient_id AS "patientKey", s.identity_conflict AS "hasConflict",
      p.patient_id AS "patientId", s.patient_birth_date AS "birthDate", s.patient_sex AS sex,
      s.attributes -> '00100010' -> 'Value' -> 0 AS name
    FROM study s JOIN patient p ON p.id = s.patient_id WHERE s.study_instance_uid = ${studyInstanceUid}`.execute(tx);
  const row = rows[0];
  if (!row) return null;
  const { name, patientId, birthDate, sex, ...study } = row;
  const groups = [name?.Alphabetic, name?.Ideographic, name?.Phonetic].map((group) => group ?? "");
  return { ...study, shown: { ...indexedName(groups.join("=")), patientId, birthDate, sex } };
}

async function snapshot(tx: HubTx, patientKeys: readonly string[]): Promise<IdentitySnapshot> {
  const people = await sql<PatientIdentity["shown"] & { key: string }>`
    SELECT p.id AS key, coalesce(nullif(replace(p.name_ideographic, '^', ''), ''), replace(p.name_alphabetic, '^', ' ')) AS name,
      replace(p.name_alphabetic, '^', ' ') AS "nameLatin", p.patient_id AS "patientId", p.birth_date AS "birthDate", p.sex
    FROM patient p WHERE p.id = ANY (${patientKeys}::bigint[]) ORDER BY p.id`.execute(tx);
  const { rows } = await sql<Omit<StudyIdentity, "shown"> & StudyIdentity["shown"]>`
    SELECT s.study_instance_uid AS "studyInstanceUid", s.site_id AS "siteId", s.study_date AS "studyDate", s.description,
      s.modalities, s.patient_id AS "patientKey", s.patient_name AS name, s.patient_name_latin AS "nameLatin",
      p.patient_id AS "patientId", s.patient_birth_date AS "birthDate", s.patient_sex AS sex, s.patient_age AS age,
      s.identity_conflict AS "hasConflict", t.final_at IS NOT NULL AS "isReported",
      coalesce(t.state IN ('ordered', 'ready', 'claimed', 'preliminary'), false) AS "isBeingRead",
      hub_prior_sites(s.id) AS "priorAt", hub_sent_on_to(s.id) AS "sentOnTo"
    FROM study s JOIN patient p ON p.id = s.patient_id
    LEFT JOIN reading_task t ON t.study_id = s.id AND t.state <> 'withdrawn'
    WHERE coalesce(p.person_id, p.id) IN (
      SELECT coalesce(q.person_id, q.id) FROM patient q WHERE q.id = ANY (${patientKeys}::bigint[]))
    ORDER BY s.id LIMIT ${MAX_STUDIES + 1}`.execute(tx);
  if (rows.length > MAX_STUDIES) throw new DomainError("too-large", { studies: MAX_STUDIES });
  return {
    patients: people.rows.map(({ key, ...shown }) => ({ patientKey: key, shown })),
    studies: rows.map(({ name, nameLatin, patientId, birthDate, sex, age, ...study }) => ({
      ...study,
      shown: { name, nameLatin, patientId, birthDate, sex, age },
    })),
  };
}

/** A later one of the same studies, or that took over what this one says of the patient. */
async function laterChange(tx: HubTx, changeId: string) {
  const { rows } = await sql<{ kind: ChangeKind; at: Date; by: string }>`
    SELECT l.kind, l.at, l.account_name AS by
    FROM patient_change e JOIN patient_change l ON l.id > e.id AND l.undone_at IS NULL AND l.kind <> 'link'
    WHERE e.id = ${changeId} AND e.kind <> 'link' AND (
      EXISTS (SELECT 1 FROM patient_change_study a JOIN patient_change_study b ON b.study_id = a.study_id
        WHERE a.change_id = e.id AND b.change_id = l.id)
      OR (e.study_id IS NULL AND l.study_id IS NULL AND l.patient_id IN (e.patient_id, e.to_patient_id))
      OR (e.kind = 'correct' AND e.study_id IS NULL AND l.to_patient_id = e.patient_id)
      OR (e.makes_patient AND e.to_patient_id IN (l.patient_id, l.to_patient_id)))
    ORDER BY l.id DESC LIMIT 1`.execute(tx);
  const row = rows[0];
  return row ? { kind: row.kind, at: row.at.toISOString(), by: row.by } : null;
}
