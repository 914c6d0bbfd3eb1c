import { sql } from "kysely";
import type { FoundStudy, PriorRule, PriorSelection, ReadStudy } from "../../study/select-priors.ts";
import type { HubTx } from "./as-actor.ts";
import type { Database } from "./database.ts";
import { forgetFailed, type Transfer } from "./transfer-queries.ts";
import { writeAudit } from "./write-audit.ts";

/**
 * A fetch from each PACS that a rule of the study's site names for its modality, and the job that makes it; how many. Only
 * where the PACS is the site's own: what it sends is filed there, under the site's patient IDs.
 */
export async function enqueuePriors(
  tx: HubTx,
  studyId: string,
  { source = null, isByHand = false }: { readonly source?: string | null; readonly isByHand?: boolean } = {},
): Promise<number> {
  const { rows } = await sql`
    WITH wanted AS (
      SELECT s.id, r.source FROM study s JOIN prior_rule r ON r.site_id = s.site_id
        JOIN application_entity e ON e.title = r.source AND e.site_id = r.site_id
      WHERE s.id = ${studyId} AND (r.modality = '*' OR r.modality = ANY (s.modalities))
        AND (${source}::text IS NULL OR r.source = ${source}) GROUP BY 1, 2),
    begun AS (
      INSERT INTO transfer AS t (study_id, destination, kind, is_by_hand) SELECT id, source, 'priors', ${isByHand} FROM wanted
      ON CONFLICT (study_id, destination, kind) DO UPDATE SET changed_at = now(), attempts = 0, next_at = NULL, done_at = NULL,
        is_by_hand = t.is_by_hand OR excluded.is_by_hand RETURNING id),
    forgotten AS (${forgetFailed})
    INSERT INTO outbox (kind, name, payload)
    SELECT 'job', 'fetch-priors', jsonb_build_object('transferId', id) FROM begun RETURNING id`.execute(tx);
  return rows.length;
}

/** What a fetch goes by, read anew at each attempt. */
export interface PriorSearch {
  readonly siteId: string;
  readonly read: ReadStudy;
  /** Of the archive's patient, who alone may get what comes. */
  readonly patientKey: string;
  readonly identityConflict: boolean;
  /** Of the site for this PACS and the study's modality. */
  readonly rules: readonly PriorRule[];
  /** Somebody is still reading, or an administrator asked. */
  readonly isWanted: boolean;
}

export async function findPriorSearch(db: Database, transfer: Transfer): Promise<PriorSearch | null> {
  const { rows } = await sql<
    ReadStudy & { siteId: string; patientKey: string; identityConflict: boolean; isRead: boolean }
  >`
    SELECT s.site_id AS "siteId", s.patient_id AS "patientKey", s.identity_conflict AS "identityConflict",
      s.study_instance_uid AS "studyInstanceUid", p.patient_id AS "patientId", p.birth_date AS "birthDate",
      CASE WHEN s.study_date = '' THEN to_char(s.first_received_at AT TIME ZONE o.time_zone, 'YYYYMMDD') ELSE s.study_date END
        AS "studyDate",
      CASE WHEN s.study_date = '' THEN '' ELSE s.study_time END AS "studyTime",
      EXISTS (SELECT 1 FROM reading_task t WHERE t.study_id = s.id AND t.state IN ('ordered', 'ready', 'claimed', 'preliminary'))
        AS "isRead"
    FROM study s JOIN patient p ON p.id = s.patient_id JOIN site o ON o.id = s.site_id
    WHERE s.id = ${transfer.studyId}`.execute(db);
  const row = rows[0];
  if (!row) return null;
  const { siteId, patientKey, identityConflict, isRead, ...read } = row;
  const { rows: rules } = await sql<PriorRule>`
    SELECT r.modality, r.issuer, r.years, r.most_studies AS "mostStudies"
    FROM prior_rule r JOIN application_entity e ON e.title = r.source AND e.site_id = r.site_id
      JOIN study s ON s.site_id = r.site_id
    WHERE s.id = ${transfer.studyId} AND r.source = ${transfer.destination}
      AND (r.modality = '*' OR r.modality = ANY (s.modalities))`.execute(db);
  return { siteId, patientKey, identityConflict, read, rules, isWanted: isRead || transfer.isByHand };
}

/**
 * Writes down what the PACS answered, with an audit line for each reason to leave studies out that is new. Gives those to
 * be moved: the ones that are not here, or not all of them.
 */
export async function noteFound(
  tx: HubTx,
  transfer: Transfer,
  siteId: string,
  { wanted, skipped }: PriorSelection,
): Promise<readonly FoundStudy[]> {
  const { rows: here } = await sql<{ uid: string; siteId: string; isComplete: boolean; instances: number }>`
    SELECT study_instance_uid AS uid, site_id AS "siteId", state = 'complete' AS "isComplete", instance_count AS instances
    FROM study WHERE study_instance_uid = ANY (${wanted.map((study) => study.studyInstanceUid)})`.execute(tx);
  const known = new Map(here.map((study) => [study.uid, study]));
  const toMove: FoundStudy[] = [];
  const left: { readonly uid: string; readonly outcome: "here" | "skipped"; readonly reason: string | null }[] = [];
  for (const { studyInstanceUid, reason } of skipped) left.push({ uid: studyInstanceUid, outcome: "skipped", reason });
  for (const study of wanted) {
    const uid = study.studyInstanceUid;
    const stored = known.get(uid);
    if (stored && stored.siteId !== siteId) left.push({ uid, outcome: "skipped", reason: "study-of-another-site" });
    else if (stored?.isComplete && stored.instances >= (study.instances ?? 0))
      left.push({ uid, outcome: "here", reason: null });
    else toMove.push(study);
  }
  const { rows: news } = await sql<{ reason: string }>`
    INSERT INTO prior_study AS p (transfer_id, study_instance_uid, site_id, outcome, reason)
    SELECT ${transfer.id}::uuid, uid, ${siteId}, outcome, reason
    FROM jsonb_to_recordset(${JSON.stringify(left)}::jsonb) AS x (uid text, outcome text, reason text) WHERE length(uid) <= 64
    ON CONFLICT (transfer_id, study_instance_uid) DO UPDATE SET outcome = excluded.outcome, reason = excluded.reason
      WHERE (p.outcome, p.reason) IS DISTINCT FROM (excluded.outcome, excluded.reason)
        AND (p.outcome = 'skipped' OR excluded.outcome = 'skipped')
    RETURNING reason`.execute(tx);
  const counts = Map.groupBy(
    news.filter(({ reason }) => reason !== null),
    ({ reason }) => reason,
  );
  for (const [reason, those] of counts)
    await writeAudit(tx, {
      actor: "hub",
      action: "prior.fetch",
      outcome: "refused",
      studyId: transfer.studyId,
      detail: { source: transfer.destination, reason, studies: those.length },
    });
  return toMove;
}

/** Before the PACS is asked to send it: what begins to arrive from now on is a prior. Gives how many instances are here. */
export async function noteAsked(db: Database, transfer: Transfer, siteId: string, uid: string): Promise<number> {
  await sql`
    INSERT INTO prior_study (transfer_id, study_instance_uid, site_id, outcome, asked_at)
    VALUES (${transfer.id}, ${uid}, ${siteId}, 'asked', now())
    ON CONFLICT (transfer_id, study_instance_uid) DO UPDATE SET outcome = 'asked', reason = NULL, asked_at = now()`.execute(
    db,
  );
  return (await arrivedOf(db, uid))?.instances ?? 0;
}

async function arrivedOf(db: Database, uid: string) {
  const { rows } = await sql<{ id: string; patientKey: string; instances: number }>`
    SELECT id, patient_id AS "patientKey", instance_count AS instances
    FROM study WHERE study_instance_uid = ${uid}`.execute(db);
  return rows[0];
}

export interface Arrived {
  readonly instances: number;
  /** What came says in its own headers that it is somebody else's; it is filed under that patient. */
  readonly isOfOther: boolean;
}

/** After the PACS has said that it sent it. */
export async function noteMoved(
  tx: HubTx,
  transfer: Transfer,
  search: PriorSearch,
  uid: string,
  before: number,
): Promise<Arrived> {
  const study = await arrivedOf(tx, uid);
  const instances = Math.max(0, (study?.instances ?? 0) - before);
  const isOfOther = study !== undefined && study.patientKey !== search.patientKey;
  await sql`UPDATE prior_study SET instances = instances + ${instances}, outcome = ${study ? "received" : "asked"},
      reason = ${isOfOther ? "other-patient-came" : null}
    WHERE transfer_id = ${transfer.id} AND study_instance_uid = ${uid}`.execute(tx);
  if (isOfOther)
    await writeAudit(tx, {
      actor: "hub",
      action: "prior.fetch",
      outcome: "refused",
      studyId: study.id,
      detail: { source: transfer.destination, reason: "other-patient-came" },
    });
  return { instances, isOfOther };
}

/** A PACS that sends later than it answers has sent it now. */
export async function notePriorComplete(tx: HubTx, studyInstanceUid: string, instances: number): Promise<void> {
  await sql`UPDATE prior_study SET outcome = 'received', instances = ${instances}
    WHERE study_instance_uid = ${studyInstanceUid} AND asked_at IS NOT NULL AND outcome = 'asked'`.execute(tx);
}

export async function wasAskedSince(tx: HubTx, studyInstanceUid: string, since: Date): Promise<boolean> {
  const { rows } = await sql`SELECT 1 FROM prior_study
    WHERE study_instance_uid = ${studyInstanceUid} AND asked_at > ${since}::timestamptz LIMIT 1`.execute(tx);
  return rows.length > 0;
}

/** A fetch for each open reading of this patient of the site; how many. Never by name: the ID and the date of birth. */
export async function enqueuePriorsOfPatient(
  tx: HubTx,
  { siteId, patientId, birthDate, source }: { siteId: string; patientId: string; birthDate: string; source: string },
): Promise<number> {
  const { rows } = await sql<{ id: string }>`
    SELECT DISTINCT s.id FROM patient p JOIN study s ON s.patient_id = p.id JOIN reading_task t ON t.study_id = s.id
    WHERE p.issuer = ${siteId} AND p.patient_id = ${patientId} AND p.patient_id <> '' AND p.birth_date = ${birthDate}
      AND p.birth_date <> '' AND t.state IN ('ordered', 'ready', 'claimed', 'preliminary')`.execute(tx);
  let count = 0;
  for (const { id } of rows) count += await enqueuePriors(tx, id, { source });
  return count;
}
